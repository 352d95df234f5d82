//! `turno why`.

use crate::app::calendar::why;
use crate::app::calendar::why::WhyRequest;
use crate::commands::answers::everyone;
use crate::commands::options::options;
use crate::input::session::Session;
use crate::input::values;
use crate::output::{Answer, Face, view};
use crate::platform::error::Result;

options! {
    /// Explain why a time can't be booked
    pub struct WhyArgs by request -> WhyRequest, problems {
        /// The doctor (code, id or name)
        #[arg(value_name = "DOCTOR")]
        doctor: String => doctor: Some(doctor),
        /// When, such as `tomorrow 9:30` or 2026-06-15T14:30
        #[arg(value_name = "WHEN", required = true)]
        when: Vec<String> => when: problems.take("when", values::said_moment(&when.join(" "))),
        /// For that service
        #[arg(long, value_name = "S")]
        service: Option<String> => service,
        /// At that branch [env: TURNO_BRANCH]
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// For that patient
        #[arg(long, value_name = "P")]
        patient: Option<String> => patient,
        /// For so long
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        duration: Option<String> => minutes: problems.said("duration", duration, values::minutes),
    }
}

pub(crate) fn why(session: &Session, args: WhyArgs) -> Result<Answer> {
    let why = why::why(&mut session.open_for(everyone())?, &args.request())?;
    Ok(Answer::new(view::why(&why), Face::Why))
}
