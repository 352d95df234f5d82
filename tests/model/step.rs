//! Random commands.

use crate::model::time::DAY;
use crate::model::{Closure, Model, Move, Start, Status, StatusStep, Window, Wish};

/// A random number generator whose seed fixes the sequence.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }

    /// Returns true in `percent` of 100 calls.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn maybe<T: Copy>(&mut self, percent: usize, all: &[T]) -> Option<T> {
        self.percent(percent).then(|| self.one_of(all))
    }
}

/// A setting and its new value.
#[derive(Debug, Clone, Copy)]
pub struct Setting(pub &'static str, pub &'static str);

/// A command. Records are numbered, modulo the number of records.
#[derive(Debug, Clone)]
pub enum Step {
    Book(Wish),
    Reschedule(usize, Move),
    Status(usize, StatusStep),
    Lengthen(usize, i64),
    Undo,
    AddWindow(Window),
    RemoveWindow(usize),
    OpenWindow(usize, bool),
    AddClosure(Closure),
    /// Adds a closure and moves its visits out.
    ClearOut(Closure),
    RemoveClosure(usize),
    Buffers(usize, i64, i64),
    Set(Setting),
    /// Lets the given minutes pass.
    Pass(i64),
}

const SETTINGS: [(&str, &[&str]); 10] = [
    ("duplicate_rule", &["off", "phone", "phone_and_name"]),
    ("min_notice", &["0", "0", "45m", "3h"]),
    ("max_advance", &["365d", "365d", "5d"]),
    ("cancellation_cutoff", &["0", "26h"]),
    ("reschedule_cutoff", &["0", "90m", "26h"]),
    ("strict_slots", &["false", "true"]),
    ("require_cancellation_reason", &["true", "false"]),
    ("require_diagnosis", &["false", "true"]),
    ("require_reason", &["false", "true"]),
    ("initial_status", &["confirmed", "scheduled"]),
];
const SESSIONS: [&str; 2] = ["Morning", "Evening"];
const LENGTHS: [i64; 20] = [10, 15, 20, 30, 45, 60, 10, 15, 20, 30, 45, 60, 10, 15, 20, 30, 45, 60, 0, 1441];

/// The next command, chosen so that many commands affect existing records.
pub fn next(model: &Model, chance: &mut Chance) -> Step {
    let number = chance.below(1000);
    match chance.below(100) {
        0..55 => Step::Book(wish(model, chance)),
        55 => Step::ClearOut(day_out(model, chance)),
        56..66 => Step::Reschedule(recent(model, chance), move_to(model, chance)),
        66..77 => {
            let visit = recent(model, chance);
            Step::Status(visit, status(model, visit, chance))
        }
        77..80 => Step::Lengthen(recent(model, chance), chance.one_of(&LENGTHS)),
        80..83 => Step::Undo,
        83 => Step::AddWindow(window(chance)),
        84 => Step::RemoveWindow(number),
        85..87 => Step::OpenWindow(number, chance.percent(70)),
        87 => Step::AddClosure(closure(model, chance)),
        88..90 => Step::RemoveClosure(number),
        90 => Step::Buffers(number, chance.one_of(&[0, 5]), chance.one_of(&[0, 10])),
        91..95 => {
            let (key, values) = chance.one_of(&SETTINGS);
            Step::Set(Setting(key, chance.one_of(values)))
        }
        _ => Step::Pass(chance.one_of(&[1, 30, 60, 180, 420])),
    }
}

fn recent(model: &Model, chance: &mut Chance) -> usize {
    let count = model.visits.len();
    count.saturating_sub(1 + chance.below(count.min(40)))
}

fn wish(model: &Model, chance: &mut Chance) -> Wish {
    let again = model.visits.len().min(12);
    let doctor = chance.maybe(70, &[0, 0, 1, 2]);
    let mut wish = Wish {
        branch: Some(usize::from(chance.percent(8))),
        doctor,
        service: chance.maybe(if doctor.is_none() { 99 } else { 25 }, &[0, 1]),
        session: chance.maybe(6, &SESSIONS),
        start: start(model, chance, doctor),
        minutes: chance.maybe(25, &LENGTHS),
        phone: chance.below(10),
        name: chance.below(3),
        reason: chance.percent(95),
        status: chance.maybe(5, &[Status::Scheduled, Status::Confirmed]),
        reference: chance.maybe(8, &[0, 1, 2, 3, 4, 5, 6, 7]),
        key: chance.maybe(10, &[0, 1, 2, 3, 4, 5, 6, 7]),
        overbook: chance.percent(6),
    };
    if chance.percent(2) {
        wish.branch = None;
    } else if chance.percent(2) {
        wish.doctor = Some(99);
    } else if chance.percent(2) {
        wish.service = Some(99);
    }
    // Send an earlier request again.
    if again > 0 && wish.key.is_some() && chance.percent(50) {
        let made = &model.visits[model.visits.len() - 1 - chance.below(again)];
        wish = Wish { overbook: wish.overbook, ..made.wish };
    }
    wish
}

/// A time in the next days, mostly in the doctor's hours; sometimes at night, when clocks change.
fn start(model: &Model, chance: &mut Chance, doctor: Option<usize>) -> Start {
    let today = model.zone.day(model.now);
    let ahead = if chance.percent(80) { chance.below(3) } else { chance.below(7) };
    let hour = match doctor {
        _ if chance.percent(8) => chance.below(24),
        Some(2) => (22 + chance.below(7)) % 24,
        _ => 8 + chance.below(5),
    };
    let minute = if chance.percent(5) { 7 } else { 15 * chance.below(4) };
    let minutes = i64::try_from(hour * 60 + minute).expect("a minute");
    let day = today + i64::try_from(ahead).expect("a day") - i64::from(chance.percent(2));
    let wall = day * DAY + minutes;
    if chance.percent(20) { Start::At(model.zone.earliest(wall)) } else { Start::Wall(wall) }
}

fn move_to(model: &Model, chance: &mut Chance) -> Move {
    let doctor = chance.maybe(25, &[0, 1, 2]);
    Move {
        start: start(model, chance, doctor),
        minutes: chance.maybe(15, &LENGTHS),
        doctor,
        branch: chance.maybe(4, &[0, 1]),
        overbook: chance.percent(6),
        force: chance.percent(15),
    }
}

/// Mostly a transition that the table allows.
fn status(model: &Model, number: usize, chance: &mut Chance) -> StatusStep {
    let from = model.visits.get(number).map(|visit| visit.status);
    let allowed = |to: &Status| from.is_some_and(|from| from.may_become(*to));
    let all: Vec<Status> = if chance.percent(70) {
        Status::ALL.into_iter().filter(allowed).collect()
    } else {
        Status::ALL.to_vec()
    };
    StatusStep {
        to: if all.is_empty() { Status::Cancelled } else { chance.one_of(&all) },
        reason: chance.percent(90),
        diagnosis: chance.percent(30),
        force: chance.percent(15),
    }
}

fn window(chance: &mut Chance) -> Window {
    let doctor = chance.maybe(70, &[0, 1, 2]);
    let (from, to) = chance.one_of(&[(540, 720), (840, 1020), (480, 660), (1260, 120), (0, 300), (1320, 0)]);
    Window {
        branch: usize::from(chance.percent(30)),
        doctor,
        service: chance.maybe(30, &[0, 1]),
        weekdays: chance.one_of(&[0b111_1111, 0b001_1111, 0b110_0000, 0b010_1010]),
        from,
        to,
        session: chance.maybe(50, &SESSIONS),
        slot: chance.maybe(40, &[10, 15, 40]),
        capacity: if doctor.is_none() { Some(1 + chance.below(3)) } else { chance.maybe(20, &[1, 2, 3]) },
        open: chance.percent(85),
        active: true,
    }
}

/// A closure of at most a day around a recent visit.
fn day_out(model: &Model, chance: &mut Chance) -> Closure {
    let other = closure(model, chance);
    let Some(visit) = model.visits.get(recent(model, chance)) else { return other };
    let day = model.zone.day(visit.start) * DAY;
    let (from, to) = chance.one_of(&[(0, DAY), (0, DAY), (480, 720), (600, 630)]);
    Closure { from: day + from, to: day + to, doctor: visit.doctor, branch: None, ..other }
}

fn closure(model: &Model, chance: &mut Chance) -> Closure {
    let from = model.zone.day(model.now) + i64::try_from(chance.below(6)).expect("a day");
    let (from, to) = if chance.percent(50) {
        (from * DAY, (from + 1) * DAY)
    } else {
        let hour = 60 * i64::try_from(chance.below(22)).expect("an hour");
        (from * DAY + hour, from * DAY + hour + chance.one_of(&[30, 120, 600]))
    };
    Closure {
        branch: chance.maybe(30, &[0, 1]),
        doctor: chance.maybe(50, &[0, 1, 2]),
        from,
        to,
        active: true,
    }
}
