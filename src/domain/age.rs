//! Ages in retention rules, counted by the calendar.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Minimum age for a purge, in days; younger visits are still in use.
pub const YOUNGEST: i64 = 30;

/// A minimum age in whole months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    months: u32,
    days: u32,
}

impl Age {
    /// Parses `10y`, `18mo`, `52w` or `90d`.
    pub fn parse(text: &str) -> Result<Age, String> {
        let wrong = || text!("is-not-an-age-such-as-10y-18mo", text);
        let word = text.trim();
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = word.split_at_checked(digits).ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let times = |factor: u32| number.checked_mul(factor).filter(|product| *product <= 40_000);
        let age = match unit.trim().to_lowercase().as_str() {
            "y" | "year" | "years" => times(12).map(|months| Age { months, days: 0 }),
            "mo" | "month" | "months" => times(1).map(|months| Age { months, days: 0 }),
            "w" | "week" | "weeks" => times(7).map(|days| Age { months: 0, days }),
            "d" | "day" | "days" => times(1).map(|days| Age { months: 0, days }),
            _ => None,
        };
        age.ok_or_else(wrong)
    }

    /// The date this long before `today` (or the last day of that month); refuses ages under [`YOUNGEST`].
    pub fn before(self, today: NaiveDate) -> Result<NaiveDate, String> {
        let day = today
            .checked_sub_months(Months::new(self.months))
            .and_then(|day| day.checked_sub_days(Days::new(self.days.into())))
            .filter(|day| day.year() >= 1900)
            .ok_or_else(|| text!("is-further-back-than-any-book-goes"))?;
        if (today - day).num_days() < YOUNGEST {
            return Err(text!("is-less-than-days-visits-that-young", youngest = YOUNGEST));
        }
        Ok(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_date;

    fn before(age: &str, today: &str) -> Result<String, String> {
        Age::parse(age)?.before(parse_date(today).unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn an_age_is_counted_by_the_calendar() {
        for (age, today, day) in [
            ("10y", "2026-06-15", "2016-06-15"),
            ("1y", "2028-02-29", "2027-02-28"),
            ("18mo", "2026-08-31", "2025-02-28"),
            ("52w", "2026-06-15", "2025-06-16"),
            ("90d", "2026-06-15", "2026-03-17"),
            (" 2 years ", "2026-06-15", "2024-06-15"),
        ] {
            assert_eq!(before(age, today), Ok(day.to_owned()), "{age}");
        }
    }

    #[test]
    fn what_is_no_age_or_too_young_is_refused() {
        for age in [
            "",
            "10",
            "y",
            "-1y",
            "1.5y",
            "10 minutes",
            "4294967295y",
            "99999999999d",
            "200y",
            "29d",
            "0y",
            "4w",
        ] {
            assert!(before(age, "2026-06-15").is_err(), "{age}");
        }
        assert!(before("30d", "2026-06-15").is_ok());
    }
}
