//! Who is hit by a closure, and what must hold of their way out of it.

use crate::model::Status::{CheckedIn, Confirmed, InProgress, Scheduled};
use crate::model::placing::Ask;
use crate::model::time::DAY;
use crate::model::{Closure, Model, Move, Start, Visit};

/// How many days are looked through for a time for who was left.
const DAYS: i64 = 3;

impl Model {
    /// The visits that are still expected and lie in the closure.
    pub fn hit_by(&self, closure: &Closure) -> Vec<usize> {
        let is_hit = |visit: &Visit| {
            matches!(visit.status, Scheduled | Confirmed | CheckedIn | InProgress)
                && visit.start + visit.minutes > self.now
                && self.hits(closure, (visit.branch, visit.doctor), visit.start, visit.minutes)
        };
        (0..self.visits.len()).filter(|number| is_hit(&self.visits[*number])).collect()
    }

    /// Moves a visit out of a closure, to where the book says: that must be allowed, later, and with the
    /// same doctor the first time that there is.
    pub fn move_out(&mut self, number: usize, doctor: Option<usize>, start: i64) -> Result<(), String> {
        let visit = self.visits[number].clone();
        if start < visit.start {
            return Err(format!("visit {number} moves from {} to {start}, which is earlier", visit.start));
        }
        if doctor == visit.doctor
            && let Some(free) = self.first_free(number, start)
        {
            return Err(format!("visit {number} moves to {start}, but {free} was free"));
        }
        if doctor != visit.doctor && visit.service.is_none() {
            return Err(format!("visit {number} goes to another doctor without a service"));
        }
        let to = Move {
            start: Start::At(start),
            minutes: None,
            doctor,
            branch: None,
            overbook: false,
            force: false,
        };
        match self.reschedule(number, &to) {
            Ok(true) => Ok(()),
            other => Err(format!("the book moves visit {number} to {start}, the model says {other:?}")),
        }
    }

    /// Who is left must be one who can't be moved, or there was no time.
    pub fn stays_in(&self, number: usize) -> Result<(), String> {
        let visit = &self.visits[number];
        let cutoff = self.settings.reschedule_cutoff;
        let can_move = matches!(visit.status, Scheduled | Confirmed)
            && (cutoff == 0 || visit.start - self.now >= cutoff);
        match self.first_free(number, visit.start.max(self.now) + DAYS * DAY) {
            Some(free) if can_move => Err(format!("visit {number} is left, but {free} is free")),
            _ => Ok(()),
        }
    }

    /// The first time before that one which a visit's own doctor, or its pool, has for it.
    fn first_free(&self, number: usize, before: i64) -> Option<i64> {
        let visit = &self.visits[number];
        let patient = self.patients[visit.patient];
        (visit.start.max(self.now)..before).filter(|start| start % 5 == 0).find(|start| {
            let ask = Ask {
                branch: visit.branch,
                doctor: visit.doctor,
                service: visit.service,
                session: None,
                start: *start,
                minutes: Some(visit.minutes),
                overbook: false,
                except: Some(number),
                phone: patient.phone,
                name: patient.name,
            };
            let place = self.place(&ask);
            place.is_ok_and(|place| self.on_grid(place.window, place.day, visit.doctor, *start))
        })
    }
}
