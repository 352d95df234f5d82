//! A booking as free words: `turno book RUIZ tomorrow 9:30 "Ana Mejía" 7012-3456`.

use crate::domain::refusal::Problems;
use crate::input::days::{day, day_and_time, time};
use crate::input::fields::Raw;

/// Reads the words of a booking into its fields: the doctor, the day, the time, the name and the
/// phone, in that order. What the flags say already is not looked for among the words. With a service no doctor
/// need be named: then the first word is one where it is no day and a day follows it.
pub fn book(raw: &mut Raw, words: &[String]) {
    let mut rest = words;
    let dated = is_dated(raw);
    if let (false, Some((first, others))) = (raw.has("doctor"), words.split_first())
        && (!raw.has("service") || (!dated && !is_day(words) && is_day(others)))
    {
        // Beside a service the word is a doctor, else it may be either.
        raw.put(if raw.has("service") { "doctor" } else { "whom" }, Some(first.clone()));
        rest = others;
    }
    if !dated {
        rest = when(raw, rest);
    }
    who(raw, rest);
}

/// Reads the words of a move: the day and the time, where no flag says them.
pub fn reschedule(raw: &mut Raw, words: &[String]) {
    if words.is_empty() {
        return;
    }
    if is_dated(raw) {
        raw.problems.add("at", text!("give-the-start-either-in-words"));
        return;
    }
    let rest = when(raw, words);
    if !rest.is_empty() {
        raw.problems.add("at", text!("is-no-part-of-a-day", join = rest.join(" ")));
    }
}

/// Splits words into whose calendar is meant and the day, either of which may be missing: a day alone is a day, and the
/// longest end that reads as a day is the day.
pub fn whose_and_day(words: &[String]) -> (Option<String>, Option<String>) {
    for split in 0..words.len() {
        let (whose, date) = words.split_at(split);
        let date = date.join(" ");
        if day(&date).is_ok() {
            return (Some(whose.join(" ")).filter(|whose| !whose.is_empty()), Some(date));
        }
    }
    (Some(words.join(" ")).filter(|whose| !whose.is_empty()), None)
}

/// Takes what the words say, where no option says it, too.
pub fn once(
    said: Option<String>,
    option: Option<String>,
    field: &str,
    problems: &mut Problems,
) -> Option<String> {
    if said.is_some() && option.is_some() {
        problems.add(field, text!("is-said-in-words-and-as-an-option"));
    }
    option.or(said)
}

/// Whether a flag says when.
fn is_dated(raw: &Raw) -> bool {
    ["at", "date", "time"].iter().any(|field| raw.has(field))
}

/// Takes the day and the time off the front; what can't be read is left to whoever reads the field.
fn when<'w>(raw: &mut Raw, words: &'w [String]) -> &'w [String] {
    // Date and time may be one argument or several: take the longest run of words that is valid.
    if let Some((together, rest)) = front(words, 1, |text| day_and_time(text).is_some()) {
        raw.put("at", Some(together));
        return rest;
    }
    let clock = |words| front(words, 3, |text| time(text).is_ok());
    let Some((date, rest)) = front(words, 8, |text| day(text).is_ok()) else {
        // Without a valid day, the words before a time are taken for it.
        let end = (1..words.len().min(6)).find(|end| words.get(*end..).and_then(clock).is_some());
        let (date, rest) = words.split_at(end.unwrap_or(1).min(words.len()));
        raw.put("date", Some(date.join(" ")).filter(|date| !date.is_empty()));
        let Some((time, rest)) = end.and_then(|_| clock(rest)) else { return rest };
        raw.put("time", Some(time));
        return rest;
    };
    raw.put("date", Some(date));
    let (clock, rest) = match clock(rest) {
        Some((clock, rest)) => (Some(clock), rest),
        None => (rest.first().cloned(), rest.get(1..).unwrap_or_default()),
    };
    raw.put("time", clock);
    rest
}

/// Whether the words begin with a day, or with a day and a time in one argument.
fn is_day(words: &[String]) -> bool {
    front(words, 8, |text| day(text).is_ok() || day_and_time(text).is_some()).is_some()
}

/// The longest run of words, at most so many, that makes sense, and the words behind it.
fn front(words: &[String], most: usize, makes_sense: impl Fn(&str) -> bool) -> Option<(String, &[String])> {
    (1..=most.min(words.len())).rev().find_map(|count| {
        let (front, rest) = words.split_at(count);
        let text = front.join(" ");
        makes_sense(&text).then_some((text, rest))
    })
}

/// A name and a phone, or one of them: then it is a patient who is known.
fn who(raw: &mut Raw, words: &[String]) {
    match words {
        [] => {}
        [name @ .., phone] if !name.is_empty() && is_phone(phone) => {
            let name = name.join(" ");
            // No name begins with a digit: this is the rest of a day or time.
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                raw.problems.add("name", text!("begins-with-a-number-say-the-day", name));
            }
            raw.put("name", Some(name));
            raw.put("phone", Some(phone.clone()));
        }
        // If the phone is an option, the words are the name.
        name if raw.has("phone") => raw.put("name", Some(name.join(" "))),
        patient => raw.put("patient", Some(patient.join(" "))),
    }
}

/// Whether a word can be nothing but a phone: five digits at least, and no letters.
fn is_phone(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_digit).count() >= 5
        && word.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::when::{Day, When};
    use chrono::{NaiveTime, Weekday};

    fn said(line: &str) -> Raw {
        let mut raw = Raw::default();
        let words: Vec<String> = line.split('|').map(str::to_owned).collect();
        book(&mut raw, &words);
        raw
    }

    #[test]
    fn a_booking_is_said_in_one_breath() {
        let nine = |minute| NaiveTime::from_hms_opt(9, minute, 0).unwrap();
        for (line, when, name, phone) in [
            (
                "RUIZ|tomorrow|9:30|Ana Mejía|7012-3456",
                When::DayTime(Day::InDays(1), nine(30)),
                "Ana Mejía",
                "7012-3456",
            ),
            ("RUIZ|mañana 9:30|Ana|70123456", When::DayTime(Day::InDays(1), nine(30)), "Ana", "70123456"),
            (
                "RUIZ|next|fri|9|am|Ana|Mejía|+503 7012 3456",
                When::DayTime(Day::Next(Weekday::Fri), nine(0)),
                "Ana Mejía",
                "+503 7012 3456",
            ),
            (
                "RUIZ|15|de|junio|9|May|Lin|70123456",
                When::DayTime(Day::Yearly { month: 6, day: 15 }, nine(0)),
                "May Lin",
                "70123456",
            ),
            (
                "RUIZ|lunes|22|de|junio|9|30|Ana|70123456",
                When::DayTime(Day::Yearly { month: 6, day: 22 }.named(Weekday::Mon).unwrap(), nine(30)),
                "Ana",
                "70123456",
            ),
            ("RUIZ|in|2|weeks|9h|Ana|70123456", When::DayTime(Day::InDays(14), nine(0)), "Ana", "70123456"),
        ] {
            let request = said(line).book();
            assert_eq!(request.whom.as_deref(), Some("RUIZ"), "{line}");
            assert_eq!(request.when, Some(when), "{line}");
            assert_eq!(request.name.as_deref(), Some(name), "{line}");
            assert_eq!(request.phone.as_deref(), Some(phone), "{line}");
            assert!(request.problems.check().is_ok(), "{line}");
        }
    }

    #[test]
    fn a_name_or_a_phone_alone_is_a_known_patient() {
        for who in ["Ana Mejía", "70123456", "P-WF97AK"] {
            let request = said(&format!("RUIZ|fri|10|{who}")).book();
            assert_eq!(request.patient.as_deref(), Some(who));
            assert_eq!((request.name, request.phone), (None, None));
        }
    }

    #[test]
    fn what_the_flags_say_is_not_looked_for() {
        let mut raw = Raw::default();
        raw.put("service", Some("VAC".into()));
        raw.put("phone", Some("70123456".into()));
        book(&mut raw, &["fri", "10", "Ana"].map(str::to_owned));
        let request = raw.book();
        assert_eq!((request.doctor, request.service.as_deref()), (None, Some("VAC")));
        assert_eq!((request.name.as_deref(), request.patient), (Some("Ana"), None));
    }

    #[test]
    fn with_a_service_the_doctor_may_be_said_or_not() {
        for (line, doctor) in [
            ("RUIZ|fri|10|Ana|70123456", Some("RUIZ")),
            ("RUIZ|mañana 10|Ana|70123456", Some("RUIZ")),
            ("fri|10|Ana|70123456", None),
            ("next|fri|10|Ana|70123456", None),
            ("mañana 10|Ana|70123456", None),
        ] {
            let mut raw = Raw::default();
            raw.put("service", Some("VAC".into()));
            book(&mut raw, &line.split('|').map(str::to_owned).collect::<Vec<_>>());
            let request = raw.book();
            assert_eq!(request.doctor.as_deref(), doctor, "{line}");
            assert!(matches!(request.when, Some(When::DayTime(..))), "{line}");
            assert_eq!(request.name.as_deref(), Some("Ana"), "{line}");
            assert!(request.problems.check().is_ok(), "{line}");
        }
    }

    #[test]
    fn a_word_alone_is_a_day_if_it_reads_as_one() {
        for (line, whose, day) in [
            ("tomorrow", None, Some("tomorrow")),
            ("17/6", None, Some("17/6")),
            ("next fri", None, Some("next fri")),
            ("garcia", Some("garcia"), None),
            ("garcia tomorrow", Some("garcia"), Some("tomorrow")),
            ("ana ruiz 15 de junio", Some("ana ruiz"), Some("15 de junio")),
            ("garcia someday", Some("garcia someday"), None),
            ("", None, None),
        ] {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let found = whose_and_day(&words);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (whose, day), "{line}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        for (line, field) in [
            ("RUIZ|someday|9|Ana|70123456", "date"),
            ("RUIZ|next|frday|9|Ana|70123456", "date"),
            ("RUIZ|Ana", "date"),
            ("RUIZ|fri|late|Ana|70123456", "time"),
            ("RUIZ|mon|22|9|Ana|70123456", "name"),
        ] {
            let request = said(line).book();
            assert!(request.problems.names(field), "{line}");
            let said = format!("{:?}", request.problems);
            assert!(field == "time" || line.ends_with("|Ana") || !said.contains("is required"), "{said}");
        }
    }
}
