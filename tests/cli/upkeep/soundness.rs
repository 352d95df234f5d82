//! `db info`, `db path`, the constraints of the database, and `db check`.

use crate::ENGINE;
use crate::support::views::Findings;
use crate::support::{Clinic, Engine};
use serde_json::Value;

#[test]
fn the_book_says_where_it_is_and_what_it_is_made_of() {
    let clinic = Clinic::open();
    let place = clinic.place().name();
    assert_eq!(clinic.run("db path"), format!("{place}\n"));
    let path: Value = clinic.json("db path");
    assert_eq!(path["path"], place);
    let info: Value = clinic.json("db info");
    assert_eq!(info["path"], place);
    let engine = match ENGINE {
        Engine::Sqlite => "SQLite 3.",
        Engine::Postgres => "PostgreSQL 1",
    };
    assert!(info["engine"].as_str().unwrap().starts_with(engine), "{info}");
    assert_eq!(info["secret_file"], clinic.secret_path().display().to_string());
    assert!(info["bytes"].as_u64().unwrap() > 10_000, "{info}");
    assert!(info["schema_version"].as_i64().unwrap() >= 1, "{info}");
    // The zone rules in use and their version.
    assert!(!info["timezone_rules"].as_str().unwrap().is_empty(), "{info}");
    assert!(info["timezone_version"].as_str().unwrap().starts_with("20"), "{info}");
    // The path is also printed for a book that does not exist.
    let empty = Clinic::empty();
    assert_eq!(empty.run("db path"), format!("{}\n", empty.place().name()));
}

/// Copies an appointment under new ids, shifted by `seconds`.
fn plant(clinic: &Clinic, seconds: i64) -> Result<(), String> {
    clinic.place().run(&format!(
        "CREATE TEMPORARY TABLE planted AS SELECT * FROM appointments;
         UPDATE planted SET id = '{PLANTED}', code = 'PLANTD', token_number = 99, reminders_planned = 0,
           starts_at = starts_at + {seconds}, ends_at = ends_at + {seconds},
           busy_from = busy_from + {seconds}, busy_until = busy_until + {seconds};
         INSERT INTO appointments SELECT * FROM planted;"
    ))
}

const PLANTED: &str = "019e837b-f700-7d0c-aaa4-000000000000";

#[test]
fn the_database_itself_refuses_an_overlap() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.place().run("INSERT INTO appointments SELECT * FROM appointments").unwrap_err();
    let refused = plant(&clinic, 600).expect_err("the guard lets an overlap in");
    assert!(refused.contains("appointments_no_overlap"), "{refused}");
    plant(&clinic, 1800).unwrap();
    clinic.does("show PLANTD");
}

#[test]
fn a_check_finds_a_planted_overlap() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.is_sound();
    clinic.place().unguard();
    plant(&clinic, 600).unwrap();
    let ran = clinic.ran("db check --json").exits(1);
    let found: Findings = ran.json();
    let overlap = found.findings.iter().find(|finding| finding.check == "overlap").unwrap();
    assert!([booked.id.as_str(), PLANTED].contains(&overlap.record_id.as_deref().unwrap()), "{overlap:?}");
    assert!(clinic.ran("db check").exits(1).stdout().contains("overlap"));
}

#[test]
fn a_check_finds_what_else_must_not_be() {
    for (what, sql) in [
        ("a token given twice", "UPDATE appointments SET token_number = 1"),
        ("a reminder that is missing", "DELETE FROM messages WHERE kind = 'reminder'"),
        ("a dropped one that is pending", "UPDATE appointments SET status = 'cancelled'"),
    ] {
        let clinic = Clinic::open();
        let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
        clinic.book_at("2026-06-15", "15:00");
        clinic.is_sound();
        clinic.place().run(sql).unwrap();
        let found: Findings = clinic.ran("db check --json").exits(1).json();
        assert!(!found.ok && !found.findings.is_empty(), "{what}");
    }
}

#[test]
fn a_check_finds_that_what_the_log_tells_of_is_gone() {
    let clinic = Clinic::open();
    for line in [
        "webhook add --url https://example.org/x",
        "key create --name Web --scope appointments:read",
        "waitlist add --doctor GARCIA --name Bea --phone 7700-0031",
    ] {
        clinic.does(line);
    }
    clinic.is_sound();
    for (lost, table) in [(1, "waitlist"), (2, "keys"), (3, "webhooks")] {
        clinic.place().run(&format!("DELETE FROM {table}")).unwrap();
        let found: Findings = clinic.ran("db check --json").exits(1).json();
        let told = found.findings.iter().filter(|finding| finding.check == "record_lost").count();
        assert_eq!((told, found.findings.len()), (lost, lost), "{table}: {:?}", found.findings);
    }
}

#[test]
fn a_book_that_is_not_there_is_not_made_on_the_way() {
    let clinic = Clinic::empty();
    for line in [
        "list",
        "slots",
        "remind due",
        "db check",
        "db info",
        "audit verify",
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 7700-0001",
        "doctor add --name X",
    ] {
        let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some_and(|hint| hint.contains("turno init")), "{line}: what is to be done?");
        assert!(!clinic.place().is_taken(), "{line} left something there");
    }
}
