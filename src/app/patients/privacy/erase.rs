//! Erases a person. The visits stay, with their times but without personal data.

use crate::app::access::find;
use crate::app::patients::privacy::mentions;
use crate::app::patients::privacy::mentions::Words;
use crate::app::patients::privacy::{check_own_record, facts, scrub};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Appointment;
use crate::domain::ids;
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{self, name_key};
use crate::domain::waitlist::{self as waiting, Standing};
use crate::domain::window::Closure;
use crate::platform::error::Result;
use crate::platform::secrets::random;
use crate::store::audit::{Entry, Place};
use crate::store::erase::{Companions, HIDDEN_KEY, NAMELESS, NO_REQUEST};
use crate::store::{
    Ending, Tx, directory, erase, mentions as store_mentions, merges, redact, replies, waitlist,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Visits per page.
const AT_A_TIME: i64 = 200;

/// Numbers of what was, or would be, erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gone {
    /// Visits emptied or removed.
    pub visits: u64,
    /// Their messages, events and deliveries.
    pub companions: Companions,
    /// Audit entries emptied.
    pub entries: u64,
}

/// The result of an erasure.
#[derive(Debug, Clone)]
pub struct Erased {
    /// The record after the erasure; in a dry run as it is.
    pub patient: Patient,
    /// The codes of the records merged into it, which were erased too.
    pub merged: Vec<String>,
    /// Numbers of what was erased.
    pub gone: Gone,
    /// False if the person was erased before.
    pub changed: bool,
}

/// Erases a person; refused while visits are ahead. `Ending::Rollback` makes it a dry run.
pub fn erase(context: &mut Context, word: &str, ending: Ending) -> Result<Erased> {
    context.write(ending, |tx, env, desk| {
        let patient: Patient = find::exact(tx, &desk, word)?;
        if patient.erased_at.is_some() {
            return Ok(Erased { patient, merged: Vec::new(), gone: Gone::default(), changed: false });
        }
        check_own_record(tx, &desk, &patient)?;
        check_no_visit_ahead(tx, env, &patient)?;
        let merged = erase::merged_into(tx, &desk.clinic.id, &patient.id)?;
        let codes = merged.iter().map(|patient| patient.code.clone()).collect();
        let (after, gone) = erase_in(tx, env, &desk, &patient, &merged)?;
        let patient = if ending == Ending::Commit { after } else { patient };
        Ok(Erased { patient, merged: codes, gone, changed: true })
    })
}

fn check_no_visit_ahead(tx: &mut Tx<'_>, env: &Env, patient: &Patient) -> Result<()> {
    let ahead = erase::open_visits(tx, &patient.id, env.now)?;
    let Some(first) = ahead.first() else { return Ok(()) };
    let hint = text!("cancel-them-first-turno-cancel-reason-r", first);
    let message = text!("patient-has-visits-still-ahead", code = patient.code);
    Err(Refusal::new(Code::InvalidStateTransition, message)
        .detail("reason", text!("visits-are-still-ahead"))
        .detail("appointments", ahead)
        .hint(hint))
}

/// Empties a patient's record, the records merged into it, their visits and their audit entries.
pub(crate) fn erase_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    patient: &Patient,
    merged: &[Patient],
) -> Result<(Patient, Gone)> {
    let mut gone = Gone::default();
    let mut emptied = Vec::new();
    let mut kept = patient.clone();
    let going: Vec<&str> = merged.iter().chain([patient]).map(|record| record.id.as_str()).collect();
    let told = store_mentions::merges(tx, &desk.clinic.id)?;
    let mut log = BTreeMap::new();
    // Forget the merges in reverse order: the nearest records were merged last.
    for record in merged.iter().rev().chain([patient]) {
        merges::forget(tx, &record.id)?;
        // Read the words from the log before it is emptied.
        let words = mentions::words(tx, record)?;
        let elsewhere = mentions::elsewhere(tx, &told, record, &going)?;
        note_all(&mut log, mentions::entries(tx, &elsewhere)?);
        gone.companions.add(mentions::empty(tx, &elsewhere, env.now)?);
        empty_visits(tx, env, record, &words, &mut gone, &mut emptied)?;
        empty_entries(tx, env, record, &mut emptied)?;
        empty_closures(tx, desk, &words, &mut emptied)?;
        let email = record.email.as_ref().map(|email| email.to_lowercase()).unwrap_or_default();
        replies::erase(tx, &desk.clinic.id, &record.id, &[&record.phone, &email], env.now)?;
        kept = nameless(tx, env, desk, record)?;
        tx.update(record, &kept)?;
        erase::empty_reasons(tx, &desk.clinic.id, |reason| is_told(reason, &words))?;
        emptied.push(record.id.clone());
    }
    for id in &emptied {
        note_all(&mut log, redact::open_about(tx, id)?);
    }
    gone.entries = u64::try_from(log.len()).unwrap_or(u64::MAX);
    let seq = env.note_facts::<Patient>(
        tx,
        Some(&desk.clinic.id),
        redact::ERASED,
        &patient.id,
        facts(&counts(&gone)),
    )?;
    let erasure = Place { chain: desk.clinic.id.clone(), seq };
    let key = env.secrets.audit_key()?;
    redact::empty(tx, log.values(), &erasure, |bytes| key.sign(bytes))?;
    scrub::note(tx, env.now, &erasure)?;
    Ok((kept, gone))
}

/// Adds entries by their place, so that none is counted or emptied twice.
pub(crate) fn note_all(log: &mut BTreeMap<Place, Entry>, entries: Vec<Entry>) {
    log.extend(entries.into_iter().map(|entry| (entry.place(), entry)));
}

/// The numbers for the audit entry, without any content.
pub(crate) fn counts(gone: &Gone) -> [(&'static str, Value); 5] {
    [
        ("visits", gone.visits.into()),
        ("messages", gone.companions.messages.into()),
        ("events", gone.companions.events.into()),
        ("deliveries", gone.companions.deliveries.into()),
        ("entries", gone.entries.into()),
    ]
}

fn empty_visits(
    tx: &mut Tx<'_>,
    env: &Env,
    patient: &Patient,
    words: &Words,
    gone: &mut Gone,
    emptied: &mut Vec<String>,
) -> Result<()> {
    let mut last = String::new();
    loop {
        let visits = erase::visits_of(tx, &patient.id, &last, AT_A_TIME)?;
        for visit in &visits {
            tx.update(visit, &empty_visit(env, words, visit)?)?;
            gone.companions.add(erase::empty_companions(tx, &visit.id, env.now)?);
            emptied.push(visit.id.clone());
            gone.visits += 1;
        }
        match visits.last() {
            Some(visit) => last.clone_from(&visit.id),
            None => return Ok(()),
        }
    }
}

/// Ends a person's waiting-list entries, and removes their notes and holds.
fn empty_entries(tx: &mut Tx<'_>, env: &Env, patient: &Patient, emptied: &mut Vec<String>) -> Result<()> {
    for entry in waitlist::of_patient(tx, &patient.id)? {
        let status = match entry.status {
            Standing::Waiting => Standing::Removed,
            status => status,
        };
        let after = waiting::Entry { note: None, hold: None, status, updated_at: env.now, ..entry.clone() };
        tx.update(&entry, &after)?;
        emptied.push(entry.id);
    }
    Ok(())
}

/// Removes a person's name from the reasons of closures: in an imported calendar of a doctor, the name is
/// often the whole summary. The time stays closed.
fn empty_closures(tx: &mut Tx<'_>, desk: &Desk, words: &Words, emptied: &mut Vec<String>) -> Result<()> {
    for closure in directory::all::<Closure>(tx, &desk.clinic.id, true)? {
        // Earlier reasons are in the log.
        let entries = redact::open_about(tx, &closure.id)?;
        let mut said = entries.iter().flat_map(mentions::fields).filter(|(field, _)| field == "reason");
        let was_said = said.any(|(_, reason)| reason.as_str().is_some_and(|reason| is_told(reason, words)));
        let is_said = is_told(&closure.reason, words);
        if is_said {
            tx.update(&closure, &Closure { reason: NAMELESS.into(), ..closure.clone() })?;
        }
        if is_said || was_said {
            emptied.push(closure.id);
        }
    }
    Ok(())
}

fn empty_visit(env: &Env, words: &Words, visit: &Appointment) -> Result<Appointment> {
    let key = visit.idempotency_key.as_deref();
    Ok(Appointment {
        visit_type: None,
        assigned_doctor: None,
        reason: None,
        notes: None,
        diagnosis: None,
        prescription: None,
        follow_up_required: false,
        follow_up_date: None,
        cancellation_reason: None,
        external_reference_id: None,
        source: if tells_who(&visit.source, words) { "erased".into() } else { visit.source.clone() },
        idempotency_key: key.map(|key| hidden_key(env, &visit.clinic_id, key)).transpose()?,
        request_hash: Some(NO_REQUEST.into()),
        updated_at: env.now,
        ..visit.clone()
    })
}

/// Whether a booking's source may identify the person: a number, an address or a name.
fn tells_who(source: &str, words: &Words) -> bool {
    let digits = source.bytes().filter(u8::is_ascii_digit).count();
    let key = name_key(source);
    digits > 4
        || source.contains('@')
        || words.iter().any(|word| name_key(word) == key || text::mentions(source, word))
}

/// Whether `answer` contains one of the words. Short words are ignored: they match by chance.
fn is_told(answer: &str, words: &Words) -> bool {
    const SHORTEST: usize = 4;
    let long_enough = |word: &&String| word.chars().count() >= SHORTEST;
    words.iter().filter(long_enough).any(|word| text::mentions(answer, word))
}

/// Replaces an idempotency key by a keyed hash: a repeated key is recognised, but cannot be read.
pub(crate) fn hidden_key(env: &Env, clinic_id: &str, key: &str) -> Result<String> {
    Ok(format!("{HIDDEN_KEY}{}", env.secrets.hidden(clinic_id, key)?))
}

/// The record without identifying data; a code given by a user is replaced, as it may be a name.
fn nameless(tx: &mut Tx<'_>, env: &Env, desk: &Desk, patient: &Patient) -> Result<Patient> {
    let mut code = patient.code.clone();
    while !ids::is_made_patient_code(&code)
        || (code != patient.code && tx.has_code::<Patient>(&desk.clinic.id, &code)?)
    {
        code = format!("P-{}", ids::new_code(random()?));
    }
    Ok(Patient {
        code,
        full_name: NAMELESS.into(),
        // No phone is empty, so nobody is found by it.
        phone: String::new(),
        unreachable_since: None,
        email: None,
        national_id: None,
        national_id_hash: None,
        locale: None,
        channels: None,
        opt_out: true,
        stopped_channels: None,
        active: false,
        updated_at: env.now,
        erased_at: Some(env.now),
        ..patient.clone()
    })
}
