//! Folders for what a clinic can't do without: its book and its secret file.

use std::fs::DirBuilder;
use std::io::{ErrorKind, Result};
use std::path::Path;

/// Makes a folder, and those above it that are missing, for its owner's eyes only. Their names
/// survive a power cut, as what will lie in them does.
pub fn make(folder: &Path) -> Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(Path::new(""));
    make(above)?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // Another program made it just now.
        Err(problem) if problem.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    sync(above)
}

/// Waits until the names in a folder are on the disk. A path without a folder lies in the present one.
pub fn sync(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
