//! Files that are there as a whole or not at all, for their owner's eyes only.

use crate::domain::refusal::{Code, Refusal};
use crate::error::Result;
use crate::secrets::{hex, random};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Refuses a path that is taken, before anything is done for it.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub(super) fn refuse_taken(path: &Path, force: bool) -> Result<()> {
    if !force && fs::symlink_metadata(path).is_ok() {
        return Err(taken(path));
    }
    if path.is_dir() || path.file_name().is_none() {
        return Err(Refusal::invalid("out", format!("{} is a directory", path.display())));
    }
    let parent = folder(path);
    if parent.is_dir() {
        return Ok(());
    }
    Err(Refusal::invalid("out", format!("there is no directory {}", parent.display())))
}

fn taken(path: &Path) -> Refusal {
    Refusal::invalid("out", format!("{} is there already; it was left as it is", path.display()))
        .hint("name another file, or write over it with --force")
}

fn failed(path: &Path, problem: &io::Error) -> Refusal {
    Refusal::new(Code::ValidationError, format!("{} can't be written: {problem}", path.display()))
        .detail("out", problem.to_string())
        .hint("check the path, its permissions and the disk's free space")
}

/// A file named without its directory lies in the present one.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file aside, makes sure that the disk has it, and gives it its name.
///
/// # Errors
/// `VALIDATION_ERROR` where it can't be written, or the name is taken and not to be written over.
pub(super) fn write(path: &Path, content: &[u8], force: bool) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", hex(&random::<4>()?)));
    let aside = folder(path).join(name);
    let done = fill(&aside, content).and_then(|()| give_name(&aside, path, force));
    if done.is_err() || !force {
        let _ = fs::remove_file(&aside);
    }
    done.map_err(|problem| match problem.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => failed(path, &problem),
    })
}

fn fill(aside: &PathBuf, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(aside)?;
    file.write_all(content)?;
    file.sync_all()
}

fn give_name(aside: &Path, path: &Path, force: bool) -> io::Result<()> {
    if force {
        fs::rename(aside, path)?;
    } else {
        // A link, unlike a rename, leaves a file alone that another program made meanwhile; where the
        // file system knows no links, a rename has to do.
        match fs::hard_link(aside, path) {
            Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists => return Err(problem),
            Err(_) => fs::rename(aside, path)?,
            Ok(()) => {}
        }
    }
    // The name must survive a power cut, too.
    #[cfg(unix)]
    fs::File::open(folder(path))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_as_a_whole_for_its_owner_and_not_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ana.json");
        refuse_taken(&path, false).unwrap();
        write(&path, b"one", false).unwrap();
        assert_eq!(refuse_taken(&path, false).unwrap_err().code, Code::ValidationError);
        assert_eq!(write(&path, b"two", false).unwrap_err().code, Code::ValidationError);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"three", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left aside");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(refuse_taken(&folder.path().join("no/where.json"), false).is_err());
        assert!(refuse_taken(folder.path(), true).is_err());
    }
}
