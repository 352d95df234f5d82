//! The values that templates use: the appointment as text, in both languages.

use crate::delivery::Outgoing;
use crate::domain::time::{Instant, Zone, hhmm};
use chrono::{Datelike, NaiveDate};
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

/// The values for every template, and for providers that have their own. `None` if absent: a pooled
/// appointment has no doctor, and a branch with its clinic's name is not named.
pub(crate) fn plain(outgoing: &Outgoing<'_>, language: Language) -> Vec<(&'static str, Option<String>)> {
    let Outgoing { clinic, kind, visit, expected_at, .. } = *outgoing;
    let appointment = &visit.appointment;
    let expected = expected_at.map_or(appointment.start_time, |at| visit.zone.wall(at).time());
    let day = match language {
        Language::Spanish => spanish_day(appointment.date),
        Language::English => english_day(appointment.date),
    };
    vec![
        ("kind", Some(kind.as_str().to_owned())),
        ("clinic", Some(clinic.name.clone())),
        ("patient", Some(visit.patient.full_name.clone())),
        ("doctor", visit.doctor.as_deref().map(|doctor| doctor.full_name.clone())),
        ("branch", (visit.branch.name != clinic.name).then(|| visit.branch.name.clone())),
        ("day", Some(day)),
        ("time", Some(hhmm(appointment.start_time))),
        ("expected", Some(hhmm(expected))),
        ("zone", Some(zone_words(&visit.zone, appointment.span.start))),
        ("code", Some(appointment.code.clone())),
    ]
}

/// The date in digits, and values that reveal why the patient comes: for a clinic's own templates only.
pub(crate) fn private(outgoing: &Outgoing<'_>) -> Vec<(&'static str, Option<String>)> {
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

fn spanish_day(date: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
    const MONTHS: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    // Weekdays count from 0 to 6 and months from 0 to 11, so both indexes are in range.
    let day = DAYS[date.weekday().num_days_from_monday() as usize];
    format!("{day} {} de {} de {}", date.day(), MONTHS[date.month0() as usize], date.year())
}

fn english_day(date: NaiveDate) -> String {
    date.format("%A %-d %B %-Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_in_both_languages() {
        let date = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
        assert_eq!(spanish_day(date), "miércoles 17 de junio de 2026");
        assert_eq!(english_day(date), "Wednesday 17 June 2026");
        let days = ["Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday"];
        assert!(date.iter_days().zip(days).all(|(date, day)| english_day(date).starts_with(day)));
    }
}
