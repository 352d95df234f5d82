//! Screens at 80×24 and 120×40, compared with `tests/fixtures/screens`. `TURNO_REGENERATE=1` writes the
//! files; review them before committing.

use crate::support::Clinic;
use crate::support::terminal::{Talk, picture};
use crate::support::views::{Appointment, List};
use std::path::PathBuf;

/// Lines and columns of the two terminals.
const SIZES: [(u16, u16); 2] = [(24, 80), (40, 120)];
/// Names with characters of different widths.
const NAMES: [&str; 7] = [
    "José Ñuñez",
    "漢字 太郎",
    "Ana 😀 Mejía",
    "María Fernanda de la Concepción Hernández Villatoro",
    "Luis Paz",
    "Zoë Núñez",
    "Íñigo Æbelø",
];

/// Monday 10:05, with names of different widths and a week of history.
fn monday() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.at("2026-05-25T07:00:00-06:00");
    for line in [
        "doctor add --name 'Dra. Muñoz Peña' --code MUNOZ --specialty Pediatría --slot 20",
        "window add --doctor MUNOZ --days mon-fri --from 08:00 --to 12:00 --session Mañana",
        "service add --name 'Vacunación 漢' --code VAC --duration 15",
        "clinic set duplicate_rule off",
    ] {
        clinic.does(line);
    }
    for (n, name) in NAMES.iter().enumerate() {
        clinic.does(&format!("patient add --name '{name}' --phone 7765-432{n} --code P{n}"));
    }
    let book =
        |clinic: &Clinic, line: &str| clinic.json::<Appointment>(&format!("book {line} --no-notify")).code;
    let past: Vec<String> =
        (0..4).map(|n| book(&clinic, &format!("GARCIA 2026-05-25 {}:00 P{n}", 9 + n))).collect();
    clinic.at("2026-05-25T17:00:00-06:00");
    for (code, status) in past.iter().zip(["completed", "no_show", "completed", "cancelled --reason viaje"]) {
        clinic.does(&format!("status {code} {status}"));
    }
    clinic.at("2026-06-01T08:00:00-06:00");
    let today: Vec<String> = ["09:30", "10:00", "10:30", "15:00", "15:30", "16:00", "16:30"]
        .iter()
        .enumerate()
        .map(|(n, time)| book(&clinic, &format!("GARCIA today {time} P{n}")))
        .collect();
    for line in [
        "book MUNOZ today 8:20 P4 --no-notify",
        "book MUNOZ today 10:20 P6 --no-notify",
        "book GARCIA wed 11:00 P2 --every week --times 3 --no-notify",
        "closure add --date 2026-06-05 --reason 'Día de la Niñez'",
        "waitlist add --doctor GARCIA --patient P1",
        "waitlist add --doctor GARCIA --patient P5 --half morning",
        "waitlist offer WAIT-001 --at 2026-06-02T09:00 --for 3h",
    ] {
        clinic.does(line);
    }
    clinic.at("2026-06-01T09:40:00-06:00");
    clinic.does(&format!("status {} in_progress", today[0]));
    clinic.at("2026-06-01T09:55:00-06:00");
    clinic.does(&format!("status {} checked_in", today[2]));
    clinic.at("2026-06-01T10:05:00-06:00");
    let _ = clinic.sweep();
    clinic
}

/// Replaces random codes and ids by numbers of the same length.
fn with_numbers(clinic: &Clinic, picture: &str) -> String {
    let List { appointments, .. } = clinic.list("--limit 1000");
    appointments.iter().enumerate().fold(picture.to_owned(), |text, (n, visit)| {
        let id = format!("00000000-0000-7000-8000-0000000000{n:02}");
        text.replace(&visit.code, &format!("VISI{n:02}")).replace(&visit.id, &id)
    })
}

/// Compares a screen with the stored one.
fn is_kept(clinic: &Clinic, name: &str, columns: u16, drawn: &str) {
    let drawn = with_numbers(clinic, drawn);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/screens");
    let path = folder.join(format!("{name}-{columns}.txt"));
    if std::env::var_os("TURNO_REGENERATE").is_some() {
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(&path, &drawn).expect("a picture can be kept");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        drawn == kept,
        "{} is drawn otherwise now; TURNO_REGENERATE=1 keeps it:\n{drawn}\nand not\n{kept}",
        path.display()
    );
}

/// The full output of a command, even if longer than the screen.
fn whole(mut talk: Talk, exit: i32, columns: u16) -> String {
    assert_eq!(talk.ends(), Some(exit), "{}", talk.screen);
    picture(&talk.screen, (200, columns))
}

#[test]
fn the_desks_screens_are_drawn_as_they_are_kept() {
    let clinic = monday();
    for (name, line, exit) in [
        ("today", "", 0),
        ("agenda-day", "agenda", 0),
        ("agenda-week", "agenda --week", 0),
        ("queue", "queue", 0),
        ("late", "late MUNOZ 25m", 0),
        ("report-utilisation", "report utilisation --from 2026-05-25 --to 2026-06-05 --by doctor", 0),
        ("report-no-shows", "report no-shows --from 2026-05-25 --to 2026-06-05 --by doctor", 0),
        ("report-volume", "report volume --from 2026-05-25 --to 2026-06-05 --by weekday", 0),
        ("why", "why GARCIA today 9:40", 0),
        ("conflict", "book GARCIA today 15:00 P1 --no-input", 4),
        ("waitlist", "waitlist list", 0),
        ("series-show", "series show SER-001", 0),
        ("list", "list --date today", 0),
        ("find", "patient find 7765", 0),
    ] {
        for (rows, columns) in SIZES {
            let talk = clinic.talks_at(line, (rows, columns));
            is_kept(&clinic, name, columns, &whole(talk, exit, columns));
        }
    }
}

#[test]
fn the_day_the_week_and_a_plan_are_drawn_in_spanish_as_they_are_kept() {
    let mut clinic = monday();
    clinic.does("patient set P4 --opt-out");
    clinic.env("LANG", "es_SV.UTF-8");
    let out = "closure add --doctor GARCIA --from 2026-06-01T14:00 --to 2026-06-01T18:00 --reason Congreso";
    let plan = format!("{out} --move");
    for (name, line) in [("es-today", ""), ("es-agenda-week", "agenda --week"), ("es-closure-plan", &plan)] {
        is_kept(&clinic, name, 80, &whole(clinic.talks(line), 0, 80));
    }
}

#[test]
fn a_card_and_a_change_are_drawn_as_they_are_kept() {
    let clinic = monday();
    let List { appointments, .. } = clinic.list("--date today --patient P3");
    let code = &appointments[0].code;
    for (rows, columns) in SIZES {
        let card = clinic.talks_at(&format!("show {code}"), (rows, columns));
        is_kept(&clinic, "card", columns, &whole(card, 0, columns));
        let moved = clinic.talks_at(&format!("reschedule {code} 2026-06-03 9:30 --dry-run"), (rows, columns));
        is_kept(&clinic, "moved", columns, &whole(moved, 0, columns));
    }
}

#[test]
fn questions_are_drawn_as_they_are_kept() {
    let clinic = monday();
    for size in SIZES {
        let kept = |talk: &mut Talk, name: &str| {
            let drawn = talk.still();
            is_kept(&clinic, name, size.1, &drawn);
        };
        let mut talk = clinic.talks_at("book", size);
        kept(talk.waits_for("With whom").waits_for("gives up"), "ask-whom");
        talk.types("garcia").waits_for("? garcia").types("\r");
        kept(talk.waits_for("Day?").waits_for("gives up"), "ask-day");
        talk.types("tomorrow").waits_for("? tomorrow").types("\r");
        kept(talk.waits_for("Time on").waits_for("gives up"), "ask-time");
        talk.types("\r").waits_for("Patient?").types("ana").waits_for("? ana");
        kept(talk.waits_for("gives up"), "ask-patient");
        talk.types("\r");
        kept(talk.waits_for("Book it?"), "ask-confirm");
        assert_eq!(talk.ends_with("n"), Some(130), "{}", talk.screen);
        let mut talk = clinic.talks_at("cancel", size);
        kept(talk.waits_for("Appointment?").waits_for("gives up"), "ask-visit");
        assert_eq!(talk.ends_with("\u{1b}"), Some(130), "{}", talk.screen);
    }
}
