//! Temporary folders, in memory if possible: the tests sync their files very often.

use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Free bytes needed in memory; containers often have only 64 MB there, too little for some tests.
const ROOM: u64 = 512 << 20;

/// Creates a folder in memory if there is room, else among the system's temporary files.
///
/// # Panics
/// If the folder can't be created.
pub(crate) fn folder(prefix: &str) -> TempDir {
    static IN_MEMORY: LazyLock<Option<&Path>> = LazyLock::new(memory);
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    let made = IN_MEMORY.map_or_else(|| builder.tempdir(), |memory| builder.tempdir_in(memory));
    made.expect("a temporary folder")
}

/// The memory file system, if it has enough room and `TMPDIR` is not set.
fn memory() -> Option<&'static Path> {
    let memory = Path::new("/dev/shm");
    let asked = std::env::var_os("TMPDIR").is_some();
    (!asked && free(memory).is_some_and(|free| free >= ROOM)).then_some(memory)
}

/// Free bytes of the folder's file system.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}
