//! Builds the shim `tests/shim/disk.c` and reads its journal.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A step of a program; files are identified by inode.
#[derive(Debug, Clone)]
pub enum Step {
    /// A file was opened; `made` if the file is new.
    Opened { path: PathBuf, inode: u64, made: bool },
    /// Bytes were written at `place`.
    Written { inode: u64, place: u64, data: Vec<u8> },
    /// The file's length was set.
    Cut { inode: u64, length: u64 },
    /// The file's content was synced.
    Synced { inode: u64 },
    /// The folder's names were synced.
    FolderSynced { path: PathBuf },
    /// A file was renamed.
    Renamed { from: PathBuf, to: PathBuf },
    /// A file got a second name.
    Linked { from: PathBuf, to: PathBuf },
    /// A name was removed.
    Unlinked { path: PathBuf },
    /// A folder was made.
    FolderMade { path: PathBuf },
    /// The command wrote to stdout; its work so far is acknowledged.
    Said,
    /// An operation failed by request.
    Failed,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Step::Written { inode, place, data } => {
                write!(f, "{} bytes written at {place} of {inode}", data.len())
            }
            other => write!(f, "{other:?}"),
        }
    }
}

/// The shim library, or `None` if the build fails.
pub fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(build).as_deref()
}

#[expect(clippy::disallowed_macros, reason = "said past the harness, which swallows what tests print")]
fn build() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/disk.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&library)
        .arg(&source)
        .args(["-ldl", "-lpthread"])
        .output();
    let trouble = match built {
        Ok(ran) if ran.status.success() => return Some(library),
        Ok(ran) => String::from_utf8_lossy(&ran.stderr).into_owned(),
        Err(problem) => format!("cc: {problem}"),
    };
    assert!(
        std::env::var_os("TURNO_TEST_NEEDS_SHIM").is_none(),
        "TURNO_TEST_NEEDS_SHIM is set, but the shim can't be built: {trouble}"
    );
    eprintln!("\ndisk: power cuts and faults are left out ({trouble})");
    None
}

/// The steps in a journal.
pub fn steps(journal: &Path) -> Vec<Step> {
    let Ok(bytes) = std::fs::read(journal) else { return Vec::new() };
    let mut rest = bytes.as_slice();
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let mut head = [0_u64; 5];
        for number in &mut head {
            *number = u64::from_le_bytes(take(&mut rest, 8).try_into().expect("eight bytes"));
        }
        let [letter, inode, place, path_length, data_length] = head;
        let text = |bytes: &[u8]| PathBuf::from(String::from_utf8(bytes.to_vec()).expect("a path in UTF-8"));
        let path = text(take(&mut rest, path_length));
        let data = take(&mut rest, data_length);
        let letter = char::from(u8::try_from(letter).expect("a letter"));
        steps.push(match letter {
            'o' | 'c' => Step::Opened { path, inode, made: letter == 'c' },
            'w' => Step::Written { inode, place, data: data.to_vec() },
            't' => Step::Cut { inode, length: place },
            's' => Step::Synced { inode },
            'd' => Step::FolderSynced { path },
            'r' => Step::Renamed { from: path, to: text(data) },
            'l' => Step::Linked { from: path, to: text(data) },
            'u' => Step::Unlinked { path },
            'm' => Step::FolderMade { path },
            'a' => Step::Said,
            'F' => Step::Failed,
            other => panic!("the journal holds a step {other}"),
        });
    }
    steps
}

fn take<'a>(rest: &mut &'a [u8], length: u64) -> &'a [u8] {
    let (taken, left) = rest.split_at(usize::try_from(length).expect("a length"));
    *rest = left;
    taken
}
