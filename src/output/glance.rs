//! Patients with their next and last appointment.

use crate::app::patients::glance::Glance;
use crate::domain::appointment::Visit;
use crate::domain::record::Attendee;
use crate::domain::time::Zone;
use crate::formats::appointment::{Clock, On};
use crate::output::lists::lists;
use crate::output::view::{PatientView, patient};
use schemars::JsonSchema;
use serde::Serialize;

lists! {
    /// Patients with their next and last appointment.
    pub GLANCES: "patients", or "no-patients" {
        "name" => "full_name", "phone", "next-visit" => "next.date", "at" => "next.start_time",
        "with" => "next.doctor", "visit" => "next.code", "last-seen" => "last.date",
    }
}

/// A patient with the next and the last appointment.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GlanceView<'a> {
    #[serde(flatten)]
    patient: PatientView<'a>,
    next: Option<ShortVisit<'a>>,
    last: Option<ShortVisit<'a>>,
}

/// An appointment in short.
#[derive(Serialize, JsonSchema)]
struct ShortVisit<'a> {
    code: &'a str,
    date: On,
    start_time: Clock,
    doctor: Option<&'a str>,
}

pub(crate) fn view<'a>(glance: &'a Glance, zone: &Zone) -> GlanceView<'a> {
    let Glance { seen, next, last } = glance;
    GlanceView {
        patient: patient(seen, zone),
        next: next.as_ref().map(short),
        last: last.as_ref().map(short),
    }
}

fn short(visit: &Visit<Attendee>) -> ShortVisit<'_> {
    let Visit { appointment, doctor, .. } = visit;
    ShortVisit {
        code: &appointment.code,
        date: On(appointment.date),
        start_time: Clock(appointment.start_time),
        doctor: doctor.as_deref().map(|doctor| doctor.full_name.as_str()),
    }
}
