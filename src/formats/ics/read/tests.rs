//! Tests of the calendar reader.

use super::*;
use crate::formats::ics::lines::LONGEST_LINE;

fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", lines.replace('\n', "\r\n"))
}

#[test]
fn an_event_is_read_with_its_line() {
    let text = calendar(
        "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY\nEND:STANDARD\nEND:VTIMEZONE\n\
         BEGIN:VEVENT\nUID:a@b\nDTSTART;TZID=\"Europe/Berlin\":20260615T090000\nDURATION:PT1H30M\n\
         SUMMARY;LANGUAGE=es:Una re\n uni\u{f3}n\\, larga\\nsegunda\nEXDATE:20260616T090000Z,20260617T090000Z\n\
         TRANSP:TRANSPARENT\nSTATUS:cancelled\nBEGIN:VALARM\nSUMMARY:not this\nEND:VALARM\nEND:VEVENT\n",
    );
    let [event] = events(text.as_bytes()).unwrap().try_into().unwrap();
    assert_eq!((event.line, event.uid.as_str(), event.seconds), (9, "a@b", Some(5400)));
    assert_eq!(event.summary.as_deref(), Some("Una reunión, larga\nsegunda"));
    assert_eq!((event.without.len(), event.transparent, event.is_cancelled()), (2, true, true));
    let start = NaiveDate::from_ymd_opt(2026, 6, 15).unwrap().and_hms_opt(9, 0, 0).unwrap();
    let zoned = Stamp::Zoned(start, "Europe/Berlin".into());
    assert_eq!(event.start, Some(At { line: 11, value: zoned }));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let event =
        |more: &str| calendar(&format!("BEGIN:VEVENT\nUID:a\nDTSTART:20260615T090000Z\n{more}END:VEVENT\n"));
    for (text, line, problem) in [
        (String::new(), 1, "is empty"),
        ("BEGIN:VCARD\r\n".into(), 1, "is no calendar"),
        (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260615\r\n".into(),
            4,
            "END:VEVENT was expected",
        ),
        (calendar("BEGIN:VEVENT\nUID:a\nEND:VEVENT\n"), 2, "no DTSTART"),
        (calendar("BEGIN:VEVENT\nDTSTART:20260615\nEND:VEVENT\n"), 2, "no UID"),
        (event("DTEND:tomorrow\n"), 5, "DTEND must be such as"),
        (event("DTEND:20260615T250000Z\n"), 5, "DTEND must be such as"),
        (event("DTSTART:20260615\n"), 5, "says DTSTART twice"),
        (event("DURATION:30 minutes\n"), 5, "not a duration"),
        (event("nonsense\n"), 5, "NAME:VALUE was expected"),
        (event("END:VALARM\n"), 5, "not what was begun last"),
        (event("SUMMARY:a\0b\n"), 5, "NUL"),
        (event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260615T090000Z\n"), 5, "RANGE"),
    ] {
        let found = events(text.as_bytes()).unwrap_err();
        assert!(found.line == line && found.problem.contains(problem), "{found:?} {problem}");
    }
    let latin = b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:Cl\xednica\r\n";
    assert!(events(&latin[..]).is_err_and(|found| found.line == 2 && found.problem.contains("UTF-8")));
    let long = format!("BEGIN:VCALENDAR\r\nX:{}\r\n", "x".repeat(LONGEST_LINE));
    assert!(events(long.as_bytes()).is_err_and(|found| found.line == 2));
}

#[test]
fn durations_are_seconds() {
    for (text, seconds) in [
        ("PT30M", Some(1800)),
        ("P1DT2H3M4S", Some(93_784)),
        ("P2W", Some(1_209_600)),
        ("-PT5M", None),
        ("P", None),
        ("PT", None),
        ("30M", None),
        ("+PT1H", Some(3600)),
        ("P1M", None),
        ("P1DT", None),
        ("PT1.5H", None),
        ("pt1h", None),
        ("1 hour", None),
        ("P1H", None),
        ("P99999999999D", None),
    ] {
        assert_eq!(duration(text), seconds, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn a_text_comes_back(said in "[^\\x00-\\x09\\x0b-\\x1f]{0,200}", width in 1_usize..74) {
        let escaped = said.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        let mut folded = String::new();
        for (place, c) in format!("SUMMARY:{escaped}").chars().enumerate() {
            if place > 0 && place % width == 0 {
                folded.push_str("\n ");
            }
            folded.push(c);
        }
        let text = calendar(&format!("BEGIN:VEVENT\nUID:a\nDTSTART:20260615\n{folded}\nEND:VEVENT\n"));
        let read = events(text.as_bytes()).unwrap();
        proptest::prop_assert_eq!(read[0].summary.as_deref(), Some(said.as_str()));
    }
}
