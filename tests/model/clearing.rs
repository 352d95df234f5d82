//! Which visits a closure covers, and which moves out of the closure are allowed.

use crate::model::Status::{CheckedIn, Confirmed, InProgress, Scheduled};
use crate::model::placing::Ask;
use crate::model::time::DAY;
use crate::model::{Closure, Model, Move, Start, Visit};

/// Days searched for a new time.
const DAYS: i64 = 3;

impl Model {
    /// Visits that are not over and lie in the closure.
    pub fn hit_by(&self, closure: &Closure) -> Vec<usize> {
        let is_hit = |visit: &Visit| {
            matches!(visit.status, Scheduled | Confirmed | CheckedIn | InProgress)
                && visit.start + visit.minutes > self.now
                && self.hits(closure, (visit.branch, visit.doctor), visit.start, visit.minutes)
        };
        (0..self.visits.len()).filter(|number| is_hit(&self.visits[*number])).collect()
    }

    /// Moves a visit to the place that the book chose. The place must be allowed, not earlier, and the first
    /// free time if the doctor stays the same.
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

    /// A visit may stay in the closure only if moving is not allowed or its doctor has no free time.
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

    /// The first free time before `before` (UTC minutes) with the same doctor, or in the same pool.
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
