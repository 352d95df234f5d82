//! Answers as people see them.

use crate::domain::status::Status;
use crate::output::{Answer, Face, printable};
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use serde_json::Value;
use std::fmt::Write;

/// How a list is drawn.
#[derive(Debug)]
pub struct Columns {
    /// The list's key in the answer.
    pub key: &'static str,
    /// Heading and place in the record (`doctor.full_name`), column by column.
    pub columns: &'static [(&'static str, &'static str)],
    /// What is said of an empty list.
    pub empty: &'static str,
}

/// Appointments.
pub const APPOINTMENTS: Columns = Columns {
    key: "appointments",
    columns: &[
        ("code", "code"),
        ("date", "date"),
        ("time", "start_time"),
        ("min", "duration_minutes"),
        ("patient", "patient.full_name"),
        ("phone", "patient.phone"),
        ("doctor", "doctor.full_name"),
        ("service", "service.name"),
        ("token", "token_number"),
        ("status", "status"),
    ],
    empty: "no appointments",
};
/// Free slots.
pub const SLOTS: Columns = Columns {
    key: "slots",
    columns: &[
        ("date", "date"),
        ("from", "start_time"),
        ("to", "end_time"),
        ("doctor", "doctor"),
        ("branch", "branch"),
        ("session", "session"),
        ("left", "capacity_left"),
    ],
    empty: "no free slots",
};
/// Clinics.
pub const CLINICS: Columns = Columns {
    key: "clinics",
    columns: &[
        ("code", "code"),
        ("name", "name"),
        ("timezone", "timezone"),
        ("country", "country"),
        ("chosen", "chosen"),
    ],
    empty: "no clinics",
};
/// Branches.
pub const BRANCHES: Columns = Columns {
    key: "branches",
    columns: &[("code", "code"), ("name", "name"), ("timezone", "timezone"), ("active", "active")],
    empty: "no branches",
};
/// Doctors.
pub const DOCTORS: Columns = Columns {
    key: "doctors",
    columns: &[
        ("code", "code"),
        ("name", "full_name"),
        ("specialty", "specialty"),
        ("slot", "slot_minutes"),
        ("before", "buffer_before"),
        ("after", "buffer_after"),
        ("active", "active"),
    ],
    empty: "no doctors",
};
/// Services.
pub const SERVICES: Columns = Columns {
    key: "services",
    columns: &[("code", "code"), ("name", "name"), ("minutes", "duration_minutes"), ("active", "active")],
    empty: "no services",
};
/// Windows.
pub const WINDOWS: Columns = Columns {
    key: "windows",
    columns: &[
        ("code", "code"),
        ("doctor", "doctor.full_name"),
        ("branch", "branch.name"),
        ("days", "days"),
        ("on", "on_date"),
        ("from", "from"),
        ("to", "to"),
        ("session", "session"),
        ("slot", "slot_minutes"),
        ("capacity", "capacity"),
        ("status", "status"),
    ],
    empty: "no windows",
};
/// Closures.
pub const CLOSURES: Columns = Columns {
    key: "closures",
    columns: &[
        ("code", "code"),
        ("from", "from"),
        ("to", "to"),
        ("doctor", "doctor.full_name"),
        ("branch", "branch.name"),
        ("reason", "reason"),
    ],
    empty: "no closures",
};
/// Patients.
pub const PATIENTS: Columns = Columns {
    key: "patients",
    columns: &[
        ("code", "code"),
        ("name", "full_name"),
        ("phone", "phone"),
        ("email", "email"),
        ("national id", "national_id"),
        ("no-shows", "no_show_count"),
    ],
    empty: "no patients",
};
/// Messages of the outbox.
pub const MESSAGES: Columns = Columns {
    key: "messages",
    columns: &[
        ("due", "due_at"),
        ("kind", "kind"),
        ("appointment", "appointment_code"),
        ("patient", "patient"),
        ("to", "to"),
        ("status", "status"),
        ("channel", "channel"),
    ],
    empty: "no messages",
};
/// The answer's text.
pub fn text(answer: &Answer, color: bool) -> String {
    let value = &answer.value;
    match answer.face {
        Face::Rows(columns) => rows(value, columns, color),
        Face::Record => record(value),
        Face::Appointment => appointment(value, color),
        Face::Sweep => sweep(value, color),
        Face::Log => log(value),
        Face::Findings => findings(value),
        Face::Field(key) => format!("{}\n", words(value.get(key).unwrap_or(&Value::Null))),
    }
}

fn rows(value: &Value, columns: &Columns, color: bool) -> String {
    let rows = list(value, columns.key);
    if rows.is_empty() {
        return format!("{}\n", columns.empty);
    }
    // A column that no row fills tells nothing.
    let shown: Vec<_> = columns
        .columns
        .iter()
        .filter(|(_, path)| rows.iter().any(|row| tells_something(path, at(row, path))))
        .collect();
    let mut table = bare_table(color);
    table.set_header(shown.iter().map(|(heading, _)| Cell::new(heading).add_attribute(Attribute::Dim)));
    for row in rows {
        table.add_row(shown.iter().map(|(_, path)| cell(path, at(row, path))));
    }
    let mut text = format!("{table}\n");
    let total = value.get("total").and_then(Value::as_u64).unwrap_or(rows.len() as u64);
    if total > rows.len() as u64 {
        let page = value.get("page").and_then(Value::as_u64).unwrap_or(1);
        // Writing to a string can't fail.
        let _ = writeln!(text, "{} of {total}, page {page}", rows.len());
    }
    text
}

/// An empty cell tells nothing, nor does it that a record is active: nearly all are.
fn tells_something(path: &str, value: &Value) -> bool {
    !words(value).is_empty() && !(path == "active" && *value == Value::Bool(true))
}

fn bare_table(color: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    if let Some(width) = terminal_width() {
        table.set_width(width);
    }
    table
}

/// The terminal's width in columns; none where the output is no terminal.
fn terminal_width() -> Option<u16> {
    use std::io::IsTerminal;
    if !std::io::stdout().is_terminal() {
        return None;
    }
    Table::new().set_content_arrangement(ContentArrangement::Dynamic).width()
}

fn cell(path: &str, value: &Value) -> Cell {
    let text = words(value);
    match value.as_str().and_then(|word| Status::parse(word).ok()) {
        Some(status) if path == "status" => {
            let (sign, color) = status_face(status);
            Cell::new(format!("{sign} {}", status.as_str())).fg(color)
        }
        _ => Cell::new(text),
    }
}

/// A status by sign and colour, never by colour alone.
fn status_face(status: Status) -> (char, Color) {
    match status {
        Status::Scheduled => ('○', Color::Reset),
        Status::Confirmed => ('●', Color::Green),
        Status::CheckedIn => ('▶', Color::Cyan),
        Status::InProgress => ('◐', Color::Blue),
        Status::Completed => ('✓', Color::DarkGrey),
        Status::Cancelled => ('✗', Color::Red),
        Status::NoShow => ('!', Color::Yellow),
    }
}

/// A line for each field that holds something; nested records by their names.
fn record(value: &Value) -> String {
    let Value::Object(map) = value else { return format!("{}\n", words(value)) };
    let lines: Vec<(String, String)> = map
        .iter()
        .flat_map(|(key, value)| match value {
            Value::Object(inner) if inner.contains_key("id") => vec![(key.clone(), named(value))],
            Value::Object(inner) => {
                inner.iter().map(|(inner_key, value)| (format!("{key}.{inner_key}"), words(value))).collect()
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                vec![(key.clone(), list.iter().map(named).collect::<Vec<_>>().join(", "))]
            }
            value => vec![(key.clone(), words(value))],
        })
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let width = lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    lines.iter().fold(String::new(), |mut text, (key, value)| {
        let _ = writeln!(text, "{key:width$}  {value}");
        text
    })
}

fn named(value: &Value) -> String {
    let name = ["full_name", "name", "start_time"].iter().find_map(|key| value.get(key));
    format!("{} ({})", words(name.unwrap_or(&Value::Null)), words(value.get("code").unwrap_or(&Value::Null)))
}

fn appointment(value: &Value, color: bool) -> String {
    let get = |path: &str| words(at(value, path));
    let status = Status::parse(&get("status")).unwrap_or(Status::Scheduled);
    let (sign, _) = status_face(status);
    let mut notes = vec![format!("{sign} {}", status.as_str())];
    for (key, note) in [
        ("overbooked", "overbooked"),
        ("idempotent", "was there already"),
        ("dry_run", "dry run: nothing was written"),
    ] {
        if value.get(key) == Some(&Value::Bool(true)) {
            notes.push(note.to_owned());
        }
    }
    if value.get("changed") == Some(&Value::Bool(false)) {
        notes.push("nothing changed".to_owned());
    }
    let code = get("code");
    let head = if color {
        let bold = anstyle::Style::new().bold();
        format!("{bold}{code}{bold:#}")
    } else {
        code
    };
    let mut text = format!("{head}  {}\n", notes.join(", "));
    let mut line = |key: &str, value: String| {
        if !value.trim().is_empty() {
            let _ = writeln!(text, "  {key:<9} {value}");
        }
    };
    line(
        "when",
        format!(
            "{} {}-{} ({} min, {})",
            day(&get("date")),
            get("start_time"),
            get("end_time"),
            get("duration_minutes"),
            get("timezone")
        ),
    );
    line(
        "patient",
        format!("{}  {}  ({})", get("patient.full_name"), get("patient.phone"), get("patient.code")),
    );
    line("doctor", get("doctor.full_name"));
    line("service", get("service.name"));
    line("branch", get("branch.name"));
    line("token", get("token_number"));
    for (key, path) in [
        ("session", "session"),
        ("batch", "batch"),
        ("visit", "visit_type"),
        ("assigned", "assigned_doctor"),
        ("reason", "reason"),
        ("notes", "notes"),
        ("diagnosis", "diagnosis"),
        ("ordered", "prescription"),
        ("follow-up", "follow_up_date"),
        ("because", "cancellation_reason"),
        ("reference", "external_reference_id"),
    ] {
        line(key, get(path));
    }
    text
}

/// The date with its weekday.
fn day(date: &str) -> String {
    match crate::domain::time::parse_date(date) {
        Ok(day) => day.format("%a %Y-%m-%d").to_string(),
        Err(_) => date.to_owned(),
    }
}

fn sweep(value: &Value, color: bool) -> String {
    let mut text = String::new();
    let dry_run = value.get("dry_run").is_some();
    for message in list(value, "messages") {
        let get = |path: &str| words(at(message, path));
        if dry_run {
            let _ = writeln!(
                text,
                "{} {} ({}): {}",
                get("appointment_code"),
                get("kind"),
                get("due_at"),
                get("why")
            );
        } else if !get("text").is_empty() {
            let bold = anstyle::Style::new().bold();
            let to = if color { format!("{bold}{}{bold:#}", get("to")) } else { get("to") };
            let _ = writeln!(text, "{to}  {}", get("text"));
        }
    }
    let count = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0);
    let (due, sent, skipped) = (count("due"), count("sent"), count("skipped"));
    if dry_run {
        let _ = writeln!(text, "{due} due, {skipped} not; nothing was sent");
    } else {
        let _ = writeln!(text, "{sent} sent, {} failed, {skipped} skipped", count("failed"));
    }
    text
}

/// A line for each entry, and below it a line for each field that changed.
fn log(value: &Value) -> String {
    const LONGEST: usize = 60;
    let short = |value: &Value| {
        let text = words(value);
        match text.char_indices().nth(LONGEST) {
            Some((cut, _)) => format!("{}…", &text[..cut]),
            None => text,
        }
    };
    let entries = list(value, "entries");
    if entries.is_empty() {
        return "no entries\n".into();
    }
    let mut text = String::new();
    for entry in entries {
        let get = |path: &str| words(at(entry, path));
        let name = ["code", "name", "full_name"].iter().find_map(|key| at(entry, "after").get(key));
        let _ = writeln!(
            text,
            "{:>5}  {}  {}  {}  {} {}",
            get("seq"),
            get("at"),
            get("actor"),
            get("action"),
            get("record_id"),
            name.map(words).unwrap_or_default()
        );
        if !get("note").is_empty() {
            let _ = writeln!(text, "       because: {}", short(at(entry, "note")));
        }
        if let (Some(before), Some(after)) = (at(entry, "before").as_object(), at(entry, "after").as_object())
        {
            for (key, old) in before {
                let new = after.get(key).unwrap_or(&Value::Null);
                let _ =
                    writeln!(text, "       {key}: {} → {}", or_nothing(short(old)), or_nothing(short(new)));
            }
        }
    }
    text
}

fn or_nothing(text: String) -> String {
    if text.is_empty() { "(nothing)".into() } else { text }
}

fn findings(value: &Value) -> String {
    let findings = list(value, "findings");
    if findings.is_empty() {
        return "ok\n".into();
    }
    findings.iter().fold(String::new(), |mut text, finding| {
        let _ = writeln!(text, "{}: {}", words(at(finding, "check")), words(at(finding, "message")));
        text
    })
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value at a place such as `doctor.full_name`.
fn at<'a>(row: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(row, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// A value as a person reads it, safe for a terminal.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) => printable(text),
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(" "),
        other => printable(&other.to_string()),
    }
}
