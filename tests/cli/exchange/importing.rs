//! Imports of patients and appointments from CSV, with the checks of every booking.

use crate::support::Clinic;
use crate::support::views::Refusal;
use serde::Deserialize;
use serde_json::Value;

/// The result of an import.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    pub import: String,
    pub dry_run: bool,
    pub all_or_nothing: bool,
    pub written: bool,
    pub rows: u64,
    pub added: u64,
    pub updated: u64,
    pub known: u64,
    #[serde(default)]
    pub removed: u64,
    #[serde(default)]
    pub skipped: u64,
    pub refused: u64,
    pub refusals: Vec<Refused>,
    #[serde(default)]
    pub columns: Vec<Column>,
    #[serde(default)]
    pub preview: Vec<Preview>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub error: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub column: String,
    pub field: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    pub line: u64,
    pub fields: Value,
}

impl Imported {
    /// Numbers of added, updated, known and refused rows.
    pub fn counts(&self) -> [u64; 4] {
        [self.added, self.updated, self.known, self.refused]
    }

    /// The refused lines with their codes.
    pub fn refused_lines(&self) -> Vec<(u64, &str)> {
        let line = |refused: &Refused| refused.error["line"].as_u64().expect("a line");
        self.refusals
            .iter()
            .map(|refused| (line(refused), refused.error["code"].as_str().expect("a code")))
            .collect()
    }
}

/// Imports a file with the given content.
fn import(clinic: &Clinic, what: &str, content: impl AsRef<[u8]>, exit: i32) -> Imported {
    let file = clinic.file("import.csv", content);
    let imported: Imported =
        clinic.ran(&format!("import csv {what} {} --json", file.display())).exits(exit).json();
    assert_eq!(imported.import, what.split(' ').next().expect("a kind"));
    imported
}

/// The refusal of a whole file.
fn refused(clinic: &Clinic, what: &str, content: impl AsRef<[u8]>) -> Refusal {
    let file = clinic.file("import.csv", content);
    clinic.refused(&format!("import csv {what} {}", file.display()), "VALIDATION_ERROR", 2)
}

const VISITS: &str = "\
date,time,doctor,name,phone,status,diagnosis
2025-01-10,20:00,GARCIA,Ana Mejía,7012-3456,completed,gripe
2025-01-10,20:15,GARCIA,Luis Paz,7012-0000,no_show,
2025-01-11,20:15,GARCIA,Luis Paz,7012-0000,cancelled,
2026-06-02,09:00,GARCIA,Luis Paz,7012-0000,scheduled,
2026-06-02,20:00,GARCIA,Ana Mejía,7012-3456,confirmed,
";

#[test]
fn patients_are_taken_over_known_again_and_brought_up_to_date() {
    let clinic = Clinic::open();
    let file =
        "\u{feff}Nombre,Teléfono,Correo,Otra\r\nAna Mejía,'+50370123456,,x\r\nLuis Paz,7012-0000,,\r\n";
    let what = "patients --map name=nombre,phone=Teléfono,email=Correo";
    let rehearsed = import(&clinic, &format!("{what} --dry-run"), file, 0);
    assert_eq!((rehearsed.counts(), rehearsed.written, rehearsed.dry_run), ([2, 0, 0, 0], false, true));
    let columns: Vec<(&str, Option<&str>)> = rehearsed
        .columns
        .iter()
        .map(|Column { column, field }| (column.as_str(), field.as_deref()))
        .collect();
    assert_eq!(
        columns,
        [("Nombre", Some("name")), ("Teléfono", Some("phone")), ("Correo", Some("email")), ("Otra", None)]
    );
    let Preview { line, fields } = &rehearsed.preview[0];
    assert_eq!((*line, fields["phone"].as_str()), (2, Some("+50370123456")));
    let none: Value = clinic.json("patient list");
    assert_eq!(none["total"], 0, "a rehearsal writes nothing");

    assert_eq!(import(&clinic, what, file, 0).counts(), [2, 0, 0, 0]);
    assert_eq!(import(&clinic, what, file, 0).counts(), [0, 0, 2, 0]);
    let mail = file.replace("7012-0000,,", "7012-0000,luis@example.org,");
    assert_eq!(import(&clinic, what, mail, 0).counts(), [0, 1, 1, 0]);
    let there: Value = clinic.json("patient list");
    assert_eq!((&there["total"], &there["patients"][1]["email"]), (&2.into(), &"luis@example.org".into()));
    clinic.is_sound();
}

#[test]
fn a_history_keeps_its_times_and_statuses() {
    let clinic = Clinic::open();
    let taken = import(&clinic, "appointments", VISITS, 0);
    assert_eq!((taken.counts(), taken.all_or_nothing, taken.written), ([5, 0, 0, 0], true, true));
    let visits = clinic.list("").appointments;
    let told: Vec<(&str, &str, &str)> = visits
        .iter()
        .map(|visit| (visit.date.as_str(), visit.start_time.as_str(), visit.status.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("2025-01-10", "20:00", "completed"),
            ("2025-01-10", "20:15", "no_show"),
            ("2025-01-11", "20:15", "cancelled"),
            ("2026-06-02", "09:00", "scheduled"),
            ("2026-06-02", "20:00", "confirmed"),
        ]
    );
    assert_eq!(visits[0].diagnosis.as_deref(), Some("gripe"));
    assert_eq!(visits[0].completed_at.as_deref(), Some("2025-01-10T20:30:00-06:00"));
    assert_eq!(visits[1].patient.no_show_count, 1);
    // An import sends no notices, and reminders only for future appointments.
    let messages: Value = clinic.json("remind list");
    let kinds: Vec<&str> =
        messages["messages"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["reminder"; 4]);
    let log: Value = clinic.json("audit log --limit 100");
    let imported = log["entries"].as_array().unwrap().iter();
    assert_eq!(imported.filter(|entry| entry["action"] == "appointment.imported").count(), 5);
    // The imported appointment occupies its time.
    let eva = "--doctor GARCIA --name Eva --phone 7012-0001 --date 2026-06-02 --time 09:00";
    let _ = clinic.not_booked(eva, "APPOINTMENT_CONFLICT", 4);
    clinic.is_sound();
}

#[test]
fn a_row_that_is_refused_holds_back_all_of_them_or_itself_alone() {
    let clinic = Clinic::open();
    let file = format!(
        "{VISITS}2026-06-02,09:15,GARCIA,Eva Sol,7012-0001,confirmed,\n\
         2025-01-10,20:10,GARCIA,Eva Sol,7012-0001,completed,\n\
         2025-13-10,20:10,NADIE,Eva Sol,letters,done,\n\
         2026-06-03,09:00,NADIE,Eva Sol,7012-0001,confirmed,\n\
         2027-01-10,20:10,GARCIA,Eva Sol,7012-0001,no_show,\n\
         too,short\n"
    );
    let lines = [
        (7, "APPOINTMENT_CONFLICT"),
        (8, "APPOINTMENT_CONFLICT"),
        (9, "VALIDATION_ERROR"),
        (10, "RESOURCE_NOT_FOUND"),
        (11, "VALIDATION_ERROR"),
        (12, "VALIDATION_ERROR"),
    ];
    let before = clinic.content();
    let none = import(&clinic, "appointments", &file, 4);
    assert_eq!((none.counts(), none.written, none.refused_lines()), ([5, 0, 0, 6], false, lines.to_vec()));
    assert_eq!(clinic.content(), before);
    let fields: Vec<&String> = none.refusals[2].error["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["date", "phone", "status"]);
    let some = import(&clinic, "appointments --per-row --report told.ndjson", &file, 4);
    assert_eq!((some.counts(), some.written, some.refused_lines()), ([5, 0, 0, 6], true, lines.to_vec()));
    let report = std::fs::read_to_string(clinic.home().join("told.ndjson")).unwrap();
    assert_eq!(report.lines().count(), 11);
    assert_eq!(report.lines().next(), Some("{\"line\":2,\"outcome\":\"added\"}"));
    // An earlier report is not overwritten.
    let told = refused(&clinic, "appointments --report told.ndjson", VISITS);
    assert!(told.text("report").contains("can't be made"));
    assert_eq!(import(&clinic, "appointments", VISITS, 0).counts(), [0, 0, 5, 0]);
    assert_eq!(clinic.list("").total, 5);
    clinic.is_sound();
}

#[test]
fn a_book_goes_out_and_comes_in_as_it_was() {
    let clinic = Clinic::open();
    clinic.does("service add --name Control --code CTRL --duration 20");
    clinic.does(
        "window add --service CTRL --days mon-fri --from 09:00 --to 12:00 --capacity 2 --session Morning",
    );
    for line in [
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Ana Mejía' --phone 7012-3456 --reason '=1+1' --external-ref X-1",
        "book --doctor GARCIA --date 2026-06-15 --time 10:15 --name 'Luis Paz' --phone 7012-0000 --overbook",
        "book --service CTRL --date 2026-06-16 --time 10:00 --name 'Eva Sol' --phone 7012-0001 --notes 'one, \"two\"'",
    ] {
        clinic.does(line);
    }
    let moved = clinic.book("--doctor GARCIA --date 2026-06-15 --time 11:00 --name Noé --phone 7012-0002");
    clinic.does(&format!("cancel {} --reason viaja", moved.code));
    let _ = import(&clinic, "appointments", VISITS, 0);
    let (patients, visits) = (clinic.run("patient list --format csv"), clinic.run("list --format csv"));

    let other = Clinic::open();
    other.does("service add --name Control --code CTRL --duration 20");
    other.does(
        "window add --service CTRL --days mon-fri --from 09:00 --to 12:00 --capacity 2 --session Morning",
    );
    assert_eq!(import(&other, "patients", &patients, 0).refused, 0);
    let taken = import(&other, "appointments", &visits, 0);
    assert_eq!(taken.counts(), [9, 0, 0, 0]);
    assert_eq!(other.run("list"), clinic.run("list"));
    assert_eq!(other.run("patient list"), clinic.run("patient list"));
    // Ids and recording times differ between books.
    let told = |clinic: &Clinic| -> Vec<Value> {
        let list: Value = clinic.json("list");
        let visits = list["appointments"].as_array().unwrap().iter().cloned();
        let own = ["id", "clinic_id", "branch_id", "doctor_id", "patient_id", "service_id"];
        visits
            .map(|mut visit| {
                for key in own.into_iter().chain(["created_at", "updated_at"]) {
                    visit[key] = Value::Null;
                }
                for key in ["patient", "doctor", "branch", "service"] {
                    if visit[key].is_object() {
                        visit[key]["id"] = Value::Null;
                    }
                }
                visit
            })
            .collect()
    };
    assert_eq!(told(&other), told(&clinic));
    // Imported into its own book, everything is known.
    assert_eq!(import(&clinic, "appointments", &visits, 0).counts(), [0, 0, 9, 0]);
    other.is_sound();
}

#[test]
fn what_is_no_such_file_is_refused_with_what_was_expected() {
    let clinic = Clinic::open();
    let before = clinic.content();
    for (content, field, expected) in [
        (&b""[..], "file", "is empty"),
        (b"nombre,tel\xe9fono\n", "file", "not UTF-8"),
        (b"\xff\xfen\0a\0", "file", "not UTF-8"),
        (b"name,\"phone\nAna,7012-3456\n", "file", "a quote is opened here and never closed"),
        (b"name,telephone\nAna,7012-3456\n", "phone", "no column holds it; there are name, telephone"),
        (b"name;phone\nAna;7012-3456\n", "phone", "no column holds it; there are name;phone"),
        (b"name,phone,name\n", "file", "has the column name twice"),
    ] {
        let refusal = refused(&clinic, "patients", content);
        assert!(refusal.text(field).contains(expected), "{:?}", refusal.details);
    }
    let folder = clinic.home().join("folder.csv");
    std::fs::create_dir(&folder).unwrap();
    for (path, expected) in [("folder.csv", "can't be read"), ("nowhere.csv", "can't be read")] {
        let refusal = clinic.refused(&format!("import csv patients {path}"), "VALIDATION_ERROR", 2);
        assert!(refusal.text("file").contains(expected), "{:?}", refusal.details);
    }
    for (row, expected) in [
        (b"P\xe9rez,7012-0000".to_vec(), "name: has bytes that are not UTF-8"),
        (b"Ana\0,7012-0000".to_vec(), "name: has a NUL character"),
        (b"\"Ana,7012-0000".to_vec(), "a quote is opened here and never closed"),
        (b"Ana".to_vec(), "has 1 cells where the first line names 2"),
        (
            [vec![b'x'; 10 << 20], b",7012-0000".to_vec()].concat(),
            "is a row of more than 1 MiB; nothing behind it was read",
        ),
        (
            [vec![b'"'], vec![b'x'; 10 << 20]].concat(),
            "a quote is opened here, and not closed within 1 MiB; nothing behind it was read",
        ),
        ([vec![b'x'; 1000], b",7012-0000".to_vec()].concat(), "name: has 1000 characters"),
    ] {
        let file = [b"name,phone\nEva,7012-0001\n".to_vec(), row, b"\n".to_vec()].concat();
        let told = import(&clinic, "patients", file, 4);
        assert_eq!((told.written, told.refusals[0].error["line"].as_u64()), (false, Some(3)));
        let message = told.refusals[0].error["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    }
    assert_eq!(clinic.content(), before);
    assert_eq!(
        clinic.fed("import csv patients - --json", "name,phone\n").exits(0).json::<Imported>().rows,
        0
    );
    let semicolons = "import csv patients - --separator ; --json";
    let taken: Imported = clinic.fed(semicolons, "name;phone\nAna;7012-3456\n").exits(0).json();
    assert_eq!(taken.counts(), [1, 0, 0, 0]);
}

#[test]
fn an_import_that_was_killed_is_begun_again_and_nothing_is_there_twice() {
    let clinic = Clinic::open();
    let mut file = "at,duration,doctor,name,phone\n".to_owned();
    const ROWS: usize = 400;
    for number in 0..ROWS {
        let (day, minute) = (number / 200 + 1, number % 200 * 5);
        file += &format!(
            "2024-03-{day:02}T{:02}:{:02},5,GARCIA,Paciente {},+5037{:07}\n",
            minute / 60,
            minute % 60,
            number % 90,
            number % 90
        );
    }
    clinic.file("many.csv", file);
    let line = "import csv appointments many.csv --per-row --quiet";
    for _ in 0..2 {
        let mut child = clinic.process(line).stdout(std::process::Stdio::null()).spawn().unwrap();
        // Kill the import at any point after its first rows.
        while child.try_wait().unwrap().is_none() {
            let there = clinic.ran("list --limit 1 --total --json");
            if there.exit == Some(0) && there.json::<Value>()["total"].as_u64() > Some(0) {
                child.kill().unwrap();
                child.wait().unwrap();
                break;
            }
        }
        clinic.is_sound();
    }
    let rest: Imported = clinic.json(line);
    assert_eq!((rest.added + rest.known, rest.refused), (ROWS as u64, 0));
    assert!(rest.known > 0, "the runs before were killed after their first rows");
    assert_eq!(clinic.list("").total, ROWS);
    clinic.is_sound();
}
