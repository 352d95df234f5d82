//! Check 1 of a booking: fields present and well-formed. All problems are reported in one refusal.

use crate::app::Desk;
use crate::app::booking::request::BookRequest;
use crate::app::when::{Length, Now};
use crate::domain::phone;
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::text;
use crate::domain::time::Zone;
use crate::platform::error::Result;

/// The phone (E.164) and the name from the request; empty if it names an existing patient.
pub(crate) struct Shape {
    pub(crate) phone: String,
    pub(crate) name: String,
}

pub(crate) fn check_shape(
    request: &BookRequest,
    desk: &Desk,
    zone: &Zone,
    branch: Option<&Refusal>,
    (now, known_phone): (Now, bool),
) -> Result<Shape> {
    let settings = &desk.clinic.settings;
    let mut problems = request.problems.clone();
    if request.whom.is_none() && request.doctor.is_none() && request.service.is_none() {
        problems.add("doctor", text!("is-required-or-a-service"));
    }
    match request.when {
        None if ["at", "date", "time"].iter().any(|field| problems.names(field)) => {}
        None => problems.add("date", text!("is-required-with-a-time")),
        Some(when) => {
            let start = when.about(zone, now);
            if start.unix() % 60 != 0 {
                problems.add("at", text!("appointments-start-on-a-whole-minute"));
            }
            if let Some(Err(problem)) = request.length.map(|length| length.minutes(zone, start)) {
                let field = if matches!(request.length, Some(Length::Until(_))) { "end" } else { "duration" };
                problems.add(field, problem);
            }
        }
    }
    let mut shape = Shape { phone: String::new(), name: String::new() };
    if request.patient.is_some() {
        for (field, given) in [("name", &request.name), ("phone", &request.phone)] {
            if given.is_some() {
                problems.add(field, text!("give-either-a-known-patient-or-a-name"));
            }
        }
    } else {
        shape.name = required(&mut problems, "name", request.name.as_deref(), text::short);
        shape.phone = required(&mut problems, "phone", request.phone.as_deref(), |given| {
            if known_phone {
                Ok(given.to_owned())
            } else {
                phone::normalise(given, settings.country.as_deref())
            }
        });
    }
    if settings.require_reason && request.reason.is_none() && request.history.is_none() {
        problems.add("reason", text!("is-required"));
    }
    if let Some(refusal) = branch.filter(|refusal| refusal.code == Code::ValidationError) {
        let text = refusal.hint.clone().unwrap_or_default();
        problems.add("branch", text!("is-required-the-clinic-has-several", text));
    }
    if problems.is_empty() {
        return Ok(shape);
    }
    Err(problems
        .renamed(&request.names)
        .check()
        .err()
        .unwrap_or_else(|| Refusal::new(Code::Internal, "a problem went missing")))
}

fn required(
    problems: &mut Problems,
    field: &str,
    given: Option<&str>,
    parse: impl Fn(&str) -> Result<String, String>,
) -> String {
    match given {
        Some(given) => problems.take(field, parse(given)).unwrap_or_default(),
        None => {
            problems.add(field, text!("is-required"));
            String::new()
        }
    }
}
