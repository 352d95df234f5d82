//! Temporary folders in memory: tests sync their books by the ten thousand, and none of these outlives its test.

use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// What must be free where memory is a disk: containers often get 64 MB of it, too little for some tests.
const ROOM: u64 = 512 << 20;

/// A new folder: in memory where there is room, else among the system's temporary files.
///
/// # Panics
/// Where none can be made.
pub(crate) fn folder(prefix: &str) -> TempDir {
    static IN_MEMORY: LazyLock<Option<&Path>> = LazyLock::new(memory);
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    let made = IN_MEMORY.map_or_else(|| builder.tempdir(), |memory| builder.tempdir_in(memory));
    made.expect("a temporary folder")
}

/// A disk in memory with enough room, unless `TMPDIR` names another place.
fn memory() -> Option<&'static Path> {
    let memory = Path::new("/dev/shm");
    let asked = std::env::var_os("TMPDIR").is_some();
    (!asked && free(memory).is_some_and(|free| free >= ROOM)).then_some(memory)
}

/// How many bytes may be written there.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}
