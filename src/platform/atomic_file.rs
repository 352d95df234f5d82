//! Files that appear complete or not at all, readable only by their owner. What a killed run left of such a
//! file is removed as for backups.

use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use crate::platform::files;
use crate::platform::files::Part;
use crate::platform::folders;
use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Read, Write};
use std::path::{Path, PathBuf};

/// What a file may take the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Of nothing: the name must be free.
    Nothing,
    /// Of an earlier export, and of nothing else: a slip must not cost a clinic its book.
    Export,
    /// Of a file that begins so: an earlier export in another program's format.
    Begun(&'static str),
    /// Of whatever has the name: a file that only this program makes, in a directory of its own.
    Own,
}

/// What every export begins with, but for when it was made.
const BEGINNING: [&[u8]; 2] = [b"{\"exported_at\":\"", b"\",\"patient\":{"];

/// Refuses a path that is taken by what may not be written over, before anything is done for it.
pub(crate) fn refuse_taken(path: &Path, over: Over) -> Result<()> {
    if path.is_dir() || path.file_name().is_none() {
        return Err(Refusal::invalid("out", text!("is-a-directory", path = path.display())));
    }
    match fs::symlink_metadata(path) {
        Ok(_) if over == Over::Nothing => return Err(taken(path)),
        Ok(_) if over == Over::Export && !is_export(path) => return Err(no_export(path)),
        Ok(_) if matches!(over, Over::Begun(with) if !beginning(path).starts_with(with.as_bytes())) => {
            return Err(no_export(path));
        }
        _ => {}
    }
    let parent = folder(path);
    if parent.is_dir() {
        return Ok(());
    }
    Err(Refusal::invalid("out", text!("there-is-no-directory", parent = parent.display())))
}

/// What a regular file begins with; nothing of what can't be read.
fn beginning(path: &Path) -> Vec<u8> {
    let mut start = Vec::new();
    // Check before opening: a pipe would block, and a link may lead elsewhere.
    if fs::symlink_metadata(path).is_ok_and(|file| file.is_file())
        && File::open(path).and_then(|file| file.take(64).read_to_end(&mut start)).is_err()
    {
        start.clear();
    }
    start
}

/// Whether a regular file begins as a patient's export does.
fn is_export(path: &Path) -> bool {
    let [first, then] = BEGINNING;
    beginning(path)
        .strip_prefix(first)
        .and_then(|rest| rest.iter().position(|byte| *byte == b'"').map(|end| &rest[end..]))
        .is_some_and(|rest| rest.starts_with(then))
}

fn taken(path: &Path) -> Refusal {
    Refusal::invalid("out", text!("is-there-already-it-was-left", path = path.display()))
        .hint(text!("name-another-file-or-write-over-an-earlier"))
}

fn no_export(path: &Path) -> Refusal {
    Refusal::invalid("out", text!("is-no-earlier-export-it-was-left", path = path.display()))
        .hint(text!("name-another-file-force-writes-over-earlier-exports"))
}

/// What is wrong with the path is the caller's to mend, what is wrong with the disk is not.
fn failed(path: &Path, problem: &io::Error) -> Refusal {
    use io::ErrorKind::{
        InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound, PermissionDenied,
    };
    let of_the_path =
        [InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound, PermissionDenied];
    let code =
        if of_the_path.contains(&problem.kind()) { Code::ValidationError } else { Code::StoreUnavailable };
    Refusal::new(code, text!("cant-be-written", path = path.display(), problem))
        .detail("out", problem.to_string())
        .hint(text!("check-the-path-its-permissions-and-the-disks"))
}

/// A file named without its directory lies in the present one.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file aside, makes sure that the disk has it, and gives it its name. Where that is refused the file
/// is not there, unless the message says that it is.
pub(crate) fn write(path: &Path, content: &[u8], over: Over) -> Result<()> {
    let mut aside = Aside::begin(path, over)?;
    aside.add(content)?;
    aside.keep()
}

/// A file that is written aside, and gone again unless it is kept.
pub(crate) struct Aside {
    path: PathBuf,
    over: Over,
    part: BufWriter<Writing>,
}

/// A part that is written to.
struct Writing(Part);

impl Write for Writing {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.0.writer().write(content)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Aside {
    pub(crate) fn begin(path: &Path, over: Over) -> Result<Aside> {
        refuse_taken(path, over)?;
        files::clear(folder(path));
        let part = Part::attempt(folder(path)).map_err(|problem| failed(path, &problem))?;
        Ok(Aside { path: path.to_owned(), over, part: BufWriter::new(Writing(part)) })
    }

    pub(crate) fn add(&mut self, content: &[u8]) -> Result<()> {
        self.part.write_all(content).map_err(|problem| failed(&self.path, &problem))
    }

    /// Makes sure that the disk has it, and gives it its name.
    pub(crate) fn keep(self) -> Result<()> {
        let Aside { path, over, part } = self;
        let done = part.into_inner().map_err(IntoInnerError::into_error).and_then(|Writing(part)| {
            part.writer().sync_all()?;
            give_name(part.path(), &path, over)
        });
        done.map_err(|problem| match problem.kind() {
            io::ErrorKind::AlreadyExists => taken(&path),
            _ => failed(&path, &problem),
        })?;
        // Sync the directory, so that the name survives a power failure.
        folders::sync(folder(&path)).map_err(|problem| not_for_good(&path, &problem))
    }
}

/// The file is there, whole, and holds everything in clear: that must not read as if it were not.
fn not_for_good(path: &Path, problem: &io::Error) -> Refusal {
    let what = text!("is-written-but-its-directory-cant-be-synced-a-power", path = path.display(), problem);
    Refusal::new(Code::StoreUnavailable, what)
        .detail("out", problem.to_string())
        .hint(text!("look-after-the-disk-delete-the-file"))
}

fn give_name(aside: &Path, path: &Path, over: Over) -> io::Result<()> {
    if over != Over::Nothing {
        return fs::rename(aside, path);
    }
    // Unlike a rename, a hard link never replaces another program's file; without hard links, check first.
    match fs::hard_link(aside, path) {
        Ok(()) => Ok(()),
        Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists => Err(problem),
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(aside, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_as_a_whole_for_its_owner_and_not_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ana.json");
        refuse_taken(&path, Over::Nothing).unwrap();
        write(&path, b"one", Over::Nothing).unwrap();
        for over in [Over::Nothing, Over::Export] {
            assert_eq!(refuse_taken(&path, over).unwrap_err().code, Code::ValidationError);
            assert_eq!(write(&path, b"two", over).unwrap_err().code, Code::ValidationError);
        }
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"three", Over::Own).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left aside");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(refuse_taken(&folder.path().join("no/where.json"), Over::Nothing).is_err());
        assert!(refuse_taken(folder.path(), Over::Own).is_err());
    }

    #[test]
    fn only_what_begins_as_an_export_is_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ana.json");
        for (text, is) in [
            (r#"{"exported_at":"2026-06-15T08:00:00-06:00","patient":{"id":"x""#, true),
            (r#"{"exported_at":"2026-06-15T08:00:00-06:00","patients":[]"#, false),
            (r#"{"exported_at":"2026-06-15T08:00:00"#, false),
            (r#"{"name":"Sol"}"#, false),
            ("SQLite format 3\0", false),
            ("", false),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(is_export(&path), is, "{text}");
        }
        assert!(!is_export(folder.path()) && !is_export(&folder.path().join("none")));
    }

    #[test]
    fn a_full_disk_is_no_wrong_path() {
        let path = Path::new("ana.json");
        let code = |kind: io::ErrorKind| failed(path, &kind.into()).code;
        assert_eq!(code(io::ErrorKind::PermissionDenied), Code::ValidationError);
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge] {
            assert_eq!(code(kind), Code::StoreUnavailable);
        }
        let refusal = not_for_good(path, &io::ErrorKind::Other.into());
        assert!(refusal.message.starts_with("ana.json is written"), "{}", refusal.message);
    }
}
