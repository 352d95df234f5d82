//! Foreign calendars: a doctor's own becomes closures, a practice's becomes appointments.

use crate::importing::Imported;
use crate::support::Clinic;
use serde_json::Value;

fn calendar(events: &str) -> String {
    let lines: String = events.lines().map(|line| format!("{}\r\n", line.trim())).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}END:VCALENDAR\r\n")
}

fn import(clinic: &Clinic, events: &str, options: &str, exit: i32) -> Imported {
    clinic.file("calendar.ics", calendar(events));
    clinic.ran(&format!("import ics calendar.ics {options} --json")).exits(exit).json()
}

/// The closures as `from to reason`.
fn closed(clinic: &Clinic) -> Vec<String> {
    let list: Value = clinic.json("closure list");
    let closures = list["closures"].as_array().unwrap().iter();
    let text = |closure: &Value, key: &str| closure[key].as_str().unwrap().to_owned();
    let mut closed: Vec<String> = closures
        .map(|one| format!("{} {} {}", text(one, "from"), text(one, "to"), text(one, "reason")))
        .collect();
    closed.sort();
    closed
}

const SURGERY: &str = "\
BEGIN:VEVENT
UID:surgery@example.org
DTSTART;TZID=Europe/Madrid:20260602T180000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Quirófano\\, sala 2
END:VEVENT
BEGIN:VEVENT
UID:holiday@example.org
DTSTART;VALUE=DATE:20260710
SUMMARY:Vacaciones
END:VEVENT
BEGIN:VEVENT
UID:birthday@example.org
DTSTART;VALUE=DATE:20260711
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:over@example.org
DTSTART:20200602T180000Z
DURATION:PT1H
END:VEVENT
";

#[test]
fn a_doctors_own_calendar_closes_their_time() {
    let clinic = Clinic::open();
    let options = "--as closures --doctor GARCIA";
    let rehearsed = import(&clinic, SURGERY, &format!("{options} --dry-run"), 0);
    assert_eq!((rehearsed.counts(), rehearsed.written, closed(&clinic).len()), ([4, 0, 0, 0], false, 0));
    let taken = import(&clinic, SURGERY, options, 0);
    assert_eq!((taken.rows, taken.counts(), taken.import.as_str()), (4, [4, 0, 0, 0], "closures"));
    assert_eq!(
        closed(&clinic),
        [
            "2026-06-02T10:00 2026-06-02T11:00 Quirófano, sala 2",
            "2026-06-09T10:00 2026-06-09T11:00 Quirófano, sala 2",
            "2026-06-16T10:00 2026-06-16T11:00 Quirófano, sala 2",
            "2026-07-10T00:00 2026-07-11T00:00 Vacaciones",
        ]
    );
    let eva = "--doctor GARCIA --name Eva --phone 7012-0001 --date 2026-06-09 --time 10:00";
    let _ = clinic.not_booked(eva, "SLOT_INACTIVE", 4);
    assert_eq!(import(&clinic, SURGERY, options, 0).counts(), [0, 0, 4, 0]);

    // One occurrence is removed, the event is longer, and the holiday is cancelled.
    let later = SURGERY
        .replace("COUNT=3", "COUNT=3\nEXDATE;TZID=Europe/Madrid:20260609T180000")
        .replace("DURATION:PT1H\nRRULE", "DURATION:PT2H\nRRULE")
        .replace("SUMMARY:Vacaciones", "STATUS:CANCELLED");
    let again = import(&clinic, &later, options, 0);
    assert_eq!((again.counts(), again.removed), ([0, 2, 0, 0], 2));
    assert_eq!(
        closed(&clinic),
        [
            "2026-06-02T10:00 2026-06-02T12:00 Quirófano, sala 2",
            "2026-06-16T10:00 2026-06-16T12:00 Quirófano, sala 2",
        ]
    );
    let booked = clinic.book_juan("--date 2026-06-09 --time 10:00");
    assert_eq!(booked.date, "2026-06-09");
    clinic.is_sound();
}

#[test]
fn an_event_under_a_minute_takes_one_and_an_empty_one_is_skipped() {
    let clinic = Clinic::open();
    let event =
        |uid: &str, lines: &str| format!("BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Ana\n{lines}\nEND:VEVENT\n");
    let short = event("a", "DTSTART:20260602T150000Z\nDURATION:PT30S")
        + &event("b", "DTSTART:20260603T150030Z\nDTEND:20260603T150045Z")
        + &event(
            "c",
            "DTSTART;TZID=America/New_York:20260604T110059\nDTEND;TZID=America/New_York:20260604T113001",
        );
    let empty = event("d", "DTSTART:20260605T150000Z\nDTEND:20260605T150000Z")
        + &event("e", "DTSTART:20260605T160000Z\nDURATION:PT0S");
    let options = "--as closures --doctor GARCIA";
    let taken = import(&clinic, &(short.clone() + &empty), options, 0);
    assert_eq!((taken.rows, taken.counts(), taken.skipped), (5, [3, 0, 0, 0], 2));
    let minutes = [
        "2026-06-02T09:00 2026-06-02T09:01",
        "2026-06-03T09:00 2026-06-03T09:01",
        "2026-06-04T09:00 2026-06-04T09:31",
    ];
    assert_eq!(closed(&clinic), minutes.map(|span| format!("{span} Ana")));
    // Without end and duration, an event takes no time.
    let told = import(&clinic, &event("f", "DTSTART:20260605T170000Z"), options, 0);
    assert_eq!((told.rows, told.counts(), told.skipped), (1, [0, 0, 0, 0], 1));
    clinic.file("calendar.ics", calendar(&empty));
    let said = clinic.run(&format!("import ics calendar.ics {options}"));
    assert!(said.contains("2 skipped, as they take no time"), "{said}");

    // As appointments; closures don't prevent their import.
    let phone = |events: &str| events.replace("SUMMARY:Ana", "SUMMARY:Ana\nDESCRIPTION:7012-0001");
    let taken = import(&clinic, &phone(&(short + &empty)), "--as appointments --doctor GARCIA", 0);
    assert_eq!((taken.rows, taken.counts(), taken.skipped), (5, [3, 0, 0, 0], 2));
    let list = clinic.list("--from 2026-06-02 --to 2026-06-05");
    let spans: Vec<_> =
        list.appointments.iter().map(|one| (one.start_time.as_str(), one.end_time.as_str())).collect();
    assert_eq!(spans, [("09:00", "09:01"), ("09:00", "09:01"), ("09:00", "09:31")]);
    clinic.is_sound();
}

#[test]
fn a_calendar_that_nobody_can_read_closes_nothing() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let event = |lines: &str| calendar(&format!("BEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT"));
    for (content, expected) in [
        (String::new(), "line 1: is empty"),
        ("name,phone\n".into(), "line 1: is not a line of a calendar"),
        (calendar(SURGERY).replace("END:VCALENDAR\r\n", ""), "END:VCALENDAR was expected"),
        (event("DTSTART:20260602T180000Z\nDURATION:PT1H\nRRULE:FREQ=OFTEN"), "line 7: is not a rule"),
        (event("DTSTART:20260602T180000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"), "line 7: repeats more often"),
        (
            event("DTSTART;TZID=Europe/Madrid:20260329T023000\nDURATION:PT1H"),
            "line 5: 2026-03-29 02:30:00 does not",
        ),
        (
            event("DTSTART;TZID=Marte:20260602T180000\nDURATION:PT1H"),
            "line 5: the zone \"Marte\" is not known",
        ),
        (event("DTSTART:20260602T180000Z\nSUMMARY:a\0b"), "line 6: has a NUL character"),
    ] {
        // A good event before the bad one is not imported either.
        clinic.file("calendar.ics", content);
        let refusal =
            clinic.refused("import ics calendar.ics --as closures --doctor GARCIA", "VALIDATION_ERROR", 2);
        assert!(refusal.text("file").contains(expected), "{:?}", refusal.details);
    }
    clinic.file("calendar.ics", calendar(SURGERY));
    let refusal = clinic.refused("import ics calendar.ics --as closures", "VALIDATION_ERROR", 2);
    assert!(refusal.text("doctor").contains("is required"));
    let _ = clinic.refused("import ics calendar.ics --as closures --doctor NADIE", "RESOURCE_NOT_FOUND", 3);
    let _ = clinic.refused("import ics . --as closures --doctor GARCIA", "VALIDATION_ERROR", 2);
    assert_eq!(clinic.content(), before);
}

const VISITS: &str = "\
BEGIN:VEVENT
UID:one@example.org
DTSTART:20250602T150000Z
DTEND:20250602T153000Z
SUMMARY:Ana Mejía
DESCRIPTION:7012-3456\\nprimera vez
STATUS:CONFIRMED
END:VEVENT
BEGIN:VEVENT
UID:two@example.org
DTSTART;TZID=Europe/Madrid:20260602T180000
DURATION:PT30M
SUMMARY:Luis Paz \u{b7} Consulta
DESCRIPTION:Dr. García\\n+50370120000\\ncontrol\\nalérgico
STATUS:CONFIRMED
X-TURNO-CODE:K7QF3M
X-TURNO-STATUS:scheduled
END:VEVENT
";

#[test]
fn a_practices_calendar_becomes_appointments() {
    let clinic = Clinic::open();
    let options = "--as appointments --doctor GARCIA";
    let rehearsed = import(&clinic, VISITS, &format!("{options} --dry-run"), 0);
    assert_eq!((rehearsed.counts(), rehearsed.written), ([2, 0, 0, 0], false));
    assert_eq!(rehearsed.preview[0].fields["phone"], "7012-3456");
    assert_eq!(import(&clinic, VISITS, options, 0).counts(), [2, 0, 0, 0]);
    assert_eq!(import(&clinic, VISITS, options, 0).counts(), [0, 0, 2, 0]);
    let visits = clinic.list("").appointments;
    let [first, second] = visits.as_slice() else { panic!("{visits:?}") };
    assert_eq!((first.starts_at.as_str(), first.status.as_str()), ("2025-06-02T09:00:00-06:00", "confirmed"));
    assert_eq!(
        (first.patient.full_name.as_str(), first.notes.as_deref()),
        ("Ana Mejía", Some("primera vez"))
    );
    assert_eq!((second.code.as_str(), second.status.as_str()), ("K7QF3M", "scheduled"));
    assert_eq!((second.reason.as_deref(), second.notes.as_deref()), (Some("control"), Some("alérgico")));
    assert_eq!(second.patient.phone, "+50370120000");

    let whole_day =
        VISITS.replace("DTSTART:20250602T150000Z", "DTSTART;VALUE=DATE:20250602").replace("one@", "three@");
    let told = import(&clinic, &whole_day, options, 4);
    assert_eq!((told.counts(), told.refused_lines()), ([0, 0, 1, 1], vec![(3, "VALIDATION_ERROR")]));
    clinic.is_sound();
}
