//! Retention limits, and the export of a patient's data.

use crate::support::views::{Appointment, Export, Exported, Patients, Purged};
use crate::support::{Clinic, Engine};
use std::fs;

/// Old visits of Eva and Leo, and a new one of Leo.
fn years() -> (Clinic, [Appointment; 3]) {
    let mut clinic = Clinic::open();
    clinic.does("webhook add --url http://127.0.0.1:9/full --code FULL --allow-private --quiet");
    let eva = clinic.book("--doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Eva Sol' --phone 7700-0001 --notes NOTA-VIEJA --national-id 98765432-1");
    let leo = clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Leo Paz' --phone 7700-0002 --notes OTRA-VIEJA");
    clinic.at("2028-06-01T08:00:00-06:00");
    let new = clinic.book("--doctor GARCIA --date 2028-06-15 --time 10:00 --name 'Leo Paz' --phone 7700-0002 --email leo@example.org");
    (clinic, [eva, leo, new])
}

#[test]
fn what_is_old_goes_and_what_is_not_stays() {
    let (mut clinic, [eva, leo, new]) = years();
    clinic.at("2036-06-16T08:00:00-06:00");
    let would: Purged = clinic.json("db purge --older-than 10y --dry-run");
    assert_eq!((would.dry_run, would.before.as_str()), (Some(true), "2026-06-16T00:00:00-06:00"));
    assert_eq!((would.visits, would.patients, would.events, would.deliveries, would.tokens), (2, 1, 2, 2, 1));
    assert_eq!(clinic.list("--limit 10").total, 3, "a dry run changes nothing");
    let purged: Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!(purged.scrubbed, Some(crate::ENGINE == Engine::Sqlite));
    assert_eq!(Purged { dry_run: None, scrubbed: None, ..would }, Purged { scrubbed: None, ..purged });
    for gone in [&eva, &leo] {
        let _ = clinic.refused(&format!("show {}", gone.code), "RESOURCE_NOT_FOUND", 3);
    }
    assert_eq!(clinic.show(&new).patient.full_name, "Leo Paz");
    let content = clinic.place().content();
    for word in ["Eva Sol", "eva sol", "+50377000001", "NOTA-VIEJA", "OTRA-VIEJA"] {
        assert!(!content.contains(word), "{word} is still there");
    }
    assert!(content.contains("leo@example.org"));
    clinic.is_sound();
    // The audit entries stay, without their content.
    let log: serde_json::Value = clinic.json(&format!("audit log --record {}", eva.id));
    assert_eq!(
        (&log["entries"][0]["action"], &log["entries"][0]["after"]),
        (&"appointment.booked".into(), &serde_json::Value::Null)
    );
    let again: Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!((again.visits, again.patients, again.entries), (0, 0, 0));
    // A later purge deletes the rest, also erased records.
    clinic.does("patient add --name 'Mia Luz' --phone 7700-0003 --code MIA");
    clinic.does("patient erase MIA --force");
    clinic.at("2050-01-01T08:00:00-06:00");
    let last: Purged = clinic.json("db purge --older-than 52w --force");
    assert_eq!((last.visits, last.patients), (1, 2));
    assert_eq!(clinic.json::<Patients>("patient list --all").total, 0);
    clinic.is_sound();
}

#[test]
fn a_series_goes_with_the_last_of_its_visits() {
    let mut clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    for time in ["09:00", "10:00"] {
        clinic.does(&format!(
            "book GARCIA 2026-06-15 {time} 'Eva Sol' 7700-0001 --every week --times 2 --status scheduled"
        ));
    }
    clinic.at("2036-06-21T08:00:00-06:00");
    let _: Purged = clinic.json("db purge --older-than 10y --force");
    let left = |clinic: &Clinic| clinic.place().ask("SELECT count(*) FROM series");
    assert_eq!(left(&clinic), ["2"], "each has a visit left");
    clinic.at("2036-06-23T08:00:00-06:00");
    let _: Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!(left(&clinic), ["0"]);
    clinic.is_sound();
}

#[test]
fn merged_records_go_together_or_not_at_all() {
    let (mut clinic, _) = years();
    clinic.does("patient add --name 'L. Paz' --phone 7700-0009 --code L2");
    clinic.does("patient merge 'Leo Paz' L2");
    clinic.at("2036-06-16T08:00:00-06:00");
    let purged: Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!((purged.visits, purged.patients), (2, 1));
    assert_eq!(clinic.json::<Patients>("patient list --all").total, 2);
    clinic.at("2050-01-01T08:00:00-06:00");
    let purged: Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!((purged.visits, purged.patients), (1, 1));
    assert_eq!(clinic.json::<Patients>("patient list --all").total, 0);
    clinic.is_sound();
}

#[test]
fn many_visits_go_in_several_steps() {
    let mut clinic = Clinic::open();
    let line = |n: usize| {
        format!(
            "{{\"doctor_id\": \"GARCIA\", \"slot_start\": \"2026-06-15T{:02}:{:02}:00-06:00\", \"duration_minutes\": 1, \
              \"patientName\": \"P{n}\", \"patientPhone\": \"7700{n:04}\"}}\n",
            9 + n / 60,
            n % 60
        )
    };
    let many: String = (0..450).map(line).collect();
    let _ = clinic.fed("book --input -", many).exits(0);
    clinic.at("2030-01-01T08:00:00-06:00");
    let purged: Purged = clinic.json("db purge --older-than 1y --force");
    assert_eq!((purged.visits, purged.patients), (450, 450));
    let log: serde_json::Value = clinic.json("audit log --action book.purged");
    assert_eq!(log["total"], 6, "three steps for the visits, three for the patients");
    clinic.is_sound();
}

#[test]
fn another_clinics_visits_are_not_touched() {
    let (mut clinic, _) = years();
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.at("2050-01-01T08:00:00-06:00");
    let purged: Purged = clinic.json("db purge --older-than 10y --force --clinic otra");
    assert_eq!((purged.clinic.as_str(), purged.visits, purged.patients, purged.tokens), ("otra", 0, 0, 0));
    assert_eq!(clinic.list("").total, 3);
}

#[test]
fn an_age_that_is_too_young_or_none_is_refused() {
    let (clinic, _) = years();
    let before = clinic.content();
    for age in ["29d", "0y", "10", "10 minutes", "-1y", "1000y"] {
        let _ = clinic.refused(&format!("db purge --older-than '{age}' --force"), "VALIDATION_ERROR", 2);
    }
    let refusal = clinic.refused("db purge --older-than 1y", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["force"]);
    let _ = clinic.refused("db purge --force", "VALIDATION_ERROR", 2);
    assert_eq!(clinic.content(), before);
}

#[test]
fn an_export_holds_everything_on_a_person_and_nothing_on_others() {
    let (mut clinic, [eva, ..]) = years();
    clinic.does("patient find 7700");
    clinic.does("patient add --name 'E. Sol' --phone 7700-0008 --code E2");
    clinic.does("patient merge 'Eva Sol' E2");
    clinic.at("2028-06-02T08:00:00-06:00");
    let export: Export = clinic.json("patient export 'Eva Sol'");
    assert_eq!(export.patient.national_id.as_deref(), Some("98765432-1"));
    assert_eq!(export.merged[0].code, "E2");
    assert_eq!(export.appointments.iter().map(|one| &one.id).collect::<Vec<_>>(), [&eva.id]);
    assert_eq!(export.appointments[0].notes.as_deref(), Some("NOTA-VIEJA"));
    assert_eq!((export.messages.len(), export.deliveries.len()), (3, 1));
    assert_eq!(export.webhooks[0].url, "http://127.0.0.1:9/full");
    let actions: Vec<&str> = export.entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "patient.added",
            "appointment.booked",
            "patient.found",
            "patient.added",
            "patient.merged",
            "patient.merged"
        ]
    );
    let text = clinic.run("patient export E2");
    assert_eq!(
        serde_json::from_str::<Export>(&text).unwrap().patient,
        export.patient,
        "JSON in every format"
    );
    assert!(
        !text.contains("Leo") && !text.contains(&clinic.json::<Patients>("patient find leo").patients[0].id)
    );
    let log: serde_json::Value = clinic.json("audit log --action patient.exported");
    assert_eq!(log["total"], 2);
    assert!(!log.to_string().contains("Eva"));
    clinic.is_sound();
}

#[test]
fn an_export_into_a_file_is_for_its_owner_and_writes_over_none() {
    let (clinic, [eva, ..]) = years();
    let told: Exported = clinic.json("patient export 'Eva Sol' --out eva.json");
    assert_eq!((told.file.as_str(), &told.patient_id, told.appointments), ("eva.json", &eva.patient.id, 1));
    let path = clinic.home().join("eva.json");
    let export: Export = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(export.patient.full_name, "Eva Sol");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let entries = clinic.run("audit log --limit 1000 --json");
    for out in ["eva.json", ".", "no/where.json"] {
        let _ = clinic.refused(&format!("patient export 'Leo Paz' --out {out}"), "VALIDATION_ERROR", 2);
    }
    assert_eq!(clinic.run("audit log --limit 1000 --json"), entries, "what was refused was not read");
    assert!(fs::read_to_string(&path).unwrap().contains("Eva Sol"));
    // Only an earlier export may be overwritten.
    fs::write(clinic.home().join("notes.txt"), "notes").unwrap();
    let mut others = vec![clinic.home().join("notes.txt"), clinic.secret_path()];
    // A server has no book file.
    if crate::ENGINE == Engine::Sqlite {
        others.push(clinic.book_path());
    }
    for path in others {
        let before = fs::read(&path).unwrap();
        let line = format!("patient export 'Leo Paz' --out '{}' --force", path.display());
        let refusal = clinic.refused(&line, "VALIDATION_ERROR", 2);
        assert!(refusal.message.contains("is no earlier export"), "{}", refusal.message);
        assert_eq!(fs::read(&path).unwrap(), before, "{}", path.display());
    }
    assert_eq!(clinic.run("audit log --limit 1000 --json"), entries, "what was refused was not read");
    clinic.does("patient export 'Leo Paz' --out eva.json --force");
    assert!(!fs::read_to_string(&path).unwrap().contains("Eva Sol"));
}
