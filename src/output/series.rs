//! The public JSON of series.

use crate::app::booking::series::Members;
use crate::formats::appointment::{At, Clock, Id, On, appointment, view};
use crate::output::error::RefusalView;
use crate::output::schema;
use crate::output::view::json;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A series.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SeriesHead<'a> {
    id: Id<'a>,
    code: &'a str,
    rule: &'a str,
    created_at: Option<At>,
}

/// An appointment that could not be made, and the reason.
#[derive(Serialize, JsonSchema)]
struct LeftOut {
    date: On,
    start_time: Clock,
    error: RefusalView,
}

view! {
    /// A series with its appointments, and those that could not be made.
    pub struct SeriesView<'a> by members(members: &'a Members, veil: fn(Value) -> Value) where {
        let skipped = members.skipped.iter().map(|skipped| LeftOut {
            date: On(skipped.at.date()),
            start_time: Clock(skipped.at.time()),
            error: RefusalView::of(&skipped.refusal, None),
        });
        let SeriesRow { id, code, rule, created_at, .. } = row(members);
    } {
        series: SeriesHead<'a> = SeriesHead { id, code, rule, created_at },
        #[schemars(with = "Vec<schema::Changed>")]
        appointments: Vec<Value> =
            members.visits.iter().map(|visit| veil(json(&appointment(visit)))).collect(),
        skipped: Vec<LeftOut> = skipped.collect(),
    }
}

view! {
    /// A series in a list.
    pub struct SeriesRow<'a> by row(members: &'a Members) where {
        let series = &members.series;
        let first = members.visits.first();
    } {
        id: Id<'a> = Id(&series.id),
        code: &'a str = &series.code,
        rule: &'a str = &series.rule,
        created_at: Option<At> = first.map(|visit| At(visit.zone.rfc3339(series.created_at))),
        patient: Option<&'a str> = first.map(|visit| visit.patient.full_name.as_str()),
        doctor: Option<&'a str> =
            first.and_then(|visit| visit.doctor.as_deref()).map(|doctor| doctor.full_name.as_str()),
        appointments: usize = members.visits.len(),
        open: usize = members.visits.iter().filter(|visit| visit.appointment.status.can_move()).count(),
    }
}
