//! What a command did, in a sentence. The table format prints it in place of the record; `-v` prints the
//! record, and JSON and CSV always have it whole.

use crate::domain::status::Status;
use crate::locale::dated;
use crate::output::words::{at, list, readable, words};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde_json::Value;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was added.
    Added,
    /// It was changed.
    Changed,
    /// It was retired.
    Removed,
}

impl Fate {
    fn said(self, what: &str) -> String {
        match self {
            Fate::Added => text!("say-added", what),
            Fate::Changed => text!("say-changed", what),
            Fate::Removed => text!("say-removed", what),
        }
    }
}

/// A booking: `Booked: Rosa Mejía, Tue 16 Jun 10:00–10:30, Dr. García, token 1 (YM4MG7).`
pub fn booked(value: &Value) -> String {
    let what = visit(value);
    if is(value, "idempotent") { text!("say-booked-already", what) } else { text!("say-booked", what) }
}

/// A move, with the new time.
pub fn moved(value: &Value) -> String {
    text!("say-moved", what = visit(value))
}

/// Another change of an appointment.
pub fn updated(value: &Value) -> String {
    text!("say-changed", what = visit(value))
}

/// A step to another status, or the status that the appointment had already.
pub fn stepped(value: &Value) -> String {
    let (what, status) = (visit(value), words(at(value, "status")));
    if at(value, "changed") == &Value::Bool(false) {
        return text!("say-unchanged", status = readable(&status), what);
    }
    match Status::parse(&status).unwrap_or(Status::Scheduled) {
        Status::Scheduled => text!("say-scheduled", what),
        Status::Confirmed => text!("say-confirmed", what),
        Status::CheckedIn => text!("say-arrived", what),
        Status::InProgress => text!("say-started", what),
        Status::Completed => text!("say-done", what),
        Status::Cancelled => text!("say-cancelled", what),
        Status::NoShow => text!("say-missed", what),
    }
}

/// Who comes when to whom. The patient is missing for a key that may not read appointments.
pub(super) fn visit(value: &Value) -> String {
    let get = |path: &str| words(at(value, path));
    let (date, from, to) = (get("date"), get("start_time"), get("end_time"));
    let until = if to.is_empty() { String::new() } else { format!("–{to}") };
    let branch = if get("branch.code") == "main" { String::new() } else { get("branch.name") };
    let token = get("token_number");
    let token = if token.is_empty() { token } else { text!("say-token", token) };
    let overbooked = if is(value, "overbooked") { text!("overbooked") } else { "" };
    let parts = [
        get("patient.full_name"),
        format!("{} {from}{until}", day(&date, year_of(value, "updated_at"))),
        get("doctor.full_name"),
        get("service.name"),
        branch,
        token,
        overbooked.to_owned(),
    ];
    coded(&joined(&parts), &get("code"))
}

/// What was done with the appointments of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// They were booked.
    Booked,
    /// They were moved.
    Moved,
    /// They were cancelled.
    Cancelled,
}

/// Several appointments that were booked, moved or cancelled together, with their days.
pub fn series(value: &Value, did: Together) -> String {
    const NAMED: usize = 12;
    let visits = list(value, "appointments");
    let code = words(at(value, "series.code"));
    let Some(first) = visits.first() else { return text!("say-series-nothing", code) };
    let get = |path: &str| words(at(first, path));
    let year = year_of(first, "updated_at");
    let time = |visit: &Value| {
        format!("{} {}", day(&words(at(visit, "date")), year), words(at(visit, "start_time")))
    };
    let mut times: Vec<String> = visits.iter().take(NAMED).map(time).collect();
    if visits.len() > NAMED {
        times.push("…".into());
    }
    let who = joined(&[get("patient.full_name"), get("doctor.full_name"), get("service.name")]);
    let head = match did {
        Together::Booked => text!("say-series-booked", who; count = visits.len()),
        Together::Moved => text!("say-series-moved", who; count = visits.len()),
        Together::Cancelled => text!("say-series-cancelled", who; count = visits.len()),
    };
    coded(&format!("{head}: {}", times.join(", ")), &code) + "."
}

/// The first clinic of a new book.
pub fn founded(value: &Value) -> String {
    let get = |path: &str| words(at(value, path));
    let ready = text!("say-book-is-ready", name = get("name"), zone = get("timezone"));
    let (book, key) = (text!("say-book-is-in", db = get("db")), get("secret_file"));
    format!("{ready}\n{book}\n{}", text!("say-keep-safe", key))
}

/// A clinic that was added.
pub fn clinic(value: &Value) -> String {
    let get = |path: &str| words(at(value, path));
    Fate::Added.said(&joined(&[coded(&get("name"), &get("code")), get("timezone")]))
}

/// The clinic that is worked in from now on.
pub fn chosen(value: &Value) -> String {
    text!("say-chosen", clinic = coded(&words(at(value, "name")), &words(at(value, "code"))))
}

/// A setting of a clinic that was changed.
pub fn setting(value: &Value, key: &str) -> String {
    let (name, now) = match value.get("settings").and_then(|settings| settings.get(key)) {
        Some(now) => (readable(key), readable(&words(now))),
        None => (readable(key), words(at(value, key))),
    };
    let now = if now.is_empty() { text!("none").to_owned() } else { now };
    text!("say-setting", clinic = words(at(value, "name")), name, now)
}

/// A branch.
pub fn branch(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    fate.said(&joined(&[coded(&get("name"), &get("code")), get("timezone")]))
}

/// A doctor.
pub fn doctor(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let slot = match at(value, "slot_minutes").as_i64() {
        Some(minutes) => text!("say-minutes-a-visit", minutes),
        None => String::new(),
    };
    fate.said(&joined(&[coded(&get("full_name"), &get("code")), get("specialty"), slot]))
}

/// A service.
pub fn service(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let length = match at(value, "duration_minutes").as_i64() {
        Some(minutes) => text!("say-minutes", minutes),
        None => String::new(),
    };
    fate.said(&joined(&[coded(&get("name"), &get("code")), length]))
}

/// A window: `Dr. García (GAR) sees patients Mon–Fri 09:00–17:00 at Clínica Sol.`
pub fn window(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let doctor = coded(&get("doctor.full_name"), &get("doctor.code"));
    let mut hours = vec![format!("{} {}", days(value), clock(&get("from"), &get("to")))];
    let year = year_of(value, "created_at");
    for (path, id) in [("valid_from", true), ("valid_until", false)] {
        let date = get(path);
        if !date.is_empty() {
            let date = day(&date, year);
            hours.push(if id { text!("say-from-day", date) } else { text!("say-until-day", date) });
        }
    }
    let (when, place, services) = (hours.join(", "), get("branch.name"), get("services"));
    let capacity = match at(value, "capacity").as_i64() {
        Some(count) => text!("say-so-many-a-day", count),
        None => String::new(),
    };
    let more = joined(&[services, capacity]);
    let more = if more.is_empty() { more } else { format!(": {more}") };
    let said = match doctor.is_empty() {
        true => text!("say-patients-are-seen", when, place, more),
        false => text!("say-sees-patients", who = doctor, when, place, more),
    };
    match fate {
        Fate::Removed => text!("say-no-more", said),
        _ if get("status") == "CLOSED" => text!("say-closed-for-now", said),
        _ => said,
    }
}

/// A closure: `Dr. García is away Wed 17 Jun: Congreso (CLO-002).`
pub fn closure(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let when = span(&get("from"), &get("to"), year_of(value, "created_at"));
    let (doctor, branch) = (get("doctor.full_name"), get("branch.name"));
    let said = match (doctor.is_empty(), branch.is_empty()) {
        (false, true) => text!("say-is-away", doctor, when),
        (false, false) => text!("say-is-away-from", doctor, branch, when),
        (true, false) => text!("say-is-closed", branch, when),
        (true, true) => text!("say-closed", when),
    };
    let reason = get("reason");
    let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
    let said = coded(&format!("{said}{reason}"), &get("code"));
    if fate == Fate::Removed { text!("say-no-more", said = format!("{said}.")) } else { format!("{said}.") }
}

/// A patient; a key that may not read patients sees the code alone.
pub fn patient(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let opt_out = if is(value, "opt_out") { text!("say-wants-no-messages") } else { "" };
    let parts = [get("full_name"), get("phone"), get("email"), opt_out.to_owned()];
    fate.said(&coded(&joined(&parts), &get("code")))
}

/// An access key, and its secret if it was just made.
pub fn key(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let parts = [coded(&get("name"), &get("code")), get("scopes"), get("doctor.full_name")];
    let said = fate.said(&joined(&parts));
    match get("secret") {
        secret if secret.is_empty() => said,
        secret => format!("{said}\n{}", text!("say-the-key-is", secret)),
    }
}

/// A webhook endpoint, and its secret if it was just made.
pub fn webhook(value: &Value, fate: Fate) -> String {
    let get = |path: &str| words(at(value, path));
    let said = fate.said(&joined(&[coded(&get("url"), &get("code")), get("events")]));
    match get("secret") {
        secret if secret.is_empty() => said,
        secret => format!("{said}\n{}", text!("say-the-secret-is", secret)),
    }
}

/// An entry of the waiting list: that it waits, what is held for it, or that it is off the list.
pub fn waiting(value: &Value) -> String {
    let get = |path: &str| words(at(value, path));
    let year = year_of(value, "updated_at");
    let who = [get("patient.full_name"), get("doctor.full_name"), get("service.name")];
    if !get("hold.date").is_empty() {
        let slot = format!("{} {}", day(&get("hold.date"), year), get("hold.start_time"));
        let parts = [get("patient.full_name"), slot, get("hold.doctor.full_name")];
        let what = coded(&joined(&parts), &get("code"));
        return text!("say-held-until", until = get("hold.until_time"), what);
    }
    let what = coded(&joined(&who), &get("code"));
    if get("status") == "removed" { text!("say-off-the-list", what) } else { text!("say-waits", what) }
}

/// The parts that say something, with commas between.
fn joined(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn coded(what: &str, code: &str) -> String {
    match (what.is_empty(), code.is_empty()) {
        (_, true) => what.to_owned(),
        (true, false) => code.to_owned(),
        (false, false) => format!("{what} ({code})"),
    }
}

fn is(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// The year in which a record was written: other years are named in its dates.
fn year_of(value: &Value, path: &str) -> Option<i32> {
    words(at(value, path)).get(..4)?.parse().ok()
}

/// `Tue 16 Jun`, with the year if that is not `year`.
pub(super) fn day(date: &str, year: Option<i32>) -> String {
    match date.parse::<NaiveDate>() {
        Ok(day) if year.is_none_or(|year| year == day.year()) => dated(day, "%a %-d %b"),
        Ok(day) => dated(day, "%a %-d %b %Y"),
        Err(_) => date.to_owned(),
    }
}

/// `09:00–17:00`, or the hours of a night.
fn clock(from: &str, to: &str) -> String {
    let to = if to == "00:00" { "24:00" } else { to };
    if from < to { format!("{from}–{to}") } else { text!("say-over-night", from, to) }
}

/// `Mon–Fri`, `Tue, Thu` or one date.
fn days(value: &Value) -> String {
    let date = words(at(value, "on_date"));
    if !date.is_empty() {
        return day(&date, year_of(value, "created_at"));
    }
    let given: Vec<Weekday> =
        list(value, "days").iter().filter_map(|day| day.as_str()?.parse::<Weekday>().ok()).collect();
    let name = |day: &Weekday| {
        // 2026-06-01 is a Monday.
        let monday = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
        dated(monday + chrono::Days::new(u64::from(day.num_days_from_monday())), "%a")
    };
    let runs = given.chunk_by(|one, next| one.succ() == *next);
    let said = runs.map(|run| match run {
        [first, _, .., last] => format!("{}–{}", name(first), name(last)),
        run => run.iter().map(name).collect::<Vec<_>>().join(", "),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The span of a closure: whole days without their hours.
pub(super) fn span(from: &str, to: &str, year: Option<i32>) -> String {
    let moment = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    let (Some(start), Some(end)) = (moment(from), moment(to)) else { return format!("{from} – {to}") };
    let day = |date: NaiveDate| day(&date.to_string(), year);
    let clock = |at: NaiveDateTime| at.format("%H:%M").to_string();
    // A whole day ends at midnight of the next day.
    let last = end.date().pred_opt().unwrap_or_else(|| start.date());
    match (start.time(), end.time()) {
        (NaiveTime::MIN, NaiveTime::MIN) if last <= start.date() => day(start.date()),
        (NaiveTime::MIN, NaiveTime::MIN) => format!("{} – {}", day(start.date()), day(last)),
        _ if start.date() == end.date() => format!("{} {}–{}", day(start.date()), clock(start), clock(end)),
        _ => format!("{} {} – {} {}", day(start.date()), clock(start), day(end.date()), clock(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rosa() -> Value {
        json!({"code": "YM4MG7", "date": "2026-06-16", "start_time": "10:00", "end_time": "10:30", "status": "confirmed",
            "token_number": 1, "overbooked": false, "patient": {"full_name": "Rosa Mejía"},
            "doctor": {"full_name": "Dr. García"}, "branch": {"code": "main", "name": "Clínica Sol"},
            "updated_at": "2026-06-15T08:00:00-06:00"})
    }

    #[test]
    fn a_visit_is_told_in_a_sentence() {
        assert_eq!(
            booked(&rosa()),
            "Booked: Rosa Mejía, Tue 16 Jun 10:00–10:30, Dr. García, token 1 (YM4MG7)."
        );
        let mut again = rosa();
        again["idempotent"] = true.into();
        again["patient"] = Value::Null;
        again["updated_at"] = "2025-12-31T08:00:00-06:00".into();
        assert_eq!(
            booked(&again),
            "Booked already: Tue 16 Jun 2026 10:00–10:30, Dr. García, token 1 (YM4MG7)."
        );
        let mut same = rosa();
        same["changed"] = false.into();
        same["status"] = "checked_in".into();
        assert!(
            stepped(&same).starts_with("Nothing changed, it is checked in already: Rosa"),
            "{}",
            stepped(&same)
        );
    }

    #[test]
    fn hours_are_told_by_their_days() {
        let hours = |days: &[&str], from: &str, to: &str| {
            window(
                &json!({"days": days, "from": from, "to": to, "branch": {"name": "Clínica Sol"}, "status": "OPEN",
                    "doctor": {"full_name": "Dr. García", "code": "GAR"}}),
                Fate::Added,
            )
        };
        for (days, from, to, said) in [
            (&["mon", "tue", "wed", "thu", "fri"][..], "09:00", "17:00", "Mon–Fri 09:00–17:00"),
            (&["tue", "thu"], "09:00", "00:00", "Tue, Thu 09:00–24:00"),
            (&["mon", "tue", "sat"], "22:00", "06:00", "Mon, Tue, Sat 22:00–06:00 the next day"),
        ] {
            let expected = format!("Dr. García (GAR) sees patients {said} at Clínica Sol.");
            assert_eq!(hours(days, from, to), expected);
        }
    }

    #[test]
    fn a_closure_is_told_by_days_or_hours() {
        for (from, to, said) in [
            ("2026-06-16T00:00", "2026-06-17T00:00", "Tue 16 Jun"),
            ("2026-06-16T00:00", "2026-06-19T00:00", "Tue 16 Jun – Thu 18 Jun"),
            ("2026-06-16T09:00", "2026-06-16T11:30", "Tue 16 Jun 09:00–11:30"),
            ("2026-06-16T09:00", "2026-06-17T00:00", "Tue 16 Jun 09:00 – Wed 17 Jun 00:00"),
            ("soon", "later", "soon – later"),
        ] {
            assert_eq!(span(from, to, Some(2026)), said);
        }
    }
}
