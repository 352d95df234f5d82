//! Imports a doctor's own calendar as closures.
//!
//! A closure's code is derived from its event, so importing a calendar again adds nothing twice: a moved
//! event moves its closure, a cancelled one reopens its time. Events missing from a later file keep their
//! closures.

use crate::app::access::find;
use crate::app::{Context, Desk, Env};
use crate::domain::interval::Interval;
use crate::domain::record::Doctor;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::time::Zone;
use crate::domain::window::Closure;
use crate::formats::ics::expand::{Expanded, Occurrence, View, expand};
use crate::formats::ics::read::Event;
use crate::platform::error::Result;
use crate::platform::secrets::fingerprint;
use crate::store::{Ending, Tx, directory};
use std::collections::BTreeMap;

/// Reason of a closure whose event has no summary.
const BUSY: &str = "busy";

/// The result of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Blocked {
    /// Events in the file.
    pub events: u64,
    /// New closures.
    pub added: u64,
    /// Closures with a new time or reason.
    pub updated: u64,
    /// Unchanged closures.
    pub known: u64,
    /// Closures removed because their event was cancelled.
    pub removed: u64,
    /// Events without duration.
    pub skipped: u64,
}

/// Closes the doctor's time during the events, from now to the clinic's `max_advance`; all or nothing.
pub fn block(context: &mut Context, doctor: &str, events: &[Event], ending: Ending) -> Result<Blocked> {
    let Context { store, env } = context;
    let desk = store.read(|tx| {
        let desk = env.desk(tx)?;
        find::active::<Doctor>(tx, &desk, doctor)?;
        Ok(desk)
    })?;
    // Expand recurrence rules before taking the write lock: expanding may take long.
    let horizon = Interval::new(env.now, env.now.plus(desk.clinic.settings.max_advance));
    let zone = |name: &str| -> Option<Zone> { env.zones.get(name).ok() };
    let view = View { zone: &zone, home: &desk.zone, horizon };
    let expanded = expand(events, &view).map_err(|found| {
        Refusal::invalid("file", text!("line-problem", line = found.line, problem = found.problem))
            .detail("line", i64::try_from(found.line).unwrap_or(0))
    })?;
    store.write_in_clinic(ending, |tx| {
        let desk = env.desk(tx)?;
        let doctor = find::active::<Doctor>(tx, &desk, doctor)?;
        let mut there = Vec::new();
        for closure in directory::all::<Closure>(tx, &desk.clinic.id, true)? {
            if closure.doctor_id.as_deref() == Some(doctor.id.as_str()) {
                there.push((closure.code.clone(), closure));
            }
        }
        let mut there: BTreeMap<String, Closure> = there.into_iter().collect();
        let skipped = expanded.iter().map(|event| event.empty).sum();
        let mut blocked = Blocked { events: events.len() as u64, skipped, ..Blocked::default() };
        for event in &expanded {
            write(tx, env, &desk, &doctor, (event, &mut there), &mut blocked)?;
        }
        Ok(blocked)
    })
}

fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    doctor: &Doctor,
    (event, there): (&Expanded, &mut BTreeMap<String, Closure>),
    blocked: &mut Blocked,
) -> Result<()> {
    let clinic_id = Some(desk.clinic.id.as_str());
    let prefix = format!("ICS-{}-", short_hash(&format!("{}\n{}", doctor.id, event.uid)));
    let mut kept = Vec::new();
    for occurrence in &event.occurrences {
        let Occurrence { key, from, to, summary } = occurrence;
        let code = format!("{prefix}{}", short_hash(key));
        let reason = summary.as_deref().map(one_line).filter(|reason| !reason.is_empty());
        let reason = reason.unwrap_or_else(|| BUSY.to_owned());
        kept.push(code.clone());
        match there.get(&code) {
            Some(before) => {
                let after = Closure { from: *from, to: *to, reason, active: true, ..before.clone() };
                let states = (before, &after);
                match env.change(tx, clinic_id, "closure.updated", None, states)? {
                    true => blocked.updated += 1,
                    false => blocked.known += 1,
                }
            }
            None => {
                let closure = Closure {
                    id: env.new_id(),
                    clinic_id: desk.clinic.id.clone(),
                    code,
                    branch_id: None,
                    doctor_id: Some(doctor.id.clone()),
                    from: *from,
                    to: *to,
                    reason,
                    active: true,
                    created_at: env.now,
                };
                env.create(tx, clinic_id, "closure.added", &closure)?;
                blocked.added += 1;
            }
        }
    }
    let now = desk.zone.wall(env.now);
    let of_event = there.iter().filter(|(code, closure)| {
        code.starts_with(&prefix) && closure.active && closure.to > now && !kept.contains(*code)
    });
    for (_, before) in of_event {
        let after = Closure { active: false, ..before.clone() };
        env.change(tx, clinic_id, "closure.removed", None, (before, &after))?;
        blocked.removed += 1;
    }
    Ok(())
}

fn short_hash(text: &str) -> String {
    fingerprint(text).chars().take(10).collect()
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(text::SHORT_LIMIT).collect()
}
