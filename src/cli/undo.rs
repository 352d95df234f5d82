//! `turno undo`

use clap::Args;

/// Take back your last change: a booking, move, cancellation or step
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Tell what would be taken back, and leave it
    #[arg(long)]
    pub dry_run: bool,
    /// Take it back without being asked
    #[arg(long, visible_alias = "force")]
    pub yes: bool,
}
