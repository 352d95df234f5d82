//! A day or a week of the calendar as public JSON.

use crate::app::calendar::agenda::{Agenda, Booked, Column};
use crate::domain::interval::Interval;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::formats::appointment::{
    At, Clock, DoctorInside, Id, NamedView, On, PatientInside, Told, branch_inside, doctor_inside,
    label_inside, view,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Opening hours.
#[derive(Serialize, JsonSchema)]
struct OpenSpan {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    slot_minutes: i64,
}

/// A closed time.
#[derive(Serialize, JsonSchema)]
struct ClosedSpan<'a> {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    reason: &'a str,
}

/// A slot that is held for an entry of the waiting list.
#[derive(Serialize, JsonSchema)]
struct HeldSpan<'a> {
    starts_at: At,
    ends_at: At,
    start_time: Clock,
    end_time: Clock,
    entry: &'a str,
    until: At,
}

view! {
    /// A day or a week of the calendar.
    pub struct AgendaView<'a> by agenda(agenda: &'a Agenda) where {
        let zone = &agenda.zone;
    } {
        from: On = On(agenda.from),
        to: On = On(agenda.to),
        branch: Option<NamedView<'a>> = agenda.branch.as_ref().map(branch_inside),
        timezone: &'a str = zone.name(),
        as_of: At = At(zone.rfc3339(agenda.now)),
        columns: Vec<AgendaColumn<'a>> =
            agenda.columns.iter().map(|column| column_view(column, zone)).collect(),
    }
}

view! {
    /// A day of a doctor.
    struct AgendaColumn<'a> by column_view(column: &'a Column, zone: &Zone) where {
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
    } {
        date: On = On(column.date),
        doctor: Option<DoctorInside<'a>> = column.doctor.as_ref().map(doctor_inside),
        open: Vec<OpenSpan> = open.collect(),
        closed: Vec<ClosedSpan<'a>> = closed.collect(),
        held: Vec<HeldSpan<'a>> = held.collect(),
        appointments: Vec<AgendaVisit<'a>> =
            column.visits.iter().map(|booked| brief_view(booked, column)).collect(),
    }
}

view! {
    /// An appointment as the calendar shows it.
    struct AgendaVisit<'a> by brief_view(booked: &'a Booked, column: &'a Column) where {
        let Booked { brief, zone, branch, service } = booked;
    } {
        id: Id<'a> = Id(&brief.id),
        code: &'a str = &brief.code,
        date: On = On(brief.date),
        start_time: Clock = Clock(brief.start_time),
        end_time: Clock = Clock(zone.wall(brief.span.end).time()),
        starts_at: At = At(zone.rfc3339(brief.span.start)),
        ends_at: At = At(zone.rfc3339(brief.span.end)),
        token_number: i64 = brief.token_number,
        status: Status = brief.status,
        overbooked: bool = brief.overbooked,
        visit_type: Option<&'a str> = brief.visit_type.as_deref(),
        reason: Option<&'a str> = brief.reason.as_deref(),
        patient: PatientInside<'a> = brief.patient.inside(),
        doctor: Option<DoctorInside<'a>> = column.doctor.as_ref().map(doctor_inside),
        branch: NamedView<'a> = label_inside(branch),
        service: Option<NamedView<'a>> = service.as_deref().map(label_inside),
    }
}
