//! Finds appointments by id, code or, for people who type, the patient's name or phone.

use crate::app::access::find::{Spoken, refuse_several};
use crate::app::access::partial_match;
use crate::app::{Context, Desk, Env};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::ids;
use crate::domain::meant::{Facts, Purpose, meant};
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::time::hhmm;
use crate::platform::error::Result;
use crate::platform::zones::Zones;
use crate::store::Tx;
use crate::store::appointments::visit::{self, Joined};
use std::collections::BTreeMap;

/// The appointments that a word stands for.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The appointments; for a command that takes one, more than one is ambiguous.
    pub visits: Vec<Visit>,
    /// Whether the word is the patient's name or phone, and not the appointment's code or id.
    pub by_name: bool,
}

/// Finds an appointment to look at; see [`visit_for`].
pub fn visit(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str) -> Result<Visit> {
    visit_for(tx, env, desk, word, Purpose::Show)
}

/// Finds an appointment by id or code; if there is none and [`Desk::exact`] is not set, by the beginning of its code
/// or by the patient's name or phone: the one that fits the purpose. With [`Env::confirms`] one that was found by
/// name is refused like several, so that a person is asked first.
pub fn visit_for(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str, purpose: Purpose) -> Result<Visit> {
    let Meant { mut visits, by_name } = find(tx, env, desk, word, purpose)?;
    let asks = by_name && env.confirms;
    match (visits.pop(), visits.len()) {
        (Some(only), 0) if !asks => Ok(only),
        (None, _) => Err(not_found(desk, word, purpose)),
        (Some(last), _) => {
            visits.push(last);
            Err(several(desk, word, visits))
        }
    }
}

/// Returns the appointments that a word stands for, for a person to choose from; refuses if there is none.
pub fn choices(context: &mut Context, word: &str, purpose: Purpose) -> Result<Meant> {
    context.read(|tx, env, desk| {
        let found = find(tx, env, &desk, word, purpose)?;
        if found.visits.is_empty() { Err(not_found(&desk, word, purpose)) } else { Ok(found) }
    })
}

/// Whether the refusal is that of [`visit_for`] for a word that a person has to say more about.
pub fn asks_which(refusal: &Refusal) -> bool {
    let is_a_visit = |candidate: &Detail| matches!(candidate, Detail::Map(map) if map.contains_key(START));
    let candidates = refusal.details.get("candidates");
    refusal.code == Code::Ambiguous
        && matches!(candidates, Some(Detail::List(all)) if all.first().is_some_and(is_a_visit))
}

fn find(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str, purpose: Purpose) -> Result<Meant> {
    let word = word.trim();
    let found = visit::find(tx, &desk.clinic.id, word)?;
    if found.is_some() || desk.exact || ids::is_id(word) {
        let found = found.ok_or_else(|| not_found(desk, word, purpose))?;
        desk.check_doctor(found.appointment.doctor_id.as_deref())?;
        return Ok(Meant { visits: vec![with_zone(&env.zones, found)?], by_name: false });
    }
    // A key limited to a doctor must not reveal other doctors' appointments.
    let coded = match partial_match::code_prefix(word) {
        Some(prefix) => visit::beginning_with(tx, &desk.clinic.id, &prefix, desk.own_doctor()),
        None => Ok(Vec::new()),
    };
    // Ask both questions before the first `?`: a remote database gets them in one round trip.
    let named = partial_match::visits(tx, desk, word, (purpose, env.now));
    let (coded, named) = (with_zones(env, coded?)?, with_zones(env, named?)?);
    let mut visits = fitting(env, purpose, named);
    if visits.is_empty() {
        return Ok(Meant { visits: coded, by_name: false });
    }
    // A name may look like the beginning of a code: such an appointment is a candidate if it fits, too.
    let known: Vec<String> = visits.iter().map(|visit| visit.appointment.id.clone()).collect();
    let coded = fitting(env, purpose, coded).into_iter();
    visits.extend(coded.filter(|visit| !known.contains(&visit.appointment.id)));
    visits.sort_by_key(|visit| visit.appointment.span.start);
    Ok(Meant { visits, by_name: true })
}

/// Those that fit the purpose.
fn fitting(env: &Env, purpose: Purpose, visits: Vec<Visit>) -> Vec<Visit> {
    let facts: Vec<Facts<'_>> = visits
        .iter()
        .map(|Visit { appointment, patient, zone, .. }| Facts {
            patient: &patient.id,
            status: appointment.status,
            span: appointment.span,
            is_today: appointment.date == zone.date(env.now),
        })
        .collect();
    let places = meant(purpose, &facts, env.now);
    let visits = visits.into_iter().enumerate();
    visits.filter(|(place, _)| places.contains(place)).map(|(_, visit)| visit).collect()
}

/// Finds an appointment by its id or its full code.
pub fn exact_visit(tx: &mut Tx<'_>, zones: &Zones, desk: &Desk, word: &str) -> Result<Visit> {
    let word = word.trim();
    let found = visit::find(tx, &desk.clinic.id, word)?.ok_or_else(|| unknown(desk, word))?;
    desk.check_doctor(found.appointment.doctor_id.as_deref())?;
    with_zone(zones, found)
}

const START: &str = "start_time";

/// Refuses an ambiguous word; the refusal lists patients' names only if the caller may see them.
fn several(desk: &Desk, word: &str, found: Vec<Visit>) -> Refusal {
    let count = found.len();
    let shows_names = desk.shows_patients() || desk.require(Scope::AppointmentsRead).is_ok();
    let (mut candidates, mut named) = (Vec::new(), Vec::new());
    for visit in found.into_iter().take(partial_match::SHOWN) {
        let Visit { appointment, patient, doctor, service, zone, .. } = visit;
        let starts_at = zone.rfc3339(appointment.span.start);
        let (date, start) = (appointment.date.to_string(), hhmm(appointment.start_time));
        let with = doctor.map(|doctor| doctor.full_name.clone());
        let with = with.or_else(|| service.map(|service| service.name.clone()));
        let patient = shows_names.then_some(patient.full_name);
        let who = [&with, &patient].into_iter().flatten().map(|name| format!(", {name}")).collect::<String>();
        named.push(format!("{} ({date} {start}{who})", appointment.code));
        let or_null = |text: Option<String>| text.map_or(Detail::Null, Detail::from);
        candidates.push(Detail::Map(BTreeMap::from([
            ("id".to_owned(), appointment.id.into()),
            ("code".to_owned(), appointment.code.into()),
            ("date".to_owned(), date.into()),
            (START.to_owned(), start.into()),
            ("starts_at".to_owned(), starts_at.into()),
            ("doctor".to_owned(), or_null(with)),
            ("patient".to_owned(), or_null(patient)),
        ])));
    }
    refuse_several(&Patient::repeatable(desk, word), "appointments", (candidates, count), &named)
}

/// The refusal of a word that no fitting appointment goes by.
fn not_found(desk: &Desk, word: &str, purpose: Purpose) -> Refusal {
    let refusal = unknown(desk, word);
    let is_code = ids::is_id(word.trim()) || ids::is_made_code(&word.trim().to_uppercase());
    let finds = match purpose {
        _ if desk.exact || is_code || desk.require(Scope::AppointmentsRead).is_err() => return refusal,
        Purpose::Show | Purpose::Write => return refusal,
        Purpose::Move | Purpose::Step(crate::domain::status::Status::Cancelled) => {
            text!("a-name-finds-what-is-still-to-come")
        }
        Purpose::Step(_) => text!("a-name-finds-the-appointments-of-today"),
    };
    refusal.hint(finds)
}

fn unknown(desk: &Desk, word: &str) -> Refusal {
    let word = word.trim();
    // A long number may be a national ID.
    let word = if word.len() <= 6 { word.to_owned() } else { Patient::repeatable(desk, word) };
    Refusal::new(Code::ResourceNotFound, text!("appointment-not-found", word))
        .detail("kind", "appointment")
        .detail("given", word)
        .hint(text!("turno-list-shows-the-appointments-and-their-codes"))
}

/// Adds the time zones to joined rows.
pub fn with_zones<P>(env: &Env, joined: Vec<Joined<P>>) -> Result<Vec<Visit<P>>> {
    joined.into_iter().map(|joined| with_zone(&env.zones, joined)).collect()
}

/// Adds the time zone to a joined row.
pub fn with_zone<P>(zones: &Zones, joined: Joined<P>) -> Result<Visit<P>> {
    let Joined { appointment, patient, branch, doctor, service } = joined;
    let zone = zones.get(&appointment.timezone)?;
    Ok(Visit { appointment, patient, doctor, branch, service, zone })
}
