//! Data for the start screen: current and waiting patients, next visits, due messages, suggested commands.

use crate::app::access::find;
use crate::app::calendar::list::MOST;
use crate::app::calendar::queue::{Place, QueueRequest, in_turn};
use crate::app::reminders::heartbeat;
use crate::app::reminders::heartbeat::Heartbeat;
use crate::app::waitlist::{self as waiting_list, Waiting};
use crate::app::{Context, Desk, Env};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::interval::Interval;
use crate::domain::record::{Attendee, Branch, Clinic, Doctor, Service};
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone, add_days};
use crate::domain::window::Window;
use crate::platform::error::Result;
use crate::store::appointments::list::{self, Filter, Order};
use crate::store::{Tx, directory, outbox, replies, waitlist};
use chrono::NaiveDate;

/// Number of upcoming visits shown.
const NEXT: usize = 5;
/// Number of suggested commands.
const STEPS: usize = 3;
/// Suggest a check-in this many seconds before the booked start.
const SOON: i64 = 45 * 60;
/// How far ahead to search for held slots, in seconds.
const FAR: i64 = 3 * 365 * 86_400;

/// The state of a clinic at one moment.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The clinic.
    pub clinic: Clinic,
    /// The branch; `None` for all.
    pub branch: Option<Branch>,
    /// Today's local date.
    pub date: NaiveDate,
    /// The time of the query.
    pub now: Instant,
    /// The time zone of `date` and of printed times.
    pub zone: Zone,
    /// Visits in progress.
    pub inside: Vec<Place>,
    /// Visits of checked-in patients, in the order in which they came.
    pub waiting: Vec<Place>,
    /// Up to `NEXT` expected visits of today, or of the following days if none is left today.
    pub next: Vec<Place>,
    /// Number of visits still expected today.
    pub expected: usize,
    /// Visits of today whose booked end has passed without a check-in.
    pub unsettled: Vec<Place>,
    /// Number of due messages, and when the oldest one became due.
    pub due: (i64, Option<Instant>),
    /// Number of patients' answers that wait for a person.
    pub inbox: i64,
    /// Waiting-list entries with a held slot, soonest expiry first.
    pub offers: Vec<Waiting>,
    /// State of the sweeps (the runs that send due messages).
    pub heartbeat: Heartbeat,
    /// Suggested commands, most likely first.
    pub steps: Vec<Step>,
}

impl Overview {
    /// Iterates over all visits shown.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.inside.iter().chain(&self.waiting).chain(&self.next).chain(&self.unsettled)
    }
}

/// A suggested command.
#[derive(Debug, Clone)]
pub enum Step {
    /// Start the visit of a waiting patient.
    GoesIn(Box<Visit<Attendee>>),
    /// Complete a visit past its booked end.
    Ends(Box<Visit<Attendee>>),
    /// Check in a patient who is expected soon.
    Arrives(Box<Visit<Attendee>>),
    /// Mark a patient who did not come as a no-show.
    Missed(Box<Visit<Attendee>>),
    /// Accept a waiting-list offer.
    Answers {
        /// The entry's code.
        entry: String,
        /// The patient's name.
        patient: String,
    },
    /// Send the due messages.
    Sends,
    /// Add the first doctor.
    AddsDoctor,
    /// Add opening hours.
    AddsWindow,
    /// Book an appointment.
    Books,
    /// Find free slots.
    Looks,
    /// Show the live queue.
    Watches,
    /// Show today's agenda.
    Draws,
}

/// Today's visits by state.
#[derive(Default)]
struct Room {
    inside: Vec<Place>,
    waiting: Vec<Place>,
    next: Vec<Place>,
    unsettled: Vec<Place>,
}

/// Loads the overview.
pub fn overview(context: &mut Context, request: &QueueRequest) -> Result<Overview> {
    context.read(|tx, env, desk| {
        let word = request.branch.as_ref().or(env.branch.as_ref()).filter(|word| *word != "all");
        let branch = word.map(|word| find::any::<Branch>(tx, &desk, word)).transpose()?;
        let zone = branch.as_ref().map_or(Ok(desk.zone.clone()), |branch| env.branch_zone(&desk, branch))?;
        let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::any)?;
        let date = zone.date(env.now);
        let filter = Filter {
            from: Some(date),
            to: Some(date),
            statuses: vec![Status::Scheduled, Status::Confirmed, Status::CheckedIn, Status::InProgress],
            doctor_id: doctor.as_ref().map(|doctor| doctor.id.clone()),
            branch_id: branch.as_ref().map(|branch| branch.id.clone()),
            ..Filter::default()
        };
        let mut room = Room::of(visits(tx, env, &desk, &filter, MOST)?, env.now);
        let expected = room.next.len();
        room.next.truncate(NEXT);
        if expected == 0 {
            room.next = later(tx, env, &desk, &filter)?;
        }
        let own = desk.own_doctor();
        let offers = offers(tx, env, &desk, &filter)?;
        let heartbeat = heartbeat::of(tx, &desk.clinic.id, env.now)?;
        let steps = steps(tx, env, &desk, &room, &offers, heartbeat)?;
        let due = outbox::due(tx, &desk.clinic.id, own, env.now)?;
        let inbox = replies::waiting(tx, &desk.clinic.id)?;
        let Room { inside, waiting, next, unsettled } = room;
        let Desk { clinic, .. } = desk;
        Ok(Overview {
            clinic,
            branch,
            date,
            now: env.now,
            zone,
            inside,
            waiting,
            next,
            expected,
            unsettled,
            due,
            inbox,
            offers,
            heartbeat,
            steps,
        })
    })
}

fn visits(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    filter: &Filter,
    most: i64,
) -> Result<Vec<Visit<Attendee>>> {
    find::with_zones(env, list::page(tx, &desk.clinic.id, filter, Order::Start, most, 0)?)
}

/// Loads the first expected visits after today.
fn later(tx: &mut Tx<'_>, env: &Env, desk: &Desk, today: &Filter) -> Result<Vec<Place>> {
    let filter = Filter {
        from: today.from.map(|date| add_days(date, 1)),
        to: None,
        statuses: vec![Status::Scheduled, Status::Confirmed],
        ..today.clone()
    };
    let found = visits(tx, env, desk, &filter, i64::try_from(NEXT).unwrap_or(i64::MAX))?;
    Ok(found.into_iter().map(Place::ahead).collect())
}

/// Loads the waiting-list entries with a held slot that match the filter.
fn offers(tx: &mut Tx<'_>, env: &Env, desk: &Desk, filter: &Filter) -> Result<Vec<Waiting>> {
    let ahead = Interval::new(env.now, env.now.plus(FAR));
    let mut held = waitlist::holding(tx, &desk.clinic.id, ahead, env.now)?;
    held.retain(|entry| {
        let doctor = entry.hold.as_ref().and_then(|hold| hold.doctor_id.as_ref());
        let is_asked =
            |asked: &Option<String>, own: Option<&String>| asked.is_none() || asked.as_ref() == own;
        is_asked(&filter.doctor_id, doctor) && is_asked(&filter.branch_id, Some(&entry.branch_id))
    });
    held.sort_by_key(|entry| entry.hold.as_ref().map(|hold| hold.until));
    held.into_iter().map(|entry| waiting_list::name(tx, env, desk, entry)).collect()
}

impl Room {
    fn of(visits: Vec<Visit<Attendee>>, now: Instant) -> Room {
        let mut room = Room::default();
        for place in in_turn(visits, now) {
            let appointment = &place.visit.appointment;
            match appointment.status {
                Status::InProgress => room.inside.push(place),
                Status::CheckedIn => room.waiting.push(place),
                _ if appointment.span.end <= now => room.unsettled.push(place),
                _ => room.next.push(place),
            }
        }
        room.waiting.sort_by_key(|place| {
            let appointment = &place.visit.appointment;
            (appointment.stamps.checked_in_at, appointment.token_number)
        });
        room.next.sort_by_key(|place| place.visit.appointment.span);
        room.unsettled.sort_by_key(|place| place.visit.appointment.span);
        room
    }

    /// Returns the first waiting visit whose doctor is free.
    fn goes_in(&self) -> Option<&Visit<Attendee>> {
        let is_free = |doctor: &Option<String>| {
            doctor.is_none() || self.inside.iter().all(|place| place.visit.appointment.doctor_id != *doctor)
        };
        self.waiting.iter().map(|place| &place.visit).find(|visit| is_free(&visit.appointment.doctor_id))
    }
}

/// Suggests commands, most likely first; only those that the caller has access to.
fn steps(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    room: &Room,
    offers: &[Waiting],
    heartbeat: Heartbeat,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let is_whole = desk.own_doctor().is_none();
    if is_whole && desk.require(Scope::Admin).is_ok() {
        steps = first_steps(tx, &desk.clinic.id)?;
    }
    if desk.require(Scope::AppointmentsWrite).is_ok() {
        let first = |places: &[Place], fits: &dyn Fn(Interval) -> bool| {
            let visit = places.iter().map(|place| &place.visit).find(|visit| fits(visit.appointment.span));
            visit.map(|visit| Box::new(visit.clone()))
        };
        steps.extend(room.goes_in().map(|visit| Step::GoesIn(Box::new(visit.clone()))));
        if is_whole && matches!(heartbeat, Heartbeat::Late { .. }) {
            steps.push(Step::Sends);
        }
        steps.extend(offers.first().map(|offer| Step::Answers {
            entry: offer.entry.code.clone(),
            patient: offer.patient.full_name.clone(),
        }));
        steps.extend(first(&room.inside, &|span| span.end <= env.now).map(Step::Ends));
        steps.extend(first(&room.next, &|span| span.start <= env.now.plus(SOON)).map(Step::Arrives));
        steps.extend(first(&room.unsettled, &|_| true).map(Step::Missed));
        steps.push(Step::Books);
    }
    steps.push(Step::Looks);
    let is_busy = !room.waiting.is_empty() || !room.inside.is_empty();
    steps.extend(if is_busy { [Step::Watches, Step::Draws] } else { [Step::Draws, Step::Watches] });
    steps.truncate(STEPS);
    Ok(steps)
}

/// Suggests the commands that complete a clinic's setup.
fn first_steps(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let has_doctor = !directory::all::<Doctor>(tx, clinic_id, false)?.is_empty();
    if !has_doctor && directory::all::<Service>(tx, clinic_id, false)?.is_empty() {
        steps.push(Step::AddsDoctor);
    }
    if directory::all::<Window>(tx, clinic_id, false)?.is_empty() {
        steps.push(Step::AddsWindow);
    }
    Ok(steps)
}
