//! The values that templates use: the appointment as text, in both languages.

use crate::delivery::Outgoing;
use crate::delivery::templates::days;
use crate::domain::series::Sitting;
use crate::domain::text::first_name;
use crate::domain::time::{Instant, Zone, hhmm};
use chrono::Datelike;
use minijinja::Value;
use std::collections::BTreeMap;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Spanish.
    Spanish,
    /// English.
    English,
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::Spanish, Language::English];

    /// The language's code.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Spanish => "es",
            Language::English => "en",
        }
    }

    /// English for a locale such as `en-US`, else Spanish.
    pub fn of(locale: &str) -> Language {
        if locale.starts_with("en") { Language::English } else { Language::Spanish }
    }
}

/// Values by name; `None` if absent.
pub(crate) type Words = Vec<(&'static str, Option<String>)>;

/// The values for every template, and for providers that have their own. `None` if absent: a pooled
/// appointment has no doctor, and a branch with its clinic's name is not named.
pub(crate) fn plain(outgoing: &Outgoing<'_>, language: Language) -> Words {
    let Outgoing { clinic, kind, visit, expected_at, .. } = *outgoing;
    let appointment = &visit.appointment;
    let expected = expected_at.map_or(appointment.start_time, |at| visit.zone.wall(at).time());
    vec![
        ("kind", Some(kind.as_str().to_owned())),
        ("clinic", Some(clinic.name.clone())),
        ("patient", Some(visit.patient.full_name.clone())),
        ("doctor", visit.doctor.as_deref().map(|doctor| doctor.full_name.clone())),
        ("branch", (visit.branch.name != clinic.name).then(|| visit.branch.name.clone())),
        ("day", Some(days::in_full(appointment.date, language))),
        ("time", Some(hhmm(appointment.start_time))),
        ("expected", Some(hhmm(expected))),
        ("zone", Some(zone_words(&visit.zone, appointment.span.start))),
        ("code", Some(appointment.code.clone())),
    ]
}

/// Further values for every template: how to greet, whom to call, whether answers are read, and the dates of
/// a series.
pub(crate) fn further(outgoing: &Outgoing<'_>, language: Language) -> Words {
    let Outgoing { clinic, visit, route, .. } = *outgoing;
    vec![
        ("first_name", Some(first_name(&visit.patient.full_name).to_owned())),
        ("phone", clinic.settings.phone.clone()),
        ("replies", route.replies.then(|| "yes".to_owned())),
        ("dates", dates(outgoing, language)),
    ]
}

/// The dates of a series in short; `None` for a single appointment.
pub(crate) fn dates(outgoing: &Outgoing<'_>, language: Language) -> Option<String> {
    let [first, _, ..] = outgoing.dates else { return None };
    let said = |sitting: &Sitting| {
        let day = days::short(sitting.date, language);
        // The year where it is another than the first date's.
        let year = Some(sitting.date.year()).filter(|year| *year != first.date.year());
        let year = year.map(|year| format!(" {year}")).unwrap_or_default();
        format!("{day}{year} {}", hhmm(sitting.start_time))
    };
    Some(outgoing.dates.iter().map(said).collect::<Vec<_>>().join(", "))
}

/// How short a built-in text is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Brevity {
    /// The day in words, and all that one can do.
    Full,
    /// The day in short.
    Short,
    /// The day in short, and the most important thing that one can do.
    Shortest,
}

/// The values for the built-in texts alone.
pub(crate) fn built_in(outgoing: &Outgoing<'_>, language: Language, brevity: Brevity) -> Words {
    let visit = outgoing.visit;
    let date = visit.appointment.date;
    let when = match brevity {
        Brevity::Full => days::in_words(date, language),
        Brevity::Short | Brevity::Shortest => days::short(date, language),
    };
    vec![
        ("when", Some(when)),
        ("roomy", (brevity < Brevity::Shortest).then(|| "yes".to_owned())),
        ("place", place(outgoing)),
        ("count", Some(outgoing.dates.len().to_string())),
    ]
}

/// The place whose clock the appointment goes by, if that clock differs from the clinic's.
fn place(outgoing: &Outgoing<'_>) -> Option<String> {
    let Outgoing { clinic, visit, .. } = *outgoing;
    let start = visit.appointment.span.start;
    let clinics = &clinic.settings.timezone;
    let differs = match Zone::embedded(clinics) {
        Some(zone) => zone.offset_at(start) != visit.zone.offset_at(start),
        None => visit.zone.name() != clinics,
    };
    differs.then(|| {
        let name = visit.zone.name();
        name.rsplit('/').next().unwrap_or(name).replace('_', " ")
    })
}

/// The date in digits, and values that reveal why the patient comes: for a clinic's own templates only.
pub(crate) fn private(outgoing: &Outgoing<'_>) -> Words {
    let visit = outgoing.visit;
    let appointment = &visit.appointment;
    vec![
        ("date", Some(appointment.date.to_string())),
        ("service", visit.service.as_deref().map(|service| service.name.clone())),
        ("visit_type", appointment.visit_type.clone()),
        ("reason", appointment.reason.clone()),
        ("diagnosis", appointment.diagnosis.clone()),
        ("prescription", appointment.prescription.clone()),
    ]
}

pub(crate) fn context<'w>(words: impl IntoIterator<Item = &'w (&'static str, Option<String>)>) -> Value {
    let value = |word: &Option<String>| word.as_deref().map_or(Value::from(()), Value::from);
    let words: BTreeMap<&str, Value> = words.into_iter().map(|(name, word)| (*name, value(word))).collect();
    Value::from(words)
}

/// The zone's name with its offset at `at`: `America/El_Salvador, UTC-06:00`.
fn zone_words(zone: &Zone, at: Instant) -> String {
    let stamp = zone.rfc3339(at);
    // The offset is the last six characters of an RFC 3339 instant: ±HH:MM.
    let offset = stamp.get(stamp.len().saturating_sub(6)..).unwrap_or_default();
    format!("{}, UTC{offset}", zone.name())
}
