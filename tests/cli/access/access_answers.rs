//! Data that a key may learn from results and refusals, and the rights of several keys together.

use crate::access::{Locked, ran};
use crate::support::views::Key;
use crate::support::{Clinic, Engine};
use serde_json::Value;

fn said(locked: &Locked, key: &str, line: &str) -> Value {
    locked.ran(key, &format!("{line} --json")).exits(0).json()
}

#[test]
fn a_key_that_only_writes_learns_nothing_of_patients_and_notes() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Zoila Quiñónez' --phone 7765-9999 --code ZOILA");
    let theirs =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --patient ZOILA --notes Delicado");
    let locked = Locked::of(clinic);
    let writes = locked.key("--scope appointments:write");
    let code = &theirs.code;
    for line in [
        "book --doctor GARCIA --date 2026-06-16 --time 09:00 --patient 7765-9999 --dry-run".to_owned(),
        "book --doctor GARCIA --date 2026-06-16 --time 09:00 --patient ZOILA".to_owned(),
        format!("status {code} confirmed"),
        format!("update {code} --visit-type control --dry-run"),
        format!("reschedule {code} --date 2026-06-17 --time 09:00"),
        format!("cancel {code} --reason viaje"),
    ] {
        let answer = said(&locked, &writes, &line);
        assert!(answer["code"].is_string() && answer["status"].is_string(), "{line}: {answer}");
        let text = answer.to_string();
        for secret in ["Zoila", "Delicado", "77659999", "viaje"] {
            assert!(!text.contains(secret), "turno {line} tells {secret}: {text}");
        }
        assert!(answer["patient"].is_null() && answer["notes"].is_null(), "{line}: {answer}");
        let table = locked
            .ran(&writes, "book --doctor GARCIA --date 2026-06-18 --time 09:00 --patient ZOILA --dry-run");
        assert!(!table.exits(0).stdout().contains("Zoila"));
    }
    let reads = locked.key("--scope appointments:write,appointments:read");
    let answer = said(&locked, &reads, &format!("update {code} --notes Bien"));
    assert_eq!(
        (&answer["patient"]["full_name"], &answer["notes"]),
        (&"Zoila Quiñónez".into(), &"Bien".into())
    );
}

#[test]
fn a_key_that_only_writes_hears_of_nobody_who_waits_nor_whose_a_series_is() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Zoila Quiñónez' --phone 7765-9999 --code ZOILA");
    clinic.does("waitlist add --doctor GARCIA --patient ZOILA --note Delicado");
    clinic.does("book --doctor GARCIA --date 2026-06-22 --time 09:00 --patient ZOILA --every week --times 2");
    let freed =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Ana Mejía' --phone 7765-4321");
    let locked = Locked::of(clinic);
    let writes = locked.key("--scope appointments:write");
    let tells = |line: &str, text: &str| {
        for secret in ["Zoila", "77659999", "Delicado"] {
            assert!(!text.contains(secret), "turno {line} tells {secret}: {text}");
        }
    };
    for line in [
        format!("cancel {} --reason Viaje --dry-run", freed.code),
        format!("cancel {} --reason Viaje", freed.code),
        "series move SER-001 --by 30m --dry-run".to_owned(),
        "series move SER-001 --by 30m".to_owned(),
        "waitlist offer WAIT-001 --date 2026-06-15 --time 10:00 --dry-run".to_owned(),
        "waitlist offer WAIT-001 --date 2026-06-15 --time 10:00".to_owned(),
        "waitlist decline WAIT-001".to_owned(),
        "undo --dry-run".to_owned(),
        "series cancel SER-001 --reason Viaje --dry-run".to_owned(),
        "series cancel SER-001 --reason Viaje".to_owned(),
        "waitlist remove WAIT-001".to_owned(),
    ] {
        if line.contains("--dry-run") {
            let ran = locked.ran(&writes, &line).exits(0);
            tells(&line, &ran.stderr());
            tells(&line, &ran.stdout());
        } else {
            tells(&line, &said(&locked, &writes, &line).to_string());
        }
    }
}

#[test]
fn a_doctors_key_names_that_doctors_patients_only_and_is_told_of_no_other_visit() {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Ruiz' --code RUIZ",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00",
        "service add --name Control --code CON",
        "patient add --name 'Pedro Pan' --phone 7765-1111 --code PEDRO",
    ] {
        clinic.does(line);
    }
    let own =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Ana Mejía' --phone 7765-4321");
    let other = clinic.book("--doctor RUIZ --service CON --date 2026-06-16 --time 09:00 --patient PEDRO");
    let locked = Locked::of(clinic);
    let key = locked.key("--scope admin --doctor GARCIA");
    let when = "--doctor GARCIA --date 2026-06-16 --time 11:00";
    for line in [
        format!("book {when} --patient PEDRO --dry-run"),
        "list --patient PEDRO".into(),
        "why GARCIA 2026-06-16 11:00 --patient PEDRO".into(),
    ] {
        let refused = locked.ran(&key, &format!("{line} --json")).refusal("RESOURCE_NOT_FOUND", 3);
        let nobody = locked.ran(&key, &format!("{} --json", line.replace("PEDRO", "NADIE")));
        let nobody = nobody.refusal("RESOURCE_NOT_FOUND", 3);
        assert_eq!(refused.message.replace("PEDRO", "NADIE"), nobody.message, "{line}");
    }
    let known = said(&locked, &key, &format!("book {when} --patient {} --dry-run", own.patient.code));
    assert_eq!(known["patient"]["full_name"], "Ana Mejía");
    let twin = format!("book {when} --service CON --name 'Pedro Pan' --phone 7765-1111 --json");
    let refused = locked.ran(&key, &twin).refusal("DUPLICATE_BOOKING", 4);
    assert_eq!(refused.details["existing_appointment_id"], Value::Null, "another doctor's");
    let refused = locked.ran(&locked.admin, &twin).refusal("DUPLICATE_BOOKING", 4);
    assert_eq!(refused.details["existing_appointment_id"], other.id.as_str());
}

#[test]
fn a_book_of_several_clinics_leaves_it_with_a_key_of_each() {
    let clinic = Clinic::open();
    clinic.does("clinic add --name Segunda --timezone UTC --code segunda");
    let second: Key = clinic.json("key create --name Jefa --scope admin --clinic segunda --code SEGUNDA");
    clinic.does("clinic set access keys --clinic segunda");
    let (locked, second) = (Locked::of(clinic), second.secret.unwrap());
    for line in ["db backup out.db", "db check", "audit verify"] {
        for key in [&locked.admin, &second] {
            let _ = locked.ran(key, &format!("{line} --json")).refusal("UNAUTHORIZED", 6);
        }
        let _ = locked.ran(&format!("{second} {}", locked.admin), line).exits(0);
    }
    assert!(locked.clinic.home().join("out.db").exists());
    // Each key gives access to its own clinic, in any order.
    for clinic in ["sanjose", "segunda"] {
        let both = format!("{} {second}", locked.admin);
        let _ = locked.ran(&both, &format!("list --clinic {clinic}")).exits(0);
    }
}

#[test]
fn a_book_that_is_only_busy_is_not_restored_over_without_its_key() {
    if crate::ENGINE == Engine::Postgres {
        return;
    }
    let clinic = Clinic::open();
    clinic.does("db backup safe.db");
    let locked = Locked::of(clinic);
    let book = locked.clinic.book_path();
    let holder = rusqlite::Connection::open(&book).unwrap();
    holder
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value")
        .unwrap();
    let refused = ran(&locked.clinic, "", "db restore safe.db --force --json").refusal("STORE_BUSY", 7);
    assert!(refused.details.is_empty(), "{refused:?}");
    holder.execute_batch("ROLLBACK").unwrap();
    drop(holder);
    let _ = ran(&locked.clinic, "", "list --json").refusal("UNAUTHORIZED", 6);
}
