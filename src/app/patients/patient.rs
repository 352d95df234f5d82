//! Patients.

use crate::app::access::find;
use crate::app::change::Change;
use crate::app::paging::{Paged, Paging};
use crate::app::patients::patient_match::{blank_patient, seal_national_id};
use crate::app::patients::{patient_match, privacy};
use crate::app::records::{code, field, free_code, required, solid};
use crate::app::{Context, Desk, Env};
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::settings::{PatientIdentity, parse_channels, parse_locale};
use crate::domain::text::{self, fold};
use crate::platform::error::Result;
use crate::store::audit::FOUND;
use crate::store::{Ending, Tx, patients};

/// A patient's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct PatientFields {
    /// Full name.
    pub name: Option<String>,
    /// Phone, as typed.
    pub phone: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// National ID.
    pub national_id: Option<String>,
    /// Language of messages.
    pub locale: Option<String>,
    /// Channels of messages, in order.
    pub channels: Option<String>,
    /// Whether the patient wants no messages.
    pub opt_out: Option<bool>,
}

/// A patient with the visible part of the national ID.
#[derive(Debug, Clone)]
pub struct SeenPatient {
    /// The patient.
    pub patient: Patient,
    /// The last two characters of the national ID; all of it if revealed.
    pub national_id: Option<String>,
}

/// Applies the given fields except the code.
pub(crate) fn take(
    env: &Env,
    desk: &Desk,
    fields: &PatientFields,
    mut problems: Problems,
    patient: &mut Patient,
) -> Result<()> {
    let country = desk.clinic.settings.country.as_deref();
    if let Some(name) = solid(&mut problems, "name", fields.name.as_ref(), text::short) {
        patient.full_name = name;
    }
    if let Some(phone) =
        solid(&mut problems, "phone", fields.phone.as_ref(), |p| phone::normalise(p, country))
    {
        if phone != patient.phone {
            patient.unreachable_since = None;
        }
        patient.phone = phone;
    }
    field(&mut problems, "email", fields.email.as_ref(), text::email).apply(&mut patient.email);
    field(&mut problems, "locale", fields.locale.as_ref(), parse_locale).apply(&mut patient.locale);
    let channels =
        |list: &str| parse_channels(list).and_then(|names| env.check_channels(&names).map(|()| names));
    field(&mut problems, "channels", fields.channels.as_ref(), channels).apply(&mut patient.channels);
    let national_id = field(&mut problems, "national_id", fields.national_id.as_ref(), text::national_id);
    problems.check()?;
    match national_id {
        Change::Keep => {}
        Change::Clear => (patient.national_id, patient.national_id_hash) = (None, None),
        Change::Set(plain) => seal_national_id(env, desk, patient, &plain)?,
    }
    patient.opt_out = fields.opt_out.unwrap_or(patient.opt_out);
    Ok(())
}

/// With `patient_identity: phone`, refuses a phone that another patient has.
pub(crate) fn check_phone(tx: &mut Tx<'_>, desk: &Desk, patient: &Patient) -> Result<()> {
    if desk.clinic.settings.patient_identity != PatientIdentity::Phone {
        return Ok(());
    }
    let holders = patients::with_phone(tx, &desk.clinic.id, &patient.phone)?;
    let holders = patient_match::kept_of(tx, desk, holders)?;
    match holders.iter().find(|holder| holder.id != patient.id) {
        Some(holder) => Err(Refusal::invalid("phone", text!("is-the-patient-s", code = holder.code))
            .hint(text!("in-this-clinic-a-phone-is-one-patient-change"))),
        None => Ok(()),
    }
}

/// Adds a patient.
pub fn add(context: &mut Context, fields: &PatientFields) -> Result<SeenPatient> {
    context.write(Ending::Commit, |tx, env, desk| {
        let patient = add_in(tx, env, &desk, fields, "patient.added")?;
        see(env, patient, false)
    })
}

pub(crate) fn add_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    fields: &PatientFields,
    action: &str,
) -> Result<Patient> {
    let mut problems = Problems::default();
    required(&mut problems, "name", fields.name.as_ref(), text::short);
    if fields.phone.is_none() {
        problems.add("phone", text!("is-required"));
    }
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let mark = format!("{:?} {:?}", fields.phone, fields.name);
    let mut patient = blank_patient(tx, env, desk, &mark)?;
    take(env, desk, fields, problems, &mut patient)?;
    check_phone(tx, desk, &patient)?;
    if given.is_some() {
        patient.code = free_code::<Patient>(tx, desk, given, None, "P")?;
    }
    env.create(tx, Some(&desk.clinic.id), action, &patient)?;
    Ok(patient)
}

/// Changes a patient.
pub fn set(context: &mut Context, word: &str, fields: &PatientFields) -> Result<SeenPatient> {
    context.write(Ending::Commit, |tx, env, desk| {
        let before: Patient = find::any(tx, &desk, word)?;
        privacy::check_own_record(tx, &desk, &before)?;
        let mut after = before.clone();
        let mut problems = Problems::default();
        let given = solid(&mut problems, "code", fields.code.as_ref(), code);
        take(env, &desk, fields, problems, &mut after)?;
        if fields.opt_out == Some(false) {
            after.stopped_channels = None;
        }
        if after.phone != before.phone {
            check_phone(tx, &desk, &after)?;
        }
        if given.is_some() {
            after.code = free_code::<Patient>(tx, &desk, given, Some(&after.id), "P")?;
        }
        if after != before {
            after.updated_at = env.now;
        }
        if !env.change(tx, Some(&desk.clinic.id), "patient.updated", None, (&before, &after))? {
            // Nothing changed, but the record is shown.
            env.note::<Patient>(tx, Some(&desk.clinic.id), "patient.shown", &after.id)?;
        }
        see(env, after, false)
    })
}

/// Returns a patient by id, code, phone or name; with `reveal` the whole national ID. Fails if the audit
/// entry of this access cannot be written.
pub fn show(context: &mut Context, word: &str, reveal: bool) -> Result<SeenPatient> {
    context.write(Ending::Commit, |tx, env, desk| {
        let patient: Patient = find::any(tx, &desk, word)?;
        // Besides an export, only this shows a whole national ID (scope `patients:reveal`).
        let action = if reveal { "patient.revealed" } else { "patient.shown" };
        env.note::<Patient>(tx, Some(&desk.clinic.id), action, &patient.id)?;
        see(env, patient, reveal)
    })
}

/// Returns a page of patients, by name.
pub fn list(context: &mut Context, retired: bool, paging: Paging) -> Result<Paged<SeenPatient>> {
    let Context { store, env } = context;
    let Paged { rows, total, has_more } = store.read(|tx| {
        let desk = env.desk(tx)?;
        let clinic_id = &desk.clinic.id;
        let found = patients::page(tx, clinic_id, retired, paging.limit + 1, paging.offset())?;
        // Counting the patients of a clinic is not cheap.
        paging.cut(found, false, || Ok(patients::count(tx, clinic_id, retired)?))
    })?;
    Ok(Paged { rows: see_all(env, rows)?, total, has_more })
}

/// Finds patients whose data contain every word, or whose national ID equals them. Writes an audit entry with
/// the patients found.
pub fn search(context: &mut Context, words: &[String], limit: i64) -> Result<Vec<SeenPatient>> {
    let searched = searched(words)?;
    context.write(Ending::Commit, |tx, env, desk| search_in(tx, env, &desk, &searched, limit))
}

/// The words of a search.
pub(crate) struct Searched {
    whole: String,
    folded: Vec<String>,
}

/// Refuses words that say nothing.
pub(crate) fn searched(words: &[String]) -> Result<Searched> {
    let whole = words.join(" ");
    let folded: Vec<String> = fold(&whole).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    if folded.is_empty() {
        return Err(Refusal::invalid("words", text!("say-at-least-a-part-of-the-name")));
    }
    Ok(Searched { whole, folded })
}

/// Like [`search`], inside an open transaction.
pub(crate) fn search_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    Searched { whole, folded }: &Searched,
    limit: i64,
) -> Result<Vec<SeenPatient>> {
    let hash = id_hash(tx, env, desk, whole)?;
    // Phones are stored without spaces and dashes.
    let digits: String = whole.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let is_phone = digits.len() >= 4 && !whole.chars().any(char::is_alphabetic);
    let words = if is_phone { vec![digits] } else { folded.clone() };
    let matching = patients::find(tx, &desk.clinic.id, &words, hash.as_deref(), limit)?;
    let found = patient_match::kept_of(tx, desk, matching)?;
    note_found(tx, env, desk, &found)?;
    see_all(env, found)
}

/// Writes an audit entry with the patients found, not the words: those may be a name or a national ID.
fn note_found(tx: &mut Tx<'_>, env: &Env, desk: &Desk, found: &[Patient]) -> Result<()> {
    let ids = found.iter().map(|patient| patient.id.as_str());
    let facts = privacy::facts(&[("found", found.len().into()), ("patients", ids.collect())]);
    let clinic_id = &desk.clinic.id;
    env.note_facts::<Patient>(tx, Some(clinic_id), FOUND, clinic_id, facts).map(|_| ())
}

/// The keyed hash of the words; none if they contain no digit or the secret file does not match.
fn id_hash(tx: &mut Tx<'_>, env: &Env, desk: &Desk, words: &str) -> Result<Option<String>> {
    if !words.bytes().any(|b| b.is_ascii_digit()) || env.check_secret(tx).is_err() {
        return Ok(None);
    }
    env.secrets.lookup(&desk.clinic.id, words).map(Some)
}

fn see_all(env: &Env, found: Vec<Patient>) -> Result<Vec<SeenPatient>> {
    found.into_iter().map(|patient| see(env, patient, false)).collect()
}

/// Opens the national ID, and masks it unless `reveal`.
pub(crate) fn see(env: &Env, patient: Patient, reveal: bool) -> Result<SeenPatient> {
    let national_id = match &patient.national_id {
        None => None,
        Some(sealed) => {
            let plain = env.secrets.open("national_id", &patient.id, sealed)?;
            Some(if reveal { plain.to_string() } else { find::masked(&plain) })
        }
    };
    Ok(SeenPatient { patient, national_id })
}
