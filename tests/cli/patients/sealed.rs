//! National IDs are stored encrypted and appear nowhere in clear.

use crate::support::{Clinic, Place};

#[test]
fn two_sealed_ids_that_change_places_open_no_more() {
    let clinic = Clinic::open();
    for (code, id) in [("A", "01234567-8"), ("B", "98765432-1")] {
        clinic.does(&format!("patient add --name {code} --phone 7700-0001 --code {code} --national-id {id}"));
    }
    clinic.does("patient add --name C --phone 7700-0003 --code C");
    let put = |to: &str, from: &str| {
        let of = |column: &str| format!("(SELECT p.{column} FROM patients AS p WHERE p.code = '{from}')");
        let (sealed, hash) = (of("national_id"), of("national_id_hash"));
        format!("UPDATE patients SET national_id = {sealed}, national_id_hash = {hash} WHERE code = '{to}';")
    };
    clinic.place().run(&[put("C", "A"), put("A", "B"), put("B", "C")].concat()).unwrap();
    let entries = clinic.run("audit log --limit 1000 --json");
    for line in [
        "patient show A",
        "patient show A --reveal",
        "patient show B --reveal",
        "patient show C --reveal",
        "patient export B",
        "patient find 98765432-1",
        "patient merge A B --dry-run",
        "patient list",
    ] {
        let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
        assert!(refusal.message.contains("altered"), "{line}: {refusal:?}");
    }
    assert_eq!(clinic.run("audit log --limit 1000 --json"), entries, "what was not shown is no entry");
}

#[test]
fn after_a_day_of_use_no_id_is_anywhere_in_clear() {
    let mut clinic = Clinic::open();
    clinic.does("webhook add --url http://127.0.0.1:9/full --code FULL --allow-private --quiet");
    clinic.file("ids.csv", "name,phone,national_id\nIda,7700-0011,33333333-3\n");
    let long = "3".repeat(300);
    clinic.file("wrong.csv", format!("name,phone,national_id\nIvo,x,33333333-3\nIvo,7700-0012,{long}\n"));
    let visit = "GARCIA,2026-06-15,13:00,Ida,7700-0011,33333333-3";
    clinic.file("visits.csv", format!("doctor,date,time,name,phone,national_id\n{visit}\n"));
    let mut said = String::new();
    let mut day = |line: &str, stdin: &str| {
        let ran = clinic.fed(line, stdin);
        said += &ran.stderr();
        if !line.contains("--reveal") && !line.contains("export") {
            said += &ran.stdout();
        }
        ran.exit
    };
    let book = "book --doctor GARCIA --date 2026-06-15";
    for (line, exit) in [
        (
            format!(
                "{book} --time 09:00 --name Eva --phone 7700-0001 --national-id 01234567-8 --idempotency-key K"
            ),
            0,
        ),
        (
            format!(
                "{book} --time 09:00 --name Eva --phone 7700-0001 --national-id 01234567-8 --idempotency-key K"
            ),
            0,
        ),
        (
            format!(
                "{book} --time 09:30 --name Eva --phone 7700-0001 --national-id 98765432-1 --idempotency-key K"
            ),
            4,
        ),
        (format!("{book} --time 09:00 --name Leo --phone 7700-0002 --national-id 98765432-1"), 4),
        (format!("{book} --time 10:00 --name Leo --phone x --national-id 98765432-1"), 2),
        (format!("{book} --time 10:00 --name Leo --phone 7700-0002 --national-id 98765432-1 --dry-run"), 0),
        ("patient add --name Leo --phone 7700-0002 --code LEO --national-id 98765432-1".to_owned(), 0),
        ("patient add --name Leo --phone 7700-0002 --code LEO --national-id 98765432-1".to_owned(), 2),
        ("patient set LEO --national-id 55555555-5".to_owned(), 0),
        ("patient set nobody --national-id 55555555-5".to_owned(), 3),
        ("patient show LEO".to_owned(), 0),
        ("patient show LEO --reveal".to_owned(), 0),
        ("patient show 55555555-5".to_owned(), 3),
        ("patient find 55555555-5".to_owned(), 0),
        ("patient find 44444444-4".to_owned(), 0),
        ("patient export LEO".to_owned(), 0),
        ("patient merge LEO Eva".to_owned(), 0),
        ("patient merge --undo Eva".to_owned(), 0),
        ("patient list".to_owned(), 0),
        ("import csv patients ids.csv --report patients.ndjson".to_owned(), 0),
        ("import csv patients wrong.csv --report wrong.ndjson".to_owned(), 4),
        ("import csv appointments visits.csv --dry-run".to_owned(), 0),
        ("import csv appointments visits.csv".to_owned(), 0),
        ("patient list --format csv".to_owned(), 0),
        ("audit log --limit 1000".to_owned(), 0),
        ("audit log --record 55555555-5".to_owned(), 3),
    ] {
        assert_eq!(day(&line, ""), Some(exit), "{line}");
        // Again with JSON; any exit status is allowed.
        assert!(day(&format!("{line} --json"), "").is_some());
    }
    let body = |id: &str| {
        format!(
            "{{\"doctor_id\": \"GARCIA\", \"slot_start\": \"2026-06-15T11:00:00-06:00\", \"patientName\": \"Mia\", \"patientPhone\": \"77000003\", \"patientDui\": {id}}}"
        )
    };
    for (id, exit) in [("\"44444444-4\"", 0), ("444444444", 2), ("[\"44444444-4\"]", 2)] {
        assert_eq!(day("book --input - --json", &body(id)), Some(exit), "{id}");
    }
    clinic.at("2026-06-15T12:00:00-06:00").does("remind due --json");
    clinic.is_sound();
    let files = match clinic.place() {
        Place::File(path) => ["", "-wal"]
            .map(|suffix| std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default())
            .concat(),
        Place::Database(_) => clinic.place().content().into_bytes(),
    };
    for report in ["patients.ndjson", "wrong.ndjson"] {
        said += &std::fs::read_to_string(clinic.home().join(report)).unwrap();
    }
    for line in
        ["export csv patients", "export csv appointments", "export csv audit", "export fhir --to 2026-06-15"]
    {
        said += &clinic.run(line);
    }
    said += &clinic.run("export ics --detail full");
    for id in ["01234567", "98765432", "55555555", "44444444", "33333333"] {
        assert!(!files.windows(8).any(|part| part == id.as_bytes()), "{id} is in the book");
        assert!(!said.contains(id), "{id} was said:\n{said}");
    }
}

#[test]
fn what_is_kept_of_an_imported_row_confirms_no_guess_at_an_id() {
    // IDs have so few digits that an attacker could find one from a plain hash by trying them all.
    let key = |id: &str| {
        let clinic = Clinic::open();
        let visit = format!("GARCIA,2026-06-15,13:00,Ida,7700-0011,{id}");
        clinic.file("visits.csv", format!("doctor,date,time,name,phone,national_id\n{visit}\n"));
        clinic.does("import csv appointments visits.csv");
        clinic.place().ask("SELECT idempotency_key FROM appointments")
    };
    let keys = key("33333333-3");
    assert!(keys[0].starts_with("IMPORT_"), "{keys:?}");
    assert_eq!(keys, key("44444444-4"));
}
