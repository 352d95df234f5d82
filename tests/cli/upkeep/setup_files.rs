//! A clinic's set-up as a file: applied, changed, printed and applied again.

use crate::support::Clinic;
use crate::support::views::{Appointment, Windows};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    kind: String,
    code: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    created: Vec<Named>,
    changed: Vec<Named>,
    unchanged: usize,
    outside: Vec<Appointment>,
    #[serde(default)]
    dry_run: bool,
}

impl Setup {
    fn created(&self) -> Vec<String> {
        self.created.iter().map(|record| format!("{} {}", record.kind, record.code)).collect()
    }

    fn changed(&self) -> Vec<String> {
        self.changed.iter().map(|record| format!("{} {}", record.kind, record.code)).collect()
    }
}

const SOL: &str = r#"[clinic]
name = "Clínica Sol"
timezone = "America/El_Salvador"
phone = "2222-3333"
closed = ["2026-12-25 Navidad", "2027-01-01 Año Nuevo"]

[[doctor]]
code = "GAR"
name = "Dr. García"
slot = 30
hours = "mon-fri 8-12, 14-18; sat 8-12"

[[service]]
name = "Vacunación"
duration = 15
hours = "tue,thu 9-11"
capacity = 6
"#;

fn apply(clinic: &Clinic, text: &str, flags: &str) -> Setup {
    let ran = clinic.fed(&format!("setup - --json {flags}"), text).exits(0);
    ran.json()
}

#[test]
fn a_file_makes_the_book_and_a_second_run_changes_nothing() {
    let clinic = Clinic::empty();
    let would = apply(&clinic, SOL, "--dry-run");
    assert!(would.dry_run && would.created.len() == 8, "{would:?}");
    assert!(!clinic.place().is_taken() && !clinic.secret_path().exists(), "a rehearsal leaves nothing");
    let done = apply(&clinic, SOL, "");
    assert_eq!(
        done.created(),
        [
            "clinic clinica-sol",
            "doctor GAR",
            "service SVC-001",
            "window WIN-001",
            "window WIN-002",
            "window WIN-003",
            "closure CLO-001",
            "closure CLO-002",
        ]
    );
    assert!(done.changed.is_empty() && done.outside.is_empty() && !done.dry_run, "{done:?}");
    let before = clinic.content();
    let again = apply(&clinic, SOL, "");
    assert!(again.created.is_empty() && again.changed.is_empty(), "{again:?}");
    assert_eq!(again.unchanged, 8);
    assert_eq!(clinic.content(), before);
    assert_eq!(clinic.free("--doctor GAR --date 2026-06-06").first().map(String::as_str), Some("08:00"));
    assert!(clinic.free("--doctor GAR --date 2026-12-25").is_empty());
    clinic.is_sound();
}

#[test]
fn a_changed_file_changes_what_differs_and_names_whom_it_leaves_out() {
    let clinic = Clinic::empty();
    let _ = apply(&clinic, SOL, "");
    let late = clinic.book("--doctor GAR --date 2026-06-02 --time 17:00 --name Ana --phone 7012-3456");
    let early = clinic.book("--doctor GAR --date 2026-06-03 --time 08:00 --name Eva --phone 7012-3457");
    let changed = SOL
        .replace("14-18", "14-16")
        .replace("slot = 30", "slot = 20")
        .replace("\"2026-12-25 Navidad\"", "\"2026-06-03 Fiesta\", \"2026-12-25 Nochebuena\"");
    let would = apply(&clinic, &changed, "--dry-run");
    let done = apply(&clinic, &changed, "");
    assert_eq!((would.created(), would.changed()), (done.created(), done.changed()));
    assert_eq!(done.created(), ["closure CLO-003"]);
    assert_eq!(done.changed(), ["doctor GAR", "window WIN-002", "closure CLO-001"]);
    let outside: Vec<&str> = done.outside.iter().map(|visit| visit.code.as_str()).collect();
    assert_eq!(outside, [late.code.as_str(), early.code.as_str()]);
    assert_eq!(clinic.show(&late).status, "confirmed", "appointments stay");
    let text = clinic.fed("setup -", changed).exits(0).stdout();
    assert!(text.contains("all is as it says already"), "{text}");
    clinic.is_sound();
}

#[test]
fn what_is_printed_makes_the_same_clinic_again() {
    let clinic = Clinic::open();
    for line in [
        "branch add --name Norte --code N --timezone America/Guatemala",
        "doctor add --name 'Dra. \"Ana\" Ruiz' --code RUIZ --specialty Pediatría --slot 20 --buffer-after 5",
        "doctor add --name Retirada --code GONE",
        "service add --name Vacunación --code VAC --duration 15",
        "service add --name Control --code CON",
        "window add --doctor RUIZ --branch N --days tue,thu --from 08:30 --to 12:00",
        "window add --doctor RUIZ --branch main --days fri --from 22:00 --to 02:00",
        "window add --doctor RUIZ --branch main --days sat --from 9 --to 5 --overnight",
        "window add --doctor GARCIA --branch main --days sat --from 8 --to 12 --session Morning --slot 15",
        "window add --doctor GARCIA --branch main --on 2026-06-07 --from 8 --to 12",
        "window add --doctor GARCIA --branch main --days sun --from 8 --to 10 --closed",
        "window add --branch main --service VAC --days mon --from 7 --to 9 --capacity 4",
        "window add --branch main --service VAC --service CON --days wed --from 7 --to 9 --capacity 2",
        "doctor remove GONE",
        "closure add --date 2026-12-25 --reason Navidad",
        "closure add --from 2026-12-30 --to 2027-01-02 --reason 'Fin de año'",
        "closure add --doctor RUIZ --from 2026-06-10T09:00 --to 2026-06-10T11:00 --reason Curso",
        "closure add --branch N --date 2026-08-05 --reason Feria",
        "clinic set phone 2222-3333",
        "clinic set min_notice 2h",
        "clinic set strict_slots true",
        "clinic set reminder_offsets none",
    ] {
        clinic.does(line);
    }
    let printed = clinic.run("setup --print");
    let copy = Clinic::empty();
    let _ = apply(&copy, &printed, "");
    assert_eq!(copy.run("setup --print"), printed);
    let same = apply(&clinic, &printed, "");
    assert!(same.created.is_empty() && same.changed.is_empty(), "{same:?}\n{printed}");
    for filters in
        ["--doctor GARCIA --branch main", "--doctor RUIZ --branch all", "--service VAC --branch main"]
    {
        let days = "--from 2026-06-01 --to 2026-06-14";
        assert_eq!(copy.free(&format!("{filters} {days}")), clinic.free(&format!("{filters} {days}")));
    }
    copy.is_sound();
}

#[test]
fn branches_of_the_file_take_the_place_of_the_first_one() {
    let clinic = Clinic::empty();
    let text = "[clinic]\nname = 'Sol'\ntimezone = 'UTC'\n[[branch]]\ncode = 'centro'\nname = 'Centro'\n\
                [[branch]]\ncode = 'norte'\nname = 'Norte'\n[[doctor]]\nname = 'Ana'\n\
                hours.centro = 'mon 8-12'\nhours.norte = 'tue 8-12'\n";
    let _ = apply(&clinic, text, "");
    let Windows { windows, .. } = clinic.json("window list");
    assert_eq!(windows.len(), 2);
    assert!(!clinic.run("branch list").contains("main"));
    let refusal = clinic
        .fed("setup - --json", text.replace("hours.centro", "hours.sur"))
        .refusal("RESOURCE_NOT_FOUND", 3);
    assert!(refusal.message.contains("doctor[1]"), "{}", refusal.message);
    let unnamed = "[[doctor]]\nname = 'Eva'\nhours = 'mon 8-12'\n";
    let refusal = clinic.fed("setup - --json", unnamed).refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["doctor[1].hours"]);
}

#[test]
fn what_a_file_says_wrong_is_named_and_nothing_is_changed() {
    let clinic = Clinic::open();
    let before = clinic.content();
    for (text, fields) in [
        (
            "docter = 1\n[clinic]\ncolour = 'x'\n[[doctor]]\nhourz = 'x'\n",
            &["clinic.colour", "docter", "doctor[1].hourz"][..],
        ),
        ("[clinic]\nphone = 'call us'\nslot_minutes = 0\n", &["clinic.phone", "clinic.slot_minutes"]),
        ("[clinic]\ncode = 'other'\n", &["clinic.code"]),
        ("[clinic]\nclosed = ['Navidad']\n", &["clinic.closed"]),
        (
            "[[doctor]]\nname = 'Ana'\nslot = 20\n[[doctor]]\nname = 'Eva'\nhours = 'mon-fri 9-5'\n",
            &["doctor[2].hours"],
        ),
        ("[[doctor]]\ncode = 'NEW'\n", &["doctor[1].name"]),
        ("[[window]]\ndoctor = 'GARCIA'\nfrom = '8'\n", &["window[1].days", "window[1].to"]),
        ("[[closure]]\ndate = '2026-06-10'\n", &["closure[1].reason"]),
        ("[clinic", &["file"]),
    ] {
        let refusal = clinic.fed("setup - --json", text).refusal("VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), fields, "{text}");
    }
    let _ = clinic.refused("setup nowhere.toml", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("setup", "VALIDATION_ERROR", 2);
    assert_eq!(clinic.content(), before);
    let empty = Clinic::empty();
    let refusal = empty.fed("setup - --json", "[clinic]\nname = 'Sol'\n").refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["clinic.timezone"]);
    assert!(!empty.place().is_taken() && !empty.secret_path().exists());
}

#[test]
fn what_a_file_does_not_name_stays() {
    let clinic = Clinic::open();
    clinic.does("closure add --date 2026-12-25 --reason Navidad");
    let done = apply(&clinic, "[[doctor]]\ncode = 'GARCIA'\nspecialty = 'Cardiología'\n", "");
    assert_eq!(
        (done.changed(), done.created.len(), done.unchanged),
        (vec!["doctor GARCIA".to_owned()], 0, 0)
    );
    let Windows { total, .. } = clinic.json("window list");
    assert_eq!(total, 1);
    assert!(clinic.run("closure list").contains("Navidad"));
    clinic.does("doctor remove GARCIA");
    let back = apply(&clinic, "[[doctor]]\ncode = 'GARCIA'\n", "");
    assert_eq!(back.changed(), ["doctor GARCIA"], "a retired one works again");
}

#[cfg(unix)]
#[test]
fn a_clinic_is_set_up_by_questions() {
    let clinic = Clinic::empty();
    let mut talk = clinic.talks_at("setup", (40, 120));
    talk.waits_for("Name of the clinic").types("Clínica Sol\r").waits_for("Time zone");
    talk.types(&"\u{7f}".repeat(30)).types("America/El_Salvador\r");
    talk.waits_for("Phone of the clinic").types("2222-3333\r");
    talk.waits_for("First doctor's name").types("Dr. García\r").waits_for("Minutes of a visit").types("\r");
    talk.waits_for("Hours of Dr. García").types("mon-fri 9-5\r").waits_for("9-17");
    talk.types("\u{7f}17; sat 8-12\r").waits_for("Another doctor's name").types("\r");
    talk.waits_for("A service").types("Vacunación\r").waits_for("Minutes of a visit").types("\r");
    talk.waits_for("Hours without a doctor").types("tue 8-9\r").waits_for("Places").types("\u{7f}6\r");
    talk.waits_for("A service").types("\r").waits_for("A day that is closed").types("25/12 Navidad\r");
    talk.waits_for("A day that is closed").types("\r");
    talk.waits_for("Dr. García 08:00–12:00").waits_for("2026-12-25 Navidad").waits_for("Save it?");
    assert!(!clinic.place().is_taken(), "nothing is written before it is confirmed");
    assert_eq!(talk.types("y").ends(), Some(0), "{}", talk.screen);
    let printed = clinic.run("setup --print");
    for line in [
        "phone = \"2222-3333\"",
        "hours = \"mon-fri 9-17; sat 8-12\"",
        "closed = [\"2026-12-25 Navidad\"]",
        "capacity = 6",
    ] {
        assert!(printed.contains(line), "{line} is not in\n{printed}");
    }
    // Again, it begins from what is there.
    let mut talk = clinic.talks_at("setup", (40, 120));
    talk.waits_for("Name of the clinic").types("\r").waits_for("Time zone").types("\r");
    talk.waits_for("Phone of the clinic").types("\r").waits_for("Hours of Dr. García").types("\r");
    talk.waits_for("Another doctor's name").types("\r").waits_for("A service").types("\r");
    talk.waits_for("A day that is closed").types("\r").waits_for("Save it?").types("y");
    assert_eq!(talk.ends(), Some(0), "{}", talk.screen);
    assert!(talk.screen.contains("all is as it says already"), "{}", talk.screen);
    assert_eq!(clinic.run("setup --print"), printed);
    clinic.is_sound();
}
