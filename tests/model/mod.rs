//! A model of the rules with plain lists, written from the manual without any of the program's code.
//!
//! `mod.rs` holds the data, `rules.rs` the commands, `placing.rs` checks 5 to 11, `step.rs` random commands;
//! `real.rs` runs the same commands on a real book, and `both.rs` compares.

pub mod both;
mod clearing;
pub mod placing;
pub mod real;
pub mod rules;
pub mod step;
pub mod time;

use time::Zone;

/// The code of a refusal.
pub type Refused = &'static str;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Scheduled,
    Confirmed,
    CheckedIn,
    InProgress,
    Completed,
    Cancelled,
    NoShow,
}
use Status::{Cancelled, CheckedIn, Completed, Confirmed, InProgress, NoShow, Scheduled};

impl Status {
    pub const ALL: [Status; 7] = [Scheduled, Confirmed, CheckedIn, InProgress, Completed, Cancelled, NoShow];

    /// The manual's table of transitions.
    pub fn may_become(self, to: Status) -> bool {
        match self {
            Scheduled => to != Scheduled,
            Confirmed => !matches!(to, Scheduled | Confirmed),
            CheckedIn => matches!(to, InProgress | Completed | Cancelled | NoShow),
            InProgress => matches!(to, Completed | Cancelled),
            NoShow => to == CheckedIn,
            Completed | Cancelled => false,
        }
    }

    fn occupies(self) -> bool {
        !matches!(self, Cancelled | NoShow)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Doctor {
    pub slot: Option<i64>,
    pub before: i64,
    pub after: i64,
}

#[derive(Debug, Clone)]
pub struct Window {
    pub branch: usize,
    pub doctor: Option<usize>,
    pub service: Option<usize>,
    /// Bit 0 is Monday.
    pub weekdays: u8,
    pub from: i64,
    /// The next day if not after `from`.
    pub to: i64,
    pub session: Option<&'static str>,
    pub slot: Option<i64>,
    pub capacity: Option<usize>,
    pub open: bool,
    pub active: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closure {
    pub branch: Option<usize>,
    pub doctor: Option<usize>,
    /// Wall-clock minutes.
    pub from: i64,
    pub to: i64,
    pub active: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    Off,
    Phone,
    PhoneAndName,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub slot: i64,
    pub initial: Status,
    pub duplicates: Duplicates,
    pub one_patient_per_phone: bool,
    pub strict: bool,
    pub min_notice: i64,
    pub max_advance: i64,
    pub cancellation_cutoff: i64,
    pub reschedule_cutoff: i64,
    pub cancellation_reason: bool,
    pub diagnosis: bool,
    pub reason: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Wall(i64),
    At(i64),
}

/// A booking request.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub branch: Option<usize>,
    pub doctor: Option<usize>,
    pub service: Option<usize>,
    pub session: Option<&'static str>,
    pub start: Start,
    pub minutes: Option<i64>,
    pub phone: usize,
    pub name: usize,
    pub reason: bool,
    pub status: Option<Status>,
    pub reference: Option<usize>,
    pub key: Option<usize>,
    pub overbook: bool,
}

/// Doctor, else window, and day: each combination counts its tokens separately.
type Holder = (Option<usize>, usize, i64);

/// The compared parts of two requests with the same idempotency key.
type Print = (
    (Option<usize>, Option<usize>, Option<usize>, Option<&'static str>, i64, Option<i64>),
    (usize, usize, bool, Option<Status>, Option<usize>),
);

#[derive(Debug, Clone)]
pub struct Visit {
    pub branch: usize,
    pub doctor: Option<usize>,
    service: Option<usize>,
    pub patient: usize,
    window: usize,
    window_day: i64,
    pub start: i64,
    pub minutes: i64,
    buffers: (i64, i64),
    pub token: i64,
    pub status: Status,
    pub overbooked: bool,
    pub moves: i64,
    diagnosed: bool,
    reference: Option<usize>,
    key: Option<usize>,
    print: Print,
    pub wish: Wish,
}

impl Visit {
    fn busy(&self) -> (i64, i64) {
        (self.start - self.buffers.0, self.start + self.minutes + self.buffers.1)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Patient {
    pub phone: usize,
    pub name: usize,
    pub no_shows: i64,
}

/// Names 0 and 1 differ only in case and accents.
pub fn name_key(name: usize) -> usize {
    name.max(1)
}

#[derive(Debug, Clone)]
pub struct Model {
    pub zone: Zone,
    pub now: i64,
    pub settings: Settings,
    pub doctors: Vec<Doctor>,
    /// Minutes of each service, if set.
    pub services: Vec<Option<i64>>,
    pub windows: Vec<Window>,
    pub closures: Vec<Closure>,
    pub patients: Vec<Patient>,
    pub visits: Vec<Visit>,
    /// Changes of visits that were not undone, newest last.
    deeds: Vec<Deed>,
    /// The last token of each holder.
    tokens: Vec<(Holder, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Booking,
    Move,
    Step,
    /// Can't be undone, and blocks the undo of earlier changes of the visit.
    Other,
}

#[derive(Debug, Clone)]
struct Deed {
    act: Act,
    visit: usize,
    /// The visit before the change; for a booking, after the change.
    before: Visit,
    /// The closure that it was made for, by its position.
    closure: Option<usize>,
}

/// A reschedule request.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    pub start: Start,
    pub minutes: Option<i64>,
    pub doctor: Option<usize>,
    pub branch: Option<usize>,
    pub overbook: bool,
    pub force: bool,
}

/// A request to change the status.
#[derive(Debug, Clone, Copy)]
pub struct StatusStep {
    pub to: Status,
    pub reason: bool,
    pub diagnosis: bool,
    pub force: bool,
}

impl Model {
    pub fn new(zone: Zone, now: i64, settings: Settings) -> Model {
        Model {
            zone,
            now,
            settings,
            doctors: Vec::new(),
            services: Vec::new(),
            windows: Vec::new(),
            closures: Vec::new(),
            patients: Vec::new(),
            visits: Vec::new(),
            deeds: Vec::new(),
            tokens: Vec::new(),
        }
    }
}
