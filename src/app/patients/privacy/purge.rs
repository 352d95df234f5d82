//! Retention: what is older than it has to be goes, in steps that keep nobody waiting.

use crate::app::patients::privacy::erase::{Gone, counts, note_all};
use crate::app::patients::privacy::{facts, mentions, scrub};
use crate::app::{Context, Desk, Env};
use crate::domain::age::Age;
use crate::domain::record::{Clinic, Patient};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Instant, Zone, midnight};
use crate::domain::waitlist as waiting;
use crate::platform::error::Result;
use crate::store::audit::{Entry, Place};
use crate::store::mentions::{self as mentions_of, Told};
use crate::store::{Ending, Tx, erase, merges, purge, redact, waitlist};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many visits or patients go in one transaction: other writers wait for its end.
const AT_A_TIME: i64 = 200;

/// What goes, or would go.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The code of the clinic.
    pub clinic: String,
    /// Its zone.
    pub zone: Zone,
    /// What ended before then is old.
    pub before: Instant,
    /// Visits with what belongs to them, and entries of the audit log that are emptied.
    pub gone: Gone,
    /// Patients who have no visit left.
    pub patients: u64,
    /// Days of a doctor or window whose count of tokens goes.
    pub tokens: u64,
}

/// Where the line is drawn: the start of a day on the clinic's clock.
struct Line {
    day: NaiveDate,
    before: Instant,
}

fn line(env: &Env, desk: &Desk, age: Age) -> Result<Line> {
    let day = age.before(desk.zone.date(env.now)).map_err(|why| Refusal::invalid("older_than", why))?;
    Ok(Line { day, before: desk.zone.earliest(midnight(day)) })
}

/// Counts what would go.
pub fn rehearse(context: &mut Context, age: Age) -> Result<Purge> {
    context.read(|tx, env, desk| {
        let Line { day, before } = line(env, &desk, age)?;
        let [visits, messages, events, deliveries, mut entries, tokens] =
            purge::counts(tx, &desk.clinic.id, before, day)?;
        let told = mentions_of::merges(tx, &desk.clinic.id)?;
        let (mut patients, mut last, mut going) = (0, String::new(), BTreeSet::new());
        let mut others = BTreeMap::new();
        while let Some(idle) = idle_patients(tx, &desk, before, &mut last)? {
            patients += u64::try_from(idle.len()).unwrap_or(u64::MAX);
            for patient in idle.into_iter().flatten() {
                entries += redact::count_about(tx, &patient.id)?;
                let waited = waitlist::of_patient(tx, &patient.id)?;
                // Those about a visit go with it.
                for entry in waited.iter().filter(|entry| entry.appointment_id.is_none()) {
                    entries += redact::count_about(tx, &entry.id)?;
                }
                note_all(&mut others, traces_in_log(tx, &told, &patient)?);
                going.insert(patient.id);
            }
        }
        others.retain(|_, entry| !going.contains(&entry.record_id));
        entries += u64::try_from(others.len()).unwrap_or(u64::MAX);
        let companions = erase::Companions { messages, events, deliveries };
        let gone = Gone { visits, companions, entries };
        Ok(Purge { clinic: desk.clinic.code, zone: desk.zone, before, gone, patients, tokens })
    })
}

/// Takes what is old out of the book. `progress` hears how many visits have gone.
/// Where it breaks off, what has gone has gone; run again it goes on.
pub fn purge(context: &mut Context, age: Age, progress: &dyn Fn(u64)) -> Result<Purge> {
    let Context { store, env } = context;
    store.expect_many();
    let (mut done, told) = store.read(|tx| {
        let desk = env.desk(tx)?;
        let Line { before, .. } = line(env, &desk, age)?;
        let gone = Gone::default();
        // Who was merged since was touched since, and does not go.
        let told = mentions_of::merges(tx, &desk.clinic.id)?;
        let purge = Purge { clinic: desk.clinic.code, zone: desk.zone, before, gone, patients: 0, tokens: 0 };
        Ok((purge, told))
    })?;
    loop {
        let (gone, more) = store.write(Ending::Commit, |tx| some_visits(tx, env, age))?;
        add(&mut done.gone, &gone);
        progress(done.gone.visits);
        if !more {
            break;
        }
    }
    let mut last = String::new();
    loop {
        let (entries, patients, next) =
            store.write(Ending::Commit, |tx| some_patients(tx, env, (age, &told), last.clone()))?;
        done.gone.entries += entries;
        done.patients += patients;
        match next {
            Some(next) => last = next,
            None => break,
        }
    }
    done.tokens = store.write(Ending::Commit, |tx| {
        let desk = env.desk(tx)?;
        let Line { day, .. } = line(env, &desk, age)?;
        purge::series(tx, &desk.clinic.id)?;
        Ok(purge::tokens(tx, &desk.clinic.id, day)?)
    })?;
    Ok(done)
}

fn add(sum: &mut Gone, gone: &Gone) {
    sum.visits += gone.visits;
    sum.companions.add(gone.companions);
    sum.entries += gone.entries;
}

/// Removes the oldest visits with what belongs to them. Answers what went, and whether there is more.
fn some_visits(tx: &mut Tx<'_>, env: &Env, age: Age) -> Result<(Gone, bool)> {
    let desk = env.desk(tx)?;
    let Line { before, day } = line(env, &desk, age)?;
    let visits = purge::visits(tx, &desk.clinic.id, before, day, AT_A_TIME)?;
    let mut gone = Gone::default();
    if visits.is_empty() {
        return Ok((gone, false));
    }
    let mut entries: Vec<waiting::Entry> = Vec::new();
    for visit in &visits {
        entries.extend(waitlist::of_visit(tx, &visit.id)?);
    }
    remove_entries(tx, &entries)?;
    for visit in &visits {
        gone.companions.add(erase::remove_visit(tx, &visit.id)?);
        gone.visits += 1;
    }
    let ids = visits.iter().map(|visit| &visit.id).chain(entries.iter().map(|entry| &entry.id));
    let ids: Vec<&str> = ids.map(String::as_str).collect();
    gone.entries = forget(tx, env, &desk, (before, (&gone, 0)), &ids, BTreeMap::new())?;
    Ok((gone, true))
}

/// Removes patients who have no visit left. Answers how many entries were emptied, how many patients
/// went, and behind whom to go on.
fn some_patients(
    tx: &mut Tx<'_>,
    env: &Env,
    (age, told): (Age, &[Told]),
    from: String,
) -> Result<(u64, u64, Option<String>)> {
    let desk = env.desk(tx)?;
    let Line { before, .. } = line(env, &desk, age)?;
    let mut last = from;
    let Some(groups) = idle_patients(tx, &desk, before, &mut last)? else { return Ok((0, 0, None)) };
    let mut ids: Vec<&str> = groups.iter().flatten().map(|patient| patient.id.as_str()).collect();
    let mut waited: Vec<waiting::Entry> = Vec::new();
    for id in &ids {
        waited.extend(waitlist::of_patient(tx, id)?);
    }
    remove_entries(tx, &waited)?;
    let mut log = BTreeMap::new();
    for patient in groups.iter().flatten() {
        note_all(&mut log, traces_in_log(tx, told, patient)?);
        let elsewhere = mentions::elsewhere(tx, told, patient, &ids)?;
        mentions::empty(tx, &elsewhere, env.now)?;
    }
    for id in &ids {
        merges::forget(tx, id)?;
    }
    for id in &ids {
        erase::remove::<Patient>(tx, id)?;
    }
    ids.extend(waited.iter().map(|entry| entry.id.as_str()));
    let patients = u64::try_from(groups.len()).unwrap_or(u64::MAX);
    let mut entries = 0;
    if !ids.is_empty() {
        entries = forget(tx, env, &desk, (before, (&Gone::default(), patients)), &ids, log)?;
    }
    Ok((entries, patients, Some(last)))
}

/// Removes what the waiting list has of those who go.
fn remove_entries(tx: &mut Tx<'_>, entries: &[waiting::Entry]) -> Result<()> {
    for entry in entries {
        erase::remove::<waiting::Entry>(tx, &entry.id)?;
    }
    Ok(())
}

/// The entries about others that repeat a person's words.
fn traces_in_log(tx: &mut Tx<'_>, told: &[Told], patient: &Patient) -> Result<Vec<Entry>> {
    let elsewhere = mentions::elsewhere(tx, told, patient, &[])?;
    mentions::entries(tx, &elsewhere)
}

/// The next patients whose record nobody touched since and who have no visit but old ones, each with
/// those who were merged into it; `None` at the end.
fn idle_patients(
    tx: &mut Tx<'_>,
    desk: &Desk,
    before: Instant,
    last: &mut String,
) -> Result<Option<Vec<Vec<Patient>>>> {
    let page = purge::patients(tx, &desk.clinic.id, before, last, AT_A_TIME)?;
    match page.last() {
        Some(patient) => last.clone_from(&patient.id),
        None => return Ok(None),
    }
    let mut groups = Vec::with_capacity(page.len());
    for patient in page {
        let mut group = erase::merged_into(tx, &desk.clinic.id, &patient.id)?;
        group.push(patient);
        if group.iter().all(|record| record.updated_at < before) {
            groups.push(group);
        }
    }
    Ok(Some(groups))
}

/// Writes down what goes, in numbers, and empties what the log says of it.
fn forget(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (before, (gone, patients)): (Instant, (&Gone, u64)),
    ids: &[&str],
    mut log: BTreeMap<Place, Entry>,
) -> Result<u64> {
    for id in ids {
        note_all(&mut log, redact::open_about(tx, id)?);
    }
    let entries = u64::try_from(log.len()).unwrap_or(u64::MAX);
    let gone = Gone { entries, ..gone.clone() };
    let mut said: Vec<(&str, Value)> = vec![("before", desk.zone.rfc3339(before).into())];
    said.extend(counts(&gone));
    said.push(("patients", patients.into()));
    let clinic_id = &desk.clinic.id;
    let seq = env.note_facts::<Clinic>(tx, Some(clinic_id), redact::PURGED, clinic_id, facts(&said))?;
    let erasure = Place { chain: clinic_id.clone(), seq };
    let key = env.secrets.audit_key()?;
    redact::empty(tx, log.values(), &erasure, |bytes| key.sign(bytes))?;
    scrub::note(tx, env.now, &erasure)?;
    Ok(entries)
}
