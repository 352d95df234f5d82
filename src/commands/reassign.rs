//! Moving appointments out of a closure.

use crate::app::calendar::closure::ClosureFields;
use crate::app::calendar::reassign::ClearRequest;
use crate::commands::options::options;

options! {
    /// `turno closure add --move`
    pub struct ClearArgs by request(closure: ClosureFields) -> ClearRequest {
        /// Plan for each appointment that it hits the best free time, and show that; nothing is saved
        #[arg(long = "move")]
        pub moves: bool = _,
        /// Cancel the appointments that it hits, as one act, and send the notices
        #[arg(long, conflicts_with_all = ["moves", "apply"])]
        pub cancel: bool = _,
        /// Save the closure and make the moves, as one act, and tell whom they concern
        #[arg(long, requires = "moves", conflicts_with = "dry_run")]
        pub apply: bool = _,
        /// Move them to that doctor [default: their own, else who gives the same service at the branch]
        #[arg(long, value_name = "D", requires = "moves")]
        to_doctor: Option<String> => to_doctor,
        /// Leave those where they are for whom there is no free time
        #[arg(long, requires = "moves")]
        leave_unplaced: bool => leave_unplaced,
        /// Leave out the notices to the patients
        #[arg(long)]
        pub no_notify: bool => no_notify,
        /// Move or cancel those inside the cutoff, too
        #[arg(long)]
        pub force: bool => force,
    } and { closure }
}
