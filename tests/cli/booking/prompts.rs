//! Questions at a terminal: missing input is asked for, and giving up changes nothing.

use crate::support::Clinic;
use crate::support::views::Log;
use std::fmt::Write;

/// A clinic where Ana Mejía has a visit on Tuesday at 10:00 and may book more on that day.
fn clinic() -> Clinic {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Ana Mejía' --phone +50370123456 --code ANA");
    clinic.does("patient add --name 'Luis Paz' --phone +50370999999 --code LUIS");
    clinic.set("duplicate_rule", "off");
    let _ = clinic.book("GARCIA 2026-06-02 10:00 ANA");
    clinic
}

#[test]
fn a_whole_booking_is_asked_for() {
    let clinic = clinic();
    clinic.does("doctor add --name 'Dra. Núñez' --code NUN");
    clinic.set("require_reason", "true");
    let mut talk = clinic.talks("book");
    talk.waits_for("With whom")
        .types("garcia\r")
        .waits_for("Day?")
        .waits_for("15 of 16 free")
        .types("tomorrow");
    talk.waits_for("? tomorrow").types("\r").waits_for("Time on Tue 2 Jun 2026?").waits_for("afternoon");
    talk.types("14:30").waits_for("? 14:30").types("\r").waits_for("Patient?").types("mejia");
    talk.waits_for("? mejia").waits_for("no visit yet").types("\r");
    talk.waits_for("Reason for the visit").types("Control\r");
    talk.waits_for("Tue 2 Jun 2026, 14:30–15:00").waits_for("Ana Mejía, +50370123456").waits_for("Book it?");
    assert_eq!(clinic.list("").total, 1, "nothing is booked before it is confirmed");
    assert_eq!(talk.types("y").ends(), Some(0), "{}", talk.screen);
    let booked = clinic.list("--date 2026-06-02 --patient ANA");
    let last = booked.appointments.last().unwrap();
    assert_eq!((last.start_time.as_str(), last.reason.as_deref()), ("14:30", Some("Control")));
    // A search is audited once, not once per letter.
    let log: Log = clinic.json("audit log --limit 1000");
    assert_eq!(log.entries.iter().filter(|entry| entry.action == "patient.found").count(), 1);
    assert!(talk.screen.lines().all(|line| !line.contains("\u{1b}[?25l")), "the cursor is never hidden");
    clinic.is_sound();
}

#[test]
fn what_is_typed_ahead_is_not_echoed_between_the_questions() {
    let clinic = clinic();
    clinic.does("doctor add --name 'Dra. Núñez' --code NUN");
    let mut talk = clinic.talks_at("book", (24, 80));
    talk.waits_for("With whom").waits_for("gives up");
    // All answers are typed ahead.
    talk.types("garcia\rtomorrow\r14:30\rmejia\r").waits_for("Book it?");
    let drawn = talk.still();
    let begins: Vec<_> = drawn.lines().map(|line| line.split([':', '?']).next().unwrap().trim()).collect();
    assert_eq!(
        begins[..4],
        ["With whom, or what for", "Day", "Time on Tue 2 Jun 2026", "Patient"],
        "{drawn}"
    );
    assert!(!drawn.contains("? garcia") && drawn.lines().count() == 8, "{drawn}");
    assert_eq!(talk.types("\u{3}").ends(), Some(130), "{}", talk.screen);
    assert_eq!(clinic.list("").total, 1);
}

#[test]
fn only_what_is_missing_is_asked_for_and_a_new_patient_is_taken() {
    let clinic = clinic();
    let mut talk = clinic.talks("book GARCIA tomorrow 11:00");
    talk.waits_for("Patient?").types("Eva Sol").waits_for("new patient: Eva Sol").types("\r");
    talk.waits_for("Full name").types("\r").waits_for("Phone").types("+50370001122\r");
    talk.waits_for("Book it?").types("\r");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    assert!(!talk.screen.contains("Day?"), "{}", talk.screen);
    let booked = clinic.list("--date 2026-06-02");
    assert_eq!(booked.appointments[1].patient.full_name, "Eva Sol");
    assert_eq!(booked.appointments[1].patient.phone, "+50370001122");
}

#[test]
fn who_gives_up_changes_nothing() {
    let clinic = clinic();
    for (line, question) in [
        ("book", "Day?"),
        ("book GARCIA tomorrow", "Time on"),
        ("book GARCIA tomorrow 11:00", "Patient?"),
        ("reschedule", "Appointment?"),
        ("cancel", "Appointment?"),
        ("status", "Appointment?"),
    ] {
        for key in ["\u{3}", "\u{1b}"] {
            let before = clinic.content();
            let mut talk = clinic.talks(line);
            let exit = talk.waits_for(question).ends_with(key);
            assert_eq!(exit, Some(130), "{line}: {}", talk.screen);
            assert!(talk.screen.contains("nothing was changed"), "{}", talk.screen);
            assert_eq!(clinic.content(), before, "{line}");
        }
    }
    // Also at the last question.
    let before = clinic.list("").total;
    let mut talk = clinic.talks("book GARCIA tomorrow --name Eva --phone +50370001122");
    talk.waits_for("Time on").types("\r").waits_for("Book it?");
    assert_eq!(talk.types("n").ends(), Some(130), "{}", talk.screen);
    assert_eq!(clinic.list("").total, before);
    clinic.is_sound();
}

#[test]
fn a_slot_that_is_taken_meanwhile_is_asked_for_again() {
    let clinic = clinic();
    let mut talk = clinic.talks("book GARCIA tomorrow --name Eva --phone +50370001122");
    talk.waits_for("Time on").types("09:00").waits_for("? 09:00").types("\r").waits_for("Book it?");
    let _ = clinic.book("GARCIA 2026-06-02 09:00 LUIS");
    talk.types("\r").waits_for("APPOINTMENT_CONFLICT").waits_for("Time on").types("\r");
    talk.waits_for("09:30–10:00").waits_for("Book it?");
    assert_eq!(talk.types("\r").ends(), Some(0), "{}", talk.screen);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-02").len(), 13);
}

#[test]
fn a_visit_is_moved_called_off_and_brought_on() {
    let clinic = clinic();
    let mut talk = clinic.talks("reschedule");
    talk.waits_for("Appointment?").types("mejia").waits_for("? mejia").types("\r").waits_for("Day?");
    talk.types("wed").waits_for("? wed").types("\r").waits_for("Time on Wed 3 Jun").types("\r");
    talk.waits_for("from").waits_for("Tue 2 Jun 2026, 10:00").waits_for("Wed 3 Jun 2026, 09:00");
    assert_eq!(talk.waits_for("Move it?").types("\r").ends(), Some(0), "{}", talk.screen);
    let moved = clinic.list("--date 2026-06-03").appointments.remove(0);
    assert_eq!(moved.start_time, "09:00");

    let mut talk = clinic.talks(&format!("status {}", moved.code));
    talk.waits_for("now?").types("checked").waits_for("? checked").types("\r");
    talk.waits_for("not today").waits_for("Mark it as checked-in all the same?").types("y");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    assert!(!talk.screen.contains("scheduled\r\n"), "only steps that are allowed: {}", talk.screen);
    assert_eq!(clinic.show(&moved).status, "checked_in");

    let mut talk = clinic.talks("cancel");
    talk.waits_for("Appointment?").types(&moved.code).waits_for(&moved.code).types("\r");
    talk.waits_for("Reason for calling it off").types("Viaje\r").waits_for("Call it off?").types("y");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    let shown = clinic.show(&moved);
    assert_eq!((shown.status.as_str(), shown.cancellation_reason.as_deref()), ("cancelled", Some("Viaje")));
    clinic.is_sound();
}

#[test]
fn a_phone_that_is_none_is_asked_for_again_with_the_reason() {
    let clinic = clinic();
    let mut talk = clinic.talks("book GARCIA tomorrow 11:00 --name 'Eva Sol'");
    talk.waits_for("Phone:").types("12\r").waits_for("\"12\" is not a phone number");
    talk.types("ab\r").waits_for("\"12ab\" has letters in it");
    talk.types("\u{7f}\u{7f}\u{7f}\u{7f}7000-1122").waits_for("7000-1122").types("\r");
    talk.waits_for("Eva Sol, +50370001122").waits_for("Book it?").types("\r");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    let booked = clinic.list("--date 2026-06-02");
    assert_eq!(booked.appointments[1].patient.phone, "+50370001122");
}

#[test]
fn who_calls_off_or_moves_by_questions_is_told_whom_to_call() {
    let clinic = clinic();
    clinic.does("waitlist add --doctor GARCIA --patient LUIS");
    let mut talk = clinic.talks("reschedule");
    talk.waits_for("Appointment?").types("\r").waits_for("Day?").types("wed").waits_for("? wed").types("\r");
    talk.waits_for("Time on").types("\r").waits_for("Move it?").types("\r");
    talk.waits_for("Luis Paz +50370999999 would come then").waits_for("turno waitlist offer WAIT-001");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    for line in ["cancel", "status"] {
        let _ = clinic.book("GARCIA 2026-06-02 10:00 ANA");
        let mut talk = clinic.talks(line);
        talk.waits_for("Appointment?").types("02 Jun").waits_for("? 02 Jun").types("\r");
        if line == "status" {
            talk.waits_for("now?").types("cancelled").waits_for("? cancelled").types("\r");
        }
        talk.waits_for("Reason for calling it off").types("Viaje\r");
        if line == "cancel" {
            talk.waits_for("Call it off?").types("y");
        }
        talk.waits_for("Luis Paz +50370999999 would come then");
        assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    }
    clinic.is_sound();
}

#[test]
fn nobody_is_asked_where_nobody_sits() {
    let clinic = clinic();
    for line in ["book", "reschedule", "cancel --reason x", "status"] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert!(!refusal.message.is_empty());
        for more in ["--no-input", "--json", "--format csv"] {
            let (text, exit) = clinic.on_terminal(&format!("{line} {more}"), 80);
            assert_eq!(exit, Some(2), "{line} {more}: {text}");
        }
    }
}

#[test]
fn nothing_is_drawn_wider_than_the_terminal() {
    let clinic = clinic();
    let mut lines = String::new();
    for n in 0..30 {
        // Writing to a string can't fail.
        let _ = writeln!(
            lines,
            "{}",
            serde_json::json!({
            "doctor_id": "GARCIA", "date": "2026-06-08", "time": format!("{:02}:{:02}", 9 + n / 4, n % 4 * 15),
            "duration_minutes": 15, "patient_name": format!("José 漢字漢字漢字漢字漢字漢字 Ñuñez \u{1b}[2J {n}"),
            "patient_phone": format!("+503770000{n:02}")})
        );
    }
    let _ = clinic.fed("book --input -", lines).exits(0);
    let mut talk = clinic.talks("cancel");
    talk.waits_for("31 in all");
    assert_eq!(talk.ends_with("\u{1b}"), Some(130));
    assert!(!talk.screen.contains("\u{1b}[2J"), "{}", talk.screen);
    for line in talk.screen.split("\r\n") {
        let text = line.rsplit('J').next().unwrap_or_default();
        assert!(unicode_width::UnicodeWidthStr::width(text) <= 80, "{line:?}");
    }
}
