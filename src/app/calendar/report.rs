//! Reports: bookings, no-shows, and how much of the open time is booked.

use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::Problems;
use crate::domain::report::{By, Tally, open_minutes};
use crate::domain::time::add_days;
use crate::domain::window::Window;
use crate::platform::error::Result;
use crate::store::reports::{self, Share};
use crate::store::{Tx, directory, windows};
use chrono::{Datelike, NaiveDate, Weekday};

/// Default number of days, today included.
const USUAL: i64 = 30;
/// The longest range, in days.
pub(crate) const LONGEST_RANGE: i64 = 3660;

/// Range and grouping of a report.
#[derive(Debug, Clone, Default)]
pub struct ReportRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The first local date; by default 29 days before the last.
    pub from: Option<Day>,
    /// The last local date; by default today.
    pub to: Option<Day>,
    /// The kind of rows.
    pub by: By,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The first local date.
    pub from: NaiveDate,
    /// The last local date.
    pub to: NaiveDate,
    /// The kind of rows.
    pub by: By,
    /// The rows; empty ones are left out.
    pub rows: Vec<Line>,
    /// The sum of all rows.
    pub total: Line,
}

/// A row of a report.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// The record's id; `None` for a weekday, and for visits without such a record.
    pub id: Option<String>,
    /// The record's code, or the weekday as in `mon`.
    pub code: Option<String>,
    /// The name to show.
    pub name: String,
    /// Number and minutes of the visits by outcome.
    pub tally: Tally,
    /// Minutes that doctors' windows are open; `None` if not computed.
    pub open_minutes: Option<i64>,
    /// Minutes of visits with a doctor, to compare with `open_minutes`.
    pub doctors_minutes: i64,
}

/// Creates a report; `with_open` adds the open time, except in a report by service.
pub fn report(context: &mut Context, request: &ReportRequest, with_open: bool) -> Result<Report> {
    context.read(|tx, env, desk| {
        let today = desk.today(env);
        let to = request.to.map_or(today.date, |day| day.on(today));
        let from = request.from.map_or(add_days(to, 1 - USUAL), |day| day.on(today));
        let mut problems = request.problems.clone();
        if to < from {
            problems.add("to", text!("is-before-from"));
        } else if (to - from).num_days() > LONGEST_RANGE {
            problems.add("to", text!("the-range-is-longer-than-days", longest_range = LONGEST_RANGE));
        }
        problems.check()?;
        let mut rows = empty_rows(tx, &desk, request.by)?;
        for share in reports::shares(tx, &desk.clinic.id, (from, to), request.by)? {
            take_in(&mut rows, &share, request.by);
        }
        if with_open && request.by != By::Service {
            add_open_time(tx, env, &desk, &mut rows, ((from, to), request.by))?;
        }
        let total = total(&rows);
        rows.retain(|row| row.tally.total > 0 || row.open_minutes.unwrap_or(0) > 0);
        Ok(Report { from, to, by: request.by, rows, total })
    })
}

fn empty_rows(tx: &mut Tx<'_>, desk: &Desk, by: By) -> Result<Vec<Line>> {
    let clinic_id = &desk.clinic.id;
    let line = |id: String, code: String, name: String| Line {
        id: Some(id),
        code: Some(code),
        name,
        ..Line::default()
    };
    let without = |name: &str| Line { name: name.to_owned(), ..Line::default() };
    Ok(match by {
        By::Doctor => {
            let doctors: Vec<Doctor> = directory::all(tx, clinic_id, true)?;
            let rows = doctors.into_iter().map(|d| line(d.id, d.code, d.full_name));
            rows.chain([without("(pooled)")]).collect()
        }
        By::Service => {
            let services: Vec<Service> = directory::all(tx, clinic_id, true)?;
            let rows = services.into_iter().map(|s| line(s.id, s.code, s.name));
            rows.chain([without("(none)")]).collect()
        }
        By::Branch => {
            let branches: Vec<Branch> = directory::all(tx, clinic_id, true)?;
            branches.into_iter().map(|b| line(b.id, b.code, b.name)).collect()
        }
        By::Weekday => {
            let days = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).take(7);
            days.map(|day| Line {
                code: Some(day.to_string().to_lowercase()),
                name: day.to_string(),
                ..Line::default()
            })
            .collect()
        }
    })
}

fn take_in(rows: &mut [Line], share: &Share, by: By) {
    let row = match by {
        By::Weekday => {
            let date = share.key.as_deref().and_then(|date| date.parse::<NaiveDate>().ok());
            date.and_then(|date| rows.get_mut(date.weekday().num_days_from_monday() as usize))
        }
        _ => rows.iter_mut().find(|row| row.id == share.key),
    };
    if let Some(row) = row {
        let before = row.tally.minutes;
        row.tally.add(share.status, share.count, share.minutes);
        // Count a doctor's minutes only for a status whose minutes the tally counts.
        if row.tally.minutes != before {
            row.doctors_minutes += share.doctors_minutes;
        }
    }
}

pub(crate) type Days = (NaiveDate, NaiveDate);

/// Adds the open minutes of doctors' windows; pooled windows do not count.
fn add_open_time(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    rows: &mut [Line],
    (days, by): (Days, By),
) -> Result<()> {
    let clinic_id = &desk.clinic.id;
    let all: Vec<Window> = directory::all(tx, clinic_id, false)?;
    let closures = windows::closures_around(tx, clinic_id, days.0, days.1)?;
    for branch in directory::all::<Branch>(tx, clinic_id, true)? {
        let zone = env.branch_zone(desk, &branch)?;
        let mut here: Vec<&Window> =
            all.iter().filter(|w| w.branch_id == branch.id && w.doctor_id.is_some()).collect();
        here.sort_by(|one, other| one.doctor_id.cmp(&other.doctor_id));
        // Group by doctor, so that overlapping windows count once.
        for windows in here.chunk_by(|one, other| one.doctor_id == other.doctor_id) {
            let minutes = |days| open_minutes(windows, &closures, days, &zone);
            match by {
                By::Doctor => add(rows.iter_mut().find(|row| row.id == windows[0].doctor_id), minutes(days)),
                By::Branch => {
                    add(rows.iter_mut().find(|row| row.id.as_ref() == Some(&branch.id)), minutes(days))
                }
                By::Weekday => {
                    let dates = std::iter::successors(Some(days.0), |day| Some(add_days(*day, 1)));
                    for day in dates.take_while(|day| *day <= days.1) {
                        add(rows.get_mut(day.weekday().num_days_from_monday() as usize), minutes((day, day)));
                    }
                }
                By::Service => {}
            }
        }
    }
    Ok(())
}

fn add(row: Option<&mut Line>, minutes: i64) {
    if let Some(row) = row {
        row.open_minutes = Some(row.open_minutes.unwrap_or(0) + minutes);
    }
}

fn total(rows: &[Line]) -> Line {
    let mut total = Line { name: "total".into(), ..Line::default() };
    for row in rows {
        total.tally.join(&row.tally);
        total.doctors_minutes += row.doctors_minutes;
        if let Some(minutes) = row.open_minutes {
            add(Some(&mut total), minutes);
        }
    }
    total
}
