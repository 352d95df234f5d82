//! Formats results that are not tables: a record, an appointment, a sweep, the audit log, findings.

use crate::app::reminders::report::Tally;
use crate::domain::settings::PRINT;
use crate::domain::status::Status;
use crate::locale::{dated, word};
use crate::output::printable;
use crate::output::words::{at, list, paint, readable, state, status_face, status_words, words};
use anstyle::Style;
use serde_json::Value;
use std::fmt::Write;

/// A line for each field that is not empty; nested records are shown by their names.
pub fn record(value: &Value, verbose: bool) -> String {
    let Value::Object(map) = value else { return format!("{}\n", words(value)) };
    let lines: Vec<(String, String)> = map
        .iter()
        .filter(|(key, value)| verbose || is_for_people(key, value))
        .flat_map(|(key, value)| match value {
            Value::Object(inner) if inner.contains_key("id") => vec![(key.clone(), named(value))],
            Value::Object(inner) if inner.contains_key("until_time") => held(value),
            Value::Object(inner) => {
                // Settings go by their own names; what they repeat of the record is told once.
                let of_settings = key == "settings";
                let repeats = |inner_key: &String| of_settings && map.contains_key(inner_key);
                let own = inner.iter().filter(|(inner_key, _)| !repeats(inner_key));
                let label = |inner_key: &String| match of_settings {
                    true => inner_key.clone(),
                    false => format!("{key}.{}", inner_key.replace('_', " ")),
                };
                own.map(|(inner_key, value)| (label(inner_key), state(value))).collect()
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                vec![(key.clone(), list.iter().map(named).collect::<Vec<_>>().join(", "))]
            }
            value => vec![(key.clone(), if key == "status" { state(value) } else { words(value) })],
        })
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let lines: Vec<(String, String)> =
        lines.into_iter().map(|(key, text)| (printable(&readable(&key)), text)).collect();
    let width = lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    lines.iter().fold(String::new(), |mut text, (key, value)| {
        let _ = writeln!(text, "{key:width$}  {value}");
        text
    })
}

/// Whether a record's field is for people: ids, the time of writing and what is so by default are not.
fn is_for_people(key: &str, value: &Value) -> bool {
    let usual = match key {
        "active" => *value == Value::Bool(true),
        "opt_out" | "thin" | "allow_private" => *value == Value::Bool(false),
        "buffer_before" | "buffer_after" | "no_show_count" => value.as_i64() == Some(0),
        _ => matches!(key, "created_at" | "updated_at"),
    };
    !usual && !is_reference(key)
}

/// Whether a field holds the id of a record, which is for programs.
fn is_reference(key: &str) -> bool {
    key == "id" || key == "merged_into" || (key.ends_with("_id") && key != "national_id")
}

fn named(value: &Value) -> String {
    let name = ["full_name", "name"].iter().find_map(|key| value.get(key));
    let name = name.map_or_else(|| start(value), words);
    format!("{name} ({})", words(value.get("code").unwrap_or(&Value::Null)))
}

/// The start of a visit: `Mon 2026-06-15 09:00`.
fn start(visit: &Value) -> String {
    format!("{} {}", day(&words(at(visit, "date"))), words(at(visit, "start_time")))
}

/// The slot that is held for a waiting-list entry, and the end of the hold.
fn held(hold: &Value) -> Vec<(String, String)> {
    let doctor = words(at(hold, "doctor.full_name"));
    let slot = format!("{}  {doctor}", start(hold));
    vec![("held".into(), slot.trim_end().into()), ("until".into(), words(at(hold, "until_time")))]
}

/// The checks that refuse a time, in order.
pub fn why(value: &Value) -> String {
    if value.get("bookable") == Some(&Value::Bool(true)) {
        return format!("{}\n", text!("nothing-stands-in-the-way-it-can"));
    }
    let mut text = String::new();
    for (n, objection) in list(value, "objections").iter().enumerate() {
        let (code, message) = (words(at(objection, "code")), words(at(objection, "message")));
        let hours = words(at(objection, "details.working_hours"));
        let hours = if hours.is_empty() { hours } else { format!(" ({hours})") };
        let _ = writeln!(text, "{}. {}{hours} [{code}]", n + 1, message);
    }
    let others = by_day(list(value, "suggested_times").iter().map(words));
    if !others.is_empty() {
        let _ = writeln!(text, "{}", text!("free-others", others));
    }
    text
}

/// Instants grouped by day: `Mon 2026-06-08 09:00, 09:30; Tue 2026-06-09 10:00`.
pub(super) fn by_day(instants: impl Iterator<Item = String>) -> String {
    let (mut text, mut last) = (String::new(), String::new());
    for instant in instants {
        // Suggestions on the requested day are times without a date.
        let (date, time) = instant.split_once('T').unwrap_or(("", &instant));
        if date != last {
            text.push_str(if text.is_empty() { "" } else { "; " });
            text.push_str(&day(date));
            text.push(' ');
            date.clone_into(&mut last);
        } else if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(time.get(..5).unwrap_or(time));
    }
    text
}

/// An appointment: its code and status, and a line for each field that is not empty.
pub fn appointment(value: &Value, color: bool) -> String {
    let get = |path: &str| words(at(value, path));
    let status = Status::parse(&get("status")).unwrap_or(Status::Scheduled);
    let (sign, _) = status_face(status);
    let mut notes = vec![format!("{sign} {}", status_words(status))];
    for (key, note) in [
        ("overbooked", text!("overbooked")),
        ("idempotent", text!("was-there-already")),
        ("dry_run", text!("dry-run-nothing-was-written")),
    ] {
        if value.get(key) == Some(&Value::Bool(true)) {
            notes.push(note.to_owned());
        }
    }
    if value.get("changed") == Some(&Value::Bool(false)) {
        notes.push(text!("nothing-changed").to_owned());
    }
    let head = paint(Style::new().bold(), &get("code"), color);
    let mut text = format!("{head}  {}\n", notes.join(", "));
    let mut line = |key: &'static str, value: String| {
        if !value.trim().is_empty() {
            let _ = writeln!(text, "  {:<9} {value}", word(key));
        }
    };
    line(
        "when",
        format!(
            "{} {}-{} ({} min)",
            day(&get("date")),
            get("start_time"),
            get("end_time"),
            get("duration_minutes")
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

fn day(date: &str) -> String {
    match crate::domain::time::parse_date(date) {
        Ok(day) => dated(day, "%a %Y-%m-%d"),
        Err(_) => date.to_owned(),
    }
}

/// A sweep's dry run: why each message is due or not, and the totals.
pub fn rehearsal(value: &Value) -> String {
    let mut text = String::new();
    for message in list(value, "messages") {
        let get = |path: &str| words(at(message, path));
        let own = |path: &str| state(at(message, path));
        let mut why = own("why");
        if let Some(error) = at(message, "error").as_str() {
            why = format!("{why}; {}", printable(error));
        }
        let _ = writeln!(text, "{} {} ({}): {why}", get("appointment_code"), own("kind"), get("due_at"));
    }
    let count = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0);
    let sum = text!("due-not-nothing-was-sent", due = count("due"), skipped = count("skipped"));
    let _ = writeln!(text, "{sum}");
    text
}

/// Rendered messages, each below its kind, channel and length.
pub fn preview(value: &Value) -> String {
    let message = |message: &Value| {
        let said = at(message, "text").as_str().unwrap_or_default();
        let lines = said.lines().map(|line| format!("  {}\n", printable(line))).collect::<String>();
        let (kind, channel) = (state(at(message, "kind")), words(at(message, "channel")));
        let characters = said.chars().count();
        let head = match at(message, "segments").as_u64() {
            Some(segments) => {
                text!("message-by-channel-segments", kind, channel; characters = characters, segments = segments)
            }
            None => text!("message-by-channel", kind, channel; characters = characters),
        };
        format!("{head}\n{lines}")
    };
    let messages = list(value, "messages").iter().map(message).collect::<Vec<_>>();
    if messages.is_empty() { format!("{}\n", text!("no-channel-no-message")) } else { messages.join("\n") }
}

/// The crontab line and the systemd units, each below the name of its file.
pub fn cron(value: &Value, crontab: bool) -> String {
    let part = |(head, key): (&str, &str)| {
        let text = value.get(key).and_then(Value::as_str)?;
        Some(format!("# {head}\n{}\n", text.lines().map(|line| printable(line) + "\n").collect::<String>()))
    };
    let parts = [
        ("crontab", "crontab"),
        ("~/.config/systemd/user/turno.service", "service"),
        ("~/.config/systemd/user/turno.timer", "timer"),
        ("~/.config/systemd/user/turno-listen.service", "listen_service"),
        ("~/.config/systemd/user/turno-listen.socket", "listen_socket"),
    ];
    let parts = parts.into_iter().skip(usize::from(!crontab));
    format!("{}\n", parts.filter_map(part).collect::<String>().trim_end())
}

/// A message of a sweep: its text if it was printed, else its result; `quiet` keeps only printed and failed
/// messages.
pub fn swept(message: &Value, color: bool, quiet: bool) -> String {
    let get = |path: &str| words(at(message, path));
    let to = paint(Style::new().bold(), &get("to"), color);
    let about = format!("{} {} {}", state(at(message, "kind")), text!("of"), get("appointment_code"));
    let told = |text: String| format!("{text}\n");
    match (get("status").as_str(), get("channel").as_str(), get("error").as_str()) {
        ("sent", PRINT, _) => format!("{to}  {}\n", get("text")),
        ("failed", _, error) => told(text!("swept-failed", to, about, error)),
        _ if quiet => String::new(),
        ("sent", channel, _) => told(text!("swept-sent", to, channel, about)),
        (_, _, "") => String::new(),
        (_, _, error) => told(text!("swept-not-sent", to, about, error, why = get("why"))),
    }
}

/// The totals of a sweep.
pub fn sums(tally: &Tally) -> String {
    let Tally { due, sent, failed, skipped } = *tally;
    let later = due - sent - failed;
    let sums = match later {
        1.. => text!("sent-failed-skipped-to-be-tried-again", sent, failed, skipped, later),
        _ => text!("sent-failed-skipped", sent, failed, skipped),
    };
    format!("{sums}\n")
}

/// The deliveries of a sweep, a line each, and the totals.
pub fn deliveries(value: &Value) -> String {
    let mut text = String::new();
    let dry_run = value.get("dry_run").is_some();
    for delivery in list(value, "deliveries") {
        let get = |path: &str| words(at(delivery, path));
        let to = text!("to-name", to = get("webhook_code"));
        let _ = write!(text, "{} {} {to}", get("appointment_code"), get("type"));
        let (status, error) = (state(at(delivery, "status")), state(at(delivery, "error")));
        let _ = match (dry_run, get("status").as_str(), get("error").as_str()) {
            (true, ..) => writeln!(text, " ({})", text!("due-at", due_at = get("due_at"))),
            (false, "pending", _) => {
                writeln!(text, ": {error}; {}", text!("again-at", due_at = get("due_at")))
            }
            (false, _, "") => writeln!(text, ": {status}"),
            (false, ..) => writeln!(text, ": {status}: {error}"),
        };
    }
    let count = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0);
    let _ = if dry_run {
        writeln!(text, "{}", text!("due-nothing-was-sent", due = count("due")))
    } else {
        let (delivered, retrying, failed) = (count("delivered"), count("retrying"), count("failed"));
        writeln!(text, "{}", text!("delivered-to-be-tried-again-failed", delivered, retrying, failed))
    };
    text
}

/// A line for each audit entry, and below it a line for each changed field.
pub fn log(value: &Value, verbose: bool) -> String {
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
        return format!("{}\n", text!("no-entries"));
    }
    let mut text = String::new();
    for entry in entries {
        let get = |path: &str| words(at(entry, path));
        let name = ["code", "name", "full_name"].iter().find_map(|key| at(entry, "after").get(key));
        let _ = writeln!(
            text,
            "{:>5}  {}  {}  {}  {}{}",
            get("seq"),
            get("at"),
            get("actor"),
            if verbose { get("action") } else { get("action").replace('_', " ") },
            if verbose { format!("{} ", get("record_id")) } else { String::new() },
            name.map(words).unwrap_or_default()
        );
        if !get("note").is_empty() {
            let because = text!("because-note", note = short(at(entry, "note")));
            let _ = writeln!(text, "       {because}");
        }
        if let Some(command) = at(entry, "after").get("command") {
            let command = text!("command-turno", words = words(command));
            let _ = writeln!(text, "       {command}");
        }
        if let (Some(before), Some(after)) = (at(entry, "before").as_object(), at(entry, "after").as_object())
        {
            for (key, old) in before.iter().filter(|(key, _)| verbose || !is_reference(key)) {
                let told = |value: &Value| if key == "status" { state(value) } else { short(value) };
                let (key, new) = (printable(&readable(key)), after.get(key).unwrap_or(&Value::Null));
                let _ = writeln!(text, "       {key}: {} → {}", or_nothing(told(old)), or_nothing(told(new)));
            }
        }
    }
    text
}

fn or_nothing(text: String) -> String {
    if text.is_empty() { text!("nothing-mark").into() } else { text }
}

/// A merge: the record that is kept, the other one, and the fields in which they differ.
pub fn merge(value: &Value) -> String {
    let get = |path: &str| words(at(value, path));
    let who = |key: &str| {
        let get = |field: &str| words(at(value, &format!("{key}.{field}")));
        format!("{}  {}  ({})", get("full_name"), get("phone"), get("code"))
    };
    let mut text = [("kept", who("kept")), ("other", who("merged")), ("visits", get("visits"))]
        .map(|(heading, said)| format!("{:<9} {said}\n", word(heading)))
        .concat();
    for (heading, key) in [("taken", "taken"), ("stays", "stayed")] {
        if !list(value, key).is_empty() {
            let _ = writeln!(text, "{:<9} {}", word(heading), words(at(value, key)).replace('_', " "));
        }
    }
    for conflict in list(value, "conflicts") {
        let get = |path: &str| words(at(conflict, path));
        let stays = text!("stays-not", kept = get("kept"), merged = get("merged"));
        let _ = writeln!(text, "{:<9} {}: {}", text!("differs"), readable(&get("field")), stays);
    }
    for (key, note) in
        [("dry_run", text!("dry-run-nothing-was-written")), ("sealed", text!("sealed-it-cant-be-taken-back"))]
    {
        if value.get(key) == Some(&Value::Bool(true)) {
            let _ = writeln!(text, "{note}");
        }
    }
    text
}

/// The findings of a check, a line each, or "ok"; warnings are printed elsewhere.
pub fn findings(value: &Value) -> String {
    if value.get("ok") == Some(&Value::Bool(true)) {
        return "ok\n".into();
    }
    list(value, "findings").iter().fold(String::new(), |mut text, finding| {
        let _ = writeln!(text, "{}: {}", state(at(finding, "check")), state(at(finding, "message")));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_by_their_days() {
        let said = |times: &[&str]| by_day(times.iter().map(|time| (*time).to_owned()));
        assert_eq!(said(&["09:30", "10:00"]), "09:30, 10:00");
        assert_eq!(
            said(&[
                "11:30",
                "2026-06-16T08:00:00-06:00",
                "2026-06-16T08:30:00-06:00",
                "2026-06-17T09:00:00-06:00"
            ]),
            "11:30; Tue 2026-06-16 08:00, 08:30; Wed 2026-06-17 09:00"
        );
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn a_held_time_is_said_in_two_lines() {
        let hold = serde_json::json!({"hold": {"date": "2026-06-15", "start_time": "11:00", "until_time": "09:05",
            "until": "2026-06-15T09:05:00-06:00", "doctor": {"id": "1", "full_name": "Dra. Ruiz"}}});
        assert_eq!(record(&hold, false), "held   Mon 2026-06-15 11:00  Dra. Ruiz\nuntil  09:05\n");
    }
}
