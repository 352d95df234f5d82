//! The public JSON of series.

use crate::app::series::Members;
use crate::domain::time::Zone;
use crate::output::error;
use crate::public::{appointment, object};
use serde_json::Value;

/// A series.
fn head(members: &Members, zone: Option<&Zone>) -> Value {
    let series = &members.series;
    object(vec![
        ("id", series.id.as_str().into()),
        ("code", series.code.as_str().into()),
        ("rule", series.rule.as_str().into()),
        ("created_at", zone.map(|zone| zone.rfc3339(series.created_at)).into()),
    ])
}

/// A series with its appointments, and those that were left out.
pub fn members(members: &Members) -> Value {
    let skipped = members.skipped.iter().map(|skipped| {
        object(vec![
            ("date", skipped.at.date().to_string().into()),
            ("start_time", skipped.at.format("%H:%M").to_string().into()),
            ("error", error::json(&skipped.refusal, None)["error"].clone()),
        ])
    });
    object(vec![
        ("series", head(members, members.visits.first().map(|visit| &visit.zone))),
        ("appointments", members.visits.iter().map(appointment).collect()),
        ("skipped", skipped.collect()),
    ])
}

/// A series in a list of them: who, with whom, and how many.
pub fn row(members: &Members) -> Value {
    let first = members.visits.first();
    let mut value = head(members, first.map(|visit| &visit.zone));
    let ahead = members.visits.iter().filter(|visit| visit.appointment.status.can_move());
    if let Value::Object(map) = &mut value {
        let patient = first.map(|visit| visit.patient.full_name.as_str());
        let doctor = first.and_then(|visit| visit.doctor.as_deref()).map(|doctor| doctor.full_name.as_str());
        map.insert("patient".into(), patient.into());
        map.insert("doctor".into(), doctor.into());
        map.insert("appointments".into(), members.visits.len().into());
        map.insert("open".into(), ahead.count().into());
    }
    value
}
