//! Exports that are imported into an empty book give the same records. Also bundles of other programs, good
//! and bad.

use crate::exporting::busy;
use crate::support::{Clinic, Ran};
use serde::Deserialize;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

/// The result of a bundle's import.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Imported {
    import: String,
    dry_run: bool,
    all_or_nothing: bool,
    written: bool,
    rows: u64,
    added: u64,
    updated: u64,
    known: u64,
    refused: u64,
    refusals: Vec<Value>,
    columns: Vec<Value>,
    preview: Vec<Value>,
    left_alone: Vec<Left>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Left {
    resource: String,
    count: u64,
}

impl Imported {
    fn counts(&self) -> [u64; 4] {
        [self.added, self.updated, self.known, self.refused]
    }

    fn left(&self) -> Vec<(&str, u64)> {
        self.left_alone.iter().map(|left| (left.resource.as_str(), left.count)).collect()
    }

    /// The first refused entry and its message.
    fn refusal(&self) -> (u64, &str) {
        let error = &self.refusals[0]["error"];
        (error["line"].as_u64().expect("an entry"), error["message"].as_str().expect("a message"))
    }
}

fn ran(clinic: &Clinic, text: &str, options: &str) -> Ran {
    clinic.file("bundle.json", text);
    clinic.ran(&format!("import fhir bundle.json {options} --json"))
}

fn import(clinic: &Clinic, text: &str, options: &str, exit: i32) -> Imported {
    let imported: Imported = ran(clinic, text, options).exits(exit).json();
    assert_eq!(imported.import, "resources");
    assert!(imported.columns.is_empty() && imported.preview.len() <= 3);
    imported
}

/// A list without the values that differ between books: ids and recording times.
fn told(clinic: &Clinic, line: &str, without: &[&str]) -> Value {
    fn strip(value: &mut Value, without: &[&str]) {
        match value {
            Value::Object(map) => {
                map.retain(|key, _| {
                    key != "id"
                        && !key.ends_with("_id")
                        && !["created_at", "updated_at"].contains(&key.as_str())
                        && !without.contains(&key.as_str())
                });
                map.values_mut().for_each(|value| strip(value, without));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| strip(value, without)),
            _ => {}
        }
    }
    let mut value: Value = clinic.json(line);
    strip(&mut value, without);
    // Appointments of the same time are listed by id.
    if let Some(visits) = value.get_mut("appointments").and_then(Value::as_array_mut) {
        visits.sort_by_key(|visit| [&visit["starts_at"], &visit["code"]].map(Value::to_string));
    }
    value
}

/// An empty clinic with the same clock.
fn empty_like(clinic: &Clinic) -> Clinic {
    let mut empty = Clinic::in_zone("America/El_Salvador");
    empty.at(clinic.now());
    empty
}

#[test]
fn a_book_goes_out_as_a_bundle_and_comes_in_whole() {
    let clinic = busy();
    for line in [
        "patient set 7700-0900 --email ana@example.org --national-id 12345678-9 --locale en --opt-out",
        "doctor add --name 'Dra. Ida' --code IDA --slot 20 --buffer-after 10 --specialty 'Pediatría; niños'",
        "window add --doctor IDA --days mon-fri --from 09:00 --to 12:00 --code IDADAY",
        "book --doctor IDA --date 2026-06-04 --time 09:20 --name 'Luz Sol' --phone 7700-1130 --source web --external-ref EXT-1",
        "book --doctor IDA --date 2026-06-04 --time 09:20 --name Encima --phone 7700-2000 --overbook --idempotency-key una-clave",
        "book --doctor IDA --date 2026-06-05 --time 10:00 --name Nadie --phone 7700-2001",
        "doctor remove IDA --yes",
    ] {
        clinic.does(line);
    }
    for format in ["", " --searchset"] {
        let bundle = clinic.run(&format!("export fhir --reveal{format}"));
        let other = empty_like(&clinic);
        let rehearsed = import(&other, &bundle, "--dry-run", 0);
        assert!(rehearsed.dry_run && !rehearsed.written, "{rehearsed:?}");
        let taken = import(&other, &bundle, "", 0);
        assert!(taken.written && taken.all_or_nothing, "{taken:?}");
        // The branch exists already; two doctors, a service, ten patients and eleven appointments are added.
        assert_eq!((taken.rows, taken.counts()), (25, [24, 0, 1, 0]), "{taken:?}");
        assert_eq!(taken.left().iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["Schedule", "Slot"]);
        for line in
            ["list --limit 100", "patient list", "doctor list --all", "service list --all", "branch list"]
        {
            assert_eq!(told(&other, line, &[]), told(&clinic, line, &[]), "{line}");
        }
        assert_eq!(
            other.json::<Value>("patient show 7700-0900 --reveal")["national_id"],
            "12345678-9",
            "what was revealed came in"
        );
        let again = import(&other, &bundle, "", 0);
        assert_eq!(again.counts(), [0, 0, 25, 0], "nothing is there twice");
        other.is_sound();
    }
}

#[test]
fn a_full_calendar_comes_in_as_it_was_but_for_what_the_doctor_found() {
    let clinic = busy();
    let calendar = clinic.run("export ics --detail full");
    assert!(!calendar.contains("flu"), "what the doctor found is in no calendar");
    let mut other = Clinic::open();
    other.at(clinic.now());
    other.does("service add --name 'Vacuna, 1ª; dosis' --code VAC --duration 20");
    other.file("visits.ics", &calendar);
    for expected in [[8, 0], [0, 8]] {
        let answer: Value = other.json("import ics visits.ics --as appointments");
        assert_eq!([&answer["added"], &answer["known"]], expected.map(Value::from).each_ref(), "{answer}");
    }
    // Patients get new codes.
    let with = |clinic: &Clinic| {
        let mut list = told(clinic, "list --limit 100", &["diagnosis", "prescription"]);
        for visit in list["appointments"].as_array_mut().expect("appointments") {
            visit["patient"]["code"] = Value::Null;
        }
        list
    };
    assert_eq!(with(&other), with(&clinic));
    other.is_sound();
}

#[test]
fn tables_of_patients_and_appointments_come_in_as_they_were() {
    let clinic = busy();
    clinic.does("patient set 7700-0900 --email ana@example.org --locale en --opt-out");
    let mut other = Clinic::open();
    other.at(clinic.now());
    other.does("service add --name 'Vacuna, 1ª; dosis' --code VAC --duration 20");
    for kind in ["patients", "appointments"] {
        other.file("table.csv", clinic.run(&format!("export csv {kind}")));
        for expected in [[8, 0], [0, 8]] {
            let answer: Value = other.json(&format!("import csv {kind} table.csv"));
            assert_eq!(
                [&answer["added"], &answer["known"]],
                expected.map(Value::from).each_ref(),
                "{answer}"
            );
        }
    }
    for line in ["list --limit 100", "patient list"] {
        assert_eq!(told(&other, line, &[]), told(&clinic, line, &[]), "{line}");
    }
    other.is_sound();
}

/// A bundle from another program.
fn foreign(appointments: &[Value]) -> Value {
    let mut entries = vec![
        json!({"fullUrl": "https://ehr.example.org/fhir/Patient/1", "resource": {
        "resourceType": "Patient", "id": "1", "birthDate": "1980-01-01",
        "name": [{"use": "old", "text": "Ana Vieja"}, {"use": "official", "family": "Mejía", "given": ["Ana", "Luz"]}],
        "telecom": [
            {"system": "phone", "use": "old", "value": "7000-0000"},
            {"system": "phone", "use": "home", "value": "2222-0001"},
            {"system": "phone", "use": "mobile", "value": "7012-3456"},
            {"system": "email", "value": "ana@example.org"}
        ]}}),
        json!({"fullUrl": "https://ehr.example.org/fhir/Practitioner/7", "resource": {
            "resourceType": "Practitioner", "id": "7", "name": [{"family": "Paz", "given": ["Inés"]}],
            "qualification": [{"code": {"coding": [{"code": "394537008", "display": "Pediatrics"}]}}]}}),
        json!({"resource": {"resourceType": "Location", "id": "L", "name": "Sala 2"}}),
        json!({"resource": {"resourceType": "Observation", "id": "O"}}),
    ];
    entries.extend(appointments.iter().map(|resource| json!({"resource": resource})));
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries})
}

fn visit(id: &str, day: u8, status: &str, accepted: bool) -> Value {
    json!({"resourceType": "Appointment", "id": id, "status": status,
    "start": format!("2026-06-{day:02}T15:00:00.000Z"), "end": format!("2026-06-{day:02}T15:30:00.000Z"),
    "reasonCode": [{"coding": [{"code": "1", "display": "Control"}]}], "comment": "alérgica",
    "participant": [
        {"actor": {"reference": "Patient/1/_history/3"}, "status": if accepted {"accepted"} else {"tentative"}},
        {"actor": {"reference": "https://ehr.example.org/fhir/Practitioner/7"}, "status": "accepted"},
        {"actor": {"reference": "Location/elsewhere"}, "status": "accepted"}
    ]})
}

#[test]
fn a_bundle_of_another_program_is_taken_by_what_r4_says() {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-10T08:00:00-06:00");
    let statuses = [
        ("booked", true, "confirmed"),
        ("booked", false, "scheduled"),
        ("arrived", true, "checked_in"),
        ("checked-in", true, "checked_in"),
        ("fulfilled", true, "completed"),
        ("cancelled", true, "cancelled"),
        ("noshow", true, "no_show"),
    ];
    let mut visits: Vec<Value> = (1..)
        .zip(statuses)
        .map(|(day, (status, accepted, _))| visit(&format!("a{day}"), day, status, accepted))
        .collect();
    for (number, status) in ["proposed", "pending", "waitlist", "entered-in-error"].into_iter().enumerate() {
        visits.push(visit(&format!("b{number}"), 20, status, true));
    }
    let bundle = foreign(&visits).to_string();
    let taken = import(&clinic, &format!("\u{feff}{bundle}"), "", 0);
    assert_eq!(taken.counts(), [9, 0, 0, 0], "{taken:?}");
    assert_eq!(
        taken.left(),
        [
            ("Appointment (entered-in-error)", 1),
            ("Appointment (pending)", 1),
            ("Appointment (proposed)", 1),
            ("Appointment (waitlist)", 1),
            ("Location", 1),
            ("Observation", 1),
        ]
    );
    let list = clinic.list("").appointments;
    let told: Vec<&str> = list.iter().map(|visit| visit.status.as_str()).collect();
    assert_eq!(told, statuses.map(|(.., status)| status));
    let first = &list[0];
    assert_eq!(first.starts_at, "2026-06-01T09:00:00-06:00");
    assert_eq!(
        (first.patient.full_name.as_str(), first.patient.phone.as_str()),
        ("Ana Luz Mejía", "+50370123456")
    );
    assert_eq!((first.reason.as_deref(), first.notes.as_deref()), (Some("Control"), Some("alérgica")));
    let doctor: Value = clinic.json("doctor show 'Inés Paz'");
    assert_eq!(doctor["specialty"], "Pediatrics");
    assert_eq!(import(&clinic, &bundle, "", 0).counts(), [0, 0, 9, 0]);
    clinic.is_sound();
}

#[test]
fn what_is_wrong_in_a_bundle_is_told_by_its_entry_and_nothing_is_half_imported() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let good = visit("good", 2, "booked", true);
    let with = |key: &str, value: Value| {
        let mut bad = visit("bad", 3, "booked", true);
        bad[key] = value;
        bad
    };
    let nobody = json!([{"actor": {"reference": "Patient/404"}, "status": "accepted"}]);
    let no_patient = json!([{"actor": {"reference": "Practitioner/7"}, "status": "accepted"}]);
    for (bad, expected) in [
        (visit("bad", 3, "planned", true), "status \"planned\" is none of R4's"),
        (
            with("start", json!("2026-06-03T15:00:00")),
            "start is \"2026-06-03T15:00:00\": an instant with seconds and offset",
        ),
        (with("start", json!("2026-06-03")), "an instant with seconds and offset"),
        (with("end", json!("2026-06-03T14:00:00Z")), "end is not a whole number of minutes after start"),
        (with("participant", nobody), "participant 1 is Patient/404, which is no entry of the bundle"),
        (with("participant", no_patient), "no participant is a Patient"),
        (with("participant", json!({})), "participant: invalid type: map"),
        // Elements of R5 and STU3, and extensions that could change the meaning.
        (with("cancellationReason", json!({})), "cancellationReason is no element of an Appointment of R4"),
        (with("indication", json!([])), "indication is no element of an Appointment of R4"),
        (with("modifierExtension", json!([])), "modifierExtension may change"),
        (visit("good", 3, "booked", true), "is Appointment/good as entry 5 is"),
        (json!({"id": "x"}), "the resource has no resourceType"),
        (json!({"resourceType": "Patient", "name": [{"text": "Sin"}]}), "phone"),
        (json!({"resourceType": "Practitioner", "name": [{"text": "INÉS PAZ"}]}), "is also entry 2's name"),
    ] {
        let told = import(&clinic, &foreign(&[good.clone(), bad]).to_string(), "", 4);
        let (entry, message) = told.refusal();
        assert_eq!((entry, told.refused, told.written), (6, 1, false), "{told:?}");
        assert!(message.contains(expected) || told.refusals[0].to_string().contains(expected), "{message}");
    }
    let whole = foreign(&[good]).to_string();
    let changed = |from: &str, to: &str| whole.replacen(from, to, 1);
    for (text, expected) in [
        (whole[..whole.len() - 40].to_owned(), "line 1: the file ends before the bundle does"),
        (String::new(), "line 1: the file ends before the bundle does"),
        ("<Bundle/>".into(), "is not the JSON of a Bundle"),
        ("[]".into(), "is not the JSON of a Bundle"),
        (changed("\"Bundle\"", "\"Patient\""), "resourceType is \"Patient\"; a Bundle was expected"),
        (
            changed("searchset", "transaction"),
            "type is \"transaction\"; collection or searchset was expected",
        ),
        (
            changed("\"type\"", "\"fhirVersion\":\"5.0.0\",\"type\""),
            "is of FHIR \"5.0.0\"; R4 (4.0.1) was expected",
        ),
        (format!("{whole}{whole}"), "trailing characters"),
    ] {
        clinic.file("bundle.json", &text);
        let refusal = clinic.refused("import fhir bundle.json", "VALIDATION_ERROR", 2);
        assert!(refusal.text("file").contains(expected), "{:?}", refusal.details);
    }
    clinic.file("bundle.json", b"{\"resourceType\":\"Bundle\",\"type\":\"Mej\xeda\"}");
    let refusal = clinic.refused("import fhir bundle.json", "VALIDATION_ERROR", 2);
    assert!(refusal.text("file").contains("invalid unicode"), "{:?}", refusal.details);
    assert_eq!(clinic.content(), before);
}

/// An import killed at any moment leaves all of its rows or none, and a second run adds the rest.
#[test]
fn an_import_that_is_killed_leaves_all_or_nothing() {
    let clinic = busy();
    for (name, export, line) in [
        ("bundle.json", "export fhir", "import fhir bundle.json"),
        ("visits.ics", "export ics --detail full", "import ics visits.ics --as appointments"),
        ("visits.csv", "export csv appointments", "import csv appointments visits.csv"),
    ] {
        let mut other = Clinic::open();
        other.at(clinic.now());
        other.does("service add --name 'Vacuna, 1ª; dosis' --code VAC --duration 20");
        other.file(name, clinic.run(export));
        for pause in [5, 20, 40, 60, 90, 130, 200] {
            let mut process = other.process(line);
            let mut going = process
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts");
            std::thread::sleep(Duration::from_millis(pause));
            let _ = going.kill();
            going.wait().expect("it ends");
            let there = other.list("--limit 100").appointments.len();
            assert!([0, 8].contains(&there), "{line}, killed after {pause} ms, left {there}");
        }
        other.does(line);
        assert_eq!(other.list("--limit 100").appointments.len(), 8, "{line}");
        other.is_sound();
    }
}
