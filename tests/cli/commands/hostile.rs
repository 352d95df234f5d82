//! Hostile names, notes and imports: terminal control codes, invisible characters, forged rows and formulas.

use crate::support::Clinic;
use crate::support::views::Appointment;
use serde_json::{Value, json};
use turno::formats::csv::write::undefuse;
use unicode_width::UnicodeWidthStr;

/// Texts that must not reach a terminal.
const HOSTILE: [&str; 18] = [
    "\u{1b}[2J",
    "\u{1b}]8;;https://example.org\u{1b}\\x\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJm\u{7}",
    "\u{9b}31m",
    "\u{90}q\u{9c}",
    "\u{202e}oiratnemoc",
    "\u{2066}\u{2069}",
    "\u{61c}",
    "\u{200b}\u{200d}\u{200e}\u{2060}",
    "\u{2028}K7QF3M",
    "\u{2029}",
    "\u{feff}",
    "a\u{ad}b",
    "\u{180e}",
    "\u{e0041}\u{e0042}\u{e007f}",
    "tab\there",
    "\u{8}\u{8}\u{8}",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}",
];

/// Texts that a spreadsheet would run as formulas.
const FORMULAS: [&str; 10] =
    ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "  =1", "\"=1", "'=1", "＝1", "＋1", "'quoted"];

/// Whether a terminal obeys or hides the character.
fn is_raw(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_safe(what: &str, text: &str) {
    if let Some(raw) = text.chars().find(|c| is_raw(*c)) {
        panic!("{what} shows {raw:?}: {text:?}");
    }
    assert!(text.matches('\u{30a}').count() == 0, "{what} shows a flood of marks: {text:?}");
}

/// A booking as JSON with `text` in its fields.
fn wish(number: usize, text: &str) -> Value {
    json!({
        "doctor_id": "GARCIA",
        "date": "2026-06-15",
        "time": format!("{:02}:{:02}", 9 + number / 4, number % 4 * 15),
        "duration_minutes": 15,
        "patient_name": format!("Ana {text}z").replace(['\n', '\r'], " "),
        "patient_phone": format!("+503770000{number:02}"),
        "reason": format!("{text} x"),
        "notes": format!("{text}\r\nFORGED  2026-06-15  09:00\n{text}"),
        "external_reference_id": format!("REF-{number}-{text}z").replace(['\n', '\r'], " "),
    })
}

/// A clinic whose records all have hostile names.
fn clinic() -> (Clinic, Vec<Appointment>) {
    let mut clinic = Clinic::open();
    clinic.env("NO_COLOR", "1");
    clinic.set("duplicate_rule", "off");
    let all = HOSTILE.concat();
    clinic.does(&format!("doctor set GARCIA --name 'Dr {all}z' --specialty '{all}z'"));
    clinic.does(&format!("service add --name 'Servicio {all}z' --code S1"));
    clinic.does(&format!("window set DAY --session 'Turno {all}z'"));
    clinic.does(&format!("closure add --date 2026-12-24 --reason 'Fiesta {all}z'"));
    clinic.does(&format!("branch set main --name 'Sede {all}z'"));
    clinic.does(&format!("key create --name 'Llave {all}z' --scope reports:read --code LLAVE"));
    let who = format!("--name 'Ana {all}z' --phone 7700-0099");
    clinic.does(&format!("waitlist add --doctor GARCIA {who}"));
    clinic.does(&format!("book --doctor GARCIA --date 2026-06-01 --time 15:00 {who} --every week --times 2"));
    clinic.file("hostile.csv", format!("name,phone,{all}\nAna {all}z,7700-0098,x\n{all}z,{all},y\n"));
    let lines: String = HOSTILE.iter().enumerate().map(|(n, text)| format!("{}\n", wish(n, text))).collect();
    let answers = clinic.fed("book --input -", lines).exits(0).stdout();
    is_safe("book --input", &answers);
    let booked = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (clinic, booked)
}

#[test]
fn nothing_that_people_write_commands_a_terminal() {
    let (clinic, booked) = clinic();
    let last = &booked[HOSTILE.len() - 1].code;
    let mut lines: Vec<String> = [
        "list --date 2026-06-15",
        "slots --date 2026-06-16",
        "doctor list",
        "service list",
        "window list",
        "closure list",
        "branch list",
        "patient list",
        "audit log --limit 1000",
        "remind due --dry-run",
        "doctor show GARCIA",
        "agenda --date 2026-06-15",
        "queue",
        "report utilisation",
        "report no-shows",
        "report volume",
        "why GARCIA 2026-06-15 10:00",
        "key list",
        "today",
        "late GARCIA 25m",
        "closure add --doctor GARCIA --date 2026-06-15 --reason x --move",
        "waitlist list",
        "series list",
        "series show SER-001",
        "undo --dry-run",
    ]
    .map(str::to_owned)
    .to_vec();
    for visit in &booked {
        lines.push(format!("show {}", visit.code));
    }
    lines.push(format!("patient show {}", booked[0].patient.code));
    lines.push(format!("remind preview {last}"));
    let (kept, other) = (&booked[0].patient.code, &booked[1].patient.code);
    lines.push(format!("patient merge {kept} {other} --dry-run"));
    for line in &lines {
        for format in ["table", "json", "csv"] {
            let line = format!("{line} --format {format}");
            let (text, exit) = clinic.on_terminal(&line, 160);
            assert_eq!(exit, Some(0), "{line}: {text}");
            is_safe(&line, &text);
            // CSV in a file keeps the original text; tables never do.
            if format != "csv" {
                is_safe(&line, &clinic.run(&line));
            }
        }
    }
    for line in ["agenda --date 2026-06-15 --print", "agenda --date 2026-06-15 --print=html"] {
        let (text, exit) = clinic.on_terminal(line, 160);
        assert_eq!(exit, Some(0), "{line}: {text}");
        is_safe(line, &text);
        is_safe(line, &clinic.run(line));
    }
    // Exports keep the original text in a file, and escape it on a terminal.
    for line in [
        "export csv appointments",
        "export csv patients",
        "export csv doctors",
        "export csv closures",
        "export csv waitlist",
        "export csv messages",
        "export csv audit",
        "export ics --detail full",
        "export fhir --from 2026-06-15 --to 2026-06-15",
    ] {
        // Without the progress bar, which uses control codes itself.
        let (text, exit) = clinic.on_terminal(&format!("{line} --quiet"), 160);
        assert_eq!(exit, Some(0), "{line}: {text}");
        is_safe(line, &text);
    }
    // Imports show each row as understood, or its refusal.
    for line in
        ["import csv patients hostile.csv --dry-run", "import csv patients hostile.csv --dry-run --json"]
    {
        let (text, exit) = clinic.on_terminal(&format!("{line} --quiet"), 160);
        assert_eq!(exit, Some(4), "{line}: {text}");
        assert!(text.contains("Ana"), "{text}");
        is_safe(line, &text);
        is_safe(line, &clinic.ran(line).stdout());
    }
    // The start screen, without a command.
    let (text, exit) = clinic.on_terminal("", 160);
    assert_eq!(exit, Some(0), "{text}");
    is_safe("turno", &text);
    // Sweeps write their output piece by piece.
    for format in ["csv", "table"] {
        let (text, exit) = clinic.on_terminal(&format!("remind due --limit 5 --format {format}"), 160);
        assert_eq!(exit, Some(0), "{text}");
        is_safe("remind due", &text);
    }
}

#[test]
fn nothing_that_is_typed_comes_back_raw_in_a_refusal() {
    let (clinic, _) = clinic();
    let all = HOSTILE.concat();
    for (text, all) in HOSTILE.into_iter().map(|text| (text, false)).chain([(&*all, true)]) {
        let lines = [
            format!("show '{text}'"),
            format!("'{text}'"),
            format!("list '--{text}'"),
            format!("list --date '{text}'"),
            format!("book --doctor '{text}' --date 2026-06-15 --time 09:00 --name A --phone 77000000"),
            format!("book --doctor GARCIA --date 2026-06-15 --time '{text}' --name A --phone '{text}'"),
            format!("clinic set '{text}' '{text}'"),
            format!("clinic set timezone '{text}'"),
            format!("patient find '{text}'"),
            format!("doctor add --name A --code '{text}'"),
            format!("list --db 'postgres://{text}@[::1]:1/{text}?connect_timeout=1'"),
            format!("list --db '/nowhere/{text}'"),
            format!("webhook add --url 'https://{text}'"),
            format!("book --input '/nowhere/{text}'"),
        ];
        // Single texts in a few places, all of them together in every place.
        for line in lines.iter().take(if all { lines.len() } else { 3 }) {
            for line in [line.clone(), format!("{line} --json")] {
                // Part of a text may be part of several patients' names: then a person would be asked which.
                let (said, _) = clinic.on_terminal(&format!("{line} --no-input"), 120);
                is_safe(&line, &said);
                let ran = clinic.ran(&line);
                is_safe(&line, &(ran.stdout() + &ran.stderr()));
            }
        }
    }
}

#[test]
fn no_name_comes_back_raw_in_a_refusal() {
    let (mut clinic, _) = clinic();
    let all = HOSTILE.concat();
    let named = |name: &str| json!({ name: 1, "other": 2, "doctor_id": "GARCIA" }).to_string();
    clinic.file("names.csv", format!("name,phone,{all}\nAna,1-800-FLOWERS,x\nAna,2,x\n"));
    clinic.file(&all.replace('/', "_"), "x,y\n1,2\n");
    clinic.file("names.json", named(&all));
    let file = all.replace('/', "_");
    let mut lines: Vec<(String, String)> = vec![
        ("book --input names.json".into(), String::new()),
        ("book --input -".into(), format!("{0}\n{0}\n", named(&all))),
        ("import csv patients names.csv --dry-run".into(), String::new()),
        (format!("import csv patients names.csv --map 'name={all}'"), String::new()),
        (format!("import csv patients names.csv --map '{all}=name'"), String::new()),
        (format!("import csv patients '{file}'"), String::new()),
        (format!("import ics '{file}' --as closures --doctor GARCIA"), String::new()),
        (format!("import fhir '{file}'"), String::new()),
        (format!("export ics --out '{file}'"), String::new()),
        (format!("patient export ALL --out '/nowhere/{file}'"), String::new()),
        (format!("db restore '{file}'"), String::new()),
        (format!("db backup '/nowhere/{file}'"), String::new()),
        (format!("list '--{all}=x'"), String::new()),
        (format!("'{all}' '{all}'"), String::new()),
    ];
    for body in ["reschedule K7QF3M", "update K7QF3M", "status K7QF3M", "cancel K7QF3M", "book"] {
        lines.push((format!("{body} --input -"), named(&all)));
        lines.extend(HOSTILE.map(|text| (format!("{body} --input -"), named(text))));
    }
    let tell = |clinic: &Clinic, line: &str, stdin: &str| {
        for line in [line.to_owned(), format!("{line} --json")] {
            let ran = clinic.fed(&line, stdin);
            assert!(ran.exit.is_some_and(|exit| exit != 1), "{line}: {ran:?}");
            is_safe(&line, &(ran.stdout() + &ran.stderr()));
            if stdin.is_empty() {
                is_safe(&line, &clinic.on_terminal(&format!("{line} --quiet"), 120).0);
            }
        }
    };
    lines.iter().for_each(|(line, stdin)| tell(&clinic, line, stdin));
    // Keys of the configuration and values of the environment.
    let quoted = Value::from(all.as_str()).to_string();
    let quoted = quoted.replace('\u{7f}', "");
    for toml in [
        format!("{quoted} = 1"),
        format!("[{quoted}]\nx = 1"),
        format!("[channels.{quoted}]\nkind = \"smtp\""),
        format!("[channels.sms]\nkind = {quoted}"),
        format!("[channels.sms]\nkind = \"command\"\n{quoted} = 1"),
        format!("clinic = {quoted}"),
        format!("db = {quoted}"),
    ] {
        clinic.file("config.toml", toml);
        clinic.env("TURNO_CONFIG", "config.toml");
        clinic.without("TURNO_DB");
        for line in ["list", "remind due"] {
            tell(&clinic, line, "");
        }
    }
    let (clinic, _) = self::clinic();
    for name in ["TURNO_DB", "TURNO_CONFIG", "TURNO_CLINIC", "TURNO_BRANCH", "TURNO_NOW", "TURNO_KEY_FILE"] {
        let mut command = clinic.command();
        let output = command.args(["list"]).env(name, &all).output().unwrap();
        assert!(name == "TURNO_BRANCH" || name == "TURNO_KEY_FILE" || !output.status.success(), "{name}");
        is_safe(name, &String::from_utf8([output.stdout, output.stderr].concat()).unwrap());
    }
}

#[test]
fn no_text_forges_a_row_or_a_column() {
    let (clinic, booked) = clinic();
    let list = clinic.run("list --date 2026-06-15");
    assert_eq!(list.lines().count(), booked.len() + 1, "{list}");
    assert!(list.lines().all(|line| !line.starts_with("FORGED") && !line.starts_with("K7QF3M")), "{list}");
    let card = clinic.run(&format!("show {}", booked[0].code));
    assert!(!card.lines().any(|line| line.trim_start().starts_with("FORGED")), "{card}");
    let (csv, _) = clinic.on_terminal("list --date 2026-06-15 --format csv", 160);
    assert_eq!(csv.lines().count(), booked.len() + 1, "{csv}");
    // In a file, a cell may contain line breaks in quotes.
    let csv = clinic.run("list --date 2026-06-15 --format csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), booked.len());
    for (row, text) in rows.iter().zip(HOSTILE) {
        let cell =
            |name: &str| undefuse(&row[columns.iter().position(|column| column == name).unwrap()]).to_owned();
        assert_eq!(cell("notes"), format!("{text}\r\nFORGED  2026-06-15  09:00\n{text}").trim());
    }
}

#[test]
fn no_cell_is_run_by_a_spreadsheet_and_each_is_read_back() {
    let clinic = Clinic::open();
    let mut expected = Vec::new();
    for (number, text) in FORMULAS.into_iter().enumerate() {
        let wish = json!({
            "doctor_id": "GARCIA", "date": "2026-06-15", "time": format!("{:02}:00", 9 + number % 8),
            "patient_name": format!("{text} {number}"), "patient_phone": format!("+503770000{number:02}"),
            "notes": text, "overbook": false, "duration_minutes": 30,
        });
        let wish = wish.to_string().replace(",\"overbook\":false", "");
        let time = if number < 8 { String::new() } else { format!(",\"date\":\"2026-06-{}\"", 8 + number) };
        let wish = if time.is_empty() { wish } else { wish.replace(",\"date\":\"2026-06-15\"", &time) };
        let booked: Appointment = clinic.fed("book --input - --json", wish).exits(0).json();
        expected.push((booked.patient.full_name, booked.patient.phone, text.trim().to_owned()));
    }
    for line in ["list --from 2026-06-01 --to 2026-06-30", "patient list"] {
        let text = clinic.run(&format!("{line} --format csv"));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for row in reader.records().map(Result::unwrap) {
            for cell in &row {
                let first = cell.trim_start_matches([' ', '"']).chars().next();
                let runs = first.is_some_and(|first| "=+-@\t\r＝＋－＠".contains(first));
                assert!(!runs, "{line}: {cell:?} is run");
            }
        }
    }
    let text = clinic.run("list --from 2026-06-01 --to 2026-06-30 --format csv");
    assert!(text.contains(",'+50377000000,"), "a spreadsheet makes 5.04E+10 of a bare phone: {text}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let mut read: Vec<(String, String, String)> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cell = |name: &str| {
                undefuse(&row[columns.iter().position(|column| column == name).unwrap()]).to_owned()
            };
            (cell("patient.full_name"), cell("patient.phone"), cell("notes"))
        })
        .collect();
    read.sort();
    expected.sort();
    assert_eq!(read, expected);
}

#[test]
fn wide_letters_and_marks_keep_the_columns_in_line() {
    let clinic = Clinic::open();
    for (hour, name) in
        ["山田 太郎", "Jose\u{301} Nu\u{303}ez", "Ana", "Ｗｉｄｅ", "한국 사람"].into_iter().enumerate()
    {
        let hour = 9 + hour;
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-15 --time {hour}:00 --name '{name}' --phone +503770000{hour}"
        ));
    }
    for text in [clinic.run("list --date 2026-06-15"), clinic.on_terminal("list --date 2026-06-15", 160).0] {
        let places: Vec<usize> = text
            .lines()
            .skip(1)
            .map(|line| line.split_once("+503").unwrap_or_else(|| panic!("{text}")).0.width())
            .collect();
        assert_eq!(places.len(), 5, "{text}");
        assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{places:?}\n{text}");
    }
}

#[test]
fn what_can_t_be_kept_is_refused_and_nothing_is_written() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let wish = |field: &str, text: &str| {
        let mut wish = wish(0, "x");
        wish[field] = text.into();
        wish.to_string()
    };
    let huge = "x".repeat(10_000_000);
    for field in
        ["patient_name", "notes", "reason", "external_reference_id", "patient_phone", "doctor_id", "date"]
    {
        for text in [huge.as_str(), "a\0b"] {
            let ran = clinic.fed("book --input - --json", wish(field, text));
            assert!(matches!(ran.exit, Some(2 | 3)), "{field}: {:?}", ran.exit);
            let said = ran.stderr();
            assert!(
                said.len() < 5_000 && said.lines().count() == 1,
                "{field} is repeated: {} bytes",
                said.len()
            );
            is_safe(field, &said);
        }
    }
    for (field, text) in [("patient_name", "Ana\nFORGED"), ("patient_name", "Ana\rFORGED")] {
        clinic.fed("book --input - --json", wish(field, text)).refusal("VALIDATION_ERROR", 2);
    }
    // A code is read aloud and typed, so it may contain no invisible character.
    for code in ["D\u{200b}1", "D\u{202e}1", "D\u{1b}1", "D 1"] {
        let _ = clinic.refused(&format!("doctor add --name A --code '{code}'"), "VALIDATION_ERROR", 2);
    }
    assert_eq!(clinic.content(), before);
}

#[test]
fn names_that_only_look_different_are_one_patient() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 09:00");
    let hidden = "book --doctor GARCIA --phone +50377654321 --date 2026-06-16 --time 09:00 --name";
    let second: Appointment = clinic.json(&format!("{hidden} 'Juan\u{200b} Pe\u{301}rez\u{feff}'"));
    assert_eq!(second.patient.id, first.patient.id);
}
