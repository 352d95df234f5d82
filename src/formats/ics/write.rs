//! Writes calendar entries, for mails and exports. Not with the crate `icalendar` (0.17), which lets carriage
//! returns through and folds lines at wrong places.

use super::x_properties;
use crate::domain::appointment::Visit;
use crate::domain::status::Status;
use chrono::DateTime;

/// Most octets of a line, without its line end.
pub const LINE: usize = 75;

/// An appointment as a calendar entry (RFC 5545, RFC 5546).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The appointment's id; it never changes.
    pub uid: String,
    /// The number of changes so far.
    pub sequence: i64,
    /// Start in Unix seconds.
    pub starts_at: i64,
    /// End in Unix seconds.
    pub ends_at: i64,
    /// Last change in Unix seconds.
    pub changed_at: i64,
    /// The clinic's name, and the branch's if it differs.
    pub place: String,
    /// The title; never why the patient comes.
    pub summary: String,
    /// Whether the appointment is cancelled.
    pub cancelled: bool,
}

impl Entry {
    /// The entry of an appointment; `sequence` is the number of its changes.
    pub fn of(visit: &Visit, sequence: i64, clinic: &str, summary: String) -> Entry {
        let (appointment, branch) = (&visit.appointment, &visit.branch.name);
        Entry {
            uid: appointment.id.clone(),
            sequence,
            starts_at: appointment.span.start.unix(),
            ends_at: appointment.span.end.unix(),
            changed_at: appointment.updated_at.unix(),
            place: if branch == clinic { clinic.to_owned() } else { format!("{clinic}, {branch}") },
            summary,
            cancelled: appointment.status == Status::Cancelled,
        }
    }
}

/// How much of the patient a calendar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The commit succeeds.
    None,
    /// The initials of the name.
    Initials,
    /// Name, phone, reason, and all else that turno can import.
    Full,
}

/// The text of a calendar.
#[derive(Debug, Default)]
pub struct Calendar(String);

impl Calendar {
    /// A calendar's header.
    pub fn begun() -> Self {
        let mut calendar = Calendar::default();
        calendar.line("BEGIN:VCALENDAR");
        calendar.line("VERSION:2.0");
        calendar.line(concat!("PRODID:-//turno//turno ", env!("CARGO_PKG_VERSION"), "//EN"));
        calendar.line("CALSCALE:GREGORIAN");
        calendar
    }

    /// Adds a line, folded by octets and never inside a character.
    /// <https://www.rfc-editor.org/rfc/rfc5545#section-3.1>
    pub fn line(&mut self, line: &str) {
        let mut rest = line;
        let mut room = LINE;
        while rest.len() > room {
            // A character has at most four octets, so a boundary is near.
            let end = (0..=room).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(room);
            let (now, later) = rest.split_at(end);
            self.0.push_str(now);
            self.0.push_str("\r\n ");
            rest = later;
            // The leading space counts, too.
            room = LINE - 1;
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }

    /// Adds a property with a text, unless the text is blank.
    pub fn said(&mut self, name: &str, value: &str) {
        if !value.trim().is_empty() {
            self.line(&format!("{name}:{}", text(value)));
        }
    }

    /// Adds id, sequence and times; `None` if an instant is out of a calendar's range.
    pub fn moment(&mut self, entry: &Entry) -> Option<()> {
        self.line(&format!("UID:{}", text(&entry.uid)));
        self.line(&format!("SEQUENCE:{}", entry.sequence.max(0)));
        self.line(&format!("DTSTAMP:{}", utc(entry.changed_at)?));
        self.line(&format!("LAST-MODIFIED:{}", utc(entry.changed_at)?));
        self.line(&format!("DTSTART:{}", utc(entry.starts_at)?));
        self.line(&format!("DTEND:{}", utc(entry.ends_at)?));
        Some(())
    }

    /// Ends the calendar.
    pub fn end(&mut self) {
        self.line("END:VCALENDAR");
    }

    /// The text so far.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// The beginning of an exported calendar, with its name.
pub fn head(name: &str) -> String {
    let mut calendar = Calendar::begun();
    calendar.said("X-WR-CALNAME", name);
    calendar.into_text()
}

/// The end of an exported calendar.
pub fn foot() -> String {
    let mut calendar = Calendar::default();
    calendar.end();
    calendar.into_text()
}

/// An appointment as an entry of an exported calendar; `sequence` is the number of its changes. `None` if an
/// instant is out of a calendar's range.
pub fn event(visit: &Visit, sequence: i64, detail: Detail, clinic: &str, visit_word: &str) -> Option<String> {
    let appointment = &visit.appointment;
    let what = visit.service.as_deref().map_or(visit_word, |service| service.name.as_str());
    let who = match detail {
        Detail::None => String::new(),
        Detail::Initials => initials(&visit.patient.full_name),
        Detail::Full => visit.patient.full_name.trim().to_owned(),
    };
    let summary = if who.is_empty() { what.to_owned() } else { format!("{who} · {what}") };
    let entry = Entry::of(visit, sequence, clinic, summary);
    let mut calendar = Calendar::default();
    calendar.line("BEGIN:VEVENT");
    calendar.moment(&entry)?;
    calendar.line(&format!("CREATED:{}", utc(appointment.created_at.unix())?));
    calendar.said("SUMMARY", &entry.summary);
    calendar.said("LOCATION", &entry.place);
    calendar.said("DESCRIPTION", &description(visit, detail));
    let (status, transparency) = standing(appointment.status);
    calendar.line(&format!("STATUS:{status}"));
    calendar.line(&format!("TRANSP:{transparency}"));
    calendar.line("CLASS:PRIVATE");
    calendar.said("X-TURNO-CODE", &appointment.code);
    calendar.said("X-TURNO-STATUS", appointment.status.as_str());
    if detail == Detail::Full {
        for (name, value) in x_properties::whole(visit) {
            calendar.said(&format!("{}{name}", x_properties::PREFIX), &value);
        }
    }
    calendar.line("END:VEVENT");
    Some(calendar.into_text())
}

/// `STATUS` (RFC 5545 has three) and `TRANSP`; no-shows take up no time, as cancelled appointments.
fn standing(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Scheduled => ("TENTATIVE", "OPAQUE"),
        Status::Confirmed | Status::CheckedIn | Status::InProgress | Status::Completed => {
            ("CONFIRMED", "OPAQUE")
        }
        Status::Cancelled | Status::NoShow => ("CANCELLED", "TRANSPARENT"),
    }
}

fn description(visit: &Visit, detail: Detail) -> String {
    let mut lines: Vec<&str> = Vec::new();
    lines.extend(visit.doctor.as_deref().map(|doctor| doctor.full_name.as_str()));
    if detail == Detail::Full {
        lines.push(&visit.patient.phone);
        lines.extend(visit.appointment.reason.as_deref());
        lines.extend(visit.appointment.notes.as_deref());
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

/// `A. M.` for Ana Mejía; empty for a name without letters and digits.
fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let letters = name.split_whitespace().filter_map(first);
    letters.map(|c| c.to_uppercase().chain(['.']).collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Escapes a text value: <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11>
pub fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            // Some readers end a line at these.
            '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The `CN` parameter; empty for a blank name. A quoted value can't hold a quote.
pub fn common_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace('"', "'");
    if name.trim().is_empty() { String::new() } else { format!(";CN=\"{}\"", name.trim()) }
}

/// `seconds` (Unix) as a calendar's UTC time; `None` if out of range.
pub fn utc(seconds: i64) -> Option<String> {
    Some(DateTime::from_timestamp(seconds, 0)?.format("%Y%m%dT%H%M%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn initials_are_of_letters_of_any_script() {
        for (name, short) in [
            ("Ana Mejía", "A. M."),
            ("  ñandú   d'or ", "Ñ. D."),
            ("漢字", "漢."),
            ("(Bea) 🌺 Öz", "B. Ö."),
            ("🌺", ""),
            ("", ""),
        ] {
            assert_eq!(initials(name), short, "{name}");
        }
    }

    proptest! {
        #[test]
        fn lines_are_folded_between_characters_and_unfold_to_the_same(line in "[\\PC]{1,300}") {
            let mut calendar = Calendar::default();
            calendar.line(&line);
            let text = calendar.into_text();
            // Length in octets; no character was cut, as the text is a `str`.
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE));
            let expected = format!("{line}\r\n");
            prop_assert_eq!(text.replace("\r\n ", ""), expected);
        }

        #[test]
        fn a_text_ends_no_line(value in any::<String>()) {
            let escaped = text(&value);
            prop_assert!(!escaped.contains(char::is_control));
            let ends = ['\u{2028}', '\u{2029}', '\u{85}'];
            prop_assert!(!escaped.contains(ends), "{escaped:?}");
        }
    }
}
