//! The shim of `tests/shim/disk.c`: built once, and what it writes down read back.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What was done to the disk; a file is known by its inode, whatever its name is by then.
#[derive(Debug, Clone)]
pub enum Step {
    /// A file was opened; `made` where it was not there before.
    Opened { path: PathBuf, inode: u64, made: bool },
    /// Bytes were written at that place.
    Written { inode: u64, place: u64, data: Vec<u8> },
    /// A file was made so long.
    Cut { inode: u64, length: u64 },
    /// All of a file is on the disk.
    Synced { inode: u64 },
    /// All names in a folder are on the disk.
    FolderSynced { path: PathBuf },
    /// A name changed.
    Renamed { from: PathBuf, to: PathBuf },
    /// A file got a second name.
    Linked { from: PathBuf, to: PathBuf },
    /// A name is gone.
    Unlinked { path: PathBuf },
    /// A folder was made.
    FolderMade { path: PathBuf },
    /// The command wrote that to stdout: from here on its work is acknowledged.
    Said,
    /// An operation failed as it was told to.
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

/// The library, where it can be built.
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

/// Everything that was written down in that file.
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
