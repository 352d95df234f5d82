//! Dates in the languages of messages.

use crate::delivery::templates::Language;
use chrono::{Datelike, NaiveDate};

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

/// Weekday and month in Spanish.
fn spanish(date: NaiveDate) -> (&'static str, &'static str) {
    // Weekdays count from 0 to 6 and months from 0 to 11, so both indexes are in range.
    (DAYS[date.weekday().num_days_from_monday() as usize], MONTHS[date.month0() as usize])
}

/// `miércoles 17 de junio de 2026`, `Wednesday 17 June 2026`.
pub(crate) fn in_full(date: NaiveDate, language: Language) -> String {
    let year = date.year();
    match language {
        Language::Spanish => format!("{} de {year}", in_words(date, language)),
        Language::English => format!("{} {year}", in_words(date, language)),
    }
}

/// `miércoles 17 de junio`, `Wednesday 17 June`.
pub(crate) fn in_words(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Spanish => {
            let (day, month) = spanish(date);
            format!("{day} {} de {month}", date.day())
        }
        Language::English => date.format("%A %-d %B").to_string(),
    }
}

/// `mié 17 jun`, `Wed 17 Jun`.
pub(crate) fn short(date: NaiveDate, language: Language) -> String {
    let three = |name: &str| name.chars().take(3).collect::<String>();
    match language {
        Language::Spanish => {
            let (day, month) = spanish(date);
            format!("{} {} {}", three(day), date.day(), three(month))
        }
        Language::English => date.format("%a %-d %b").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_in_both_languages() {
        use Language::{English, Spanish};
        let date = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
        let said = |language| [in_full(date, language), in_words(date, language), short(date, language)];
        assert_eq!(said(Spanish), ["miércoles 17 de junio de 2026", "miércoles 17 de junio", "mié 17 jun"]);
        assert_eq!(said(English), ["Wednesday 17 June 2026", "Wednesday 17 June", "Wed 17 Jun"]);
        let days = ["Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday"];
        assert!(date.iter_days().zip(days).all(|(date, day)| in_full(date, English).starts_with(day)));
    }
}
