//! The figures of a report's pictures.

use crate::app::calendar::report::{Days, LONGEST_RANGE};
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::pictures::{Heat, Lead, Month, leads, months};
use crate::domain::record::Branch;
use crate::domain::refusal::Problems;
use crate::domain::report::{By, open_spans};
use crate::domain::window::Window;
use crate::platform::error::Result;
use crate::store::{Tx, directory, reports, windows};
use chrono::{Datelike, Months, NaiveDate};

/// Months that are shown by default, the last one included.
const USUAL: u32 = 12;

/// The days of the pictures.
#[derive(Debug, Clone, Default)]
pub struct PicturesRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The first local date; by default that of the first visit within twelve months.
    pub from: Option<Day>,
    /// The last local date; by default today.
    pub to: Option<Day>,
}

/// The figures.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// The clinic's name.
    pub clinic: String,
    /// The first local date.
    pub from: NaiveDate,
    /// The last local date.
    pub to: NaiveDate,
    /// Use of doctors' open time.
    pub heat: Heat,
    /// No-shows by month.
    pub months: Vec<Month>,
    /// Days from booking to visit.
    pub leads: Vec<Lead>,
}

/// Loads the figures.
pub fn pictures(context: &mut Context, request: &PicturesRequest) -> Result<Pictures> {
    context.read(|tx, env, desk| {
        let days = days(tx, env, &desk, request)?;
        let clinic_id = &desk.clinic.id;
        let mut heat = Heat::default();
        for busy in reports::busy(tx, clinic_id, days)? {
            heat.add_booked(busy.date, busy.start_time, busy.minutes, busy.count);
        }
        add_open(tx, env, &desk, days, &mut heat)?;
        let shares = reports::shares(tx, clinic_id, days, By::Weekday)?;
        let by_date = shares.iter().filter_map(|share| {
            let date = share.key.as_deref()?.parse().ok()?;
            Some((date, share.status, share.count))
        });
        let leads = leads(&reports::lead_days(tx, clinic_id, days)?);
        let (from, to) = days;
        Ok(Pictures { clinic: desk.clinic.name, from, to, heat, months: months(days, by_date), leads })
    })
}

fn days(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &PicturesRequest) -> Result<Days> {
    let today = desk.today(env);
    let to = request.to.map_or(today.date, |day| day.on(today));
    let from = match request.from {
        Some(day) => day.on(today),
        None => {
            let month = to.with_day(1).unwrap_or(to);
            let earliest = month.checked_sub_months(Months::new(USUAL - 1)).unwrap_or(month);
            // Hours in which a new clinic had no visits yet would look unused.
            let first = reports::first_date(tx, &desk.clinic.id, earliest)?;
            first.filter(|first| *first <= to).unwrap_or(month)
        }
    };
    let mut problems = request.problems.clone();
    if to < from {
        problems.add("to", text!("is-before-from"));
    } else if (to - from).num_days() > LONGEST_RANGE {
        problems.add("to", text!("the-range-is-longer-than-days", longest_range = LONGEST_RANGE));
    }
    problems.check()?;
    Ok((from, to))
}

/// Adds the open time of doctors' windows; pooled windows do not count.
fn add_open(tx: &mut Tx<'_>, env: &Env, desk: &Desk, days: Days, heat: &mut Heat) -> Result<()> {
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
            for span in open_spans(windows, &closures, days, &zone) {
                heat.add_open(span, &zone);
            }
        }
    }
    Ok(())
}
