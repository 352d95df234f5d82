//! `turno late`

use crate::app::late::LateRequest;
use crate::cli::options::options;
use crate::cli::values;

options! {
    /// A doctor runs late: whom to call before they leave home
    pub struct LateArgs by request -> LateRequest, problems {
        /// Who runs late (code, id or name)
        #[arg(value_name = "DOCTOR")]
        doctor: String => doctor,
        /// By so long, such as 25m: the next patient is seen that much later than was likely
        #[arg(value_name = "DURATION")]
        by: String => minutes: problems.take("by", values::minutes(&by)).unwrap_or_default(),
        /// Queue a message to each, where they have a channel, with the time at which they are likely to be
        /// seen; nobody is told the same twice
        #[arg(long)]
        notify: bool => notify,
    }
}
