//! Checks 5 to 11 of a booking (numbers as in the manual's table), in order, for every action that takes up
//! time: booking, rescheduling, a longer visit, a late arrival. The caller runs checks 1 to 4; [`Ledger`]
//! queries the database.

use crate::domain::appointment::Other;
use crate::domain::interval::Interval;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::Settings;
use crate::domain::time::{Instant, Reading, Zone, hhmm, show_duration};
use crate::domain::window::{Ask, Closure, Opening};
use chrono::NaiveDate;

/// Maximum length of an appointment, in minutes.
pub const LONGEST_MINUTES: i64 = 24 * 60;
/// Maximum buffer before or after, in minutes; so a busy span never exceeds two days.
pub const LONGEST_BUFFER: i64 = 12 * 60;

/// Database queries of the checks. All of them ignore the appointment that is being moved.
pub trait Ledger {
    /// An active appointment of the doctor whose busy span overlaps `busy`.
    fn conflict(&mut self, doctor_id: &str, busy: Interval) -> Result<Option<Other>, Refusal>;

    /// Number of active bookings of the service in the opening.
    fn taken(&mut self, opening: &Opening<'_>, service_id: Option<&str>) -> Result<i64, Refusal>;

    /// Expiry (RFC 3339) of a waiting-list hold of the doctor that overlaps `busy`, if any.
    fn held(&mut self, doctor_id: &str, busy: Interval) -> Result<Option<String>, Refusal>;

    /// Expiries of the waiting-list holds of the service in the opening, soonest first (RFC 3339).
    fn held_places(
        &mut self,
        opening: &Opening<'_>,
        service_id: Option<&str>,
    ) -> Result<Vec<String>, Refusal>;

    /// A future booking on `date` that the duplicate rule counts as the same; `None` inside if the caller must
    /// not see it.
    fn duplicate(&mut self, date: NaiveDate) -> Result<Option<Option<Other>>, Refusal>;
}

/// Candidates for the length of an appointment, in minutes; [`Lengths::within`] has their order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lengths {
    /// Given in the request.
    pub given: Option<i64>,
    /// The service's length.
    pub service: Option<i64>,
    /// The doctor's slot length.
    pub doctor: Option<i64>,
    /// The clinic's slot length.
    pub clinic: i64,
}

impl Lengths {
    /// The length in a window with grid step `window_slot`.
    pub fn within(&self, window_slot: Option<i64>) -> i64 {
        self.given.or(self.service).or(window_slot).or(self.doctor).unwrap_or(self.clinic)
    }

    /// The grid step of a window; `window_slot` is its own, if set.
    pub fn step(&self, window_slot: Option<i64>) -> i64 {
        window_slot.or(self.doctor).unwrap_or(self.clinic)
    }
}

/// A requested time.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Branch, doctor, service and labels.
    pub ask: Ask<'a>,
    /// The start.
    pub start: Instant,
    /// Where the length comes from.
    pub lengths: Lengths,
    /// The doctor's buffers before and after, in minutes.
    pub buffers: (i64, i64),
    /// Whether to skip checks 9 and 10.
    pub overbook: bool,
}

impl Wanted<'_> {
    /// The busy span if no window is known, so without a window's slot length.
    pub(super) fn busy_without_window(&self) -> Interval {
        let (before, after) = self.buffers;
        let minutes = self.lengths.within(None);
        Interval::new(self.start, self.start.plus(minutes * 60)).padded(before * 60, after * 60)
    }
}

/// The data that the checks need.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The current time.
    pub now: Instant,
    /// The clinic's settings.
    pub settings: &'a Settings,
    /// The branch's zone.
    pub zone: &'a Zone,
    /// The openings around the requested date that match [`Wanted::ask`].
    pub openings: &'a [Opening<'a>],
    /// The closures that affect the branch and doctor.
    pub closures: &'a [Closure],
}

/// The opening and spans of an accepted booking.
#[derive(Debug, Clone, Copy)]
pub struct Placement<'a> {
    /// The opening that holds it.
    pub opening: Opening<'a>,
    /// The visit without buffers.
    pub span: Interval,
    /// The visit with the doctor's buffers.
    pub busy: Interval,
}

/// Runs checks 5 to 11 in order.
pub fn place<'a>(
    wanted: &Wanted<'_>,
    facts: &Facts<'a>,
    ledger: &mut dyn Ledger,
) -> Result<Placement<'a>, Refusal> {
    check_start(wanted.start, facts)?;
    let opening = choose(wanted, facts.settings.strict_slots, facts.zone, facts.openings)
        .ok_or_else(|| outside(wanted, facts))?;
    let placement = placement(wanted, opening);
    check_open(&placement, facts)?;
    check_fit(wanted, &placement, facts)?;
    if !wanted.overbook {
        check_room(wanted, &placement, ledger)?;
    }
    check_duplicate(facts.zone.date(wanted.start), ledger)?;
    Ok(placement)
}

/// Check 5: the start is in the future, neither too soon nor too far ahead.
pub fn check_start(start: Instant, facts: &Facts<'_>) -> Result<(), Refusal> {
    let ahead = start.unix() - facts.now.unix();
    let Settings { min_notice, max_advance, .. } = *facts.settings;
    if ahead <= 0 {
        return Err(Refusal::new(Code::PastAppointment, text!("that-time-has-already-passed"))
            .detail("starts_at", facts.zone.rfc3339(start))
            .detail("now", facts.zone.rfc3339(facts.now)));
    }
    if ahead < min_notice {
        return Err(Refusal::new(
            Code::TooSoon,
            text!("appointments-are-booked-at-least-ahead", min_notice = show_duration(min_notice)),
        )
        .detail("earliest", facts.zone.rfc3339(facts.now.plus(min_notice))));
    }
    if ahead > max_advance {
        return Err(Refusal::new(
            Code::TooFar,
            text!("appointments-are-booked-at-most-ahead", max_advance = show_duration(max_advance)),
        )
        .detail("latest", facts.zone.rfc3339(facts.now.plus(max_advance))));
    }
    Ok(())
}

/// Chooses the opening for a start. Order: open, fits, names the service, starts earliest, oldest window.
pub fn choose<'a>(
    wanted: &Wanted<'_>,
    strict: bool,
    zone: &Zone,
    openings: &[Opening<'a>],
) -> Option<Opening<'a>> {
    openings
        .iter()
        .filter(|opening| opening.span.holds(wanted.start) && opening.window.accepts(&wanted.ask))
        .min_by_key(|opening| {
            let window = opening.window;
            let names_it = wanted.ask.service_id.is_some_and(|id| window.services.iter().any(|s| s == id));
            (
                !window.open,
                !fits(wanted, opening, strict, zone),
                !names_it,
                opening.span.start,
                window.position,
            )
        })
        .copied()
}

/// The spans of the requested time in that opening.
pub fn placement<'a>(wanted: &Wanted<'_>, opening: Opening<'a>) -> Placement<'a> {
    let minutes = wanted.lengths.within(opening.window.slot_minutes);
    let span = Interval::new(wanted.start, wanted.start.plus(minutes * 60));
    let (before, after) = wanted.buffers;
    Placement { opening, span, busy: span.padded(before * 60, after * 60) }
}

fn fits(wanted: &Wanted<'_>, opening: &Opening<'_>, strict: bool, zone: &Zone) -> bool {
    let placement = placement(wanted, *opening);
    opening.span.contains(placement.span) && (!strict || on_grid(wanted, opening, zone))
}

fn on_grid(wanted: &Wanted<'_>, opening: &Opening<'_>, zone: &Zone) -> bool {
    let step = wanted.lengths.step(opening.window.slot_minutes);
    opening.window.on_grid(opening.date, zone, step, wanted.start)
}

/// The refusal of check 6, with that date's working hours.
pub(super) fn outside(wanted: &Wanted<'_>, facts: &Facts<'_>) -> Refusal {
    let date = facts.zone.date(wanted.start);
    let hours = working_hours(&wanted.ask, facts, date);
    let hint = if hours.is_empty() {
        text!("there-are-no-hours-on-that-date-turno")
    } else {
        text!("pick-a-time-inside-the-working-hours")
    };
    Refusal::new(Code::OutsideAvailability, text!("that-time-is-outside-the-working-hours"))
        .detail("date", date.to_string())
        .detail("working_hours", hours)
        .hint(hint)
}

/// Open hours of a date as `09:00-12:00`, earliest first; labels are ignored if no window has them.
pub fn working_hours(ask: &Ask<'_>, facts: &Facts<'_>, date: NaiveDate) -> Vec<String> {
    let hours = |ask: &Ask<'_>| {
        let mut spans: Vec<_> = facts
            .openings
            .iter()
            .filter(|opening| opening.date == date && opening.window.open && opening.window.accepts(ask))
            .map(|opening| (opening.window.from, opening.window.to))
            .collect();
        spans.sort_unstable();
        spans.dedup();
        spans.into_iter().map(|(from, to)| format!("{}-{}", hhmm(from), hhmm(to))).collect::<Vec<_>>()
    };
    let asked = hours(ask);
    if asked.is_empty() { hours(&Ask { session: None, batch: None, ..*ask }) } else { asked }
}

/// Check 7: the window is open and no closure overlaps.
pub fn check_open(placement: &Placement<'_>, facts: &Facts<'_>) -> Result<(), Refusal> {
    let window = placement.opening.window;
    if !window.open {
        return Err(Refusal::new(Code::SlotInactive, text!("the-window-is-closed"))
            .detail("reason", text!("window-closed"))
            .detail("window", window.code.as_str())
            .hint(text!("turno-window-open-opens-it", code = window.code)));
    }
    let doctor = window.doctor_id.as_deref();
    let closure = facts
        .closures
        .iter()
        .filter(|closure| closure.concerns(&window.branch_id, doctor))
        .find(|closure| closure.span(facts.zone).overlaps(placement.span));
    match closure {
        None => Ok(()),
        Some(closure) => {
            Err(Refusal::new(Code::SlotInactive, text!("closed-at-that-time", reason = closure.reason))
                .detail("reason", closure.reason.as_str())
                .detail("closure", closure.code.as_str()))
        }
    }
}

/// Check 8: the whole visit lies in the window, with `strict_slots` also on its grid.
pub fn check_fit(wanted: &Wanted<'_>, placement: &Placement<'_>, facts: &Facts<'_>) -> Result<(), Refusal> {
    let Placement { opening, span, .. } = placement;
    let window = opening.window;
    let hours = format!("{}-{}", hhmm(window.from), hhmm(window.to));
    if !opening.span.contains(*span) {
        let minutes = span.seconds() / 60;
        return Err(Refusal::new(
            Code::InvalidTimeSlot,
            text!("minutes-from-then-do-not-fit", minutes, hours),
        )
        .detail("working_hours", vec![hours])
        .detail("duration_minutes", minutes));
    }
    if facts.settings.strict_slots && !on_grid(wanted, opening, facts.zone) {
        let step = wanted.lengths.step(window.slot_minutes);
        return Err(Refusal::new(
            Code::InvalidTimeSlot,
            text!("appointments-start-every-minutes-from", step, from = hhmm(window.from)),
        )
        .detail("slot_minutes", step)
        .detail("working_hours", vec![hours]));
    }
    Ok(())
}

/// Checks 9 and 10: the doctor is free and the window has capacity left.
pub fn check_room(
    wanted: &Wanted<'_>,
    placement: &Placement<'_>,
    ledger: &mut dyn Ledger,
) -> Result<(), Refusal> {
    if let Some(doctor) = wanted.ask.doctor_id {
        check_free(doctor, placement.busy, ledger)?;
    }
    let Some(capacity) = placement.opening.window.capacity else { return Ok(()) };
    let taken = ledger.taken(&placement.opening, wanted.ask.service_id)?;
    let held = ledger.held_places(&placement.opening, wanted.ask.service_id)?;
    if taken + i64::try_from(held.len()).unwrap_or(i64::MAX) < capacity {
        return Ok(());
    }
    let full = Refusal::new(Code::SlotFull, text!("the-window-has-no-capacity-left"))
        .detail("capacity", capacity)
        .detail("date", placement.opening.date.to_string());
    Err(match held.into_iter().next() {
        // Only holds fill the window: report when the first one expires.
        Some(until) if taken < capacity => {
            full.detail("held_until", until).hint(text!("the-slot-is-held-for-somebody"))
        }
        _ => full,
    })
}

/// Check 9: the doctor has no appointment and no hold at that time.
pub(super) fn check_free(doctor: &str, busy: Interval, ledger: &mut dyn Ledger) -> Result<(), Refusal> {
    if let Some(other) = ledger.conflict(doctor, busy)? {
        return Err(conflict(&other));
    }
    match ledger.held(doctor, busy)? {
        Some(until) => {
            Err(Refusal::new(Code::AppointmentConflict, text!("that-time-is-held-for-somebody-else"))
                .detail("held_until", until)
                .hint(text!("the-slot-is-held-for-somebody")))
        }
        None => Ok(()),
    }
}

/// The refusal of check 9.
pub fn conflict(other: &Other) -> Refusal {
    Refusal::new(Code::AppointmentConflict, text!("the-doctor-already-has-an-appointment"))
        .detail("conflicting_appointment_id", other.id.as_str())
        .detail("conflicting", other.detail())
        .about(other)
}

/// Check 11: the duplicate rule finds no other booking on that date.
pub(super) fn check_duplicate(date: NaiveDate, ledger: &mut dyn Ledger) -> Result<(), Refusal> {
    match ledger.duplicate(date)? {
        None => Ok(()),
        Some(other) => {
            let id = other.as_ref().map(|other| other.id.clone());
            let hint = match &other {
                Some(Other { code, .. }) => text!("turno-reschedule-moves-it-cancel", code, code2 = code),
                None => text!("move-the-existing-one-or-relax").to_owned(),
            };
            let refusal =
                Refusal::new(Code::DuplicateBooking, text!("this-phone-already-has-such-an-appointment"))
                    .detail("existing_appointment_id", id)
                    .detail("existing", other.as_ref().map(Other::detail))
                    .detail("date", date.to_string())
                    .hint(hint);
            Err(match &other {
                Some(other) => refusal.about(other),
                None => refusal,
            })
        }
    }
}

/// Converts a wall-clock time to its instant; refuses one that a DST change skips or repeats.
pub fn wall_instant(zone: &Zone, wall: chrono::NaiveDateTime) -> Result<Instant, Refusal> {
    match zone.read(wall) {
        Reading::Once(instant) => Ok(instant),
        Reading::Twice(first, second) => Err(Refusal::new(
            Code::InvalidTimeSlot,
            text!("comes-twice-on-the-clock-is-put-back", time = hhmm(wall.time()), date = wall.date()),
        )
        .detail("candidates", vec![zone.rfc3339(first), zone.rfc3339(second)])
        .hint(text!("say-which-with-its-offset-at", first = zone.rfc3339(first)))),
        Reading::Never(_) => Err(Refusal::new(
            Code::InvalidTimeSlot,
            text!("does-not-exist-on-the-clock-jumps-over", time = hhmm(wall.time()), date = wall.date()),
        )
        .detail("date", wall.date().to_string())),
    }
}

#[cfg(test)]
mod tests;
