//! After a change of time zone rules, recomputes the instants of upcoming appointments.

use crate::app::{Context, Env, reminders};
use crate::domain::appointment::Appointment;
use crate::domain::interval::Interval;
use crate::domain::record::Clinic;
use crate::domain::time::{Instant, Reading, Zone};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, appointments, directory, outbox};
use std::collections::HashMap;

/// The result for an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The instants were recomputed.
    Moved,
    /// Recomputed, but the visit now overlaps another of its doctor; one of the two is overbooked.
    Overlaps,
    /// The local time does not exist (DST gap): the instants stay until someone moves the appointment.
    NoSuchTime,
}

/// An appointment whose instants differ under the current rules.
#[derive(Debug, Clone)]
pub struct Rezoned {
    /// The appointment after the change.
    pub appointment: Appointment,
    /// The start under the old rules.
    pub before: Instant,
    /// The zone with its current rules.
    pub zone: Zone,
    /// The result.
    pub outcome: Outcome,
}

/// Largest assumed change of an offset, in seconds.
const SLACK: i64 = 86_400;

/// Overlapping visits by appointment id, before any move.
type Before = HashMap<String, Vec<String>>;

/// Recomputes the instants of upcoming appointments and replans their reminders, all or nothing. Each change
/// is audited; no webhook event is sent, because nobody moved a visit.
pub fn rezone(context: &mut Context, ending: Ending) -> Result<Vec<Rezoned>> {
    let Context { store, env } = context;
    store.write(ending, |tx| {
        let mut found = Vec::new();
        env.whole_book(tx)?;
        for clinic in directory::clinics(tx)? {
            let (mut waiting, mut before_all) = (Vec::new(), Before::new());
            // Include recent starts: a visit that is over under the old rules may be ahead under the new
            // ones.
            for appointment in appointments::not_begun(tx, &clinic.id, env.now.plus(-SLACK))? {
                let zone = env.zones.get(&appointment.timezone)?;
                let before = appointment.span.start;
                let outcome = match start(&zone, &appointment) {
                    Some(start) if start == before || (start <= env.now && before <= env.now) => continue,
                    None if before <= env.now => continue,
                    Some(_) => Outcome::Moved,
                    None => Outcome::NoSuchTime,
                };
                before_all.insert(appointment.id.clone(), overlapped(tx, &appointment)?);
                let one = Rezoned { appointment, before, zone, outcome };
                match outcome {
                    Outcome::NoSuchTime => found.push(one),
                    _ => waiting.push(one),
                }
            }
            let moved = settle(tx, env, &clinic, waiting)?;
            found.extend(tell_overlaps(tx, moved, &before_all)?);
        }
        found.sort_by_key(|one| (one.appointment.date, one.appointment.start_time));
        Ok(found)
    })
}

/// Returns the instant of the local time. Of two instants, prefers the current one, else the first.
fn start(zone: &Zone, appointment: &Appointment) -> Option<Instant> {
    match zone.read(appointment.date.and_time(appointment.start_time)) {
        Reading::Once(instant) => Some(instant),
        Reading::Twice(_, second) if second == appointment.span.start => Some(second),
        Reading::Twice(first, _) => Some(first),
        Reading::Never(_) => None,
    }
}

/// Returns the ids of the doctor's other visits that overlap the appointment.
fn overlapped(tx: &mut Tx<'_>, appointment: &Appointment) -> Result<Vec<String>> {
    match &appointment.doctor_id {
        Some(doctor) => Ok(appointments::conflicts(tx, doctor, appointment.busy, &appointment.id)?),
        None => Ok(Vec::new()),
    }
}

/// Marks moved appointments with a new overlap, including overlaps with visits that are already overbooked.
fn tell_overlaps(tx: &mut Tx<'_>, mut moved: Vec<Rezoned>, before: &Before) -> Result<Vec<Rezoned>> {
    for one in &mut moved {
        let had = before.get(&one.appointment.id).map_or(&[][..], Vec::as_slice);
        if overlapped(tx, &one.appointment)?.iter().any(|other| !had.contains(other)) {
            one.outcome = Outcome::Overlaps;
        }
    }
    Ok(moved)
}

/// Moves the visits in rounds, as moves free time for others; overbooks one when a round moves none.
fn settle(tx: &mut Tx<'_>, env: &Env, clinic: &Clinic, mut waiting: Vec<Rezoned>) -> Result<Vec<Rezoned>> {
    let mut found = Vec::new();
    loop {
        let before = waiting.len();
        let mut left = Vec::new();
        for one in waiting {
            let after = moved(&one);
            let stands_in_the_way = match &after.doctor_id {
                Some(doctor) if !after.overbooked => {
                    appointments::guarded_conflict(tx, doctor, after.busy, &after.id)?.is_some()
                }
                _ => false,
            };
            match stands_in_the_way {
                true => left.push(one),
                false => found.push(write(tx, env, clinic, one, after)?),
            }
        }
        if left.is_empty() {
            return Ok(found);
        }
        if left.len() == before {
            let one = Rezoned { outcome: Outcome::Overlaps, ..left.remove(0) };
            let after = Appointment { overbooked: true, ..moved(&one) };
            found.push(write(tx, env, clinic, one, after)?);
        }
        waiting = left;
    }
}

/// Returns the appointment at its recomputed start, with the same length and buffers.
fn moved(one: &Rezoned) -> Appointment {
    let appointment = &one.appointment;
    let start = start(&one.zone, appointment).unwrap_or(appointment.span.start);
    let later = start.unix() - appointment.span.start.unix();
    let shift = |span: Interval| Interval::new(span.start.plus(later), span.end.plus(later));
    Appointment { span: shift(appointment.span), busy: shift(appointment.busy), ..appointment.clone() }
}

fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    clinic: &Clinic,
    one: Rezoned,
    mut after: Appointment,
) -> Result<Rezoned> {
    let due = reminders::due_times(env, &clinic.settings, &after, &one.zone);
    after.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    after.updated_at = env.now;
    env.change(tx, Some(&clinic.id), "appointment.rezoned", None, (&one.appointment, &after))?;
    // Keep notices such as confirmations: they state the local time, which did not change.
    outbox::drop_reminders(tx, &after.id, env.now)?;
    reminders::plan(tx, env, &after, &due, None)?;
    Ok(Rezoned { appointment: after, ..one })
}
