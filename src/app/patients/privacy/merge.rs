//! Merges two records of one person: one is kept, the other refers to it. A merge can be undone until it is
//! sealed.

use crate::app::access::find;
use crate::app::patients::patient::{SeenPatient, see};
use crate::app::patients::patient_match::seal_national_id;
use crate::app::patients::privacy::{check_not_erased, check_own_record, facts};
use crate::app::{Context, Desk, Env};
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::PatientIdentity;
use crate::platform::error::Result;
use crate::store::merges::Merge;
use crate::store::{Ending, Tx, erase, merges, patients};
use serde_json::Value;

/// A field with different values in both records; the kept record's value stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field's name.
    pub field: &'static str,
    /// The kept record's value.
    pub kept: String,
    /// The other record's value, which stays in that record.
    pub merged: String,
}

/// Two records after a merge, or after it was undone or sealed.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The kept record.
    pub kept: SeenPatient,
    /// The record merged into it.
    pub merged: SeenPatient,
    /// Number of visits moved.
    pub visits: u64,
    /// Fields that the kept record took over; after an undo, those that it gave back.
    pub taken: Vec<String>,
    /// Fields with different values; empty after an undo.
    pub conflicts: Vec<Conflict>,
    /// After an undo: fields that stay, because they were changed since the merge.
    pub stayed: Vec<String>,
}

/// Merges the second record into the first. `Ending::Rollback` makes it a dry run.
pub fn merge(context: &mut Context, kept: &str, merged: &str, ending: Ending) -> Result<Merged> {
    context.write(ending, |tx, env, desk| {
        let kept: Patient = find::exact(tx, &desk, kept)?;
        let merged: Patient = find::exact(tx, &desk, merged)?;
        if kept.id == merged.id {
            return Err(Refusal::invalid("merged", text!("is-the-same-record-as-the-one"))
                .hint(text!("name-the-record-to-keep-first-then")));
        }
        for patient in [&kept, &merged] {
            check_own_record(tx, &desk, patient)?;
        }
        merge_in(tx, env, &desk, &kept, &merged)
    })
}

/// A dry run shows both records: writes an audit entry for each, as `patient show` does.
pub fn note_shown(context: &mut Context, seen: &Merged) -> Result<()> {
    let Context { store, env } = context;
    store.write_in_clinic(Ending::Commit, |tx| {
        let clinic_id = &seen.kept.patient.clinic_id;
        [&seen.kept, &seen.merged]
            .into_iter()
            .try_for_each(|one| env.note::<Patient>(tx, Some(clinic_id), "patient.shown", &one.patient.id))
    })
}

fn merge_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, kept: &Patient, merged: &Patient) -> Result<Merged> {
    let (mut after, taken) = take_over(env, desk, kept, merged)?;
    let conflicts = conflicts(env, kept, merged)?;
    after.no_show_count += merged.no_show_count;
    after.updated_at = env.now;
    let retired =
        Patient { active: false, merged_into: Some(kept.id.clone()), updated_at: env.now, ..merged.clone() };
    merges::begin(
        tx,
        &Merge {
            merged_id: merged.id.clone(),
            kept_id: kept.id.clone(),
            clinic_id: desk.clinic.id.clone(),
            taken: taken.clone(),
            no_shows: merged.no_show_count,
            merged_at: env.now,
        },
    )?;
    let said = [("taken", list(&taken)), ("no_show_count", after.no_show_count.into())];
    write_both(tx, env, "patient.merged", (kept, &after, &said), (merged, &retired))?;
    let ids = merges::visits(tx, &merged.id)?;
    let visits = hand_over(tx, env, desk, &ids, (&kept.id, "appointment.merged"))?;
    Ok(Merged {
        kept: see(env, after, false)?,
        merged: see(env, retired, false)?,
        visits,
        taken,
        conflicts,
        stayed: Vec::new(),
    })
}

/// Saves both records, each with an audit entry. The kept record's entry has no values, only field names: the
/// values belong to the other record if the merge is undone.
fn write_both(
    tx: &mut Tx<'_>,
    env: &Env,
    action: &str,
    (kept, after, said): (&Patient, &Patient, &[(&str, Value)]),
    (merged, its_after): (&Patient, &Patient),
) -> Result<()> {
    let clinic_id = Some(kept.clinic_id.as_str());
    tx.update(kept, after)?;
    env.note_facts::<Patient>(tx, clinic_id, action, &kept.id, facts(said))?;
    env.change(tx, clinic_id, action, None, (merged, its_after)).map(|_| ())
}

fn list(fields: &[String]) -> Value {
    fields.iter().map(String::as_str).collect()
}

/// The kept record, completed with fields of the other; also returns the names of these fields.
fn take_over(env: &Env, desk: &Desk, kept: &Patient, merged: &Patient) -> Result<(Patient, Vec<String>)> {
    let mut after = kept.clone();
    let mut taken: Vec<&str> = Vec::new();
    if kept.email.is_none() && merged.email.is_some() {
        after.email.clone_from(&merged.email);
        taken.push("email");
    }
    if let (None, Some(sealed)) = (&kept.national_id, &merged.national_id) {
        // Sealed for the other record, so seal it again.
        let plain = env.secrets.open("national_id", &merged.id, sealed)?;
        seal_national_id(env, desk, &mut after, &plain)?;
        taken.push("national_id");
    }
    if kept.locale.is_none() && merged.locale.is_some() {
        after.locale.clone_from(&merged.locale);
        taken.push("locale");
    }
    if kept.channels.is_none() && merged.channels.is_some() {
        after.channels.clone_from(&merged.channels);
        taken.push("channels");
    }
    // An opt-out under one record applies to both.
    if !kept.opt_out && merged.opt_out {
        after.opt_out = true;
        taken.push("opt_out");
    }
    if kept.stopped_channels.is_none() && merged.stopped_channels.is_some() {
        after.stopped_channels.clone_from(&merged.stopped_channels);
        taken.push("stopped_channels");
    }
    Ok((after, taken.into_iter().map(str::to_owned).collect()))
}

fn conflicts(env: &Env, kept: &Patient, merged: &Patient) -> Result<Vec<Conflict>> {
    let words = |patient: &Patient| -> Result<[(&'static str, Option<String>); 6]> {
        let national_id = see(env, patient.clone(), false)?.national_id;
        Ok([
            ("full_name", Some(patient.full_name.clone())),
            ("phone", Some(patient.phone.clone())),
            ("email", patient.email.clone()),
            ("national_id", national_id.filter(|_| kept.national_id_hash != merged.national_id_hash)),
            ("locale", patient.locale.clone()),
            ("channels", patient.channels.as_ref().map(|channels| channels.join(","))),
        ])
    };
    let pairs = words(kept)?.into_iter().zip(words(merged)?);
    let conflict = |((field, kept), (_, merged)): ((&'static str, _), (_, _))| match (kept, merged) {
        (Some(kept), Some(merged)) if kept != merged || field == "national_id" => {
            Some(Conflict { field, kept, merged })
        }
        _ => None,
    };
    Ok(pairs.filter_map(conflict).collect())
}

/// Moves visits to another record, each with an audit entry.
fn hand_over(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    ids: &[String],
    (to, action): (&str, &str),
) -> Result<u64> {
    let mut count = 0;
    for id in ids {
        let Some(visit) = tx.by_id::<crate::domain::appointment::Appointment>(&desk.clinic.id, id)? else {
            continue;
        };
        let mut after = visit.clone();
        to.clone_into(&mut after.patient_id);
        env.change(tx, Some(&desk.clinic.id), action, None, (&visit, &after))?;
        count += 1;
    }
    Ok(count)
}

/// Undoes a merge: the record gets its own visits back, and the kept record gives up what it took over. Later
/// visits of the kept record and later changes stay.
pub fn undo(context: &mut Context, word: &str) -> Result<Merged> {
    context.write(Ending::Commit, |tx, env, desk| {
        let (merged, kept, merge) = open_merge(tx, &desk, word)?;
        check_own_record(tx, &desk, &kept)?;
        check_phone_is_free(tx, &desk, &merged)?;
        let missed = merges::missed_since(tx, &merged.id)?;
        let (mut restored, taken, stayed) = give_up(&kept, &merged, &merge);
        restored.no_show_count = (kept.no_show_count - merge.no_shows - missed).max(0);
        restored.updated_at = env.now;
        let own = Patient {
            active: true,
            merged_into: None,
            no_show_count: (merged.no_show_count + missed).max(0),
            updated_at: env.now,
            ..merged.clone()
        };
        let ids = merges::came_with(tx, &merged.id)?;
        merges::forget(tx, &merged.id)?;
        let visits = hand_over(tx, env, &desk, &ids, (&merged.id, "appointment.unmerged"))?;
        let count = restored.no_show_count.into();
        let said = [("given_up", list(&taken)), ("stayed", list(&stayed)), ("no_show_count", count)];
        write_both(tx, env, "patient.unmerged", (&kept, &restored, &said), (&merged, &own))?;
        Ok(Merged {
            kept: see(env, restored, false)?,
            merged: see(env, own, false)?,
            visits,
            taken,
            conflicts: Vec::new(),
            stayed,
        })
    })
}

/// With `patient_identity: phone`, refuses an undo if another patient has the phone.
fn check_phone_is_free(tx: &mut Tx<'_>, desk: &Desk, merged: &Patient) -> Result<()> {
    if desk.clinic.settings.patient_identity != PatientIdentity::Phone {
        return Ok(());
    }
    let holders = patients::with_phone(tx, &desk.clinic.id, &merged.phone)?;
    match holders.iter().find(|holder| holder.active && holder.id != merged.id) {
        Some(holder) => Err(Refusal::new(
            Code::InvalidStateTransition,
            text!("the-phone-of-patient-is-patient-s", code = merged.code, code2 = holder.code),
        )
        .detail("reason", text!("in-this-clinic-a-phone-is-one-patient"))
        .hint(text!(
            "give-another-phone-first-turno-patient-set-phone",
            code = holder.code,
            code2 = holder.code
        ))),
        None => Ok(()),
    }
}

/// The kept record without unchanged fields that it took over; also returns the fields given up and kept.
fn give_up(kept: &Patient, merged: &Patient, merge: &Merge) -> (Patient, Vec<String>, Vec<String>) {
    let mut after = kept.clone();
    let (mut given, mut stayed) = (Vec::new(), Vec::new());
    for field in &merge.taken {
        match field.as_str() {
            "email" if kept.email == merged.email => after.email = None,
            "national_id" if kept.national_id_hash == merged.national_id_hash => {
                (after.national_id, after.national_id_hash) = (None, None);
            }
            "locale" if kept.locale == merged.locale => after.locale = None,
            "channels" if kept.channels == merged.channels => after.channels = None,
            "opt_out" if kept.opt_out => after.opt_out = false,
            "stopped_channels" if kept.stopped_channels == merged.stopped_channels => {
                after.stopped_channels = None;
            }
            _ => {
                stayed.push(field.clone());
                continue;
            }
        }
        given.push(field.clone());
    }
    (after, given, stayed)
}

/// Makes a merge final: it can no longer be undone.
pub fn seal(context: &mut Context, word: &str) -> Result<Merged> {
    context.write(Ending::Commit, |tx, env, desk| {
        let (merged, kept, merge) = open_merge(tx, &desk, word)?;
        let visits = merges::came_with(tx, &merged.id)?.len();
        merges::forget(tx, &merged.id)?;
        let said = facts(&[("visits", visits.into())]);
        env.note_facts::<Patient>(tx, Some(&desk.clinic.id), "patient.sealed", &merged.id, said)?;
        Ok(Merged {
            kept: see(env, kept, false)?,
            merged: see(env, merged, false)?,
            visits: u64::try_from(visits).unwrap_or(u64::MAX),
            taken: merge.taken,
            conflicts: Vec::new(),
            stayed: Vec::new(),
        })
    })
}

/// Returns the merged record, the kept one and their merge. `word` may name the kept one of a single merge.
fn open_merge(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<(Patient, Patient, Merge)> {
    let named: Patient = find::exact(tx, desk, word)?;
    let mut merged = named.clone();
    if named.merged_into.is_none()
        && let [only] = erase::merged_into(tx, &desk.clinic.id, &named.id)?.as_slice()
    {
        merged = only.clone();
    }
    check_not_erased(&merged)?;
    let Some(merge) = merges::of(tx, &merged.id)? else {
        let (message, hint) = match &merged.merged_into {
            Some(_) => (
                text!("the-merge-of-patient-was-sealed", code = merged.code),
                text!("a-sealed-merge-cant-be-taken-back"),
            ),
            None => (
                text!("patient-was-not-merged", code = named.code),
                text!("name-the-record-that-was-merged-into-another"),
            ),
        };
        return Err(Refusal::new(Code::InvalidStateTransition, message).hint(hint));
    };
    let kept = tx.by_id::<Patient>(&desk.clinic.id, &merge.kept_id)?;
    let kept = kept.ok_or_else(|| Refusal::not_found("patient", &merge.kept_id))?;
    Ok((merged, kept, merge))
}
