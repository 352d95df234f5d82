//! A report's pictures: the public JSON, and the drawing for a terminal.

mod drawing;

pub(in crate::output) use drawing::lang;
pub use drawing::{html, svg};

use crate::app::calendar::pictures::Pictures;
use crate::domain::pictures::{Hour, Lead, Month};
use crate::domain::report::part;
use crate::formats::appointment::{On, view, written};
use crate::locale::{dated, word};
use crate::output::charts::{bar, percent};
use crate::output::words::{at, list, words};
use chrono::{NaiveDate, Weekday};
use serde_json::Value;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// The report's name in JSON.
const NAME: &str = "overview";
/// The width of a bar in characters.
const BAR: usize = 30;

pub(crate) struct Overview;
written!(Overview, |_| NAME, {"enum": [NAME]});

view! {
    /// Use of open time by weekday and hour, no-shows by month, and lead time.
    pub struct PicturesView<'a> by pictures(pictures: &'a Pictures) where {
        let Pictures { clinic, from, to, heat, months, leads } = pictures;
        let all = heat.days().flat_map(|(weekday, hours)| hours.iter().zip(0..).map(move |h| (weekday, h)));
        let used = all.filter(|(_, (hour, _))| **hour != Hour::default());
    } {
        report: Overview = Overview,
        clinic: &'a str = clinic,
        from: On = On(*from),
        to: On = On(*to),
        hours: Vec<HourView> = used.map(|(weekday, (hour, number))| hour_of(weekday, number, *hour)).collect(),
        months: Vec<MonthView> = months.iter().map(month_of).collect(),
        lead_times: Vec<LeadView> = leads.iter().map(lead_of).collect(),
    }
}

view! {
    /// An hour of a weekday.
    pub struct HourView by hour_of(weekday: Weekday, number: i64, hour: Hour) {
        weekday: String = weekday.to_string().to_lowercase(),
        hour: i64 = number,
        open_minutes: i64 = hour.open,
        booked_minutes: i64 = hour.booked,
        utilisation_percent: Option<f64> = percent(hour.used()),
    }
}

view! {
    /// The visits of a month.
    pub struct MonthView by month_of(month: &Month) {
        month: String = month.first.format("%Y-%m").to_string(),
        completed: i64 = month.tally.completed,
        no_show: i64 = month.tally.no_show,
        no_show_percent: Option<f64> = percent(month.tally.missed()),
    }
}

view! {
    /// Visits by the days from booking to visit.
    pub struct LeadView by lead_of(lead: &Lead) {
        from_days: i64 = lead.from_days,
        to_days: Option<i64> = lead.to_days,
        visits: i64 = lead.visits,
    }
}

/// The pictures for a terminal.
pub fn text(value: &Value) -> String {
    let title = text!(
        "pictures-title",
        clinic = words(at(value, "clinic")),
        from = words(at(value, "from")),
        to = words(at(value, "to"))
    );
    let mut text = format!("{title}\n\n{}\n", text!("use-of-open-time"));
    heat(list(value, "hours"), &mut text);
    let number = |row: &Value, key: &str| at(row, key).as_i64().unwrap_or_default();
    let months = list(value, "months").iter().map(|row| {
        let first = format!("{}-01", words(at(row, "month"))).parse().unwrap_or(NaiveDate::MIN);
        let (missed, came) = (number(row, "no_show"), number(row, "completed"));
        (month_words(first), missed_words(missed, came), part(missed, missed + came).unwrap_or_default())
    });
    bars(text!("no-shows-by-month"), &months.collect::<Vec<_>>(), &mut text);
    let leads = list(value, "lead_times");
    let all: i64 = leads.iter().map(|row| number(row, "visits")).sum();
    let leads = leads.iter().map(|row| {
        let (from, visits) = (number(row, "from_days"), number(row, "visits"));
        (lead_words(from, at(row, "to_days").as_i64()), visits_words(visits, all), visits)
    });
    bars(text!("days-from-booking-to-visit"), &leads.collect::<Vec<_>>(), &mut text);
    text
}

/// A row for each weekday, a column for each hour, shades for the booked part.
fn heat(hours: &[Value], text: &mut String) {
    let number = |row: &Value| at(row, "hour").as_i64().unwrap_or_default();
    let (Some(first), Some(last)) = (hours.iter().map(number).min(), hours.iter().map(number).max()) else {
        let _ = writeln!(text, "  {}", text!("nothing-to-report"));
        return;
    };
    let head = (first..=last).map(|hour| format!("{hour:>3}")).collect::<String>();
    let _ = writeln!(text, "     {head}");
    for (weekday, _) in crate::domain::pictures::Heat::default().days() {
        let code = weekday.to_string().to_lowercase();
        let mut line = format!("  {:<3}", word(&code));
        for hour in first..=last {
            let cell = hours.iter().find(|row| at(row, "weekday") == code.as_str() && number(row) == hour);
            line.push(' ');
            line.push_str(cell.map_or("  ", shade));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(text, "  {}", text!("shades-of-use"));
}

/// The sign for the booked part of an hour.
fn shade(row: &Value) -> &'static str {
    match at(row, "utilisation_percent").as_f64() {
        None => "  ",
        Some(percent) if percent <= 0.0 => "··",
        Some(percent) if percent <= 25.0 => "░░",
        Some(percent) if percent <= 50.0 => "▒▒",
        Some(percent) if percent <= 75.0 => "▓▓",
        Some(_) => "██",
    }
}

/// Rows of a label, a bar and words.
fn bars(title: &str, rows: &[(String, String, i64)], text: &mut String) {
    let _ = writeln!(text, "\n{title}");
    let most = rows.iter().map(|(_, _, number)| *number).max().unwrap_or_default().max(1);
    let widest = rows.iter().map(|(label, _, _)| label.width()).max().unwrap_or_default();
    for (label, words, number) in rows {
        let gap = " ".repeat(widest - label.width());
        let bar = bar(percent(part(*number, most)).unwrap_or_default() / 100.0, BAR);
        let bar_gap = if bar.is_empty() { "" } else { " " };
        let _ = writeln!(text, "  {label}{gap}  {bar}{bar_gap}{words}");
    }
}

fn month_words(first: NaiveDate) -> String {
    dated(first, "%b %Y")
}

/// `9 % (4 of 44)`.
fn missed_words(missed: i64, came: i64) -> String {
    match part(missed, missed + came) {
        Some(tenths) => {
            text!("percent-of-visits", percent = whole(tenths), some = missed, all = missed + came)
        }
        None => text!("no-visits").to_owned(),
    }
}

/// `40 (12 %)`.
fn visits_words(visits: i64, all: i64) -> String {
    text!("visits-in-percent", visits, percent = whole(part(visits, all).unwrap_or_default()))
}

fn lead_words(from_days: i64, to_days: Option<i64>) -> String {
    match (from_days, to_days) {
        (0, Some(0)) => text!("under-a-day").to_owned(),
        (1, Some(1)) => text!("one-day").to_owned(),
        (_, Some(to_days)) => text!("days-to-days", from_days, to_days),
        (_, None) => text!("days-and-more", from_days),
    }
}

/// Tenths of a percent as a whole percentage.
fn whole(tenths: i64) -> i64 {
    (tenths + 5) / 10
}
