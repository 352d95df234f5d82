//! Finds a person's data in records of others. While two records are merged, entries and events of one may
//! repeat data of the other, and they stay if the merge is undone.

use crate::domain::ids::is_made_patient_code;
use crate::domain::record::Patient;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::audit::{self, Entry, Place};
use crate::store::erase::Companions;
use crate::store::mentions::{Told, empty_answers, empty_event, events};
use crate::store::{Tx, redact};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Identifying fields of a patient.
const TELLING: [&str; 4] = ["full_name", "phone", "email", "code"];
/// Shortest word, in bytes, that answers are searched for: shorter ones match by chance.
const LONG_ENOUGH: usize = 7;

/// Values that identify a person.
pub(crate) type Words = BTreeSet<String>;

/// The identifying values of the record, and earlier ones from the log.
pub(crate) fn words(tx: &mut Tx<'_>, patient: &Patient) -> Result<Words> {
    let mut words = present(patient);
    words.extend(said(&audit::about(tx, &patient.id, false)?));
    Ok(words)
}

fn present(patient: &Patient) -> Words {
    let own = [Some(&patient.full_name), Some(&patient.phone), patient.email.as_ref()];
    own.into_iter().flatten().chain([&patient.code]).filter(|word| tells(word)).cloned().collect()
}

/// The identifying values in a person's entries.
fn said(entries: &[Entry]) -> Words {
    let mut words = Words::new();
    for entry in entries {
        for (field, value) in fields(entry) {
            if TELLING.contains(&field.as_str())
                && let Value::String(word) = value
                && tells(&word)
            {
                words.insert(word);
            }
        }
    }
    words
}

/// A generated code identifies nobody.
fn tells(word: &str) -> bool {
    !word.is_empty() && !is_made_patient_code(word)
}

/// The fields of the images before and after.
pub(crate) fn fields(entry: &Entry) -> Vec<(String, Value)> {
    let images = [&entry.before, &entry.after].into_iter().flatten();
    let objects = images.filter_map(|image| match serde_json::from_str(image) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    });
    objects.flatten().collect()
}

/// Where data of a person may be: another record, since when, and the words that are not its own.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    patient_id: String,
    since: (Place, Instant),
    words: Words,
}

/// The records merged with a person's, directly or through others, each with its first merge.
fn others(merges: &[Told], id: &str) -> BTreeMap<String, (Place, Instant)> {
    let mut others: BTreeMap<String, (Place, Instant)> = BTreeMap::new();
    let mut next = vec![id.to_owned()];
    while let Some(id) = next.pop() {
        for told in merges.iter().filter(|told| told.merged_id == id || told.kept_id == id) {
            let other = if told.merged_id == id { &told.kept_id } else { &told.merged_id };
            if !others.contains_key(other) {
                next.push(other.clone());
            }
            let told = (told.place.clone(), told.at);
            let since = others.entry(other.clone()).or_insert_with(|| told.clone());
            if told < *since {
                *since = told;
            }
        }
    }
    others.remove(id);
    others
}

/// Where data of a person may be, except in the records `going`, which are removed too.
pub(crate) fn elsewhere(
    tx: &mut Tx<'_>,
    merges: &[Told],
    patient: &Patient,
    going: &[&str],
) -> Result<Vec<Elsewhere>> {
    let mut others = others(merges, &patient.id);
    others.retain(|id, _| !going.contains(&id.as_str()));
    let mut found = Vec::new();
    if others.is_empty() {
        return Ok(found);
    }
    let theirs = words(tx, patient)?;
    for (patient_id, since) in others {
        let Some(other) = tx.by_id::<Patient>(&patient.clinic_id, &patient_id)? else { continue };
        // Words of both, or of the other before the merge, are the other's own.
        let mut own = present(&other);
        let mut entries = audit::about(tx, &patient_id, false)?;
        entries.retain(|entry| entry.place() < since.0);
        own.extend(said(&entries));
        let words = theirs.difference(&own).cloned().collect();
        found.push(Elsewhere { patient_id, since, words });
    }
    Ok(found)
}

/// The entries about the records `own` that repeat words of others, with whom they were merged.
pub(crate) fn of_others(tx: &mut Tx<'_>, merges: &[Told], own: &[&Patient]) -> Result<BTreeSet<Place>> {
    let ids: Vec<&str> = own.iter().map(|patient| patient.id.as_str()).collect();
    let mut found = BTreeSet::new();
    for patient in own {
        for id in others(merges, &patient.id).into_keys().filter(|id| !ids.contains(&id.as_str())) {
            let Some(other) = tx.by_id::<Patient>(&patient.clinic_id, &id)? else { continue };
            let mut places = elsewhere(tx, merges, &other, &[])?;
            places.retain(|place| place.patient_id == patient.id);
            found.extend(entries(tx, &places)?.iter().map(Entry::place));
        }
    }
    Ok(found)
}

/// The audit entries about others that repeat a person's words.
pub(crate) fn entries(tx: &mut Tx<'_>, elsewhere: &[Elsewhere]) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    for Elsewhere { patient_id, since, words } in elsewhere {
        let mut entries = redact::open_about(tx, patient_id)?;
        entries.retain(|entry| entry.place() >= since.0 && repeats(entry, words));
        found.append(&mut entries);
    }
    Ok(found)
}

fn repeats(entry: &Entry, words: &Words) -> bool {
    fields(entry).iter().any(|(_, value)| value.as_str().is_some_and(|value| words.contains(value)))
}

/// Empties events of others' visits that repeat a person's words, and answers that contain them.
pub(crate) fn empty(tx: &mut Tx<'_>, elsewhere: &[Elsewhere], now: Instant) -> Result<Companions> {
    let mut gone = Companions::default();
    for Elsewhere { patient_id, since, words } in elsewhere {
        for word in words {
            let spelled = Value::from(word.as_str()).to_string();
            for event in events(tx, patient_id, since.1, &spelled)? {
                gone.deliveries += empty_event(tx, &event, now)?;
                gone.events += 1;
            }
            if word.len() >= LONG_ENOUGH {
                empty_answers(tx, patient_id, word)?;
            }
        }
    }
    Ok(gone)
}
