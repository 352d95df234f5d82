//! Backups, and what comes back from them.

use clap::Args;
use std::path::PathBuf;

/// `turno db backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to make; with --keep the directory to make one in
    #[arg(value_name = "FILE|DIR")]
    pub path: PathBuf,
    /// Name the file after clinic and time, and keep so many of this book's backups in the directory
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub keep: Option<u16>,
    /// Replace an earlier backup
    #[arg(long, conflicts_with = "keep")]
    pub force: bool,
    /// Put the secret file into the backup, sealed by a passphrase
    #[arg(long)]
    pub with_key: bool,
    /// The passphrase: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]
    #[arg(long, value_name = "FILE", requires = "with_key")]
    pub passphrase_file: Option<PathBuf>,
}

/// `turno db restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The file that the book comes back from
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replace the book without asking
    #[arg(long)]
    pub force: bool,
    /// The passphrase of the secret file in the backup: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}
