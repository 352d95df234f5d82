//! `turno why`.

use crate::app::calendar::why;
use crate::app::calendar::why::WhyRequest;
use crate::commands::answers::{everyone, of_appointment};
use crate::commands::options::options;
use crate::domain::meant::Purpose;
use crate::input::prompts;
use crate::input::session::{Session, Stop};
use crate::input::values;
use crate::output::{Answer, Face, view};
use crate::platform::error::Result;

options! {
    /// Explain why a time can't be booked, or what speaks against an appointment
    pub struct WhyArgs by request -> WhyRequest, problems where {
        let alone = when.is_empty();
        let options = [("service", &service), ("branch", &branch), ("patient", &patient), ("duration", &duration)];
        for (option, _) in options.iter().filter(|(_, given)| alone && given.is_some()) {
            problems.add(option, text!("goes-with-a-doctor-and-a-time"));
        }
        let (appointment, whose) = if alone { (Some(doctor), None) } else { (None, Some(doctor)) };
    } {
        /// The doctor (code, id or name); without a time an appointment: its code, or the patient's name or phone
        #[arg(value_name = "DOCTOR|APPT")]
        doctor: String => doctor: whose,
        /// When, such as `tomorrow 9:30` or 2026-06-15T14:30
        #[arg(value_name = "WHEN")]
        when: Vec<String> => when: if alone { None } else { problems.take("when", values::said_moment(&when.join(" "))) },
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
    } and { appointment, }
}

pub(crate) fn why(session: &Session, args: WhyArgs) -> Result<Answer, Stop> {
    let request = args.request();
    let why = match request.appointment.clone() {
        None => why::why(&mut session.open_for(everyone())?, &request)?,
        Some(word) => {
            let mut context = session.open_for(of_appointment(&word))?;
            prompts::with_visit(session, &mut context, (&word, Purpose::Show), |context, word| {
                why::why(context, &WhyRequest { appointment: Some(word.to_owned()), ..request.clone() })
            })?
        }
    };
    Ok(Answer::new(view::why(&why), Face::Why))
}
