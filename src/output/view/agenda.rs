//! A day or a week of the calendar as public JSON.

use crate::app::agenda::{Agenda, Booked, Column};
use crate::domain::interval::Interval;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::public::{
    At, Clock, DoctorInside, Id, NamedView, On, PatientInside, Told, branch_inside, doctor_inside,
    label_inside,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A day or a week of the calendar.
#[derive(Serialize, JsonSchema)]
pub struct AgendaView<'a> {
    from: On,
    to: On,
    branch: Option<NamedView<'a>>,
    timezone: &'a str,
    as_of: At,
    columns: Vec<AgendaColumn<'a>>,
}

/// A doctor's day.
#[derive(Serialize, JsonSchema)]
struct AgendaColumn<'a> {
    date: On,
    doctor: Option<DoctorInside<'a>>,
    open: Vec<OpenSpan>,
    closed: Vec<ClosedSpan<'a>>,
    held: Vec<HeldSpan<'a>>,
    appointments: Vec<AgendaVisit<'a>>,
}

/// An appointment as the calendar shows it.
#[derive(Serialize, JsonSchema)]
struct AgendaVisit<'a> {
    id: Id<'a>,
    code: &'a str,
    date: On,
    start_time: Clock,
    end_time: Clock,
    starts_at: At,
    ends_at: At,
    token_number: i64,
    status: Status,
    overbooked: bool,
    visit_type: Option<&'a str>,
    reason: Option<&'a str>,
    patient: PatientInside<'a>,
    doctor: Option<DoctorInside<'a>>,
    branch: NamedView<'a>,
    service: Option<NamedView<'a>>,
}

/// A time that is open.
#[derive(Serialize, JsonSchema)]
struct OpenSpan {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    slot_minutes: i64,
}

/// A time that is closed.
#[derive(Serialize, JsonSchema)]
struct ClosedSpan<'a> {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    reason: &'a str,
}

/// A time that is held for somebody who waits.
#[derive(Serialize, JsonSchema)]
struct HeldSpan<'a> {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    entry: &'a str,
    until: At,
}

/// A day or a week of the calendar.
pub fn agenda(agenda: &Agenda) -> AgendaView<'_> {
    let zone = &agenda.zone;
    AgendaView {
        from: On(agenda.from),
        to: On(agenda.to),
        branch: agenda.branch.as_ref().map(branch_inside),
        timezone: zone.name(),
        as_of: At(zone.rfc3339(agenda.now)),
        columns: agenda.columns.iter().map(|column| column_view(column, zone)).collect(),
    }
}

fn column_view<'a>(column: &'a Column, zone: &Zone) -> AgendaColumn<'a> {
    let at = |instant: Instant| (At(zone.rfc3339(instant)), Clock(zone.wall(instant).time()));
    let ends = |span: &Interval| (at(span.start), at(span.end));
    let open = column.open.iter().map(|(open, slot_minutes)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(open);
        OpenSpan { starts_at, ends_at, start_time, end_time, slot_minutes: *slot_minutes }
    });
    let closed = column.closed.iter().map(|(shut, reason)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(shut);
        ClosedSpan { starts_at, ends_at, start_time, end_time, reason }
    });
    let held = column.held.iter().map(|(held, entry, until)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(held);
        HeldSpan { starts_at, ends_at, start_time, end_time, entry, until: At(zone.rfc3339(*until)) }
    });
    AgendaColumn {
        date: On(column.date),
        doctor: column.doctor.as_ref().map(doctor_inside),
        open: open.collect(),
        closed: closed.collect(),
        held: held.collect(),
        appointments: column.visits.iter().map(|booked| brief_view(booked, column)).collect(),
    }
}

fn brief_view<'a>(booked: &'a Booked, column: &'a Column) -> AgendaVisit<'a> {
    let Booked { brief, zone, branch, service } = booked;
    AgendaVisit {
        id: Id(&brief.id),
        code: &brief.code,
        date: On(brief.date),
        start_time: Clock(brief.start_time),
        end_time: Clock(zone.wall(brief.span.end).time()),
        starts_at: At(zone.rfc3339(brief.span.start)),
        ends_at: At(zone.rfc3339(brief.span.end)),
        token_number: brief.token_number,
        status: brief.status,
        overbooked: brief.overbooked,
        visit_type: brief.visit_type.as_deref(),
        reason: brief.reason.as_deref(),
        patient: brief.patient.inside(),
        doctor: column.doctor.as_ref().map(doctor_inside),
        branch: label_inside(branch),
        service: service.as_deref().map(label_inside),
    }
}
