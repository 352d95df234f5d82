//! The language that people are spoken to in: English, or Spanish where the locale says so. JSON and CSV
//! are for programs, and stay as they are.

use crate::output::spanish;
use chrono::{Datelike, NaiveDate};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tongue {
    /// As everything is written.
    #[default]
    English,
    /// By the catalogue.
    Spanish,
}

impl Tongue {
    /// By a POSIX locale such as `es_SV.UTF-8`; any other than Spanish, and none, is English.
    pub fn of(locale: Option<&str>) -> Tongue {
        let language = locale.unwrap_or_default().split(['_', '.', '@', '-']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("es") { Tongue::Spanish } else { Tongue::English }
    }
}

/// Chosen once, when the command begins: a face that is drawn deep inside a table should not have to be
/// handed it, and no two languages are spoken in one command.
static SPOKEN: OnceLock<Tongue> = OnceLock::new();

/// Chooses the language; the first choice stands.
pub fn speak(tongue: Tongue) {
    let _ = SPOKEN.set(tongue);
}

fn is_spanish() -> bool {
    SPOKEN.get() == Some(&Tongue::Spanish)
}

/// A sentence in the language that is spoken. What the catalogue lacks is said in English.
pub fn say(english: &str) -> Cow<'_, str> {
    let spanish = if is_spanish() { spanish::sentence(english) } else { None };
    spanish.map_or(Cow::Borrowed(english), Cow::Owned)
}

/// A word of ours that stands alone: a label, a heading, a state.
pub fn word(english: &'static str) -> &'static str {
    if is_spanish() { spanish::word(english).unwrap_or(english) } else { english }
}

const DAYS: [(&str, &str); 7] = [
    ("lunes", "lun"),
    ("martes", "mar"),
    ("miércoles", "mié"),
    ("jueves", "jue"),
    ("viernes", "vie"),
    ("sábado", "sáb"),
    ("domingo", "dom"),
];
const MONTHS: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];

/// A date by a format of `%A`, `%a`, `%b` and others, with the days and months named in the language.
pub fn dated(date: NaiveDate, format: &str) -> String {
    if !is_spanish() {
        return date.format(format).to_string();
    }
    in_spanish(date, format)
}

fn in_spanish(date: NaiveDate, format: &str) -> String {
    let (day, short) = DAYS.get(date.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    let format = format.replace("%A", day).replace("%a", short).replace("%b", month);
    date.format(&format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_the_language() {
        for (locale, spoken) in [
            (Some("es_SV.UTF-8"), Tongue::Spanish),
            (Some("es"), Tongue::Spanish),
            (Some("es@valencia"), Tongue::Spanish),
            (Some("est_EE.UTF-8"), Tongue::English),
            (Some("en_US.UTF-8"), Tongue::English),
            (Some("C.UTF-8"), Tongue::English),
            (Some("POSIX"), Tongue::English),
            (None, Tongue::English),
        ] {
            assert_eq!(Tongue::of(locale), spoken, "{locale:?}");
        }
    }

    #[test]
    fn days_and_months_have_their_names() {
        let monday = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let said: Vec<_> = (0..7).map(|n| in_spanish(monday + chrono::Days::new(n), "%a")).collect();
        assert_eq!(said.join(" "), "lun mar mié jue vie sáb dom");
        assert_eq!(in_spanish(monday, "%A %Y-%m-%d"), "lunes 2026-06-01");
        assert_eq!(in_spanish(monday, "%a %-d %b %Y"), "lun 1 jun 2026");
        let months: Vec<_> = (0..12).map(|n| in_spanish(monday + chrono::Months::new(n), "%b")).collect();
        assert_eq!(months.join(" "), "jun jul ago sep oct nov dic ene feb mar abr may");
    }
}
