//! The audit log, the book itself, completions and the manual.

use crate::app::when::When;
use crate::cli::{backup, values};
use crate::domain::age::Age;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

/// Who did what, when, before and after
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Show the newest entries
    Log(LogArgs),
    /// Hold every entry against the chain
    Verify {
        /// Compare every record with its last state in the log, too
        #[arg(long)]
        records: bool,
    },
}

/// `turno audit log`
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Of that record: an appointment's code, a patient's or another record's code, name or phone, or any id
    #[arg(long, value_name = "RECORD")]
    pub record: Option<String>,
    /// By that actor
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// Of that act, such as patient.shown, or of all acts on that kind of record, such as patient
    #[arg(long, value_name = "ACT")]
    pub action: Option<String>,
    /// Not before that day or moment
    #[arg(long, value_name = "T", value_parser = values::since)]
    pub since: Option<When>,
    /// Not after that day or moment
    #[arg(long, value_name = "T", value_parser = values::until)]
    pub until: Option<When>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: i64,
}

/// The book itself
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Print where the book is
    Path,
    /// Tell what the book is made of
    Info,
    /// Check that the book holds together
    Check,
    /// Copy a whole book into a place that holds none
    Copy(CopyArgs),
    /// Write the book as of one moment into a file, while others go on
    Backup(backup::BackupArgs),
    /// Put the book of a file in the place of this one, which is kept aside
    Restore(backup::RestoreArgs),
    /// Hold coming appointments against the zone rules of today: their wall clock stays
    Rezone {
        /// Tell what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Give the book a new secret: what is sealed and signed under the old one is written anew
    RotateSecret,
    /// Take out what is older than it has to be: visits, and patients without any
    Purge(PurgeArgs),
    /// Write anew what erasures have left in free pages: on a server, who reads has to wait meanwhile
    Scrub(ScrubArgs),
}

/// `turno db purge`
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// What ended longer ago than that: 10y, 18mo, 52w or 90d
    #[arg(long, value_name = "AGE", value_parser = Age::parse)]
    pub older_than: Age,
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
    /// Say what would go, and leave it
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
}

/// `turno db scrub`
#[derive(Debug, Args)]
pub struct ScrubArgs {
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
    /// Say which tables keep readers out and for how long, about, and leave them
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
}

/// `turno db copy`
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The book to copy: a path or a postgres:// URL; --db plays no part
    #[arg(value_name = "FROM", value_parser = NonEmptyStringValueParser::new())]
    pub from: String,
    /// Where to: a file that is not there yet, or an empty database
    #[arg(value_name = "TO", value_parser = NonEmptyStringValueParser::new())]
    pub to: String,
}

/// Print a shell's completions
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Print the manual, or write its pages into a directory
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for each command into that directory
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
