//! The words of the messages, in Spanish and English.
//!
//! A message says who, when (weekday, date, time, zone), where, and how to confirm or cancel. It
//! never says why the patient comes: telephones lie about on tables.

use crate::deliver::Outgoing;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Zone, hhmm};
use crate::error::Result;
use chrono::{Datelike, NaiveDate};
use minijinja::{Environment, UndefinedBehavior, context};

const SPANISH: &str = include_str!("templates/es.jinja");
const ENGLISH: &str = include_str!("templates/en.jinja");

/// The templates, read once for all messages of a sweep.
pub struct Wording {
    environment: Environment<'static>,
}

impl Wording {
    /// The built-in templates.
    ///
    /// # Errors
    /// `INTERNAL` where one is broken.
    pub fn new() -> Result<Self> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (language, template) in [("es", SPANISH), ("en", ENGLISH)] {
            environment.add_template(language, template).map_err(|problem| broken(&problem))?;
        }
        Ok(Wording { environment })
    }

    /// The message's words, in the patient's language.
    ///
    /// # Errors
    /// `INTERNAL` where the template is broken.
    pub fn text(&self, outgoing: &Outgoing<'_>) -> Result<String> {
        let (language, values) = values(outgoing);
        let template = self.environment.get_template(language).map_err(|problem| broken(&problem))?;
        let text = template.render(values).map_err(|problem| broken(&problem))?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

fn broken(problem: &minijinja::Error) -> Refusal {
    Refusal::new(Code::Internal, format!("a message template is broken: {problem}"))
}

/// The language, and what its template is filled with.
fn values(outgoing: &Outgoing<'_>) -> (&'static str, minijinja::Value) {
    let Outgoing { clinic, kind, visit } = *outgoing;
    let appointment = &visit.appointment;
    let locale = visit.patient.locale.as_deref().unwrap_or(&clinic.settings.locale);
    let english = locale.starts_with("en");
    let values = context! {
        kind => kind.as_str(),
        clinic => clinic.name.as_str(),
        patient => visit.patient.full_name.as_str(),
        doctor => visit.doctor.as_ref().map(|doctor| doctor.full_name.as_str()),
        branch => (visit.branch.name != clinic.name).then_some(visit.branch.name.as_str()),
        day => if english { english_day(appointment.date) } else { spanish_day(appointment.date) },
        time => hhmm(appointment.start_time),
        zone => zone_words(&visit.zone, appointment.span.start),
        code => appointment.code.as_str(),
    };
    (if english { "en" } else { "es" }, values)
}

/// The zone with its offset at that instant: `America/El_Salvador, UTC-06:00`.
fn zone_words(zone: &Zone, at: crate::domain::time::Instant) -> String {
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
    let (day, month) = names(date, &DAYS, &MONTHS);
    format!("{day} {} de {month} de {}", date.day(), date.year())
}

fn english_day(date: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (day, month) = names(date, &DAYS, &MONTHS);
    format!("{day} {} {month} {}", date.day(), date.year())
}

fn names(
    date: NaiveDate,
    days: &[&'static str; 7],
    months: &[&'static str; 12],
) -> (&'static str, &'static str) {
    let day = date.weekday().num_days_from_monday() as usize;
    // Weekdays count from 0 to 6 and months from 0 to 11, so both are there.
    (days[day], months[date.month0() as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_in_both_languages() {
        let date = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
        assert_eq!(spanish_day(date), "miércoles 17 de junio de 2026");
        assert_eq!(english_day(date), "Wednesday 17 June 2026");
    }
}
