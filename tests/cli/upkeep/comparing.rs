//! `audit verify --records` reports direct changes of records, and none of turno's own.

use crate::support::Clinic;
use crate::support::views::Findings;

fn compared(clinic: &Clinic, exit: i32) -> Vec<(String, String)> {
    let found: Findings = clinic.ran("audit verify --records --json").exits(exit).json();
    assert_eq!(found.ok, found.findings.is_empty());
    found.findings.into_iter().map(|finding| (finding.check, finding.message)).collect()
}

/// A clinic with all kinds of audited records.
fn full() -> Clinic {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    for line in [
        "service add --name Limpieza --code CLEAN",
        "closure add --from 2026-12-24 --to 2026-12-26 --reason Fiesta",
        "webhook add --url https://example.org/x",
        "key create --name Web --scope appointments:read",
        "waitlist add --doctor GARCIA --name Bea --phone 7700-0031",
        "book --doctor GARCIA --date 2026-06-16 --time 09:00 --name Ana --phone 7700-0032 --every week --times 2",
    ] {
        clinic.does(line);
    }
    clinic
}

#[test]
fn an_update_past_the_program_is_found_and_named() {
    let clinic = full();
    clinic.is_sound();
    for (table, kind, column, value) in [
        ("clinics", "clinic", "name", "'Otra'"),
        ("branches", "branch", "timezone", "'Europe/Madrid'"),
        ("doctors", "doctor", "buffer_after", "17"),
        ("services", "service", "duration_minutes", "44"),
        ("windows", "window", "to_time", "'23:00'"),
        ("closures", "closure", "reason", "'otra'"),
        ("patients", "patient", "email", "'evil@example.org'"),
        ("appointments", "appointment", "notes", "'otra'"),
        ("waitlist", "entry", "note", "'otra'"),
        ("series", "series", "rule", "'FREQ=DAILY'"),
        ("webhooks", "webhook", "url", "'https://evil.example'"),
        ("keys", "key", "scopes", "'admin'"),
    ] {
        let place = clinic.place();
        let old = place.ask(&format!("SELECT {column} FROM {table} ORDER BY id LIMIT 1")).remove(0);
        let code = place.ask(&format!("SELECT code FROM {table} ORDER BY id LIMIT 1")).remove(0);
        let one = format!("WHERE id = (SELECT min(id) FROM {table})");
        place.run(&format!("UPDATE {table} SET {column} = {value} {one}")).unwrap();
        let message = format!("{kind} {code} is not as the log left it: {column}");
        assert_eq!(compared(&clinic, 1), [("record_changed".to_owned(), message)]);
        let plain = clinic.ran("audit verify").exits(0);
        assert_eq!(plain.stdout(), "ok\n", "the log itself is as it was");
        let numeric = old.parse::<i64>().is_ok();
        let old = match old.as_str() {
            "NULL" | "" => "NULL".to_owned(),
            old if numeric => old.to_owned(),
            old => format!("'{}'", old.replace('\'', "''")),
        };
        place.run(&format!("UPDATE {table} SET {column} = {old} {one}")).unwrap();
        assert_eq!(compared(&clinic, 0), []);
    }
}

#[test]
fn another_clinics_and_one_that_is_gone_are_found() {
    let clinic = full();
    let code = clinic.place().ask("SELECT code FROM services").remove(0);
    clinic.place().run("UPDATE series SET clinic_id = (SELECT id FROM clinics)").unwrap();
    assert_eq!(compared(&clinic, 0), []);
    clinic.place().run("DELETE FROM services").unwrap();
    let message = format!("service {code} is gone, and the log does not say why");
    assert_eq!(compared(&clinic, 1), [("record_gone".to_owned(), message)]);
}

#[test]
fn a_later_change_by_the_program_does_not_hide_an_earlier_one_past_it() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.place().run("UPDATE patients SET email = 'evil@example.org'").unwrap();
    clinic.does(&format!("patient set {} --locale en", booked.patient.code));
    let message = format!("patient {} is not as the log left it: email", booked.patient.code);
    assert_eq!(compared(&clinic, 1), [("record_changed".to_owned(), message)]);
}

#[test]
fn merges_erasures_and_purges_raise_no_alarm_and_are_counted() {
    let mut clinic = full();
    for line in [
        "patient add --name 'Ana Uno' --phone 7700-0041 --code ANA1",
        "patient add --name 'Ana Dos' --phone 7700-0042 --email ana@example.org --national-id 123 --code ANA2",
        "patient merge ANA1 ANA2 --yes",
    ] {
        clinic.does(line);
    }
    let counts = |clinic: &Clinic| {
        let found: serde_json::Value = clinic.json("audit verify --records");
        assert_eq!(found["ok"], true, "{found}");
        (found["records"].as_u64().unwrap(), found["records_in_part"].as_u64().unwrap())
    };
    let (records, in_part) = counts(&clinic);
    assert_eq!(in_part, 1, "the kept one took over fields that its entry names only");
    assert!(clinic.ran("audit verify --records").exits(0).stderr().contains("compared: 1"));
    clinic.place().run("UPDATE patients SET full_name = 'Otra' WHERE code = 'ANA1'").unwrap();
    assert_eq!(compared(&clinic, 1).len(), 1);
    clinic.place().run("UPDATE patients SET full_name = 'Ana Uno' WHERE code = 'ANA1'").unwrap();
    clinic.does("patient merge --undo ANA2");
    assert_eq!(counts(&clinic), (records, in_part));
    clinic.does("patient set ANA1 --email a@example.org --national-id 777 --locale en");
    assert_eq!(counts(&clinic), (records + 1, 0), "what was said since is known");
    clinic.does("patient erase ANA1 --yes");
    assert_eq!(counts(&clinic), (records, 1));
    clinic.at("2036-06-15T08:00:00-06:00");
    clinic.does("db purge --older-than 2y --yes");
    let (records, in_part) = counts(&clinic);
    assert!(records > 5, "{records} {in_part}");
}
