//! What people read in the table format: a sentence for each change, no ids and no field names.

use crate::support::Clinic;
use crate::support::views::{Appointment, Cleared, Messages};

/// Every command that answers in the table format, in an order that works on one book; `{A}` is a booked
/// appointment.
const DAY: &[&str] = &[
    "clinic show",
    "clinic list",
    "clinic set slot-minutes 20",
    "clinic set duplicate_rule phone_and_name",
    "clinic add --name 'Clínica Luna' --timezone America/Guatemala",
    "clinic use clinica-luna",
    "clinic use sanjose",
    "branch list",
    "branch add --name Norte --code NORTE",
    "branch show NORTE",
    "branch set NORTE --name 'Sede Norte'",
    "doctor add --name 'Dra. Ana Ruiz' --code RUIZ --buffer-after 5",
    "doctor set RUIZ --slot 20",
    "doctor show RUIZ",
    "doctor list",
    "service add --name Vacunas --code VAC --duration 15",
    "service set VAC --duration 20",
    "service show VAC",
    "service list",
    "window add --doctor RUIZ --branch main --days mon-fri --from 9 --to 17 --code RW",
    "window add --service VAC --branch NORTE --on 2026-06-05 --from 9 --to 11 --capacity 2 --code VW",
    "window set VW --to 10:30",
    "window close VW",
    "window open VW",
    "window show VW",
    "window list",
    "patient add --name 'Eva Paz' --phone 7012-1111 --code EVA",
    "patient add --name 'Eva Pas' --phone 7012-1112 --code EVB",
    "patient set EVA --email eva@clinic.example --opt-out",
    "patient show EVA",
    "patient find eva",
    "patient list",
    "patient merge EVA EVB --force",
    "patient merge --undo EVB",
    "slots --doctor RUIZ --branch main --first 3",
    "why RUIZ 2026-06-02 8:00 --branch main",
    "book --doctor RUIZ --branch main --date 2026-06-02 --time 11:00 --patient EVA",
    "undo",
    "book --doctor RUIZ --branch main --date 2026-06-03 --time 9:00 --name 'Leo Sol' --phone 7012-2222 --every week --times 3",
    "series list",
    "series show SER-001",
    "series move SER-001 --time 10:00",
    "series cancel SER-001 --reason viaje",
    "show {A}",
    "list",
    "count",
    "today",
    "agenda --date 2026-06-02",
    "agenda --week",
    "queue",
    "update {A} --notes ayuno",
    "reschedule {A} --date 2026-06-02 --time 12:00",
    "status {A} confirmed",
    "status {A} checked_in",
    "undo",
    "queue",
    "late GARCIA 20m",
    "cancel {A} --reason viaje",
    "undo",
    "waitlist add {A}",
    "waitlist offer WAIT-001 --at 2026-06-02T15:00",
    "waitlist list",
    "closure add --doctor GARCIA --date 2026-06-02 --reason Congreso --move",
    "closure add --doctor GARCIA --date 2026-06-02 --reason Congreso --move --apply",
    "undo",
    "closure add --doctor GARCIA --date 2026-06-02 --reason Congreso --cancel",
    "undo",
    "closure add --date 2026-12-25 --reason Navidad",
    "closure list",
    "closure remove CLO-003",
    "waitlist decline WAIT-001",
    "waitlist remove WAIT-001",
    "remind due --dry-run",
    "remind list",
    "key create --name portal --scope appointments:read",
    "key list",
    "key show KEY-001",
    "key revoke KEY-001",
    "webhook add --url https://clinic.example/hook",
    "webhook list",
    "webhook show HOOK-001",
    "webhook set HOOK-001 --thin",
    "webhook log",
    "webhook deliver --dry-run",
    "webhook remove HOOK-001",
    "audit log --limit 200",
    "audit verify",
    "report volume",
    "report no-shows",
    "report utilisation",
    "db info",
    "db check",
    "service remove VAC",
    "branch remove NORTE",
    "doctor remove RUIZ",
    "patient erase EVA --force",
];

/// Words with an underscore between letters, and ids. What is typed or shown once as it is, is no field name:
/// a zone, a key or secret, a variable of the environment, a path.
fn machine_words(text: &str) -> Vec<String> {
    let ends = |c: char| !(c.is_alphanumeric() || "_-/.:+=".contains(c));
    let is_id = |word: &str| {
        let parts: Vec<usize> = word.trim_end_matches(['.', ':']).split('-').map(str::len).collect();
        parts == [8, 4, 4, 4, 12]
    };
    let is_field = |word: &str| {
        let inside = word.trim_matches(|c: char| !c.is_alphanumeric());
        let spoken = inside.contains('/')
            || inside.starts_with("turno_key_")
            || inside.starts_with("TURNO_")
            || inside.starts_with("whsec");
        inside.contains('_') && !spoken && inside.chars().any(char::is_lowercase)
    };
    text.split(ends).filter(|word| is_id(word) || is_field(word)).map(str::to_owned).collect()
}

fn clinic(locale: &str) -> (Clinic, Appointment) {
    let mut clinic = Clinic::open();
    clinic.env("LANG", locale);
    let booked = clinic.book_juan("--date 2026-06-02 --time 10:00");
    (clinic, booked)
}

#[test]
fn no_answer_in_the_table_format_has_an_id_or_a_field_name() {
    for locale in ["C.UTF-8", "es_SV.UTF-8"] {
        let (clinic, booked) = clinic(locale);
        for line in DAY {
            let line = line.replace("{A}", &booked.code);
            let ran = clinic.ran(&line).exits(0);
            for text in [ran.stdout(), ran.stderr()] {
                let found = machine_words(&text);
                assert!(found.is_empty(), "{locale} turno {line}: {found:?}\n{text}");
            }
        }
    }
}

#[test]
fn a_change_is_told_in_one_sentence() {
    let (clinic, booked) = clinic("C.UTF-8");
    let code = &booked.code;
    let now = "Tue 2 Jun 10:00–10:30, Dr. García, token 1";
    for (line, said) in [
        (
            format!("status {code} confirmed"),
            format!("Nothing changed, it is confirmed already: Juan Pérez, {now} ({code}).\n"),
        ),
        (format!("status {code} checked_in"), format!("Arrived: Juan Pérez, {now} ({code}).\n")),
        (format!("cancel {code} --reason viaje"), format!("Cancelled: Juan Pérez, {now} ({code}).\n")),
        (
            "window add --doctor GARCIA --days sat --from 9 --to 12".to_owned(),
            "Dr. García (GARCIA) sees patients Sat 09:00–12:00 at Clínica San José.\n".to_owned(),
        ),
        (
            "closure add --date 2026-12-25 --reason Navidad".to_owned(),
            "Closed Fri 25 Dec: Navidad (CLO-001).\n".to_owned(),
        ),
        ("clinic set slot-minutes 20".to_owned(), "Clínica San José: slot minutes is 20 now.\n".to_owned()),
    ] {
        assert_eq!(clinic.run(&line), said, "turno {line}");
    }
    let whole = clinic.run("doctor set GARCIA --slot 20 -v");
    assert!(whole.contains("created at") && whole.contains("id  "), "{whole}");
}

#[test]
fn a_new_book_is_told_in_three_lines() {
    let clinic = Clinic::empty();
    let ran = clinic.ran("init --name 'Clínica Sol' --timezone America/El_Salvador").exits(0);
    assert_eq!(ran.stdout().lines().count(), 3, "{}", ran.stdout());
    assert!(ran.stdout().starts_with("The book of Clínica Sol is ready"), "{}", ran.stdout());
    assert!(ran.stderr().contains("turno doctor add"), "{}", ran.stderr());
}

#[test]
fn a_refusal_names_the_other_appointment_and_what_can_be_done() {
    let (clinic, booked) = clinic("C.UTF-8");
    let taken = "--doctor GARCIA --date 2026-06-02 --time 10:00 --name Ana --phone 7012-3456";
    let refusal = clinic.not_booked(taken, "APPOINTMENT_CONFLICT", 4);
    let other = serde_json::json!({"code": booked.code, "date": "2026-06-02", "start_time": "10:00", "doctor": "Dr. García"});
    assert_eq!(refusal.details["conflicting"], other);
    assert_eq!(refusal.details["conflicting_appointment_id"], booked.id);
    let text = clinic.ran(&format!("book {taken}")).exits(4).stderr();
    let line = format!("  {}: Juan Pérez, Tue 2 Jun 10:00, Dr. García\n", booked.code);
    assert!(text.contains(&line), "{text}");
    assert!(!text.contains("_id") && !text.contains("suggested"), "{text}");
    clinic.set("duplicate_rule", "phone");
    let twice = format!(
        "--doctor GARCIA --date 2026-06-02 --time 11:00 --name Otro --phone {}",
        booked.patient.phone
    );
    let refusal = clinic.not_booked(&twice, "DUPLICATE_BOOKING", 4);
    assert_eq!(refusal.details["existing"], other);
    clinic.does(&format!("cancel {} --reason viaje", booked.code));
    let text = clinic.ran(&format!("status {} completed", booked.code)).exits(5).stderr();
    assert!(text.contains(&line) && !text.contains("allowed"), "{text}");
}

#[test]
fn what_a_closure_did_is_taken_back_as_one_act() {
    let (clinic, booked) = clinic("C.UTF-8");
    let second =
        clinic.book("--doctor GARCIA --date 2026-06-02 --time 11:00 --name 'Eva Paz' --phone 7012-1111");
    let (first, second) = (clinic.show(&booked), clinic.show(&second));
    let times =
        |one: &Appointment| (one.date.clone(), one.start_time.clone(), one.status.clone(), one.token_number);
    let stands = || [clinic.show(&first), clinic.show(&second)].map(|one| times(&one));
    for how in ["--move --apply", "--cancel"] {
        let line = format!("closure add --doctor GARCIA --date 2026-06-02 --reason Congreso {how}");
        clinic.does(&line);
        assert!(stands().iter().all(|now| *now != times(&first) && *now != times(&second)));
        let would = clinic.run("undo --dry-run");
        assert!(would.starts_with("Would take back the closure CLO-00"), "{would}");
        assert!(would.contains(&first.code) && would.contains(&second.code), "{would}");
        let undone: Appointment = clinic.json("undo");
        let undone = undone.undone.unwrap();
        assert_eq!(undone.appointments.unwrap().len(), 2);
        assert!(undone.closure.unwrap().starts_with("CLO-"));
        assert_eq!(stands(), [times(&first), times(&second)], "{how}");
        assert!(clinic.run("closure list").starts_with("no closures"));
    }
    clinic.is_sound();
}

#[test]
fn who_heard_of_a_closure_is_told_that_it_is_taken_back_unless_one_says_no() {
    let (clinic, booked) = clinic("C.UTF-8");
    let pending = || -> Vec<String> {
        let line = format!("remind list --appointment {} --status pending", booked.code);
        clinic.json::<Messages>(&line).messages.into_iter().map(|message| message.kind).collect()
    };
    let close = "closure add --doctor GARCIA --date 2026-06-02 --reason Congreso --move --apply";
    let _: Cleared = clinic.json(close);
    let _ = clinic.sweep();
    let told = clinic.ran("undo").exits(0);
    assert!(
        told.stderr().contains("1 patient has a message about it, which can't be taken back"),
        "{}",
        told.stderr()
    );
    assert!(pending().contains(&"reschedule".to_owned()));
    let _ = clinic.sweep();
    let _: Cleared = clinic.json(close);
    let _ = clinic.sweep();
    let told = clinic.ran("undo --no-notify").exits(0);
    assert!(told.stderr().contains("call them"), "{}", told.stderr());
    assert!(!pending().contains(&"reschedule".to_owned()));
}

#[test]
fn a_held_slot_counts_for_a_closure() {
    let (clinic, _) = clinic("C.UTF-8");
    clinic.does("waitlist add --doctor GARCIA --name 'Leo Sol' --phone 7012-2222");
    clinic.does("waitlist offer WAIT-001 --at 2026-06-02T15:00");
    let told = clinic.ran("closure add --doctor GARCIA --date 2026-06-02 --reason Congreso").exits(0);
    assert!(
        told.stderr().contains("a slot in it is held for Leo Sol (WAIT-001), Tue 2 Jun 15:00"),
        "{}",
        told.stderr()
    );
    clinic.does("closure remove CLO-001");
    clinic.does("closure add --doctor GARCIA --date 2026-06-02 --reason Congreso --cancel");
    let left = clinic.run("waitlist list");
    assert!(!left.contains("15:00"), "{left}");
}

#[test]
fn the_help_is_grouped_fits_a_screen_and_speaks_one_language() {
    let (clinic, _) = clinic("es_SV.UTF-8");
    let help = clinic.run("--help");
    assert!(help.lines().count() <= 60, "{help}");
    for said in ["La recepción", "El día", "Administración", "Reservar una cita"] {
        assert!(help.contains(said), "{help}");
    }
    assert!(!help.contains("--no-input"), "{help}");
    assert!(clinic.run("help options").contains("--no-input"));
    for line in ["book --help", "help patient add", "closure add --help"] {
        let help = clinic.run(line);
        for english in ["Usage", "Options", "Arguments", "[OPTIONS]", "Print help", "Examples", "The "] {
            assert!(!help.contains(english), "turno {line}: {english}\n{help}");
        }
    }
    let _ = clinic.refused("help nada", "RESOURCE_NOT_FOUND", 3);
}
