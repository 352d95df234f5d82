//! Two records that are one person, made one, and taken apart again.

use crate::support::Clinic;
use crate::support::views::{Appointment, Merged, Patient, Patients};

/// Ana, twice: once as she is written, once with another phone, an e-mail and a national ID.
fn twice() -> (Clinic, Appointment, Appointment) {
    let mut clinic = Clinic::open();
    clinic.does("patient add --name 'Ana Ruiz' --phone 7700-0001 --code A --locale en");
    clinic.does("patient add --name 'Ana R.' --phone 7700-0002 --code B --email ana@example.org --national-id 01234567-8 --locale es");
    let first = clinic.book("--doctor GARCIA --date 2026-06-15 --time 09:00 --patient A");
    let second = clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --patient B");
    clinic.at("2026-06-15T10:30:00-06:00");
    clinic.does(&format!("status {} no_show", second.code));
    (clinic, first, second)
}

fn patient(clinic: &Clinic, word: &str) -> Patient {
    clinic.json(&format!("patient show {word} --reveal"))
}

/// Without what every change touches.
fn timeless(patient: Patient) -> Patient {
    Patient { updated_at: String::new(), ..patient }
}

#[test]
fn a_merge_gathers_visits_counts_and_what_was_missing() {
    let (clinic, first, second) = twice();
    let would: Merged = clinic.json("patient merge A B --dry-run");
    assert_eq!(would.dry_run, Some(true));
    assert!(patient(&clinic, "B").active, "a dry run changes nothing");
    let merged: Merged = clinic.json("patient merge A B");
    assert_eq!((&merged.kept.code, merged.visits), (&"A".to_owned(), 1));
    assert_eq!(merged.taken, ["email", "national_id"]);
    assert_eq!(merged.conflicts, would.conflicts);
    let differ: Vec<&str> = merged.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    assert_eq!(differ, ["full_name", "phone", "locale"]);
    let kept = patient(&clinic, "A");
    assert_eq!(
        (kept.email.as_deref(), kept.national_id.as_deref()),
        (Some("ana@example.org"), Some("01234567-8"))
    );
    assert_eq!((kept.locale.as_deref(), kept.no_show_count), (Some("en"), 1));
    let codes: Vec<String> =
        clinic.list("--patient A").appointments.into_iter().map(|one| one.code).collect();
    assert_eq!(codes, [first.code, second.code.clone()]);
    assert_eq!(clinic.show(&second).patient.code, "A");
    let other = patient(&clinic, "B");
    assert_eq!((other.active, other.merged_into.as_ref()), (false, Some(&kept.id)));
    clinic.is_sound();
}

#[test]
fn who_is_looked_for_under_the_old_name_is_found_under_the_new_one() {
    let (mut clinic, _, _) = twice();
    clinic.does("patient merge A B");
    let kept = patient(&clinic, "A");
    for words in ["'ana r.'", "77000002", "01234567-8"] {
        let Patients { patients, .. } = clinic.json(&format!("patient find {words}"));
        assert_eq!(patients.iter().map(|one| &one.id).collect::<Vec<_>>(), [&kept.id], "{words}");
    }
    clinic.at("2026-06-15T11:00:00-06:00");
    for (time, who) in [
        ("11:30", "--name 'Ana R.' --phone 7700-0002"),
        ("12:30", "--patient B"),
        ("13:30", "--patient 7700-0002"),
    ] {
        clinic.set("duplicate_rule", "off");
        let booked = clinic.book(&format!("--doctor GARCIA --date 2026-06-22 --time {time} {who}"));
        assert_eq!((&booked.patient.id, booked.patient.full_name.as_str()), (&kept.id, "Ana Ruiz"), "{who}");
    }
    // The rule against two bookings on a day knows both phones for hers.
    clinic.set("duplicate_rule", "phone");
    let _ = clinic.not_booked(
        "--doctor GARCIA --date 2026-06-22 --time 15:30 --name 'Ana R.' --phone 7700-0002",
        "DUPLICATE_BOOKING",
        4,
    );
    assert_eq!(clinic.json::<Patients>("patient list").total, 1);
    clinic.is_sound();
}

#[test]
fn a_merge_is_taken_back_exactly() {
    let (mut clinic, first, second) = twice();
    let (a, b) = (patient(&clinic, "A"), patient(&clinic, "B"));
    let visits = (clinic.show(&first), clinic.show(&second));
    clinic.does("patient merge A B");
    clinic.at("2026-06-15T11:00:00-06:00");
    let undone: Merged = clinic.json("patient merge --undo B");
    assert_eq!((undone.visits, undone.taken.len(), undone.stayed.len()), (1, 2, 0));
    assert_eq!(timeless(patient(&clinic, "A")), timeless(a));
    assert_eq!(timeless(patient(&clinic, "B")), timeless(b));
    assert_eq!((clinic.show(&first), clinic.show(&second)), visits);
    clinic.is_sound();
    let _ = clinic.refused("patient merge --undo B", "INVALID_STATE_TRANSITION", 5);
    // And it can be done again.
    clinic.does("patient merge A B");
    clinic.does("patient merge --undo B");
    clinic.is_sound();
}

#[test]
fn what_was_made_or_changed_since_stays_with_the_kept_record() {
    let (mut clinic, _, second) = twice();
    clinic.does("patient merge A B");
    clinic.at("2026-06-15T11:00:00-06:00");
    let since = clinic.book("--doctor GARCIA --date 2026-06-22 --time 11:30 --patient B");
    clinic.does("patient set A --email new@example.org");
    // She comes after all: that miss was hers under the other name, and so is its end.
    clinic.does(&format!("status {} checked_in", second.code));
    assert_eq!(patient(&clinic, "A").no_show_count, 0);
    let undone: Merged = clinic.json("patient merge --undo B");
    assert_eq!((undone.taken, undone.stayed), (vec!["national_id".to_owned()], vec!["email".to_owned()]));
    assert_eq!(patient(&clinic, "A").email.as_deref(), Some("new@example.org"));
    assert_eq!(patient(&clinic, "B").email.as_deref(), Some("ana@example.org"));
    assert_eq!((patient(&clinic, "A").no_show_count, patient(&clinic, "B").no_show_count), (0, 0));
    assert_eq!(clinic.show(&since).patient.code, "A");
    assert_eq!(clinic.show(&second).patient.code, "B");
    clinic.is_sound();
}

#[test]
fn a_sealed_merge_stays() {
    let (clinic, _, _) = twice();
    clinic.does("patient merge A B");
    let sealed: Merged = clinic.json("patient merge --seal B");
    assert_eq!((sealed.sealed, sealed.visits), (Some(true), 1));
    for line in ["patient merge --undo B", "patient merge --seal B"] {
        let refusal = clinic.refused(line, "INVALID_STATE_TRANSITION", 5);
        assert!(refusal.message.contains("sealed"), "{refusal:?}");
    }
    assert_eq!(clinic.json::<Patients>("patient find 77000002").total, 1);
    clinic.is_sound();
}

#[test]
fn merges_upon_merges_come_apart_in_their_order() {
    let (clinic, _, second) = twice();
    clinic.does("patient add --name 'Ana Ruiz Sol' --phone 7700-0003 --code C");
    clinic.does("patient merge A B");
    clinic.does("patient merge C A");
    assert_eq!(clinic.show(&second).patient.code, "C");
    assert_eq!(patient(&clinic, "C").no_show_count, 1);
    let refusal = clinic.refused("patient merge --undo B", "INVALID_STATE_TRANSITION", 5);
    assert!(refusal.hint.unwrap().contains("--undo A"));
    clinic.does("patient merge --undo A");
    assert_eq!(clinic.show(&second).patient.code, "A");
    clinic.does("patient merge --undo B");
    assert_eq!(clinic.show(&second).patient.code, "B");
    assert_eq!((patient(&clinic, "C").no_show_count, patient(&clinic, "B").no_show_count), (0, 1));
    clinic.is_sound();
}

#[test]
fn records_that_can_not_be_one_are_refused() {
    let (clinic, _, _) = twice();
    let before = clinic.content();
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.does("patient add --name 'Ana Ruiz' --phone 7700-0001 --code Z --clinic otra");
    let z: Patient = clinic.json("patient show Z --clinic otra");
    for (line, code, exit) in [
        ("patient merge A A", "VALIDATION_ERROR", 2),
        ("patient merge A 'Ana Ruiz'", "VALIDATION_ERROR", 2),
        ("patient merge A nobody", "RESOURCE_NOT_FOUND", 3),
        (&format!("patient merge A {}", z.id), "RESOURCE_NOT_FOUND", 3),
        ("patient merge A", "VALIDATION_ERROR", 2),
        ("patient merge --undo B", "INVALID_STATE_TRANSITION", 5),
        ("patient merge --seal B", "INVALID_STATE_TRANSITION", 5),
    ] {
        let _ = clinic.refused(line, code, exit);
    }
    clinic.does("patient merge A B");
    for line in
        ["patient merge A B", "patient merge B A", "patient set B --name x", "patient erase B --force"]
    {
        let refusal = clinic.refused(line, "INVALID_STATE_TRANSITION", 5);
        assert!(refusal.hint.unwrap().contains("--undo B"), "{line}");
    }
    clinic.does("patient merge --undo B");
    assert_eq!(clinic.list("--limit 1000"), serde_json::from_str(&before.0).unwrap());
}

#[test]
fn erasing_the_kept_record_erases_the_one_that_went_into_it() {
    let (mut clinic, _, second) = twice();
    clinic.does("patient merge A B");
    clinic.at("2026-06-16T08:00:00-06:00");
    clinic.does("patient erase A --force");
    let content = clinic.place().content();
    for word in ["Ana", "ana r.", "+50377000001", "+50377000002", "ana@example.org"] {
        assert!(!content.contains(word), "{word}");
    }
    assert_eq!(clinic.show(&second).patient.full_name, "(erased)");
    let _ = clinic.refused("patient merge --undo B", "RESOURCE_NOT_FOUND", 3);
    clinic.is_sound();
}

#[test]
fn a_merge_reads_as_lines_for_people() {
    let (clinic, _, _) = twice();
    let text = clinic.run("patient merge A B --dry-run");
    for word in [
        "kept      Ana Ruiz",
        "other     Ana R.",
        "taken     email national_id",
        "differs   phone: ",
        "dry run",
    ] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn where_a_phone_is_one_patient_a_merge_comes_apart_only_while_it_is_free() {
    let (clinic, _, _) = twice();
    clinic.set("patient_identity", "phone");
    clinic.does("patient merge A B");
    let refusal = clinic.refused("patient add --name Eva --phone 7700-0002", "VALIDATION_ERROR", 2);
    assert!(refusal.text("phone").contains(" A'"), "{refusal:?}");
    clinic.does("patient set A --phone 7700-0002");
    let refusal = clinic.refused("patient merge --undo B", "INVALID_STATE_TRANSITION", 5);
    assert!(refusal.hint.unwrap().contains("patient set A --phone"));
    clinic.does("patient set A --phone 7700-0001");
    clinic.does("patient merge --undo B");
    clinic.is_sound();
}

#[test]
fn a_visit_that_was_left_with_a_merged_record_is_found() {
    let (clinic, _, second) = twice();
    clinic.does("patient merge A B");
    let back = "UPDATE appointments SET patient_id = (SELECT id FROM patients WHERE code = 'B')";
    clinic.place().run(&format!("{back} WHERE code = '{}'", second.code)).unwrap();
    let found: crate::support::views::Findings = clinic.ran("db check --json").exits(1).json();
    assert_eq!(
        (found.findings[0].check.as_str(), found.findings[0].record_id.as_ref()),
        ("merged_left", Some(&second.id))
    );
}
