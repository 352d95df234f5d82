//! `turno` without a command: the state of the day and suggested commands.

use crate::access::Locked;
use crate::support::Clinic;
use crate::support::views::{Appointment, Today};

/// 10:05 at Dr. García's: one patient in progress, one waiting, one late, one in the afternoon.
fn five_past_ten() -> (Clinic, Vec<String>) {
    let mut clinic = Clinic::open();
    clinic.set("reminder_offsets", "2h");
    let times = ["09:30", "10:00", "10:30", "15:00"];
    let codes: Vec<String> = times
        .iter()
        .enumerate()
        .map(|(n, time)| {
            let line = format!("--date today --time {time} --name 'Paciente {n}' --phone 7765-432{n}");
            clinic.json::<Appointment>(&format!("book --doctor GARCIA {line} --no-notify")).code
        })
        .collect();
    clinic.at("2026-06-01T09:30:00-06:00");
    let _ = clinic.sweep();
    clinic.does(&format!("status {} in_progress", codes[0]));
    clinic.at("2026-06-01T09:55:00-06:00");
    clinic.does(&format!("status {} checked_in", codes[2]));
    clinic.at("2026-06-01T10:05:00-06:00");
    (clinic, codes)
}

fn names(turns: &[crate::support::views::Turn]) -> Vec<&str> {
    turns.iter().map(|turn| turn.patient.as_str()).collect()
}

fn commands(today: &Today) -> Vec<&str> {
    today.commands.iter().map(|proposed| proposed.command.as_str()).collect()
}

#[test]
fn turno_alone_tells_who_is_in_who_waits_who_is_next_and_what_to_do() {
    let (mut clinic, codes) = five_past_ten();
    let today: Today = clinic.json("");
    assert_eq!(today, clinic.json("today"), "both are the same");
    assert!(today.ready);
    assert_eq!(today.as_of.as_deref(), Some("2026-06-01T10:05:00-06:00"));
    assert_eq!((names(&today.in_progress), names(&today.waiting)), (vec!["Paciente 0"], vec!["Paciente 2"]));
    assert_eq!((names(&today.next), today.expected), (vec!["Paciente 1", "Paciente 3"], 2));
    assert_eq!((today.unsettled.len(), today.messages.due, today.sweeps.state.as_str()), (0, 0, "steady"));
    let ends = format!("turno status {} completed", codes[0]);
    let arrives = format!("turno status {} checked_in", codes[1]);
    assert_eq!(commands(&today), [ends.as_str(), arrives.as_str(), "turno book"]);

    clinic.does(&format!("status {} completed", codes[0]));
    let goes_in = format!("turno status {} in_progress", codes[2]);
    assert_eq!(commands(&clinic.json("")), [goes_in.as_str(), arrives.as_str(), "turno book"]);

    // Suggested commands work as printed.
    clinic.does(goes_in.trim_start_matches("turno "));
    clinic.at("2026-06-01T10:45:00-06:00");
    let today: Today = clinic.json("");
    assert_eq!(names(&today.unsettled), ["Paciente 1"]);
    let missed = format!("turno status {} no_show", codes[1]);
    assert!(commands(&today).contains(&missed.as_str()), "{today:?}");
    clinic.does(missed.trim_start_matches("turno "));
}

#[test]
fn what_is_due_offered_and_not_swept_for_long_is_told() {
    let (mut clinic, _) = five_past_ten();
    clinic.does("waitlist add --doctor GARCIA --name 'Beatriz Alarcón' --phone 7700-0031");
    clinic.does("waitlist offer WAIT-001 --at 2026-06-02T09:00 --for 5h");
    clinic.at("2026-06-01T13:30:00-06:00");
    let today: Today = clinic.json("");
    assert_eq!(today.offers.len(), 1);
    // The 15:00 visit's reminder is due since 13:00, and the last sweep was in the morning.
    assert_eq!(
        (today.messages.due, today.messages.due_since.as_deref()),
        (1, Some("2026-06-01T13:00:00-06:00"))
    );
    assert_eq!(today.sweeps.state, "late");
    assert!(today.sweeps.last_sweep.is_some());
    assert_eq!(commands(&today)[..2], ["turno remind due", "turno waitlist accept WAIT-001"]);
    let text = clinic.run("");
    for words in [
        "1 message is due, since 13:00",
        "nobody sent messages since",
        "WAIT-001  +50377000031  Beatriz Alarcón",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let _ = clinic.sweep();
    assert_eq!(clinic.json::<Today>("").sweeps.state, "steady");
}

#[test]
fn an_empty_day_shows_who_comes_next_and_an_empty_clinic_what_it_lacks() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-03 --time 09:00");
    let today: Today = clinic.json("");
    assert_eq!((today.expected, today.next[0].date.as_str()), (0, "2026-06-03"));
    assert!(clinic.run("").contains("Wed 3 Jun 09:00"), "{}", clinic.run(""));
    let clinic = Clinic::empty();
    clinic.does("init --name X --timezone UTC");
    let today: Today = clinic.json("");
    assert_eq!(commands(&today)[..2], ["turno doctor add", "turno window add"]);
    assert!(clinic.run("").contains("nobody is expected"));
}

#[test]
fn who_has_no_book_yet_is_told_how_to_begin() {
    let mut clinic = Clinic::empty();
    // A configured book that does not exist is an error.
    let missing = clinic.refused("", "STORE_UNAVAILABLE", 7);
    assert!(missing.hint.is_some_and(|hint| hint.contains("turno init")));
    clinic.without("TURNO_DB");
    let today: Today = clinic.json("");
    assert!(!today.ready);
    assert_eq!(commands(&today), ["turno init", "turno demo", "turno --help"]);
    let text = clinic.run("");
    assert!(text.contains("turno init") && text.contains("turno demo"), "{text}");
    assert!(!clinic.home().join(".local").exists(), "a look makes nothing");
}

#[test]
fn a_key_sees_what_it_may_and_is_proposed_what_it_may() {
    let (clinic, codes) = five_past_ten();
    clinic.does("doctor add --name 'Dra. Ruiz' --code RUIZ");
    let locked = Locked::of(clinic);
    let _ = locked.ran("", "--json").refusal("UNAUTHORIZED", 6);
    let reports = locked.key("--scope reports:read");
    let refused = locked.ran(&reports, "--json").refusal("INSUFFICIENT_SCOPE", 6);
    assert_eq!(refused.text("required"), "appointments:read");
    let reader = locked.key("--scope appointments:read");
    let today: Today = locked.ran(&reader, "--json").exits(0).json();
    assert_eq!(commands(&today), ["turno slots --first 5", "turno queue --watch", "turno agenda"]);
    let ruiz = locked.key("--scope appointments:read --doctor RUIZ");
    let today: Today = locked.ran(&ruiz, "--json").exits(0).json();
    assert!(today.waiting.is_empty() && today.next.is_empty(), "{today:?}");
    let garcia = locked.key("--scope appointments:read,appointments:write --doctor GARCIA");
    let today: Today = locked.ran(&garcia, "--json").exits(0).json();
    assert_eq!(commands(&today)[0], format!("turno status {} completed", codes[0]));
}
