//! Merging the two records of one person, and undoing the merge.

use crate::support::Clinic;
use crate::support::views::{Appointment, Merged, Patient, Patients, Purged};

/// Two records of Ana with different phones; the second one also has an e-mail address and a national ID.
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

/// The patient without the time of the last change.
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
    // The duplicate rule counts both phones as the same patient.
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
    // The merge can be repeated.
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
    // Her late arrival clears a no-show of the merged record.
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
        "taken     email national id",
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

/// Whether any row of the book contains `word`.
fn says(clinic: &Clinic, word: &str) -> bool {
    clinic.place().content().contains(word)
}

#[test]
fn who_is_erased_after_a_merge_was_taken_back_is_nowhere_with_the_other() {
    for changed in [false, true] {
        let mut clinic = Clinic::open();
        clinic.does("webhook add --url http://127.0.0.1:9/full --code FULL --allow-private --quiet");
        clinic.does("patient add --name 'Ana Uno' --phone 7000-1111 --code PA");
        clinic.does("patient add --name 'Berta Xoy' --phone 7000-2222 --email berta@secret.org --code PB");
        clinic.does("patient merge PA PB --force");
        // Changes of Ana are now recorded with Berta's address.
        let _ = clinic.book("--doctor GARCIA --date 2026-06-15 --time 09:00 --patient PA");
        if changed {
            clinic.does("patient set PA --email ana@example.org");
        }
        clinic.does("patient merge --undo PB");
        let export = clinic.run("patient export PA --json");
        let entries = &export[export.find("\"entries\"").unwrap()..];
        assert!(!entries.contains("berta@secret.org"), "{entries}");
        clinic.does("patient erase PB --force");
        for word in ["berta", "Berta", "70002222"] {
            assert!(!says(&clinic, word), "{word} is still there (changed: {changed})");
        }
        assert!(says(&clinic, "Ana Uno") && says(&clinic, "+50370001111"));
        assert_eq!(says(&clinic, "ana@example.org"), changed);
        clinic.is_sound();
        // The same in the other direction.
        clinic.at("2026-06-16T08:00:00-06:00").does("patient erase PA --force");
        assert!(!says(&clinic, "Ana Uno") && !says(&clinic, "70001111"));
        clinic.is_sound();
    }
}

#[test]
fn what_the_kept_ones_events_say_of_the_merged_ones_visits_goes_with_the_kept_one() {
    let (mut clinic, _, second) = twice();
    clinic.does("webhook add --url http://127.0.0.1:9/full --code FULL --allow-private --quiet");
    clinic.does("patient merge A B");
    clinic.does(&format!("update {} --notes x", second.code));
    clinic.does("patient merge --undo B");
    clinic.at("2026-06-16T08:00:00-06:00").does("patient erase A --force");
    for word in ["Ana Ruiz", "+50377000001"] {
        assert!(!says(&clinic, word), "{word}");
    }
    assert!(says(&clinic, "Ana R.") && says(&clinic, "ana@example.org"));
    clinic.is_sound();
}

#[test]
fn who_is_purged_after_a_merge_was_taken_back_is_nowhere_with_the_other() {
    let mut clinic = Clinic::open();
    clinic.does("patient add --name 'Ana Uno' --phone 7000-1111 --code PA");
    clinic.does("patient add --name 'Berta Xoy' --phone 7000-2222 --email berta@secret.org --code PB");
    clinic.does("patient merge PA PB --force");
    clinic.does("patient set PA --email ana@example.org");
    clinic.does("patient merge --undo PB");
    clinic.at("2036-06-16T08:00:00-06:00").does("patient set PA --locale en");
    let would: Purged = clinic.json("db purge --older-than 5y --dry-run");
    let purged: Purged = clinic.json("db purge --older-than 5y --force");
    assert_eq!((would.patients, would.entries), (purged.patients, purged.entries));
    assert_eq!(purged.patients, 1);
    assert!(!says(&clinic, "berta") && !says(&clinic, "Berta"));
    assert!(says(&clinic, "Ana Uno") && says(&clinic, "ana@example.org"));
    clinic.is_sound();
}

#[test]
fn what_is_given_in_the_merged_ones_name_goes_back_with_them() {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    clinic.does("patient add --name 'Uno Uno' --phone 7000-1111 --code U --email uno@example.org");
    clinic.does("patient add --name 'Dos Dos' --phone 7000-3333 --code D");
    clinic.does("patient add --name 'Tres Tres' --phone 7000-4444 --code T");
    clinic.does("patient merge T U");
    clinic.does("patient merge --undo U");
    clinic.does("patient merge U D");
    clinic.does("patient merge T U");
    let at = |time: &str, who: &str| {
        clinic.book(&format!("--doctor GARCIA --date 2026-06-22 --time {time} {who}"))
    };
    let dos = "--name 'Dos Dos' --phone 7000-3333 --national-id 77777777-7 --email dos@new.org";
    assert_eq!(at("09:00", dos).patient.code, "T");
    // Records that lack a value take it over from a merged one; existing values stay.
    let emails = ["D", "U", "T"].map(|code| patient(&clinic, code).email.unwrap());
    assert_eq!(emails, ["dos@new.org", "uno@example.org", "uno@example.org"]);
    let ids = ["D", "U", "T"].map(|code| patient(&clinic, code).national_id.unwrap());
    assert_eq!(ids, ["77777777-7"; 3]);
    // A new value by the merged record's code replaces the value that was taken over.
    let _ = at("10:00", "--patient D --national-id 88888888-8");
    assert_eq!(patient(&clinic, "T").national_id.unwrap(), "88888888-8");
    let undone: Merged = clinic.json("patient merge --undo U");
    assert_eq!((undone.taken, undone.stayed.len()), (vec!["email".to_owned(), "national_id".to_owned()], 0));
    let undone: Merged = clinic.json("patient merge --undo D");
    assert_eq!((undone.taken, undone.stayed.len()), (vec!["national_id".to_owned()], 0));
    for (code, email, id) in [
        ("T", None, None),
        ("U", Some("uno@example.org"), None),
        ("D", Some("dos@new.org"), Some("88888888-8")),
    ] {
        let seen = patient(&clinic, code);
        assert_eq!((seen.email.as_deref(), seen.national_id.as_deref()), (email, id), "{code}");
    }
    // A sealed merge can't be undone.
    clinic.does("patient merge T D");
    clinic.does("patient merge --seal D");
    let _ = at("11:00", "--name 'Dos Dos' --phone 7000-3333 --email dos@newer.org");
    assert_eq!(patient(&clinic, "T").email.as_deref(), Some("dos@newer.org"));
    clinic.is_sound();
}

#[test]
fn a_hint_speaks_of_taking_back_only_what_can_be() {
    let (clinic, _, _) = twice();
    clinic.does("patient merge A B");
    clinic.does("patient merge --seal B");
    for line in ["patient set B --name x", "patient erase B --force", "patient merge B A"] {
        let hint = clinic.refused(line, "INVALID_STATE_TRANSITION", 5).hint.unwrap();
        assert!(hint.contains("sealed") && !hint.contains("--undo"), "{line}: {hint}");
    }
}
