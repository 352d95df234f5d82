//! When the rules of a zone change, the wall clock is what was promised: the instants of coming
//! appointments are derived from it anew.

use crate::app::{Context, Env, reminders};
use crate::domain::appointment::Appointment;
use crate::domain::interval::Interval;
use crate::domain::record::Clinic;
use crate::domain::time::{Instant, Reading, Zone};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, appointments, directory, outbox};
use std::collections::HashMap;

/// What became of an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has the instants that its wall clock means now.
    Moved,
    /// It has them, too, but overlaps another visit of its doctor there. One of both counts as overbooked.
    Overlaps,
    /// Its wall clock is jumped over now: it keeps its instants until somebody moves it.
    NoSuchTime,
}

/// An appointment whose instants are others under today's rules.
#[derive(Debug, Clone)]
pub struct Rezoned {
    /// The appointment as it is now.
    pub appointment: Appointment,
    /// When it started under the rules of before.
    pub before: Instant,
    /// The zone's rules of today.
    pub zone: Zone,
    /// What became of it.
    pub outcome: Outcome,
}

/// How far a zone's rules may move a wall clock, in seconds.
const SLACK: i64 = 86_400;

/// What a visit overlapped before anything was moved.
type Before = HashMap<String, Vec<String>>;

/// Derives the instants of coming appointments anew and plans their reminders anew. The audit log
/// tells of each; no webhook is called, as nobody moved a visit. Where it fails, nothing is changed.
pub fn rezone(context: &mut Context, ending: Ending) -> Result<Vec<Rezoned>> {
    let Context { store, env } = context;
    store.write(ending, |tx| {
        let mut found = Vec::new();
        env.whole_book(tx)?;
        for clinic in directory::clinics(tx)? {
            let (mut waiting, mut before_all) = (Vec::new(), Before::new());
            // Whether it is ahead, today's rules say: under those of before it may seem to be over.
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

/// What the wall clock means today. Of a time that comes twice the present one stays if it is one of both.
fn start(zone: &Zone, appointment: &Appointment) -> Option<Instant> {
    match zone.read(appointment.date.and_time(appointment.start_time)) {
        Reading::Once(instant) => Some(instant),
        Reading::Twice(_, second) if second == appointment.span.start => Some(second),
        Reading::Twice(first, _) => Some(first),
        Reading::Never(_) => None,
    }
}

/// The other visits of its doctor that it overlaps where it is.
fn overlapped(tx: &mut Tx<'_>, appointment: &Appointment) -> Result<Vec<String>> {
    match &appointment.doctor_id {
        Some(doctor) => Ok(appointments::conflicts(tx, doctor, appointment.busy, &appointment.id)?),
        None => Ok(Vec::new()),
    }
}

/// Tells of each overlap that was not there before, whether or not the book takes it: one with a visit
/// that is overbooked already is as much of a surprise at the desk.
fn tell_overlaps(tx: &mut Tx<'_>, mut moved: Vec<Rezoned>, before: &Before) -> Result<Vec<Rezoned>> {
    for one in &mut moved {
        let had = before.get(&one.appointment.id).map_or(&[][..], Vec::as_slice);
        if overlapped(tx, &one.appointment)?.iter().any(|other| !had.contains(other)) {
            one.outcome = Outcome::Overlaps;
        }
    }
    Ok(moved)
}

/// Moves all that can be moved, again and again as others make room; what is left then overlaps.
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
            // One makes way, and perhaps the others find room then.
            let one = Rezoned { outcome: Outcome::Overlaps, ..left.remove(0) };
            let after = Appointment { overbooked: true, ..moved(&one) };
            found.push(write(tx, env, clinic, one, after)?);
        }
        waiting = left;
    }
}

/// The appointment at what its wall clock means today; its length and buffers stay.
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
    // What was due to be said at once, such as a confirmation, says the wall clock, which stays.
    outbox::drop_reminders(tx, &after.id, env.now)?;
    reminders::plan(tx, env, &after, &due, None)?;
    Ok(Rezoned { appointment: after, ..one })
}
