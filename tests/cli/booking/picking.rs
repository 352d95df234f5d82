//! A refused booking offers other times, and `--pick` books one of them.

use crate::support::Clinic;
use crate::support::views::Appointment;

/// Dr. García is booked on Tuesday at 10:00; there are also Dra. Ruiz and a branch that opens in the evening.
fn taken() -> Clinic {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ --slot 30",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 12:00",
        "branch add --name Norte --code N",
        "window add --branch N --doctor GARCIA --days tue --from 18:00 --to 19:00",
        "book --branch main --doctor GARCIA --date 2026-06-02 --time 10:00 --name 'Ana Mejía' --phone 7765-4321",
    ] {
        clinic.does(line);
    }
    clinic
}

const WISH: &str = "book GARCIA 2026-06-02 10 'Luis Paz' 7765-4322 --branch main --reason Tos";

#[test]
fn a_conflict_offers_the_same_doctor_others_and_other_branches_by_number() {
    let clinic = taken();
    let ran = clinic.ran(WISH).exits(4);
    assert_eq!(ran.stdout(), "");
    let stderr = ran.stderr();
    for (line, what) in [
        (" 2  2026-06-02  09:30  Dr. García", "the nearest before"),
        (" 3  2026-06-02  10:30  Dr. García", "the nearest after"),
        (" 4  2026-06-02  10:00  Dra. Ruiz", "another doctor, then"),
        (" 5  2026-06-02  18:00  Dr. García  Norte", "another branch"),
        ("hint: `turno book --pick 1`", "how to take one"),
    ] {
        assert!(stderr.contains(line), "{what} is not in\n{stderr}");
    }
}

#[test]
fn what_is_picked_is_booked_with_all_that_was_said() {
    let clinic = taken();
    let _ = clinic.ran(WISH).exits(4);
    let booked: Appointment = clinic.json("book --pick 4 --notes 'por la tarde'");
    assert_eq!(booked.doctor.unwrap().code, "RUIZ");
    assert_eq!((booked.date.as_str(), booked.start_time.as_str()), ("2026-06-02", "10:00"));
    assert_eq!(booked.patient.full_name, "Luis Paz");
    assert_eq!((booked.reason.as_deref(), booked.notes.as_deref()), (Some("Tos"), Some("por la tarde")));
    let refusal = clinic.refused("book --pick 1", "VALIDATION_ERROR", 2);
    assert!(refusal.details.contains_key("pick"), "what was booked can't be picked again");
}

#[test]
fn a_pick_goes_through_the_same_checks_and_is_forgotten_after_a_while() {
    let mut clinic = taken();
    let _ = clinic.refused("book --pick 1", "VALIDATION_ERROR", 2);
    let _ = clinic.ran(WISH).exits(4);
    let _ = clinic.refused("book --pick 9", "VALIDATION_ERROR", 2);
    clinic.does(
        "book --doctor GARCIA --branch main --date 2026-06-02 --time 9:00 --name Eva --phone 7765-4323",
    );
    let ran = clinic.ran("book --pick 1").exits(4);
    assert!(ran.stderr().contains("1  2026-06-02  09:30  Dr. García"), "{}", ran.stderr());
    let rehearsed: Appointment = clinic.json("book --pick 1 --dry-run");
    assert_eq!(rehearsed.start_time, "09:30");
    clinic.at("2026-06-01T08:16:00-06:00");
    let _ = clinic.refused("book --pick 1", "VALIDATION_ERROR", 2);
}

#[test]
fn scripts_are_offered_nothing_and_nothing_of_a_patient_is_left_lying_about() {
    let clinic = taken();
    let _ = clinic.refused(WISH, "APPOINTMENT_CONFLICT", 4);
    let quiet = clinic.ran(&format!("{WISH} --quiet")).exits(4);
    assert!(!quiet.stderr().contains("Ruiz"), "{}", quiet.stderr());
    let _ = clinic.refused("book --pick 1", "VALIDATION_ERROR", 2);
    let _ = clinic.ran(WISH).exits(4);
    let mut seen = 0;
    let mut folders = vec![clinic.home().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() == "offers" {
                seen += 1;
                let bytes = std::fs::read(entry.path()).unwrap();
                assert!(!bytes.windows(4).any(|part| part == b"Luis" || part == b"4322"));
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600);
                }
            }
        }
    }
    assert_eq!(seen, 1, "what was said is kept once");
}

/// The file of the stored offers, if it exists.
fn kept(clinic: &Clinic) -> Option<std::path::PathBuf> {
    let mut folders = vec![clinic.home().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("offers") {
                return Some(path);
            }
        }
    }
    None
}

#[test]
fn who_is_erased_comes_back_by_no_pick() {
    let clinic = taken();
    clinic.does("patient add --name 'Luis Paz' --phone 7765-4322 --code LUIS");
    let _ = clinic.ran(WISH).exits(4);
    let path = kept(&clinic).unwrap();
    let elsewhere = std::fs::read(&path).unwrap();
    clinic.does("patient erase LUIS --force");
    assert_eq!(kept(&clinic), None);
    // Another workstation may still have the file.
    std::fs::write(&path, elsewhere).unwrap();
    let _ = clinic.refused("book --pick 1", "VALIDATION_ERROR", 2);
    assert_eq!(kept(&clinic), None);
    assert!(!clinic.place().content().contains("Luis Paz"));
    let _ = clinic.ran(WISH).exits(4);
    clinic.does("db purge --older-than 10y --force");
    assert!(kept(&clinic).is_none());
}

#[test]
fn any_booking_removes_what_was_said_too_long_ago() {
    let mut clinic = taken();
    let _ = clinic.ran(WISH).exits(4);
    let book = "book --branch main --doctor GARCIA --date 2026-06-02 --name";
    clinic.does(&format!("{book} Eva --phone 7765-4323 --time 9:00"));
    assert!(kept(&clinic).is_some());
    clinic.at("2026-06-01T08:16:00-06:00").does(&format!("{book} Mia --phone 7765-4324 --time 11:00"));
    assert!(kept(&clinic).is_none());
}
