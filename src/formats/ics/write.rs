//! Calendar entries: those that go along with a mail and those of an export, by one writer.
//!
//! Not by the crate `icalendar` (0.17): it lets carriage returns through, and folds lines at wrong places.

use super::x_properties;
use crate::domain::appointment::Visit;
use crate::domain::status::Status;
use chrono::DateTime;

/// The most octets of a line, its end not counted.
pub const LINE: usize = 75;

/// The appointment as a calendar sees it (RFC 5545, RFC 5546).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The appointment's id: the same entry for ever.
    pub uid: String,
    /// Rises with every change that is told.
    pub sequence: i64,
    /// Unix seconds.
    pub starts_at: i64,
    /// Unix seconds.
    pub ends_at: i64,
    /// When it was last changed, Unix seconds.
    pub changed_at: i64,
    /// Where.
    pub place: String,
    /// What a calendar shows: never why the patient comes.
    pub summary: String,
    /// Whether it is called off.
    pub cancelled: bool,
}

impl Entry {
    /// The entry of an appointment after so many changes, of that clinic. The branch is named where it is
    /// called otherwise than the clinic.
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
    /// Nothing.
    None,
    /// The letters that their names begin with.
    Initials,
    /// Name, phone and why they come; with all that another book of ours takes over.
    Full,
}

/// Lines of a calendar.
#[derive(Debug, Default)]
pub struct Calendar(String);

impl Calendar {
    /// A calendar that was begun.
    pub fn begun() -> Self {
        let mut calendar = Calendar::default();
        calendar.line("BEGIN:VCALENDAR");
        calendar.line("VERSION:2.0");
        calendar.line(concat!("PRODID:-//turno//turno ", env!("CARGO_PKG_VERSION"), "//EN"));
        calendar.line("CALSCALE:GREGORIAN");
        calendar
    }

    /// Adds a line, folded where it is too long: by octets, and never inside a character.
    /// <https://www.rfc-editor.org/rfc/rfc5545#section-3.1>
    pub fn line(&mut self, line: &str) {
        let mut rest = line;
        let mut room = LINE;
        while rest.len() > room {
            // A character has at most four octets, so that a boundary is never far.
            let end = (0..=room).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(room);
            let (now, later) = rest.split_at(end);
            self.0.push_str(now);
            self.0.push_str("\r\n ");
            rest = later;
            // The space counts, too.
            room = LINE - 1;
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }

    /// Adds a line of a name and a text, unless the text is empty.
    pub fn said(&mut self, name: &str, value: &str) {
        if !value.trim().is_empty() {
            self.line(&format!("{name}:{}", text(value)));
        }
    }

    /// Adds the lines that every entry begins with. `None` for instants that no calendar knows.
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

    /// The lines so far.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// What an exported calendar begins with: what it is called.
pub fn head(name: &str) -> String {
    let mut calendar = Calendar::begun();
    calendar.said("X-WR-CALNAME", name);
    calendar.into_text()
}

/// What an exported calendar ends with.
pub fn foot() -> String {
    let mut calendar = Calendar::default();
    calendar.end();
    calendar.into_text()
}

/// An appointment as an entry of an exported calendar, after so many changes. `None` for instants that no
/// calendar knows.
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

/// RFC 5545 knows three states. Who did not come takes up no time any more, as who cancelled.
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

/// `A. M.` of Ana Mejía; a name without letters and digits has none.
fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let letters = name.split_whitespace().filter_map(first);
    letters.map(|c| c.to_uppercase().chain(['.']).collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A text as a value: <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11>
pub fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            // Some readers end a line at these, too.
            '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A person's name as a parameter; nothing for who has none. A quoted value has no way to hold a quote.
pub fn common_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace('"', "'");
    if name.trim().is_empty() { String::new() } else { format!(";CN=\"{}\"", name.trim()) }
}

/// Unix seconds as a calendar has them, `None` beyond the years that it knows.
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
            // By octets; that it is a `str` at all says that no character was cut.
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
