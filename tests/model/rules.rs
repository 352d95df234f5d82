//! The commands of the model: results, refusals and changes.

use crate::model::Status::{Cancelled, Completed, Confirmed, NoShow, Scheduled};
use crate::model::placing::Ask;
use crate::model::time::{DAY, Reading};
use crate::model::{
    Act, Deed, Model, Move, Patient, Print, Refused, Start, Status, StatusStep, Visit, Wish, name_key,
};

impl Model {
    /// Returns the visit and whether the booking already existed.
    pub fn book(&mut self, wish: &Wish) -> Result<(usize, bool), Refused> {
        // Check 1
        let bad_length = wish.minutes.is_some_and(|minutes| !(1..=DAY).contains(&minutes));
        let Some(branch) = wish.branch else { return Err("VALIDATION_ERROR") };
        let nobody = wish.doctor.is_none() && wish.service.is_none();
        if bad_length || nobody || (self.settings.reason && !wish.reason) {
            return Err("VALIDATION_ERROR");
        }
        // Checks 2 and 3
        if wish.doctor.is_some_and(|doctor| doctor >= self.doctors.len()) {
            return Err("RESOURCE_NOT_FOUND");
        }
        if wish.service.is_some_and(|service| service >= self.services.len()) {
            return Err("INVALID_APPOINTMENT_TYPE");
        }
        let start = self.start(wish.start)?;
        // Check 4
        let print = (
            (wish.branch, wish.doctor, wish.service, wish.session, start, wish.minutes),
            (wish.phone, name_key(wish.name), wish.reason, wish.status, wish.reference),
        );
        if let Some(there) = self.there_already(wish, &print)? {
            return Ok((there, true));
        }
        // Checks 5 to 11
        let ask = Ask {
            branch,
            doctor: wish.doctor,
            service: wish.service,
            session: wish.session,
            start,
            minutes: wish.minutes,
            overbook: wish.overbook,
            except: None,
            phone: wish.phone,
            name: wish.name,
        };
        let place = self.place(&ask)?;
        let patient = self.patient(wish.phone, wish.name);
        let token = self.next_token(wish.doctor, place.window, start);
        self.visits.push(Visit {
            branch,
            doctor: wish.doctor,
            service: wish.service,
            patient,
            window: place.window,
            window_day: place.day,
            start,
            minutes: place.minutes,
            buffers: place.buffers,
            token,
            status: wish.status.unwrap_or(self.settings.initial),
            overbooked: wish.overbook,
            moves: 0,
            diagnosed: false,
            reference: wish.reference,
            key: wish.key,
            print,
            wish: *wish,
        });
        let visit = self.visits.len() - 1;
        self.note(Act::Booking, visit, self.visits[visit].clone());
        Ok((visit, false))
    }

    fn start(&self, start: Start) -> Result<i64, Refused> {
        match start {
            Start::At(minute) => Ok(minute),
            Start::Wall(wall) => match self.zone.read(wall) {
                Reading::Once(minute) => Ok(minute),
                _ => Err("INVALID_TIME_SLOT"),
            },
        }
    }

    fn there_already(&self, wish: &Wish, print: &Print) -> Result<Option<usize>, Refused> {
        if wish.key.is_some()
            && let Some(there) = self.visits.iter().position(|visit| visit.key == wish.key)
        {
            let same = self.visits[there].print == *print;
            return if same { Ok(Some(there)) } else { Err("IDEMPOTENCY_MISMATCH") };
        }
        let by_reference = |visit: &Visit| {
            wish.reference.is_some() && visit.reference == wish.reference && visit.status != Cancelled
        };
        match self.visits.iter().position(by_reference) {
            Some(there) if self.visits[there].print != *print => Err("IDEMPOTENCY_MISMATCH"),
            found => Ok(found),
        }
    }

    fn patient(&mut self, phone: usize, name: usize) -> usize {
        let one = self.settings.one_patient_per_phone;
        let same =
            |patient: &Patient| patient.phone == phone && (one || name_key(patient.name) == name_key(name));
        match self.patients.iter().position(same) {
            Some(known) => {
                self.patients[known].name = name;
                known
            }
            None => {
                self.patients.push(Patient { phone, name, no_shows: 0 });
                self.patients.len() - 1
            }
        }
    }

    fn next_token(&mut self, doctor: Option<usize>, window: usize, start: i64) -> i64 {
        let holder = (doctor, if doctor.is_some() { 0 } else { window }, self.zone.day(start));
        match self.tokens.iter_mut().find(|(of, _)| *of == holder) {
            Some((_, token)) => {
                *token += 1;
                *token
            }
            None => {
                self.tokens.push((holder, 1));
                1
            }
        }
    }

    /// Returns whether anything changed.
    pub fn reschedule(&mut self, index: usize, to: &Move) -> Result<bool, Refused> {
        if to.doctor.is_some_and(|doctor| doctor >= self.doctors.len()) {
            return Err("RESOURCE_NOT_FOUND");
        }
        if to.minutes.is_some_and(|minutes| !(1..=DAY).contains(&minutes)) {
            return Err("VALIDATION_ERROR");
        }
        let visit = self.visits[index].clone();
        if !matches!(visit.status, Scheduled | Confirmed) {
            return Err("INVALID_STATE_TRANSITION");
        }
        let cutoff = self.settings.reschedule_cutoff;
        if !to.force && cutoff > 0 && visit.start - self.now < cutoff {
            return Err("RESCHEDULE_RESTRICTED");
        }
        let start = self.start(to.start)?;
        let doctor = to.doctor.or(visit.doctor);
        let branch = to.branch.unwrap_or(visit.branch);
        let minutes = to.minutes.unwrap_or(visit.minutes);
        let same = (start, minutes, doctor, branch, to.overbook)
            == (visit.start, visit.minutes, visit.doctor, visit.branch, visit.overbooked);
        if same {
            return Ok(false);
        }
        let Patient { phone, name, .. } = self.patients[visit.patient];
        let place = self.place(&Ask {
            branch,
            doctor,
            service: visit.service,
            session: None,
            start,
            minutes: Some(minutes),
            overbook: to.overbook,
            except: Some(index),
            phone,
            name,
        })?;
        let holder = |doctor: Option<usize>, window| (doctor, if doctor.is_some() { 0 } else { window });
        let keeps_token = holder(doctor, place.window) == holder(visit.doctor, visit.window)
            && self.zone.day(start) == self.zone.day(visit.start);
        let token = if keeps_token { visit.token } else { self.next_token(doctor, place.window, start) };
        self.note(Act::Move, index, visit.clone());
        self.visits[index] = Visit {
            branch,
            doctor,
            window: place.window,
            window_day: place.day,
            start,
            minutes,
            buffers: place.buffers,
            token,
            overbooked: to.overbook,
            moves: visit.moves + 1,
            ..visit
        };
        Ok(true)
    }

    /// Returns whether the status changed.
    pub fn step_to(&mut self, index: usize, step: &StatusStep) -> Result<bool, Refused> {
        let visit = self.visits[index].clone();
        let diagnosed = visit.diagnosed || step.diagnosis;
        if visit.status == step.to {
            if diagnosed != visit.diagnosed && matches!(visit.status, Completed | Cancelled) {
                return Err("INVALID_STATE_TRANSITION");
            }
            if diagnosed != visit.diagnosed {
                self.note(Act::Other, index, visit);
            }
            self.visits[index].diagnosed = diagnosed;
            return Ok(false);
        }
        if !visit.status.may_become(step.to) {
            return Err("INVALID_STATE_TRANSITION");
        }
        let cutoff = self.settings.cancellation_cutoff;
        match step.to {
            Cancelled if self.settings.cancellation_reason && !step.reason => return Err("VALIDATION_ERROR"),
            Cancelled if !step.force && cutoff > 0 && visit.start - self.now < cutoff => {
                return Err("CANCELLATION_RESTRICTED");
            }
            Completed if self.settings.diagnosis && !diagnosed => return Err("VALIDATION_ERROR"),
            NoShow if self.now < visit.start => return Err("INVALID_STATE_TRANSITION"),
            _ => {}
        }
        if visit.status == NoShow && !visit.overbooked {
            let room = (visit.window, visit.window_day, visit.service);
            self.check_room(visit.doctor, visit.busy(), room, Some(index))?;
        }
        let missed = |status: Status| i64::from(status == NoShow);
        self.patients[visit.patient].no_shows += missed(step.to) - missed(visit.status);
        self.note(Act::Step, index, visit);
        self.visits[index].status = step.to;
        self.visits[index].diagnosed = diagnosed;
        Ok(true)
    }

    pub fn lengthen(&mut self, index: usize, minutes: i64) -> Result<(), Refused> {
        let visit = self.visits[index].clone();
        if minutes == visit.minutes {
            return Ok(());
        }
        if !(1..=DAY).contains(&minutes) {
            return Err("VALIDATION_ERROR");
        }
        if matches!(visit.status, Completed | Cancelled) {
            return Err("INVALID_STATE_TRANSITION");
        }
        let before = visit.minutes;
        let longer = Visit { minutes, ..visit };
        if !self.fits(longer.window, longer.window_day, longer.doctor, longer.start, minutes) {
            return Err("INVALID_TIME_SLOT");
        }
        if longer.status.occupies() && minutes > before {
            let room = (longer.window, longer.window_day, longer.service);
            self.check_room(longer.doctor, longer.busy(), room, Some(index))?;
        }
        self.note(Act::Other, index, self.visits[index].clone());
        self.visits[index] = longer;
        Ok(())
    }

    fn note(&mut self, act: Act, visit: usize, before: Visit) {
        self.deeds.push(Deed { act, visit, before, closure: None });
    }

    /// Undoes the last change that can be undone. Returns the visit.
    pub fn undo(&mut self) -> Result<usize, Refused> {
        let last = self.deeds.iter().rposition(|deed| deed.act != Act::Other);
        let Some(last) = last else { return Err("RESOURCE_NOT_FOUND") };
        match self.deeds[last].closure.filter(|closure| self.closures[*closure].active) {
            Some(closure) => self.undo_act(closure),
            None => self.undo_deed(last),
        }
    }

    /// The number of changes that were not undone.
    pub fn deeds(&self) -> usize {
        self.deeds.len()
    }

    /// Notes that the changes from that one on were made for the newest closure.
    pub fn made_for_closure(&mut self, from: usize) {
        let closure = self.closures.len().checked_sub(1);
        self.deeds[from..].iter_mut().for_each(|deed| deed.closure = closure);
    }

    /// Undoes a closure with all moves that were made for it, or nothing. Returns the visit that was moved last.
    fn undo_act(&mut self, closure: usize) -> Result<usize, Refused> {
        let saved = self.clone();
        self.closures[closure].active = false;
        let mut newest = None;
        let is_its = |deed: &Deed| deed.closure == Some(closure) && deed.act != Act::Other;
        while let Some(deed) = self.deeds.iter().rposition(is_its) {
            match self.undo_deed(deed) {
                Ok(visit) => newest = newest.or(Some(visit)),
                Err(refused) => {
                    *self = saved;
                    return Err(refused);
                }
            }
        }
        newest.ok_or("RESOURCE_NOT_FOUND")
    }

    fn undo_deed(&mut self, last: usize) -> Result<usize, Refused> {
        let Deed { act, visit: index, before, .. } = self.deeds[last].clone();
        if self.deeds[last + 1..].iter().any(|later| later.visit == index) {
            return Err("INVALID_STATE_TRANSITION");
        }
        let now = self.visits[index].clone();
        let mut after = match act {
            Act::Booking => Visit { status: Cancelled, ..now },
            _ => before,
        };
        let takes_time = match act {
            Act::Move => {
                // Use the doctor's current buffers.
                let doctor = after.doctor.map(|doctor| self.doctors[doctor]);
                after.buffers = doctor.map_or((0, 0), |doctor| (doctor.before, doctor.after));
                true
            }
            _ => !now.status.occupies() && after.status.occupies(),
        };
        if takes_time {
            self.check_free_again(index, &now, &after)?;
        }
        let missed = |status: Status| i64::from(status == NoShow);
        self.patients[after.patient].no_shows += missed(after.status) - missed(now.status);
        self.visits[index] = after;
        self.deeds.remove(last);
        Ok(index)
    }

    /// Checks the reference, closures and free room before a visit takes its time again.
    fn check_free_again(&self, index: usize, now: &Visit, after: &Visit) -> Result<(), Refused> {
        let has_it = |visit: &Visit| visit.reference == after.reference && visit.status != Cancelled;
        let taken = |(other, visit): (usize, &Visit)| other != index && has_it(visit);
        if after.reference.is_some() && now.status == Cancelled && self.visits.iter().enumerate().any(taken) {
            return Err("DUPLICATE_BOOKING");
        }
        let Patient { phone, name, .. } = self.patients[after.patient];
        let ask = Ask {
            branch: after.branch,
            doctor: after.doctor,
            service: after.service,
            session: None,
            start: after.start,
            minutes: Some(after.minutes),
            overbook: after.overbooked,
            except: Some(index),
            phone,
            name,
        };
        if after.start > self.now && self.is_closed(&ask, after.minutes) {
            return Err("SLOT_INACTIVE");
        }
        if after.overbooked || !after.status.occupies() {
            return Ok(());
        }
        let room = (after.window, after.window_day, after.service);
        self.check_room(after.doctor, after.busy(), room, Some(index))
    }
}
