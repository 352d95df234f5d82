//! Folders of the database and the secret file: private, and durable.

use std::fs::DirBuilder;
use std::io::{ErrorKind, Result};
use std::path::Path;

/// Makes a folder and its missing parents, accessible by their owner only, and syncs their names to the disk.
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
        // Another program made it meanwhile.
        Err(problem) if problem.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    sync(above)
}

/// Syncs the names in a folder to the disk. An empty path is the current directory.
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
