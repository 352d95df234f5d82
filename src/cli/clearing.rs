//! Moving out of a closure whom it hits.

use crate::app::clearing::ClearRequest;
use crate::app::setup::closure::ClosureFields;
use crate::store::Ending;
use clap::Args;

/// `turno closure add --move`
#[derive(Debug, Args)]
pub struct ClearArgs {
    /// Plan for each appointment that it hits the best free time, and show that; nothing is saved
    #[arg(long = "move")]
    pub moves: bool,
    /// Save the closure and make the moves, as one act, and tell whom they concern
    #[arg(long, requires = "moves", conflicts_with = "dry_run")]
    pub apply: bool,
    /// Move them to that doctor [default: their own, else who gives the same service at the branch]
    #[arg(long, value_name = "D", requires = "moves")]
    pub to_doctor: Option<String>,
    /// Leave those where they are for whom there is no free time
    #[arg(long, requires = "moves")]
    pub leave_unplaced: bool,
    /// Leave out the notices to the patients
    #[arg(long, requires = "moves")]
    pub no_notify: bool,
    /// Move those inside the cutoff, too
    #[arg(long, requires = "moves")]
    pub force: bool,
}

impl ClearArgs {
    /// As a request, with what becomes of it.
    pub fn request(self, closure: ClosureFields) -> (ClearRequest, Ending) {
        let ClearArgs { moves: _, apply, to_doctor, leave_unplaced, no_notify, force } = self;
        let ending = if apply { Ending::Commit } else { Ending::Rollback };
        (ClearRequest { closure, to_doctor, leave_unplaced, no_notify, force }, ending)
    }
}
