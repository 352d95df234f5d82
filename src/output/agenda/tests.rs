//! Compares whole pictures.

use super::*;
use serde_json::json;

fn visit(from: &str, to: &str, status: &str, name: &str) -> Value {
    json!({"start_time": from, "end_time": to, "status": status, "patient": {"full_name": name}})
}

fn open(from: &str, to: &str) -> Value {
    json!({"start_time": from, "end_time": to, "slot_minutes": 30})
}

fn column(date: &str, doctor: &str, open: Vec<Value>, closed: Vec<Value>, visits: Vec<Value>) -> Value {
    json!({"date": date, "doctor": {"full_name": doctor}, "open": open, "closed": closed, "appointments": visits})
}

fn monday() -> Value {
    let paz = column(
        "2026-06-15",
        "Dr. Paz",
        vec![open("09:00", "11:00")],
        vec![json!({"start_time": "10:00", "end_time": "11:00", "reason": "Reunión"})],
        vec![visit("09:30", "10:00", "no_show", "Luis")],
    );
    let ruiz = column(
        "2026-06-15",
        "Dra. Ruiz",
        vec![open("08:00", "10:00"), open("14:00", "15:00")],
        vec![],
        vec![
            visit("08:00", "09:00", "in_progress", "Ana Mejía"),
            visit("09:10", "09:40", "checked_in", "山田 太郎"),
            visit("09:20", "09:40", "confirmed", "Eva"),
        ],
    );
    json!({"from": "2026-06-15", "to": "2026-06-15", "branch": {"name": "Norte"},
        "as_of": "2026-06-15T08:40:00-06:00", "columns": [paz, ruiz]})
}

const MONDAY: &str = "\
Monday 2026-06-15, Norte

      Dr. Paz   Dra. Ruiz
08:00           ◐ Ana Mejía
08:30           │
08:40 ┄┄┄┄┄┄┄┄┄ ┄┄┄┄┄┄┄┄┄
09:00 ·         ▶ +1 09:10 山田 太郎
09:30 ! Luis    │
10:00 ░ Reunión
10:30 ░

14:00           ·
14:30           ·
";

fn drawn(value: &Value, width: Option<usize>) -> String {
    let text = text(value, width, false);
    let (picture, legend) = text.rsplit_once("\n\n").unwrap();
    assert!(legend.contains("● confirmed"), "{legend}");
    format!("{picture}\n")
}

fn widest(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap()
}

#[test]
fn a_day_has_a_column_for_each_doctor_and_a_gap_where_nobody_is_there() {
    let squeezed = |text: &str| -> String {
        text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
    };
    // Here the line of the current time is compared without its dashes: their number depends on the column
    // width.
    let undashed = |text: &str| squeezed(&text.replace(NOW, ""));
    assert_eq!(undashed(&drawn(&monday(), None)), undashed(MONDAY));
}

#[test]
fn nothing_is_wider_than_the_terminal_and_all_of_it_is_there() {
    for width in [17, 24, 40, 80, 120] {
        let text = text(&monday(), Some(width), false);
        assert!(widest(&text) <= width, "{width}:\n{text}");
        assert!(text.contains("Dr. Paz") && text.contains("Dra. Ruiz"), "{width}:\n{text}");
    }
    // Two columns of nine and the times take 26; in a narrower terminal they stand below each other.
    let narrow = drawn(&monday(), Some(20));
    assert_eq!(narrow.matches("08:00").count(), 2, "{narrow}");
}

#[test]
fn wide_characters_keep_the_columns_in_line() {
    let name = "山田 太郎 é ñ 👩 山田 太郎";
    let one = column(
        "2026-06-15",
        "A",
        vec![open("08:00", "09:00")],
        vec![],
        vec![visit("08:00", "08:30", "confirmed", name)],
    );
    let two = column("2026-06-15", "B", vec![open("08:00", "09:00")], vec![], vec![]);
    let value =
        json!({"from": "2026-06-15", "to": "2026-06-15", "branch": null, "as_of": "", "columns": [one, two]});
    for width in [30, 40, 60] {
        let text = drawn(&value, Some(width));
        let at = |line: &str| line.rfind(FREE).map(|place| line[..place].width());
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with("08:")).map(at).collect();
        assert!(rows[0].is_some() && rows[0] == rows[1], "{text}");
    }
}

#[test]
fn a_week_has_a_column_for_each_day_whoever_is_at_work() {
    let day = |date: &str, doctor: &str, name: &str| {
        column(
            date,
            doctor,
            vec![open("08:00", "09:00")],
            vec![],
            vec![visit("08:00", "08:30", "confirmed", name)],
        )
    };
    let columns =
        vec![day("2026-06-15", "A", "Ana"), day("2026-06-15", "B", "Eva"), day("2026-06-16", "A", "Luis")];
    let value = json!({"from": "2026-06-15", "to": "2026-06-21", "branch": null, "as_of": "2026-06-16T08:10:00Z", "columns": columns});
    let text = drawn(&value, Some(80));
    assert_eq!(
        text,
        "2026-06-15 to 2026-06-21\n\n      Mon 15    Tue 16\n08:00 ● +1 Ana  ● Luis\n08:10           ┄┄┄┄┄┄┄┄┄\n08:30 ·         ·\n"
    );
}

#[test]
fn a_status_is_told_by_a_sign_and_colours_say_no_more() {
    let (plain, coloured) = (text(&monday(), Some(60), false), text(&monday(), Some(60), true));
    assert!(!plain.contains('\u{1b}'));
    let mut stripped = String::new();
    for part in coloured.split('\u{1b}') {
        stripped.push_str(part.strip_prefix('[').map_or(part, |part| part.split_once('m').unwrap().1));
    }
    assert_eq!(stripped, plain);
    assert!(coloured.contains("\u{1b}[34m◐"), "{coloured}");
}

#[test]
fn a_name_commands_no_terminal() {
    let value = json!({"from": "2026-06-15", "to": "2026-06-15", "branch": null, "as_of": "", "columns": [
        column("2026-06-15", "A\u{1b}[2J", vec![], vec![], vec![visit("08:00", "08:30", "confirmed", "B\u{1b}]0;x\u{7}\nC")])
    ]});
    let text = text(&value, Some(80), false);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("08:")).count(), 1, "{text}");
}

#[test]
fn a_holiday_is_closed_in_the_week_however_many_doctors_have_it() {
    let off = || vec![json!({"start_time": "08:00", "end_time": "09:00", "reason": "Fiesta"})];
    let day =
        |date: &str, doctor: &str, closed| column(date, doctor, vec![open("08:00", "09:00")], closed, vec![]);
    let value = json!({"from": "2026-06-15", "to": "2026-06-21", "branch": null, "as_of": "", "columns": [
        day("2026-06-15", "A", off()), day("2026-06-15", "B", off()),
        day("2026-06-16", "A", off()), day("2026-06-16", "B", vec![]),
        day("2026-06-17", "A", vec![]), day("2026-06-17", "B", vec![]),
    ]});
    assert_eq!(
        drawn(&value, Some(80)),
        "2026-06-15 to 2026-06-21\n\n      Mon 15    Tue 16    Wed 17\n08:00 ░ Fiesta  ·         ·\n08:30 ░         ·         ·\n"
    );
}

#[test]
fn where_one_doctor_is_still_there_a_closure_takes_only_its_part_of_the_week() {
    let half = vec![json!({"start_time": "08:00", "end_time": "09:00", "reason": "Curso"})];
    let value = json!({"from": "2026-06-15", "to": "2026-06-21", "branch": null, "as_of": "", "columns": [
        column("2026-06-15", "A", vec![open("08:00", "09:00")], half, vec![]),
        column("2026-06-15", "B", vec![open("08:30", "09:30")], vec![], vec![]),
    ]});
    assert_eq!(
        drawn(&value, None),
        "2026-06-15 to 2026-06-21\n\n      Mon 15\n08:00 ░ Curso\n08:30 ·\n09:00 ·\n"
    );
}
