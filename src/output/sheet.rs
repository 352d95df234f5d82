//! The printable sheet of a day: a page for each doctor, with lines to write on for free slots.

use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::locale::word;
use crate::output::agenda::{Span, clock, cut, heading_of, minute};
use crate::output::paper::filled;
use crate::output::pictures::lang;
use crate::output::words::{at, list, status_face, words};
use askama::Template;
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
        Paper::Html => html(value).unwrap_or_else(|refusal| refusal.message),
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

/// A page of the printable sheet.
struct Page {
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct Sheet {
    lang: &'static str,
    title: String,
    headings: [String; 6],
    pages: Vec<Page>,
    nobody: &'static str,
}

/// The sheet as one HTML page for a browser or a printer.
pub fn html(value: &Value) -> Result<String, Refusal> {
    let page = |column: &Value| {
        let mut lines = lines(column);
        // A page has lines of its own to write on.
        lines.iter_mut().filter(|line| line.patient.starts_with('_')).for_each(|line| line.patient.clear());
        Page { title: title(value, column), lines }
    };
    let headings = ["time", "", "token", "patient", "phone", "service"].map(word);
    filled(&Sheet {
        lang: lang(),
        title: words(at(value, "from")),
        headings,
        pages: list(value, "columns").iter().map(page).collect(),
        nobody: text!("nobody-sees-patients-and-nothing-is-booked"),
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
        assert!(page.contains("山田 &#60;b&#62;太郎&#60;/b&#62;") && !page.contains("<b>"), "{page}");
        assert_eq!(page.matches("<tr").count(), 5, "a heading, a visit and three lines: {page}");
        assert!(!page.contains("____"), "a page has lines of its own");
    }
}
