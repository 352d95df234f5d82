//! A day or a week of the calendar as public JSON.

use crate::app::agenda::{Agenda, Booked, Column};
use crate::domain::interval::Interval;
use crate::domain::time::{Instant, Zone, hhmm};
use crate::public::spell::view;
use crate::public::{
    At, Clock, DoctorInside, NamedInside, On, PatientInside, Told, branch_inside, doctor_inside, label_inside,
};

view! {
    /// A day or a week of the calendar, as it is shown.
    pub struct AgendaView<'a> {
        from: String,
        to: String,
        branch: Option<NamedInside<'a>>,
        timezone: &'a str,
        as_of: String,
        columns: Vec<ColumnView<'a>>,
    }
}

view! {
    struct ColumnView<'a> {
        date: String,
        doctor: Option<DoctorInside<'a>>,
        open: Vec<OpenView>,
        closed: Vec<ClosedView<'a>>,
        held: Vec<HeldView<'a>>,
        appointments: Vec<BriefView<'a>>,
    }
}

view! {
    /// Of the appointment object what a calendar shows.
    struct BriefView<'a> {
        id: &'a str,
        code: &'a str,
        date: On,
        start_time: Clock,
        end_time: Clock,
        starts_at: At<'a>,
        ends_at: At<'a>,
        token_number: i64,
        status: &'a str,
        overbooked: bool,
        visit_type: Option<&'a str>,
        reason: Option<&'a str>,
        patient: PatientInside<'a>,
        doctor: Option<DoctorInside<'a>>,
        branch: NamedInside<'a>,
        service: Option<NamedInside<'a>>,
    }
}

view! {
    struct OpenView {
        starts_at: String,
        ends_at: String,
        start_time: String,
        end_time: String,
        slot_minutes: i64,
    }
}

view! {
    struct ClosedView<'a> {
        starts_at: String,
        ends_at: String,
        start_time: String,
        end_time: String,
        reason: &'a str,
    }
}

view! {
    struct HeldView<'a> {
        starts_at: String,
        ends_at: String,
        start_time: String,
        end_time: String,
        entry: &'a str,
        until: String,
    }
}

/// A day or a week of the calendar.
pub fn agenda(agenda: &Agenda) -> AgendaView<'_> {
    let zone = &agenda.zone;
    AgendaView {
        from: agenda.from.to_string(),
        to: agenda.to.to_string(),
        branch: agenda.branch.as_ref().map(branch_inside),
        timezone: zone.name(),
        as_of: zone.rfc3339(agenda.now),
        columns: agenda.columns.iter().map(|column| column_view(column, zone)).collect(),
    }
}

fn column_view<'a>(column: &'a Column, zone: &Zone) -> ColumnView<'a> {
    let at = |instant: Instant| (zone.rfc3339(instant), hhmm(zone.wall(instant).time()));
    let ends = |span: &Interval| (at(span.start), at(span.end));
    let open = column.open.iter().map(|(open, slot_minutes)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(open);
        OpenView { starts_at, ends_at, start_time, end_time, slot_minutes: *slot_minutes }
    });
    let closed = column.closed.iter().map(|(shut, reason)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(shut);
        ClosedView { starts_at, ends_at, start_time, end_time, reason }
    });
    let held = column.held.iter().map(|(held, entry, until)| {
        let ((starts_at, start_time), (ends_at, end_time)) = ends(held);
        HeldView { starts_at, ends_at, start_time, end_time, entry, until: zone.rfc3339(*until) }
    });
    ColumnView {
        date: column.date.to_string(),
        doctor: column.doctor.as_ref().map(doctor_inside),
        open: open.collect(),
        closed: closed.collect(),
        held: held.collect(),
        appointments: column.visits.iter().map(|booked| brief_view(booked, column)).collect(),
    }
}

fn brief_view<'a>(booked: &'a Booked, column: &'a Column) -> BriefView<'a> {
    let Booked { brief, zone, branch, service } = booked;
    BriefView {
        id: &brief.id,
        code: &brief.code,
        date: On(brief.date),
        start_time: Clock(brief.start_time),
        end_time: Clock(zone.wall(brief.span.end).time()),
        starts_at: At(zone, brief.span.start),
        ends_at: At(zone, brief.span.end),
        token_number: brief.token_number,
        status: brief.status.as_str(),
        overbooked: brief.overbooked,
        visit_type: brief.visit_type.as_deref(),
        reason: brief.reason.as_deref(),
        patient: brief.patient.inside(),
        doctor: column.doctor.as_ref().map(doctor_inside),
        branch: label_inside(branch),
        service: service.as_deref().map(label_inside),
    }
}
