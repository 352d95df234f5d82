//! Appointments by the patient's name or phone: what a caller says, in the place of a code.

use crate::access::Locked;
use crate::support::Clinic;
use crate::support::views::Appointment;
use serde_json::Value;

/// A Monday at eleven: Rosa Mejía came at ten and comes again, and two others are called Paz.
fn desk() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.does("doctor add 'Dra. Ana Ruiz' --code RUIZ");
    clinic.does("window add --doctor RUIZ --days daily --from 09:00 --to 17:00 --slot 30");
    for (words, phone) in [
        ("GARCIA 2026-06-01 10:00 'Rosa Mejía'", "7012-3456"),
        ("GARCIA 2026-06-02 10:00 'Rosa Mejía'", "7012-3456"),
        ("RUIZ 2026-06-01 12:00 'Luis Paz'", "7012-0001"),
        ("RUIZ 2026-06-03 12:00 'Eva Paz'", "7012-0002"),
    ] {
        let _ = clinic.book(&format!("{words} {phone}"));
    }
    clinic.at("2026-06-01T11:00:00-06:00");
    clinic
}

fn at(appointment: &Appointment) -> (&str, &str, &str) {
    (&appointment.patient.full_name, &appointment.date, &appointment.start_time)
}

#[test]
fn the_next_one_else_the_last_is_shown() {
    let clinic = desk();
    for (word, who, date) in [
        ("rosa", "Rosa Mejía", "2026-06-02"),
        ("MEJIA", "Rosa Mejía", "2026-06-02"),
        ("'rosa mejía'", "Rosa Mejía", "2026-06-02"),
        ("7012-3456", "Rosa Mejía", "2026-06-02"),
        ("+50370123456", "Rosa Mejía", "2026-06-02"),
        ("3456", "Rosa Mejía", "2026-06-02"),
        ("r", "Rosa Mejía", "2026-06-02"),
        ("ev", "Eva Paz", "2026-06-03"),
        ("'l p'", "Luis Paz", "2026-06-01"),
    ] {
        let shown: Appointment = clinic.json(&format!("show {word}"));
        assert_eq!((shown.patient.full_name.as_str(), shown.date.as_str()), (who, date), "{word}");
    }
    clinic.does("cancel rosa --reason viaje");
    let shown: Appointment = clinic.json("show rosa");
    assert_eq!(at(&shown), ("Rosa Mejía", "2026-06-01", "10:00"), "the last where none comes");
}

#[test]
fn one_that_fits_is_cancelled_or_moved_and_the_answer_says_whom() {
    let clinic = desk();
    let text = clinic.run("cancel rosa 'está de viaje'");
    assert!(text.contains("Rosa Mejía") && text.contains("Tue 2 Jun"), "{text}");
    let rosas = clinic.list("--patient rosa").appointments;
    let said: Vec<_> =
        rosas.iter().map(|one| (one.status.as_str(), one.cancellation_reason.as_deref())).collect();
    assert_eq!(said, [("confirmed", None), ("cancelled", Some("está de viaje"))]);
    let moved: Appointment = clinic.json("move eva fri 9:30");
    assert_eq!(at(&moved), ("Eva Paz", "2026-06-05", "09:30"));
    let moved: Appointment = clinic.json("reschedule 7012-0002 --date 2026-06-08 --time 9:00");
    assert_eq!(at(&moved), ("Eva Paz", "2026-06-08", "09:00"));
    let noted: Appointment = clinic.json("update eva --notes 'trae placas'");
    assert_eq!(noted.notes.as_deref(), Some("trae placas"));
    clinic.is_sound();
}

#[test]
fn several_are_refused_with_what_tells_them_apart() {
    let clinic = desk();
    let before = clinic.content();
    for line in ["cancel paz --reason x", "move paz fri 9:30", "show paz", "update paz --notes x"] {
        let refusal = clinic.refused(line, "AMBIGUOUS", 2);
        let candidates = refusal.details["candidates"].as_array().unwrap();
        assert_eq!(candidates.len(), 2, "{line}");
        let of = |key: &str| candidates.iter().map(|one| one[key].as_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(of("patient"), ["Luis Paz", "Eva Paz"], "{line}");
        assert_eq!(of("date"), ["2026-06-01", "2026-06-03"]);
        assert_eq!(of("start_time"), ["12:00", "12:00"]);
        assert_eq!(of("doctor"), ["Dra. Ana Ruiz", "Dra. Ana Ruiz"]);
        assert!(of("code").iter().all(|code| refusal.hint.as_ref().unwrap().contains(code)), "{line}");
    }
    let text = clinic.ran("cancel paz --reason x").exits(2).stderr();
    assert!(text.contains("Eva Paz") && !text.contains(" ()"), "{text}");
    assert_eq!(clinic.content(), before);
}

#[test]
fn a_whole_name_is_not_taken_for_a_part_of_another() {
    let clinic = desk();
    let _ = clinic.book("RUIZ 2026-06-04 9:00 'Rosa Mejía Luna' 7012-0009");
    clinic.does("cancel 'Rosa Mejía' --reason x");
    // Rosa Mejía has nothing left to cancel; her namesake's stays.
    let _ = clinic.refused("cancel 'Rosa Mejía' --reason x", "RESOURCE_NOT_FOUND", 3);
    assert_eq!(clinic.list("--patient 'Rosa Mejía Luna'").appointments[0].status, "confirmed");
}

#[test]
fn what_is_over_is_not_found_by_name_and_the_refusal_says_what_is() {
    let mut clinic = desk();
    clinic.at("2026-06-09T11:00:00-06:00");
    let refusal = clinic.refused("cancel rosa --reason x", "RESOURCE_NOT_FOUND", 3);
    assert!(refusal.hint.unwrap().contains("still to come"));
    let refusal = clinic.refused("arrive rosa", "RESOURCE_NOT_FOUND", 3);
    assert!(refusal.hint.unwrap().contains("today"));
    let _ = clinic.refused("show nadie", "RESOURCE_NOT_FOUND", 3);
    // What may be a national ID is not repeated.
    let refusal = clinic.refused("cancel 01234567-8 --reason x", "RESOURCE_NOT_FOUND", 3);
    assert!(!refusal.message.contains("01234567"), "{}", refusal.message);
}

#[test]
fn json_input_goes_by_codes_and_ids_alone() {
    let clinic = desk();
    let _ = clinic.fed("cancel rosa --input - --json", r#"{"reason":"x"}"#).refusal("RESOURCE_NOT_FOUND", 3);
    let shown: Appointment = clinic.json("show rosa");
    let _ = clinic.fed(&format!("cancel {} --input -", shown.code), r#"{"reason":"x"}"#).exits(0);
}

#[test]
fn a_record_that_was_merged_is_still_called_by_its_name() {
    let clinic = desk();
    clinic.does("patient add 'Rosita Mejía' --phone 7099-9999 --code ROSITA");
    let rosa: Value = clinic.json("patient show 7012-3456");
    clinic.does(&format!("patient merge {} ROSITA --force", rosa["code"].as_str().unwrap()));
    let shown: Appointment = clinic.json("show 'Rosita Mejía'");
    assert_eq!(at(&shown), ("Rosa Mejía", "2026-06-02", "10:00"));
    let shown: Appointment = clinic.json("show 7099-9999");
    assert_eq!(at(&shown), ("Rosa Mejía", "2026-06-02", "10:00"));
}

#[test]
fn a_key_finds_by_name_what_it_may_read_and_nothing_else() {
    let locked = Locked::of(desk());
    let tried = |options: &str, line: &str| locked.ran(&locked.key(options), &format!("{line} --json"));
    let own: Appointment = tried("--scope appointments:read --doctor RUIZ", "show ev").exits(0).json();
    assert_eq!(own.patient.full_name, "Eva Paz");
    // Another doctor's patient is not there for this key, also under her whole name and phone.
    for word in ["rosa", "'Rosa Mejía'", "7012-3456"] {
        let line = format!("show {word}");
        let _ = tried("--scope appointments:read --doctor RUIZ", &line).refusal("RESOURCE_NOT_FOUND", 3);
    }
    // Who may not read appointments is told by no name who has one.
    for word in ["rosa", "'Rosa Mejía'", "7012-3456", "paz"] {
        let line = format!("cancel {word} --reason x");
        let _ = tried("--scope appointments:write", &line).refusal("RESOURCE_NOT_FOUND", 3);
    }
    let both = "--scope appointments:write,appointments:read";
    let refusal = tried(both, "cancel paz --reason x").refusal("AMBIGUOUS", 2);
    assert_eq!(refusal.details["candidates"][0]["patient"], "Luis Paz");
    let _ = tried(both, "cancel rosa --reason x").exits(0);
}

#[test]
fn a_name_that_begins_like_a_code_stays_ambiguous() {
    let clinic = desk();
    // Codes have letters only by chance: this one is called like Eva's begins.
    let luis: Appointment = clinic.json("show luis");
    let rename = format!("UPDATE appointments SET code = 'EVA347' WHERE id = '{}'", luis.id);
    clinic.place().run(&rename).unwrap();
    let refusal = clinic.refused("cancel eva --reason x", "AMBIGUOUS", 2);
    assert_eq!(refusal.details["candidates"].as_array().unwrap().len(), 2);
    let shown: Appointment = clinic.json("show eva347");
    assert_eq!(shown.patient.full_name, "Luis Paz");
}

#[test]
fn a_series_goes_by_its_patients_name() {
    let clinic = desk();
    clinic.does("book RUIZ 2026-06-08 10:00 'Rosa Mejía' 7012-3456 --every week --times 2");
    let shown: Value = clinic.json("series show rosa");
    assert_eq!(shown["appointments"].as_array().unwrap().len(), 2);
    clinic.does("book RUIZ 2026-06-08 11:00 'Eva Paz' 7012-0002 --every week --times 2");
    clinic.does("series cancel 'eva paz' --reason x");
    let _ = clinic.refused("series show luis", "RESOURCE_NOT_FOUND", 3);
    let refusal = clinic.refused("series show a", "RESOURCE_NOT_FOUND", 3);
    assert!(!refusal.message.is_empty());
}

#[cfg(unix)]
mod at_a_terminal {
    use super::*;

    #[test]
    fn one_found_by_name_is_agreed_to_once() {
        let clinic = desk();
        let before = clinic.content();
        let mut talk = clinic.talks("cancel rosa viaje");
        talk.waits_for("Cancel Rosa Mejía, tomorrow 10:00 with Dr. García? [Y/n]");
        assert_eq!(talk.types("n").ends(), Some(130), "{}", talk.screen);
        assert_eq!(clinic.content(), before);
        let mut talk = clinic.talks("cancel rosa viaje");
        talk.waits_for("[Y/n]").types("\r");
        assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
        assert_eq!(talk.screen.matches("[Y/n]").count(), 1, "{}", talk.screen);
        assert_eq!(clinic.list("--date 2026-06-02").appointments[0].status, "cancelled");
    }

    #[test]
    fn of_several_one_is_chosen_and_that_is_enough() {
        let clinic = desk();
        let mut talk = clinic.talks("cancel paz viaje");
        talk.waits_for("Appointment?").waits_for("Eva Paz").types("eva").waits_for("? eva").types("\r");
        assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
        assert_eq!(clinic.list("--patient eva").appointments[0].status, "cancelled");
        let mut talk = clinic.talks("show paz");
        talk.waits_for("Appointment?").types("luis").waits_for("? luis").types("\r");
        assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    }

    #[test]
    fn a_move_by_name_and_day_asks_for_the_time_and_a_code_asks_nothing() {
        let clinic = desk();
        let mut talk = clinic.talks("move rosa fri");
        talk.waits_for("Time on Fri 5 Jun").types("09:30").waits_for("? 09:30").types("\r");
        assert_eq!(talk.waits_for("Move it?").types("\r").ends(), Some(0), "{}", talk.screen);
        let rosa: Appointment = clinic.json("show rosa");
        assert_eq!(at(&rosa), ("Rosa Mejía", "2026-06-05", "09:30"));
        let (text, exit) = clinic.on_terminal(&format!("cancel {} viaje", rosa.code), 80);
        assert_eq!(exit, Some(0), "{text}");
    }
}
