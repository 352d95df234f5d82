//! The public JSON of the waiting list.

use crate::app::waitlist::Waiting;
use crate::domain::time::hhmm;
use crate::domain::waitlist::Half;
use crate::public::{doctor_inside, inside, json, object};
use serde_json::Value;

/// An entry with the records that it names; a hold that is over is none.
pub fn entry(waiting: &Waiting) -> Value {
    let Waiting { entry, patient, branch, doctor, service, visit, hold_doctor, zone, now } = waiting;
    let date = |date: Option<chrono::NaiveDate>| Value::from(date.map(|date| date.to_string()));
    let person =
        |doctor: &Option<_>| doctor.as_ref().map_or(Value::Null, |doctor| json(&doctor_inside(doctor)));
    let visit = visit.as_ref().map(|visit| {
        let appointment = &visit.appointment;
        object(vec![
            ("id", appointment.id.as_str().into()),
            ("code", appointment.code.as_str().into()),
            ("status", appointment.status.as_str().into()),
            ("starts_at", visit.zone.rfc3339(appointment.span.start).into()),
            ("date", appointment.date.to_string().into()),
            ("start_time", hhmm(appointment.start_time).into()),
        ])
    });
    let hold = entry.held(*now).map(|hold| {
        let wall = zone.wall(hold.span.start);
        object(vec![
            ("until", zone.rfc3339(hold.until).into()),
            ("until_time", hhmm(zone.wall(hold.until).time()).into()),
            ("starts_at", zone.rfc3339(hold.span.start).into()),
            ("ends_at", zone.rfc3339(hold.span.end).into()),
            ("date", wall.date().to_string().into()),
            ("start_time", hhmm(wall.time()).into()),
            ("doctor", person(hold_doctor)),
        ])
    });
    object(vec![
        ("id", entry.id.as_str().into()),
        ("code", entry.code.as_str().into()),
        ("status", entry.status.as_str().into()),
        (
            "patient",
            object(vec![
                ("id", patient.id.as_str().into()),
                ("code", patient.code.as_str().into()),
                ("full_name", patient.full_name.as_str().into()),
                ("phone", patient.phone.as_str().into()),
            ]),
        ),
        ("appointment", visit.into()),
        ("doctor", person(doctor)),
        ("service", service.as_ref().map_or(Value::Null, |it| inside(&it.id, &it.code, &it.name))),
        ("branch", inside(&branch.id, &branch.code, &branch.name)),
        ("session", entry.session.as_deref().into()),
        ("half", entry.half.map(Half::as_str).into()),
        ("from", date(entry.from)),
        ("to", date(entry.to)),
        ("duration_minutes", entry.minutes.into()),
        ("note", entry.note.as_deref().into()),
        ("hold", hold.into()),
        ("created_at", zone.rfc3339(entry.created_at).into()),
        ("updated_at", zone.rfc3339(entry.updated_at).into()),
    ])
}

/// Several of them.
pub fn entries(waiting: &[Waiting]) -> Value {
    waiting.iter().map(entry).collect()
}
