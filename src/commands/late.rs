//! `turno late`

use crate::app::calendar::late;
use crate::app::calendar::late::LateRequest;
use crate::commands::answers::{everyone, mark};
use crate::commands::options::options;
use crate::input::session::Session;
use crate::input::values;
use crate::output as face;
use crate::output::{Answer, Face};
use crate::platform::error::Result;

options! {
    /// Say that a doctor runs late, and see whom to call
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

pub(crate) fn late(session: &Session, args: LateArgs) -> Result<Answer> {
    let request = args.request();
    let context = &mut session.open_for(everyone())?;
    let late = late::late(context, &request)?;
    let mut answer = Answer::new(face::late::view(&late), Face::Rows(&face::late::CALLS));
    answer.hints.extend(face::late::hint(&late, request.notify));
    mark(session, context, &mut answer, late.calls.iter().map(|call| &call.visit));
    Ok(answer)
}
