//! A day or a week of the calendar as public JSON.

use crate::app::agenda::{Agenda, Column};
use crate::domain::interval::Interval;
use crate::domain::record::Attendee;
use crate::domain::time::{Instant, Zone, hhmm};
use crate::public::spell::view;
use crate::public::{DoctorInside, NamedInside, Shown, branch_inside, doctor_inside};

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
        appointments: Vec<Shown<'a, Attendee>>,
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
        appointments: column.visits.iter().map(Shown).collect(),
    }
}
