//! A clinic's set-up as a TOML file: read, checked in shape, and written.

use crate::domain::refusal::{Problems, Refusal};
use crate::domain::settings::KEYS;
use std::collections::BTreeMap;
use std::fmt::Write;
use toml::{Table, Value};

const BRANCH: &[&str] = &["code", "name", "timezone"];
const DOCTOR: &[&str] = &["code", "name", "specialty", "slot", "buffer_before", "buffer_after", "hours"];
const SERVICE: &[&str] = &["code", "name", "duration", "hours", "capacity"];
const WINDOW: &[&str] = &[
    "code",
    "doctor",
    "branch",
    "service",
    "days",
    "on",
    "from",
    "to",
    "overnight",
    "session",
    "batch",
    "slot",
    "capacity",
    "valid_from",
    "valid_until",
    "closed",
];
const CLOSURE: &[&str] = &["doctor", "branch", "date", "from", "to", "reason"];
/// Fields that are written as numbers or true and false.
const BARE: &[&str] = &[
    "slot",
    "buffer_before",
    "buffer_after",
    "duration",
    "capacity",
    "slot_minutes",
    "overnight",
    "strict_slots",
    "require_cancellation_reason",
    "require_diagnosis",
    "require_reason",
];

/// The set-up of a clinic; what a part does not name stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetupFile {
    /// The clinic: its settings by name, `name`, `code` and `closed`.
    pub clinic: Part,
    /// Its branches.
    pub branches: Vec<Part>,
    /// Its doctors.
    pub doctors: Vec<Part>,
    /// Its services.
    pub services: Vec<Part>,
    /// Windows that hours in one line can't tell.
    pub windows: Vec<Part>,
    /// Closures other than whole days of the clinic.
    pub closures: Vec<Part>,
}

/// A table of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Where it is in the file, such as `doctor[1]`.
    pub place: String,
    /// Its fields as texts; a list has several.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Weekly hours in one line, by branch.
    pub hours: Vec<(Option<String>, String)>,
}

impl Part {
    /// A field's text.
    pub fn get(&self, name: &str) -> Option<String> {
        self.fields.get(name).and_then(|texts| texts.first()).cloned()
    }

    /// All texts of a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sets a field; an empty text leaves it out.
    pub fn put(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.fields.insert(name.to_owned(), vec![text]);
        }
    }

    /// Whether a field is `true`.
    pub fn says(&self, name: &str) -> bool {
        self.get(name).as_deref() == Some("true")
    }
}

/// Reads a file. All unknown fields and wrong types are reported together, by name.
pub fn read(text: &str) -> Result<SetupFile, Refusal> {
    let mut table: Table = toml::from_str(text).map_err(|problem| {
        Refusal::invalid("file", text!("is-no-toml", problem = problem.to_string().trim()))
    })?;
    let mut problems = Problems::default();
    let settings: Vec<&str> =
        ["code", "closed"].into_iter().chain(KEYS.iter().map(|(key, _)| *key)).collect();
    let mut file = SetupFile::default();
    match table.remove("clinic") {
        None => {}
        Some(Value::Table(clinic)) => file.clinic = part("clinic".into(), clinic, &settings, &mut problems),
        Some(_) => problems.add("clinic", text!("is-no-table-such-as", header = "[clinic]")),
    }
    for (kind, allowed, parts) in [
        ("branch", BRANCH, &mut file.branches),
        ("doctor", DOCTOR, &mut file.doctors),
        ("service", SERVICE, &mut file.services),
        ("window", WINDOW, &mut file.windows),
        ("closure", CLOSURE, &mut file.closures),
    ] {
        match table.remove(kind) {
            None => {}
            Some(Value::Array(tables)) if tables.iter().all(Value::is_table) => {
                for (n, table) in tables.into_iter().enumerate() {
                    if let Value::Table(table) = table {
                        parts.push(part(format!("{kind}[{}]", n + 1), table, allowed, &mut problems));
                    }
                }
            }
            Some(_) => problems.add(kind, text!("is-no-table-such-as", header = format!("[[{kind}]]"))),
        }
    }
    for unknown in table.keys() {
        problems.add_foreign(unknown, text!("is-no-part-of-a-set-up-there-are"));
    }
    problems.check()?;
    Ok(file)
}

fn part(place: String, table: Table, allowed: &[&str], problems: &mut Problems) -> Part {
    let mut part = Part { place, ..Part::default() };
    for (name, value) in table {
        let key = format!("{}.{name}", part.place);
        if !allowed.contains(&name.as_str()) {
            problems.add_foreign(&key, text!("is-not-a-field-there-are", all = allowed.join(", ")));
            continue;
        }
        if name == "hours" {
            match hours(value) {
                Some(hours) => part.hours = hours,
                None => problems.add(&key, text!("takes-hours-or-hours-by-branch")),
            }
            continue;
        }
        match texts(value) {
            Some(texts) => {
                part.fields.insert(name, texts);
            }
            None => problems.add(&key, text!("takes-a-text-or-a-number")),
        }
    }
    part
}

fn hours(value: Value) -> Option<Vec<(Option<String>, String)>> {
    match value {
        Value::String(text) => Some(vec![(None, text)]),
        Value::Table(table) => {
            table.into_iter().map(|(branch, value)| Some((Some(branch), text_of(value)?))).collect()
        }
        _ => None,
    }
}

fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.into_iter().map(text_of).collect(),
        value => Some(vec![text_of(value)?]),
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Datetime(date) => Some(date.to_string()),
        Value::Float(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

/// Writes a file as [`read`] reads it, fields in a fixed order.
pub fn text(file: &SetupFile) -> String {
    let first = ["name", "code", "timezone", "phone"];
    let rest = KEYS.iter().map(|(key, _)| *key).filter(|key| !first.contains(key));
    let order: Vec<&str> = first.into_iter().chain(rest).chain(["closed"]).collect();
    let mut text = String::new();
    write_part(&mut text, "[clinic]", &file.clinic, &order);
    for (header, parts, order) in [
        ("[[branch]]", &file.branches, BRANCH),
        ("[[doctor]]", &file.doctors, DOCTOR),
        ("[[service]]", &file.services, SERVICE),
        ("[[window]]", &file.windows, WINDOW),
        ("[[closure]]", &file.closures, CLOSURE),
    ] {
        for part in parts {
            text.push('\n');
            write_part(&mut text, header, part, order);
        }
    }
    text
}

fn write_part(text: &mut String, header: &str, part: &Part, order: &[&str]) {
    // Writing to a String never fails.
    let _ = writeln!(text, "{header}");
    for name in order {
        if *name == "hours" {
            for (branch, hours) in &part.hours {
                let key =
                    branch.as_ref().map_or_else(|| "hours".to_owned(), |code| format!("hours.{}", key(code)));
                let _ = writeln!(text, "{key} = {}", quoted(hours));
            }
        }
        let texts = part.all(name);
        let is_list = (*name == "closed" && header == "[clinic]") || texts.len() > 1;
        let value = match texts {
            [] => continue,
            [one] if !is_list && is_bare(name, one) => one.clone(),
            [one] if !is_list => quoted(one),
            many => {
                let each: Vec<String> = many.iter().map(|text| quoted(text)).collect();
                match many.len() {
                    0..=2 => format!("[{}]", each.join(", ")),
                    _ => format!("[\n  {},\n]", each.join(",\n  ")),
                }
            }
        };
        let _ = writeln!(text, "{name} = {value}");
    }
}

fn is_bare(name: &str, text: &str) -> bool {
    (BARE.contains(&name) || name == "closed")
        && (text == "true" || text == "false" || text.parse::<u32>().is_ok())
}

/// A key, quoted unless TOML takes it as it is.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = r#"[clinic]
name = "Clínica Sol"
timezone = "America/El_Salvador"
phone = "2222-3333"
closed = ["2026-12-25 Navidad", "2027-01-01 Año Nuevo"]

[[doctor]]
code = "GAR"
name = "Dr. García"
slot = 30
hours = "mon-fri 8-12, 14-18; sat 8-12"

[[service]]
name = "Vacunación"
duration = 15
hours.main = "tue,thu 9-11"
capacity = 6
"#;

    #[test]
    fn a_file_is_read_and_written_as_it_was() {
        let file = read(FILE).unwrap();
        assert_eq!(file.doctors[0].get("slot").as_deref(), Some("30"));
        assert_eq!(file.services[0].hours, [(Some("main".into()), "tue,thu 9-11".into())]);
        assert_eq!(text(&file), FILE);
    }

    #[test]
    fn what_is_unknown_or_of_a_wrong_type_is_refused_by_name_all_together() {
        let refusal = read(
            "docter = 1\nbranch = 1\n[clinic]\nname = ['a', 1]\ncolour = 'x'\n[[doctor]]\nname = 1.5\nhourz = 'x'\nhours = 3\n",
        )
        .unwrap_err();
        let names: Vec<&str> = refusal.details.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["branch", "clinic.colour", "docter", "doctor[1].hours", "doctor[1].hourz", "doctor[1].name"]
        );
        assert!(read("[clinic").unwrap_err().details.contains_key("file"));
    }

    proptest! {
        #[test]
        fn any_text_reads_back(name in "\\PC{0,20}|[\u{0}-\u{20}\"\\\\]{1,5}", code in "[ -~]{1,8}") {
            let mut file = SetupFile { clinic: Part { place: "clinic".into(), ..Part::default() }, ..SetupFile::default() };
            file.clinic.put("name", name);
            let hours = vec![(Some(code), "x".to_owned())];
            file.doctors.push(Part { place: "doctor[1]".into(), hours, ..Part::default() });
            prop_assert_eq!(read(&text(&file)), Ok(file));
        }
    }
}
