//! Asks for a day and a free time on it.

use crate::app::Context;
use crate::app::booking::prompt_choices;
use crate::app::calendar::slots::{FreeSlot, SlotsRequest};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::add_days;
use crate::input::fields::Raw;
use crate::input::prompts::labels;
use crate::input::prompts::picker::{Asked, Board, Choice};
use chrono::NaiveDate;

/// How many days are shown at a time.
const DAYS: usize = 14;

/// Whether a start was said, all of it.
pub(crate) fn has_start(said: &Raw) -> bool {
    said.has("at") || (said.has("date") && said.has("time"))
}

/// What was said, with something in the place of what is missing of its start, so that the rest can be
/// read.
pub(crate) fn with_start(said: &Raw) -> Raw {
    let mut whole = said.clone();
    for (field, stands_in) in [("date", "today"), ("time", "00:00")] {
        if !said.has("at") && !said.has(field) {
            whole.put(field, Some(stands_in.to_owned()));
        }
    }
    whole
}

/// What a time is asked for, and from which days.
pub(crate) struct Wanted {
    /// Whose slots.
    pub slots: SlotsRequest,
    /// The local date that is today.
    pub today: NaiveDate,
    /// The day, where it is said already.
    pub day: Option<NaiveDate>,
}

impl Wanted {
    /// A free slot of the day that was said, else of one that is chosen. The day is remembered, so that
    /// asking again begins there.
    pub(crate) fn ask(&mut self, board: &Board, context: &mut Context) -> Asked<FreeSlot> {
        loop {
            let date = match self.day {
                Some(date) => date,
                None => self.ask_day(board, context)?,
            };
            let free = prompt_choices::slots_on(context, &self.slots, date)?;
            self.day = Some(date);
            if free.is_empty() {
                board.say(&text!("nothing-is-free-on", date = labels::date(date)))?;
                self.day = None;
                continue;
            }
            let several = self.slots.doctor.is_none();
            let choices: Vec<_> = free.iter().map(|free| labels::slot(free, several)).collect();
            return board.choose(&text!("time-on", date = labels::date(date)), &choices);
        }
    }

    fn ask_day(&self, board: &Board, context: &mut Context) -> Asked<NaiveDate> {
        let mut from = self.today;
        loop {
            let rooms = prompt_choices::room(context, &self.slots, from, DAYS)?;
            let mut choices: Vec<_> = rooms.iter().map(|room| labels::day(room, self.today)).collect();
            match rooms.last() {
                Some(last) if rooms.len() == DAYS => {
                    choices.push(Choice::new(None, text!("later-times")).found_by("more"));
                    from = add_days(last.date, 1);
                }
                _ if rooms.iter().all(|room| room.free == 0) => return Err(nothing_open().into()),
                _ => {}
            }
            if let Some(date) = board.choose(text!("ask-day"), &choices)? {
                return Ok(date);
            }
        }
    }
}

fn nothing_open() -> Refusal {
    Refusal::new(Code::OutsideAvailability, text!("there-is-no-free-time-as-far-ahead"))
        .hint(text!("turno-window-list-shows-when-patients-are-seen"))
}
