//! The printable sheet of a day: a page for each doctor, with lines to write on for free slots.

use crate::domain::status::Status;
use crate::output::agenda::{Span, clock, cut, heading_of, minute};
use crate::output::words::{at, list, status_face, words};
use serde_json::Value;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// The format of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Plain text of 80 columns.
    Text,
    /// A self-contained HTML page.
    Html,
}

struct Line {
    from: i64,
    time: String,
    sign: String,
    token: String,
    patient: String,
    phone: String,
    service: String,
}

/// Column widths of the text sheet, gaps included: time, sign, token, patient, phone; service gets the rest.
const WIDTHS: [usize; 5] = [13, 3, 4, 30, 15];

/// The sheet of an agenda.
pub fn text(value: &Value, paper: Paper) -> String {
    match paper {
        Paper::Text => plain(value),
        Paper::Html => html(value),
    }
}

fn plain(value: &Value) -> String {
    let mut text = String::new();
    for column in list(value, "columns") {
        if !text.is_empty() {
            // A form feed starts a new page.
            text.push('\u{c}');
        }
        let _ = writeln!(text, "{}\n", title(value, column));
        for line in lines(column) {
            let cells = [&line.time, &line.sign, &line.token, &line.patient, &line.phone];
            let mut row = String::new();
            for (cell, width) in cells.into_iter().zip(WIDTHS) {
                let cell = cut(cell, width - 1);
                row.push_str(&cell);
                row.extend(std::iter::repeat_n(' ', width - cell.width()));
            }
            row.push_str(&cut(&line.service, 80 - WIDTHS.iter().sum::<usize>()));
            let _ = writeln!(text, "{}", row.trim_end());
        }
    }
    if text.is_empty() { format!("{}\n", text!("nobody-sees-patients-and-nothing-is-booked")) } else { text }
}

/// The heading of a page: day, doctor and branch.
fn title(value: &Value, column: &Value) -> String {
    let doctor = words(at(column, "doctor.full_name"));
    let doctor = if doctor.is_empty() { text!("pooled-mark").to_owned() } else { doctor };
    let (day, branch) = (heading_of(&words(at(column, "date"))), words(at(value, "branch.name")));
    [day, doctor, branch].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ")
}

/// The visits, and a line for each free step of the windows' grid.
fn lines(column: &Value) -> Vec<Line> {
    let visits = list(column, "appointments");
    let mut lines: Vec<Line> = visits.iter().map(booked).collect();
    for open in list(column, "open") {
        let (Span { mut from, to }, step) =
            (Span::of(open), open["slot_minutes"].as_i64().unwrap_or(30).max(1));
        while from < to {
            let slot = Span { from, to: from + step };
            let shut = list(column, "closed").iter().find(|shut| Span::of(shut).overlaps(slot));
            let missed = |visit: &&Value| at(visit, "status") != Status::NoShow.as_str();
            if !visits.iter().filter(missed).any(|visit| Span::of(visit).overlaps(slot)) {
                let held = list(column, "held").iter().find(|held| Span::of(held).overlaps(slot));
                let held = held.map(|held| words(at(held, "entry")));
                lines.push(free(from, shut.map(|shut| words(at(shut, "reason"))).or(held)));
            }
            from += step;
        }
    }
    lines.sort_by_key(|line| line.from);
    // Overlapping windows repeat times.
    lines.dedup_by(|next, line| next.from == line.from && next.token.is_empty() && line.token.is_empty());
    lines
}

fn booked(visit: &Value) -> Line {
    let get = |path: &str| words(at(visit, path));
    let status = Status::parse(&get("status")).unwrap_or(Status::Scheduled);
    Line {
        from: minute(at(visit, "start_time")),
        time: format!("{}-{}", get("start_time"), get("end_time")),
        sign: status_face(status).0.to_string(),
        token: get("token_number"),
        patient: get("patient.full_name"),
        phone: get("patient.phone"),
        service: get("service.name"),
    }
}

fn free(from: i64, shut: Option<String>) -> Line {
    let empty = String::new;
    let patient = shut.map_or_else(|| "_".repeat(28), |reason| format!("░ {reason}"));
    Line { from, time: clock(from), sign: empty(), token: empty(), patient, phone: empty(), service: empty() }
}

const STYLE: &str = "body{font:11pt sans-serif}section{break-after:page}section:last-child{break-after:auto}\
h1{font-size:14pt}table{border-collapse:collapse;width:100%}td{border-bottom:1px solid #999;padding:4pt}\
td:first-child{white-space:nowrap}";

fn html(value: &Value) -> String {
    let mut text = format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style></head><body>\n",
        escaped(&words(at(value, "from")))
    );
    for column in list(value, "columns") {
        let _ = writeln!(text, "<section><h1>{}</h1><table>", escaped(&title(value, column)));
        for line in lines(column) {
            let patient = if line.patient.starts_with('_') { String::new() } else { line.patient };
            let cells = [line.time, line.sign, line.token, patient, line.phone, line.service];
            let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
            let _ = writeln!(text, "<tr>{cells}</tr>");
        }
        text.push_str("</table></section>\n");
    }
    text + "</body></html>\n"
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn day() -> Value {
        json!({"from": "2026-06-15", "to": "2026-06-15", "branch": {"name": "Norte"}, "columns": [{
            "date": "2026-06-15", "doctor": {"full_name": "Dra. Ruiz"},
            "open": [{"start_time": "08:00", "end_time": "10:00", "slot_minutes": 30}],
            "closed": [{"start_time": "09:30", "end_time": "10:00", "reason": "Reunión"}],
            "appointments": [{"start_time": "08:30", "end_time": "09:00", "status": "confirmed", "token_number": 1,
                "patient": {"full_name": "山田 <b>太郎</b>", "phone": "+50370123456"}, "service": {"name": "Control"}}],
        }]})
    }

    #[test]
    fn a_sheet_has_a_line_for_each_visit_and_one_to_write_on_where_it_is_free() {
        let expected = format!(
            "Monday 2026-06-15   Dra. Ruiz   Norte\n\n08:00               {0}\n08:30-09:00  ●  1   山田 <b>太郎</b>              +50370123456   Control\n09:00               {0}\n09:30               ░ Reunión\n",
            "_".repeat(28)
        );
        assert_eq!(text(&day(), Paper::Text), expected);
        assert!(expected.lines().all(|line| line.width() <= 80));
    }

    #[test]
    fn a_page_says_a_name_as_it_is_and_runs_nothing() {
        let page = text(&day(), Paper::Html);
        assert!(page.contains("山田 &lt;b&gt;太郎&lt;/b&gt;") && !page.contains("<b>"), "{page}");
        assert_eq!(page.matches("<tr>").count(), 4, "{page}");
        assert!(!page.contains("____"), "a page has lines of its own");
    }
}
