//! Runs each command on the model and on a real book, and compares the two.

use crate::model::real::{BRANCHES, MovedOut, Real, Seen, doctor_code, phone, status_word};
use crate::model::step::{Setting, Step};
use crate::model::time::{DAY, NEW_YORK, SALVADOR, Zone, days};
use crate::model::{Closure, Doctor, Duplicates, Model, Refused, Settings, Status, Window};
use std::collections::BTreeMap;
use std::path::Path;
use turno::domain::refusal::Refusal;
use turno::store::Location;

/// The starting state of a run, derived from the run's number.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub zone: Zone,
    pub now: i64,
    pub one_patient_per_phone: bool,
}

impl Setup {
    pub fn of(run: usize) -> Setup {
        // Both clock changes lie within the days for which visits are booked.
        let (zone, day) = match run % 3 {
            0 => (SALVADOR, days(2026, 6, 1)),
            1 => (NEW_YORK, days(2026, 10, 29)),
            _ => (NEW_YORK, days(2027, 3, 11)),
        };
        Setup { zone, now: day * DAY + 14 * 60, one_patient_per_phone: run % 4 == 3 }
    }
}

pub struct Both {
    pub model: Model,
    real: Real,
    /// Number of times each result or refusal occurred.
    pub answers: BTreeMap<String, usize>,
}

impl Both {
    pub fn new(setup: Setup, location: &Location, folder: &Path) -> Result<Both, Refusal> {
        let settings = Settings {
            slot: 30,
            initial: Status::Confirmed,
            duplicates: Duplicates::PhoneAndName,
            one_patient_per_phone: setup.one_patient_per_phone,
            strict: false,
            min_notice: 0,
            max_advance: 365 * DAY,
            cancellation_cutoff: 0,
            reschedule_cutoff: 0,
            cancellation_reason: true,
            diagnosis: false,
            reason: false,
        };
        let mut model = Model::new(setup.zone, setup.now, settings);
        let mut real = Real::new(location, folder.join("secret.key"), setup.zone, setup.now)?;
        let identity = if setup.one_patient_per_phone { "phone" } else { "phone_and_name" };
        real.set(Setting("patient_identity", identity))?;
        for (number, slot) in [Some(30), Some(20), None].into_iter().enumerate() {
            model.doctors.push(Doctor { slot, before: 0, after: 0 });
            real.add_doctor(number, slot)?;
        }
        for (number, minutes) in [Some(45), None].into_iter().enumerate() {
            model.services.push(minutes);
            real.add_service(number, minutes)?;
        }
        let window = |doctor, (from, to), session, capacity| Window {
            branch: 0,
            doctor,
            service: None,
            weekdays: 127,
            from,
            to,
            session,
            slot: None,
            capacity,
            open: true,
            active: true,
        };
        for opening in [
            window(Some(0), (540, 1020), None, None),
            window(Some(1), (480, 720), Some("Morning"), None),
            window(Some(2), (1320, 300), None, Some(2)),
            window(None, (540, 780), Some("Morning"), Some(2)),
            Window { branch: 1, ..window(Some(0), (480, 720), None, None) },
        ] {
            real.add_window(&opening)?;
            model.windows.push(opening);
        }
        Ok(Both { model, real, answers: BTreeMap::new() })
    }

    /// The visit as the book must show it.
    fn expected(&self, number: usize) -> Seen {
        let visit = &self.model.visits[number];
        let patient = self.model.patients[visit.patient];
        Seen {
            doctor: visit.doctor.map(doctor_code),
            branch: BRANCHES[visit.branch].to_owned(),
            start: visit.start,
            minutes: visit.minutes,
            token: visit.token,
            status: status_word(visit.status).as_str().to_owned(),
            overbooked: visit.overbooked,
            moves: visit.moves,
            phone: phone(patient.phone),
            no_shows: patient.no_shows,
        }
    }

    /// Runs a command on both; an error describes how they differ.
    pub fn take(&mut self, step: &Step) -> Result<(), String> {
        let Both { model, real, answers } = self;
        let visit =
            |wanted: usize, model: &Model| (!model.visits.is_empty()).then(|| wanted % model.visits.len());
        match step {
            Step::Book(wish) => {
                let (said, answer) = (model.book(wish), real.book(wish));
                let done = agree(answers, said, answer.map(|(number, seen, there)| ((number, there), seen)))?;
                self.same(done.map(|((number, _), seen)| (number, seen)))
            }
            Step::Reschedule(wanted, to) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.reschedule(number, to), real.reschedule(number, to));
                let done = agree(answers, said.map(drop), answer.map(|seen| ((), seen)))?;
                self.same(done.map(|((), seen)| (number, seen)))
            }
            Step::Status(wanted, step) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.step_to(number, step), real.step_to(number, step));
                let done = agree(answers, said, answer.map(|(seen, changed)| (changed, seen)))?;
                self.same(done.map(|(_, seen)| (number, seen)))
            }
            Step::Lengthen(wanted, minutes) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.lengthen(number, *minutes), real.lengthen(number, *minutes));
                let done = agree(answers, said, answer.map(|seen| ((), seen)))?;
                self.same(done.map(|((), seen)| (number, seen)))
            }
            // A doctor's closure that is there already is refused.
            Step::ClearOut(closure) | Step::AddClosure(closure)
                if closure.doctor.is_some() && model.closures.contains(closure) =>
            {
                Ok(())
            }
            Step::ClearOut(closure) => self.clear_out(closure),
            Step::Undo => {
                let (said, answer) = (model.undo(), real.undo());
                let done = agree(answers, said, answer)?;
                self.same(done)
            }
            other => self.arrange(other).map_err(|refusal| format!("the book refuses: {refusal:?}")),
        }
    }

    /// The book chooses the new places; the model checks each move against its own rules.
    fn clear_out(&mut self, closure: &Closure) -> Result<(), String> {
        let hit = self.model.hit_by(closure);
        let done = self.real.clear_out(closure);
        let MovedOut { moves, left } = done.map_err(|refusal| format!("the book refuses: {refusal:?}"))?;
        let mut told: Vec<usize> = moves.iter().map(|(number, _)| *number).chain(left.clone()).collect();
        told.sort_unstable();
        if told != hit {
            return Err(format!("the model has {hit:?} hit, the book {told:?}"));
        }
        self.model.closures.push(*closure);
        *self.answers.entry("moved out".to_owned()).or_default() += moves.len();
        *self.answers.entry("left in".to_owned()).or_default() += left.len();
        let before = self.model.deeds();
        for (number, seen) in moves {
            let doctor = (0..self.model.doctors.len()).find(|other| seen.doctor == Some(doctor_code(*other)));
            self.model.move_out(number, doctor, seen.start)?;
            self.same(Some((number, seen)))?;
        }
        self.model.made_for_closure(before);
        left.into_iter().try_for_each(|number| self.model.stays_in(number))
    }

    /// Runs a setup command, which neither side may refuse.
    fn arrange(&mut self, step: &Step) -> Result<(), Refusal> {
        let Both { model, real, .. } = self;
        match step {
            Step::AddWindow(window) => {
                real.add_window(window)?;
                model.windows.push(window.clone());
            }
            Step::RemoveWindow(wanted) | Step::OpenWindow(wanted, _) => {
                let number = wanted % model.windows.len();
                let window = &mut model.windows[number];
                match step {
                    _ if !window.active => {}
                    Step::OpenWindow(_, open) => {
                        real.open_window(number, *open)?;
                        window.open = *open;
                    }
                    _ => {
                        real.remove_window(number)?;
                        window.active = false;
                    }
                }
            }
            Step::AddClosure(closure) => {
                real.add_closure(closure)?;
                model.closures.push(*closure);
            }
            Step::RemoveClosure(wanted) if !model.closures.is_empty() => {
                let number = wanted % model.closures.len();
                if std::mem::take(&mut model.closures[number].active) {
                    real.remove_closure(number)?;
                }
            }
            Step::Buffers(wanted, before, after) => {
                let number = wanted % model.doctors.len();
                real.buffers(number, *before, *after)?;
                (model.doctors[number].before, model.doctors[number].after) = (*before, *after);
            }
            Step::Set(setting) => {
                real.set(*setting)?;
                model.settings.set(setting.0, setting.1);
            }
            Step::Pass(minutes) => {
                model.now += minutes;
                real.at(model.now);
            }
            _ => {}
        }
        Ok(())
    }

    fn same(&self, seen: Option<(usize, Seen)>) -> Result<(), String> {
        match seen {
            Some((number, seen)) if seen != self.expected(number) => {
                Err(format!("visit {number}: the model has {:?}, the book {seen:?}", self.expected(number)))
            }
            _ => Ok(()),
        }
    }

    /// Compares the whole list at the end; `db check` must find nothing.
    pub fn compare(&mut self) -> Result<(), String> {
        let all = self.real.all().map_err(|refusal| format!("{refusal:?}"))?;
        let expected: Vec<Seen> = (0..self.model.visits.len()).map(|number| self.expected(number)).collect();
        if all != expected {
            let place = all.iter().zip(&expected).position(|(seen, expected)| seen != expected);
            return Err(format!(
                "the lists differ, {} and {} visits, first at {place:?}",
                expected.len(),
                all.len()
            ));
        }
        match self.real.findings() {
            Ok(findings) if findings.is_empty() => Ok(()),
            other => Err(format!("a check of the book finds {other:?}")),
        }
    }
}

/// Both must accept with the same result or refuse with the same code. Returns `None` if both refuse.
fn agree<T: PartialEq + std::fmt::Debug>(
    answers: &mut BTreeMap<String, usize>,
    said: Result<T, Refused>,
    answer: Result<(T, Seen), Refusal>,
) -> Result<Option<(T, Seen)>, String> {
    let word = said
        .as_ref()
        .map_or_else(|code| (*code).to_owned(), |done| format!("{done:?}").replace(char::is_numeric, ""));
    *answers.entry(word).or_default() += 1;
    match (said, answer) {
        (Ok(said), Ok((done, seen))) if said == done => Ok(Some((done, seen))),
        (Err(said), Err(refusal)) if said == refusal.code.as_str() => Ok(None),
        (said, answer) => Err(format!("the model answers {said:?}, the book {answer:?}")),
    }
}

impl Settings {
    fn set(&mut self, key: &str, value: &str) {
        let minutes = || match value {
            "0" => 0,
            "45m" => 45,
            "90m" => 90,
            "26h" => 26 * 60,
            "3h" => 180,
            "5d" => 5 * DAY,
            "365d" => 365 * DAY,
            other => panic!("{other}"),
        };
        let yes = value == "true";
        match key {
            "duplicate_rule" => {
                self.duplicates = match value {
                    "off" => Duplicates::Off,
                    "phone" => Duplicates::Phone,
                    _ => Duplicates::PhoneAndName,
                }
            }
            "min_notice" => self.min_notice = minutes(),
            "max_advance" => self.max_advance = minutes(),
            "cancellation_cutoff" => self.cancellation_cutoff = minutes(),
            "reschedule_cutoff" => self.reschedule_cutoff = minutes(),
            "strict_slots" => self.strict = yes,
            "require_cancellation_reason" => self.cancellation_reason = yes,
            "require_diagnosis" => self.diagnosis = yes,
            "require_reason" => self.reason = yes,
            "initial_status" => {
                self.initial = if value == "confirmed" { Status::Confirmed } else { Status::Scheduled };
            }
            other => panic!("{other}"),
        }
    }
}
