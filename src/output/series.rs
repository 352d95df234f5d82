//! The public JSON of series.

use crate::app::series::Members;
use crate::output::error::RefusalView;
use crate::output::schema;
use crate::output::view::json;
use crate::public::{At, Clock, Id, On, appointment};
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

/// A series in a list.
#[derive(Serialize, JsonSchema)]
pub struct SeriesRow<'a> {
    id: Id<'a>,
    code: &'a str,
    rule: &'a str,
    created_at: Option<At>,
    patient: Option<&'a str>,
    doctor: Option<&'a str>,
    appointments: usize,
    open: usize,
}

/// An appointment that a series lacks, and why.
#[derive(Serialize, JsonSchema)]
struct LeftOut {
    date: On,
    start_time: Clock,
    error: RefusalView,
}

/// A series with its appointments, and those that were left out.
#[derive(Serialize, JsonSchema)]
pub struct SeriesView<'a> {
    series: SeriesHead<'a>,
    #[schemars(with = "Vec<schema::Changed>")]
    appointments: Vec<Value>,
    skipped: Vec<LeftOut>,
}

/// A series with its appointments, each as `veil` leaves it, and those that were left out.
pub fn members<'a>(members: &'a Members, veil: fn(Value) -> Value) -> SeriesView<'a> {
    let skipped = members.skipped.iter().map(|skipped| LeftOut {
        date: On(skipped.at.date()),
        start_time: Clock(skipped.at.time()),
        error: RefusalView::of(&skipped.refusal, None),
    });
    let SeriesRow { id, code, rule, created_at, .. } = row(members);
    SeriesView {
        series: SeriesHead { id, code, rule, created_at },
        appointments: members.visits.iter().map(|visit| veil(json(&appointment(visit)))).collect(),
        skipped: skipped.collect(),
    }
}

/// A series in a list of them: who, with whom, and how many.
pub fn row(members: &Members) -> SeriesRow<'_> {
    let series = &members.series;
    let first = members.visits.first();
    SeriesRow {
        id: Id(&series.id),
        code: &series.code,
        rule: &series.rule,
        created_at: first.map(|visit| At(visit.zone.rfc3339(series.created_at))),
        patient: first.map(|visit| visit.patient.full_name.as_str()),
        doctor: first.and_then(|visit| visit.doctor.as_deref()).map(|doctor| doctor.full_name.as_str()),
        appointments: members.visits.len(),
        open: members.visits.iter().filter(|visit| visit.appointment.status.can_move()).count(),
    }
}
