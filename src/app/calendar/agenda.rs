//! Data for the day and week view of the calendar: open, closed and booked times.

use crate::app::access::find;
use crate::app::reminders::heartbeat;
use crate::app::reminders::heartbeat::Heartbeat;
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Brief;
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Doctor, Label, Service};
use crate::domain::refusal::Problems;
use crate::domain::time::{Instant, Zone, add_days, midnight};
use crate::domain::waitlist::Entry;
use crate::domain::window::{Closure, Window, openings_around};
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::appointments::{brief, visit};
use crate::store::record::Stored;
use crate::store::{Tx, directory, waitlist, windows};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The part of the calendar to load.
#[derive(Debug, Clone, Default)]
pub struct AgendaRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The day, or any day of the week; today by default.
    pub day: Option<Day>,
    /// Whether to load the whole week, Monday to Sunday.
    pub week: bool,
    /// Only this doctor, as typed.
    pub doctor: Option<String>,
    /// The branch, or `all`; by default the workstation's branch ([`Env::branch`]).
    pub branch: Option<String>,
}

/// A day or a week of the calendar.
#[derive(Debug, Clone)]
pub struct Agenda {
    /// The first local date.
    pub from: NaiveDate,
    /// The last local date.
    pub to: NaiveDate,
    /// The branch; `None` for all.
    pub branch: Option<Branch>,
    /// The time zone of dates and printed times.
    pub zone: Zone,
    /// The time of the query.
    pub now: Instant,
    /// One column per date and doctor, by date; on each date the pooled windows come last.
    pub columns: Vec<Column>,
    /// State of the clinic's sweeps (the runs that send due messages).
    pub heartbeat: Heartbeat,
}

/// One day of one doctor, or of the pooled windows (windows without a doctor).
#[derive(Debug, Clone)]
pub struct Column {
    /// The local date.
    pub date: NaiveDate,
    /// The doctor; `None` for the pooled windows.
    pub doctor: Option<Doctor>,
    /// Open times, each with the slot length in minutes.
    pub open: Vec<(Interval, i64)>,
    /// Closed parts of the open times, each with the closure's reason or the closed window's session.
    pub closed: Vec<(Interval, String)>,
    /// Slots held for the waiting list: time, code of the entry, end of the hold.
    pub held: Vec<(Interval, String, Instant)>,
    /// Visits that begin on that date, earliest first; without cancelled ones.
    pub visits: Vec<Booked>,
}

/// A visit in a column.
#[derive(Debug, Clone)]
pub struct Booked {
    /// Time, patient and status.
    pub brief: Brief,
    /// The appointment's time zone.
    pub zone: Zone,
    /// The branch.
    pub branch: Arc<Label>,
    /// The service.
    pub service: Option<Arc<Label>>,
}

/// Loads a day or a week of the calendar.
pub fn agenda(context: &mut Context, request: &AgendaRequest) -> Result<Agenda> {
    request.problems.clone().check()?;
    context.read(|tx, env, desk| {
        let (branch, branches) = branch(tx, env, &desk, request)?;
        let zone = branch.as_ref().map_or(Ok(desk.zone.clone()), |branch| env.branch_zone(&desk, branch))?;
        let today = desk.now(env).today(&zone);
        let day = request.day.map_or(today.date, |day| day.on(today));
        let (from, to) = if request.week { week_of(day) } else { (day, day) };
        let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::any)?;
        let mut pages = Pages::load(tx, env, &desk, (branch.as_ref(), &branches, doctor), (from, to))?;
        let days = std::iter::successors(Some(from), |day| Some(add_days(*day, 1)));
        let columns = days.take_while(|day| *day <= to).flat_map(|day| pages.columns(day, &zone)).collect();
        pages.told()?;
        let heartbeat = heartbeat::of(tx, &desk.clinic.id, env.now)?;
        Ok(Agenda { from, to, branch, zone, now: env.now, columns, heartbeat })
    })
}

fn week_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let monday = add_days(day, -i64::from(day.weekday().num_days_from_monday()));
    (monday, add_days(monday, 6))
}

/// Returns the selected branch (`None` for all), and all branches to show.
fn branch(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &AgendaRequest,
) -> Result<(Option<Branch>, Vec<Branch>)> {
    let word = request.branch.as_deref().or(env.branch.as_deref());
    if let Some(word) = word.filter(|word| *word != "all") {
        let branch: Branch = find::any(tx, desk, word)?;
        return Ok((Some(branch.clone()), vec![branch]));
    }
    let branches = directory::branches(tx, &desk.clinic.id)?;
    // If there is only one branch, use its time zone.
    let only = branches.first().filter(|_| branches.len() == 1 && word.is_none());
    Ok((only.cloned(), branches))
}

/// Loads the visits to show. The names of `branches` need not be loaded again.
fn visits(
    tx: &mut Tx<'_>,
    env: &Env,
    clinic_id: &str,
    filter: &Filter,
    branches: &[Branch],
) -> Result<Visits> {
    let briefs = brief::briefs(tx, clinic_id, filter)?;
    let mut places = names(branches.iter().map(Label::of_branch));
    // A visit is at a retired branch.
    if briefs.iter().any(|brief| !places.contains_key(&brief.branch_id)) {
        places = names(brief::labels::<Branch>(tx, clinic_id)?);
    }
    let mut services = Names::new();
    if briefs.iter().any(|brief| brief.service_id.is_some()) {
        services = names(brief::labels::<Service>(tx, clinic_id)?);
    }
    let mut visits = Visits::new();
    for brief in briefs.into_iter().filter(|brief| brief.status.is_shown()) {
        let zone = env.zones.get(&brief.timezone)?;
        let branch = named::<Branch>(&places, &brief.branch_id)?;
        let service = brief.service_id.as_deref().map(|id| named::<Service>(&services, id)).transpose()?;
        let column = (brief.date, brief.doctor_id.clone());
        visits.entry(column).or_default().push(Booked { brief, zone, branch, service });
    }
    Ok(visits)
}

type Names = BTreeMap<String, Arc<Label>>;

fn names(labels: impl IntoIterator<Item = Label>) -> Names {
    labels.into_iter().map(|label| (label.id.clone(), Arc::new(label))).collect()
}

fn named<T: Stored>(names: &Names, id: &str) -> Result<Arc<Label>> {
    names.get(id).cloned().ok_or_else(|| visit::missing(T::KIND, id).into())
}

/// Returns waiting-list entries with a hold at one of the branches around the given days.
fn holding(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    branches: &[Branch],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Entry>> {
    // Wide enough for every branch's time zone; `column` picks the holds of its day.
    let (from, to) = (midnight(add_days(from, -2)), midnight(add_days(to, 3)));
    let within = Interval::new(desk.zone.earliest(from), desk.zone.latest(to));
    let mut found = waitlist::holding(tx, &desk.clinic.id, within, env.now)?;
    found.retain(|entry| branches.iter().any(|branch| branch.id == entry.branch_id));
    Ok(found)
}

/// Visits by column: date and doctor id.
type Visits = BTreeMap<(NaiveDate, Option<String>), Vec<Booked>>;

/// The data of all columns.
struct Pages {
    windows: Vec<Window>,
    closures: Vec<Closure>,
    doctors: Vec<Doctor>,
    visits: Visits,
    holding: Vec<Entry>,
    pooled: bool,
    slot_minutes: i64,
}

impl Pages {
    fn load(
        tx: &mut Tx<'_>,
        env: &Env,
        desk: &Desk,
        (branch, branches, doctor): (Option<&Branch>, &[Branch], Option<Doctor>),
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Pages> {
        let clinic_id = &desk.clinic.id;
        let filter = Filter {
            from: Some(from),
            to: Some(to),
            doctor_id: doctor.as_ref().map(|doctor| doctor.id.clone()),
            branch_id: branch.map(|branch| branch.id.clone()),
            ..Filter::default()
        };
        let visits = visits(tx, env, clinic_id, &filter, branches)?;
        let windows: Vec<Window> = match &doctor {
            Some(doctor) => windows::of_doctor(tx, clinic_id, &doctor.id)?,
            None => directory::all(tx, clinic_id, false)?,
        };
        Ok(Pages {
            windows: windows.into_iter().filter(|w| branches.iter().any(|b| b.id == w.branch_id)).collect(),
            closures: windows::closures_around(tx, clinic_id, from, to)?,
            pooled: doctor.is_none(),
            doctors: match doctor {
                Some(doctor) => vec![doctor],
                // Retired doctors may still have visits.
                None => directory::all(tx, clinic_id, true)?,
            },
            visits,
            holding: holding(tx, env, desk, branches, (from, to))?,
            slot_minutes: desk.clinic.settings.slot_minutes,
        })
    }

    /// Builds the columns of a day: one per doctor who has an open time or a visit; a retired
    /// doctor has visits only.
    fn columns(&mut self, date: NaiveDate, zone: &Zone) -> Vec<Column> {
        let mut visits = std::mem::take(&mut self.visits);
        let doctors = self.doctors.iter().map(Some).chain(self.pooled.then_some(None));
        let columns = doctors
            .map(|doctor| {
                let own = visits.remove(&(date, doctor.map(|doctor| doctor.id.as_str().into())));
                Column { visits: own.unwrap_or_default(), ..self.column(date, zone, doctor) }
            })
            .filter(|column| !column.open.is_empty() || !column.visits.is_empty())
            .collect();
        self.visits = visits;
        columns
    }

    /// Fails if a visit has no column because its doctor does not exist.
    fn told(&self) -> Result<()> {
        match self.visits.keys().find_map(|(_, doctor)| doctor.as_ref()) {
            Some(doctor) => Err(visit::missing(Doctor::KIND, doctor).into()),
            None => Ok(()),
        }
    }

    /// Builds a column without visits.
    fn column(&self, date: NaiveDate, zone: &Zone, doctor: Option<&Doctor>) -> Column {
        let id = doctor.map(|doctor| doctor.id.as_str());
        let day = Interval::new(zone.earliest(midnight(date)), zone.earliest(midnight(add_days(date, 1))));
        let within = |span: Interval| Interval::new(span.start.max(day.start), span.end.min(day.end));
        // A retired doctor keeps the windows, but sees nobody new.
        let is_retired = doctor.is_some_and(|doctor| !doctor.active);
        let windows = self.windows.iter().filter(|window| !is_retired && window.doctor_id.as_deref() == id);
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for opening in openings_around(windows, date, zone) {
            let span = within(opening.span);
            let step = opening.window.slot_minutes.or(doctor.and_then(|doctor| doctor.slot_minutes));
            if span.seconds() <= 0 {
                continue;
            }
            open.push((span, step.unwrap_or(self.slot_minutes)));
            if !opening.window.open {
                closed.push((span, opening.window.session.clone().unwrap_or_default()));
            }
            let branch_id = &opening.window.branch_id;
            for closure in self.closures.iter().filter(|closure| closure.concerns(branch_id, id)) {
                let shut = closure.span(zone);
                let shut = Interval::new(shut.start.max(span.start), shut.end.min(span.end));
                if shut.seconds() > 0 {
                    closed.push((shut, closure.reason.clone()));
                }
            }
        }
        open.sort_unstable();
        closed.sort_unstable();
        let held = self.holding.iter().filter_map(|entry| {
            let hold = entry.hold.as_ref().filter(|hold| hold.doctor_id.as_deref() == id)?;
            day.holds(hold.span.start).then(|| (hold.span, entry.code.clone(), hold.until))
        });
        Column { date, doctor: doctor.cloned(), open, closed, held: held.collect(), visits: Vec::new() }
    }
}
