//! The calendar entry in a mail (RFC 5545, RFC 5546).

use super::mail::Person;
use crate::formats::ics::write::{Calendar, Entry, common_name};

pub(crate) fn method(entry: &Entry) -> &'static str {
    if entry.cancelled { "CANCEL" } else { "REQUEST" }
}

/// A calendar with the entry; `None` if an instant is out of a calendar's range. The bytes are the same on
/// every try, as `DTSTAMP` is the time of the last change.
pub(crate) fn invitation(entry: &Entry, from: &Person<'_>, to: &Person<'_>) -> Option<String> {
    let mut calendar = Calendar::begun();
    calendar.line(&format!("METHOD:{}", method(entry)));
    calendar.line("BEGIN:VEVENT");
    calendar.moment(entry)?;
    calendar.said("SUMMARY", &entry.summary);
    calendar.said("LOCATION", &entry.place);
    calendar.line(&format!("STATUS:{}", if entry.cancelled { "CANCELLED" } else { "CONFIRMED" }));
    calendar.line("TRANSP:OPAQUE");
    calendar.line(&format!("ORGANIZER{}:mailto:{}", common_name(from.name), from.address));
    // RSVP=FALSE: nobody at the clinic reads replies of calendars.
    let attendee = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE";
    calendar.line(&format!("ATTENDEE;{attendee}{}:mailto:{}", common_name(to.name), to.address));
    calendar.line("END:VEVENT");
    calendar.end();
    Some(calendar.into_text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ics::read::text;
    use crate::formats::ics::write::LINE;
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

    fn sent_to(entry: &Entry, name: &str) -> Option<String> {
        let clinic = "citas@sol.example".parse().unwrap();
        let patient = "ana@example.com".parse().unwrap();
        let from = Person { name: "Clínica \"Sol\", S.A.", address: &clinic };
        invitation(entry, &from, &Person { name, address: &patient })
    }

    fn unfolded(calendar: &str) -> Vec<String> {
        calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
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
    fn unicodes_own_line_ends_are_told_as_plain_ones() {
        let calendar = sent_to(&Entry { summary: "Control\u{2028}anual".into(), ..entry() }, "Ana").unwrap();
        assert!(calendar.contains("SUMMARY:Control\\nanual\r\n"), "{calendar}");
    }

    #[test]
    fn instants_that_no_calendar_knows_give_no_invitation() {
        assert!(sent_to(&Entry { starts_at: i64::MAX, ..entry() }, "Ana Mejía").is_none());
    }

    proptest! {
        #[test]
        fn whatever_the_texts_are_lines_are_short_and_say_the_same(
            summary in "a\\PC{0,200}", place in "a[\\PC\n,;\\\\]{0,120}", who in "\\PC{0,60}"
        ) {
            let entry = Entry { summary: summary.clone(), place: place.clone(), ..entry() };
            let calendar = sent_to(&entry, &who).unwrap();
            prop_assert!(calendar.ends_with("\r\n"));
            prop_assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
            // Length in octets; no character was cut, as the text is a `str`.
            prop_assert!(calendar.split("\r\n").all(|line| line.len() <= LINE));
            let lines = unfolded(&calendar);
            prop_assert_eq!(lines.len(), 20);
            let value = |name: &str| {
                text(lines.iter().find_map(|line| line.strip_prefix(name)).unwrap())
            };
            // Unicode's line separators are written as line feeds.
            let ended = |text: &str| text.replace(['\u{2028}', '\u{2029}'], "\n");
            prop_assert_eq!(value("SUMMARY:"), ended(&summary));
            prop_assert_eq!(value("LOCATION:"), ended(&place));
        }

        #[test]
        fn control_characters_get_nowhere(summary in "[\\x00-\\x1f\\x7f-\\u{9f}a]{0,50}") {
            let entry = Entry { summary, ..entry() };
            let calendar = sent_to(&entry, "Ana Mejía").unwrap();
            prop_assert!(!calendar.replace("\r\n", "").contains(char::is_control));
        }
    }
}
