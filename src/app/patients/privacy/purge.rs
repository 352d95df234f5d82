//! Retention: removes old data, in short transactions.

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
use crate::store::{Ending, Tx, erase, merges, purge, redact, replies, waitlist};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Visits or patients per transaction; other writers wait for its end.
const AT_A_TIME: i64 = 200;

/// What was, or would be, removed.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The code of the clinic.
    pub clinic: String,
    /// Its zone.
    pub zone: Zone,
    /// Data that ended before this instant is old.
    pub before: Instant,
    /// Visits removed with their companions, and audit entries emptied.
    pub gone: Gone,
    /// Patients removed because they have no visit left.
    pub patients: u64,
    /// Token counters removed, one per day and doctor or window.
    pub tokens: u64,
}

/// The cutoff: the start of a local day of the clinic.
struct Line {
    day: NaiveDate,
    before: Instant,
}

fn line(env: &Env, desk: &Desk, age: Age) -> Result<Line> {
    let day = age.before(desk.zone.date(env.now)).map_err(|why| Refusal::invalid("older_than", why))?;
    Ok(Line { day, before: desk.zone.earliest(midnight(day)) })
}

/// Counts what would be removed.
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
                // Entries about a visit are counted with it.
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

/// Removes old data; passes `progress` the number of removed visits. Commits in steps: after a failure, run
/// it again.
pub fn purge(context: &mut Context, age: Age, progress: &dyn Fn(u64)) -> Result<Purge> {
    let Context { store, env } = context;
    store.expect_many();
    let (mut done, told) = store.read(|tx| {
        let desk = env.desk(tx)?;
        let Line { before, .. } = line(env, &desk, age)?;
        let gone = Gone::default();
        // Patients merged later count as changed, and are not removed.
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
        let Line { before, day } = line(env, &desk, age)?;
        purge::series(tx, &desk.clinic.id)?;
        replies::purge(tx, &desk.clinic.id, before)?;
        Ok(purge::tokens(tx, &desk.clinic.id, day)?)
    })?;
    Ok(done)
}

fn add(sum: &mut Gone, gone: &Gone) {
    sum.visits += gone.visits;
    sum.companions.add(gone.companions);
    sum.entries += gone.entries;
}

/// Removes the oldest visits and their companions; returns their numbers, and whether to go on.
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

/// Removes patients without visits. Returns the numbers of emptied entries and of patients, and the id after
/// which to go on.
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
        replies::forget(tx, id)?;
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

fn remove_entries(tx: &mut Tx<'_>, entries: &[waiting::Entry]) -> Result<()> {
    for entry in entries {
        erase::remove::<waiting::Entry>(tx, &entry.id)?;
    }
    Ok(())
}

/// The audit entries about others that repeat a person's words.
fn traces_in_log(tx: &mut Tx<'_>, told: &[Told], patient: &Patient) -> Result<Vec<Entry>> {
    let elsewhere = mentions::elsewhere(tx, told, patient, &[])?;
    mentions::entries(tx, &elsewhere)
}

/// The next patients without a change or visit since `before`, each with the records merged into it; `None`
/// at the end.
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

/// Writes an audit entry with the numbers, and empties the entries about the removed records.
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
