//! The appointment as a calendar entry that goes along with a mail (RFC 5545, RFC 5546).
//!
//! Ours, and not the crate `icalendar` (0.17): that one lets a carriage return through into the middle of
//! a line, decides on a fold by another character than the one that stands there (octets taken for
//! characters, each counted from the line's beginning), and turns on chrono's clock, where time enters in
//! one room only. What an invitation needs is one fixed list of lines.

use super::channel::Entry;
use super::mail::Person;
use chrono::DateTime;

/// The most octets of a line, its end not counted.
const LINE: usize = 75;

/// What is done with the entry.
pub(super) fn method(entry: &Entry) -> &'static str {
    if entry.cancelled { "CANCEL" } else { "REQUEST" }
}

/// The calendar with that one entry, `None` for instants that no calendar knows.
///
/// The same entry gives the same bytes on every try: it is stamped with the time of its last change.
pub(super) fn invitation(entry: &Entry, from: &Person<'_>, to: &Person<'_>) -> Option<String> {
    let mut calendar = Calendar(String::new());
    calendar.line("BEGIN:VCALENDAR");
    calendar.line("VERSION:2.0");
    calendar.line(concat!("PRODID:-//turno//turno ", env!("CARGO_PKG_VERSION"), "//EN"));
    calendar.line("CALSCALE:GREGORIAN");
    calendar.line(&format!("METHOD:{}", method(entry)));
    calendar.line("BEGIN:VEVENT");
    calendar.line(&format!("UID:{}", text(&entry.uid)));
    calendar.line(&format!("SEQUENCE:{}", entry.sequence.max(0)));
    calendar.line(&format!("DTSTAMP:{}", utc(entry.changed_at)?));
    calendar.line(&format!("LAST-MODIFIED:{}", utc(entry.changed_at)?));
    calendar.line(&format!("DTSTART:{}", utc(entry.starts_at)?));
    calendar.line(&format!("DTEND:{}", utc(entry.ends_at)?));
    calendar.line(&format!("SUMMARY:{}", text(&entry.summary)));
    calendar.line(&format!("LOCATION:{}", text(&entry.place)));
    calendar.line(&format!("STATUS:{}", if entry.cancelled { "CANCELLED" } else { "CONFIRMED" }));
    calendar.line("TRANSP:OPAQUE");
    calendar.line(&format!("ORGANIZER{}:mailto:{}", name(from), from.address));
    // Nobody at the clinic reads what calendars answer, so none is asked for.
    let attendee = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE";
    calendar.line(&format!("ATTENDEE;{attendee}{}:mailto:{}", name(to), to.address));
    calendar.line("END:VEVENT");
    calendar.line("END:VCALENDAR");
    Some(calendar.0)
}

struct Calendar(String);

impl Calendar {
    /// Adds a line, folded where it is too long: by octets, and never inside a character.
    /// <https://www.rfc-editor.org/rfc/rfc5545#section-3.1>
    fn line(&mut self, line: &str) {
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
}

/// A text as a value: <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11>
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A person's name as a parameter. A quoted value has no way to hold a quote.
fn name(person: &Person<'_>) -> String {
    let name: String = person.name.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace('"', "'");
    if name.trim().is_empty() { String::new() } else { format!(";CN=\"{}\"", name.trim()) }
}

fn utc(seconds: i64) -> Option<String> {
    Some(DateTime::from_timestamp(seconds, 0)?.format("%Y%m%dT%H%M%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry() -> Entry {
        Entry {
            uid: "019ebe10-4d80-72f5-a53e-2be3c4fb70c3".into(),
            sequence: 2,
            starts_at: 1_781_535_600,
            ends_at: 1_781_537_400,
            changed_at: 1_781_500_000,
            place: "Clínica Sol, Av. Juárez 5; 2º piso".into(),
            summary: "Cita con Dra. Ruiz".into(),
            cancelled: false,
        }
    }

    /// The invitation from the clinic to that person.
    fn sent_to(entry: &Entry, name: &str) -> Option<String> {
        let clinic = "citas@sol.example".parse().unwrap();
        let patient = "ana@example.com".parse().unwrap();
        let from = Person { name: "Clínica \"Sol\", S.A.", address: &clinic };
        invitation(entry, &from, &Person { name, address: &patient })
    }

    /// The lines as they were before they were folded.
    fn unfolded(calendar: &str) -> Vec<String> {
        calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn unescaped(value: &str) -> String {
        let mut chars = value.chars();
        let mut plain = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => plain.push('\n'),
                    Some(c) => plain.push(c),
                    None => panic!("a backslash at the end of {value}"),
                },
                c => plain.push(c),
            }
        }
        plain
    }

    #[test]
    fn an_invitation_says_what_the_rfcs_ask_for() {
        let lines = unfolded(&sent_to(&entry(), "Ana Mejía").unwrap());
        for line in [
            "METHOD:REQUEST",
            "UID:019ebe10-4d80-72f5-a53e-2be3c4fb70c3",
            "SEQUENCE:2",
            "DTSTAMP:20260615T050640Z",
            "DTSTART:20260615T150000Z",
            "DTEND:20260615T153000Z",
            "LOCATION:Clínica Sol\\, Av. Juárez 5\\; 2º piso",
            "STATUS:CONFIRMED",
            "ORGANIZER;CN=\"Clínica 'Sol', S.A.\":mailto:citas@sol.example",
            concat!(
                "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;",
                "CN=\"Ana Mejía\":mailto:ana@example.com"
            ),
        ] {
            assert!(lines.iter().any(|had| had == line), "no {line} in\n{}", lines.join("\n"));
        }
        assert_eq!(lines.first().map(String::as_str), Some("BEGIN:VCALENDAR"));
        assert_eq!(lines.last().map(String::as_str), Some("END:VCALENDAR"));
    }

    #[test]
    fn a_cancelled_entry_is_called_off_under_the_same_uid() {
        let cancelled = Entry { cancelled: true, sequence: 3, ..entry() };
        let lines = unfolded(&sent_to(&cancelled, "Ana Mejía").unwrap());
        for line in
            ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:019ebe10-4d80-72f5-a53e-2be3c4fb70c3"]
        {
            assert!(lines.iter().any(|had| had == line), "no {line} in\n{}", lines.join("\n"));
        }
    }

    #[test]
    fn instants_that_no_calendar_knows_give_no_invitation() {
        assert!(sent_to(&Entry { starts_at: i64::MAX, ..entry() }, "Ana Mejía").is_none());
    }

    proptest! {
        #[test]
        fn whatever_the_texts_are_lines_are_short_and_say_the_same(
            summary in "\\PC{0,200}", place in "[\\PC\n,;\\\\]{0,120}", who in "\\PC{0,60}"
        ) {
            let entry = Entry { summary: summary.clone(), place: place.clone(), ..entry() };
            let calendar = sent_to(&entry, &who).unwrap();
            prop_assert!(calendar.ends_with("\r\n"));
            prop_assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
            // By octets; that it is a `str` at all says that no character was cut.
            prop_assert!(calendar.split("\r\n").all(|line| line.len() <= LINE));
            let lines = unfolded(&calendar);
            prop_assert_eq!(lines.len(), 20);
            let value = |name: &str| {
                unescaped(lines.iter().find_map(|line| line.strip_prefix(name)).unwrap())
            };
            prop_assert_eq!(value("SUMMARY:"), summary);
            prop_assert_eq!(value("LOCATION:"), place);
        }

        #[test]
        fn control_characters_get_nowhere(summary in "[\\x00-\\x1f\\x7f-\\u{9f}a]{0,50}") {
            let entry = Entry { summary, ..entry() };
            let calendar = sent_to(&entry, "Ana Mejía").unwrap();
            prop_assert!(!calendar.replace("\r\n", "").contains(char::is_control));
        }
    }
}
