//! Runs the model's commands on a real book.

use crate::model::step::Setting;
use crate::model::time::{DAY, Zone};
use crate::model::{Closure, Move, Start, Status, StatusStep, Window, Wish};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use turno::app::booking::book;
use turno::app::booking::request::BookRequest;
use turno::app::booking::reschedule;
use turno::app::booking::reschedule::{NewStart, RescheduleRequest};
use turno::app::booking::status;
use turno::app::booking::status::StatusRequest;
use turno::app::booking::undo;
use turno::app::booking::update;
use turno::app::booking::update::UpdateRequest;
use turno::app::calendar::affected::Care;
use turno::app::calendar::list;
use turno::app::calendar::list::ListRequest;
use turno::app::calendar::reassign::{ClearRequest, Cleared, clear};
use turno::app::calendar::{branch, closure, doctor, service, window};
use turno::app::change::Change;
use turno::app::upkeep::clinic;
use turno::app::upkeep::{audit, check};
use turno::app::when::{Day, Length, When};
use turno::app::{Context, Env};
use turno::domain::appointment::Visit;
use turno::domain::record::Attendee;
use turno::domain::refusal::Refusal;
use turno::domain::status as real;
use turno::domain::time::Instant;
use turno::platform::secrets::Secrets;
use turno::platform::zones::Zones;
use turno::store::{Ending, Location, Store};

pub const BRANCHES: [&str; 2] = ["main", "norte"];
const NAMES: [&str; 3] = ["ana diaz", "Ana Díaz", "Luis Paz"];

pub struct Real {
    context: Context,
    windows: Vec<String>,
    closures: Vec<String>,
    /// Appointment ids in booking order; the index is the model's number of the visit.
    pub visits: Vec<String>,
}

/// The compared part of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub doctor: Option<String>,
    pub branch: String,
    pub start: i64,
    pub minutes: i64,
    pub token: i64,
    pub status: String,
    pub overbooked: bool,
    pub moves: i64,
    pub phone: String,
    pub no_shows: i64,
}

impl Seen {
    fn of(visit: &Visit) -> Seen {
        Seen::with(visit, &visit.patient.phone, visit.patient.no_show_count)
    }

    /// The visit as `list` shows it.
    fn listed(visit: &Visit<Attendee>) -> Seen {
        Seen::with(visit, &visit.patient.phone, visit.patient.no_show_count)
    }

    fn with<P>(visit: &Visit<P>, phone: &str, no_shows: i64) -> Seen {
        let appointment = &visit.appointment;
        Seen {
            doctor: visit.doctor.as_ref().map(|doctor| doctor.code.clone()),
            branch: visit.branch.code.clone(),
            start: appointment.span.start.unix() / 60,
            minutes: appointment.duration_minutes(),
            token: appointment.token_number,
            status: appointment.status.as_str().to_owned(),
            overbooked: appointment.overbooked,
            moves: appointment.reschedule_count,
            phone: phone.to_owned(),
            no_shows,
        }
    }
}

/// Moved and unmoved visits after `ClearOut`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedOut {
    pub moves: Vec<(usize, Seen)>,
    pub left: Vec<usize>,
}

pub fn phone(number: usize) -> String {
    format!("+5037700000{number}")
}

pub fn doctor_code(number: usize) -> String {
    format!("D{number}")
}

fn service_code(number: usize) -> String {
    format!("S{number}")
}

pub fn status_word(status: Status) -> real::Status {
    real::Status::ALL[Status::ALL.iter().position(|other| *other == status).expect("a status")]
}

fn wall(minute: i64) -> NaiveDateTime {
    NaiveDateTime::default() + TimeDelta::minutes(minute)
}

fn time(minute: i64) -> NaiveTime {
    wall(minute.rem_euclid(DAY)).time()
}

fn instant(minute: i64) -> Instant {
    Instant::from_unix(minute * 60)
}

fn when(start: Start) -> When {
    match start {
        Start::Wall(minute) => When::Wall(wall(minute)),
        Start::At(minute) => When::At(instant(minute)),
    }
}

fn closure_fields(asked: &Closure) -> closure::ClosureFields {
    closure::ClosureFields {
        from: Some(closure::Bound::Wall(wall(asked.from))),
        to: Some(closure::Bound::Wall(wall(asked.to))),
        doctor: asked.doctor.map(doctor_code),
        branch: asked.branch.map(|branch| BRANCHES[branch].to_owned()),
        reason: Some("feria".to_owned()),
        ..Default::default()
    }
}

type Answer<T> = Result<T, Refusal>;

impl Real {
    /// Creates a book at `location` with a clinic that has two branches.
    pub fn new(location: &Location, secret: std::path::PathBuf, zone: Zone, now: i64) -> Answer<Real> {
        let store = Store::create(location)?;
        let actor = Some("prueba".to_owned());
        let env = Env::new(instant(now), actor, None, None, Zones::new(None), Secrets::new(secret));
        let mut context = Context { store, env };
        clinic::init(
            &mut context,
            &clinic::ClinicRequest {
                name: Some("Clínica".to_owned()),
                timezone: Some(zone.name.to_owned()),
                country: Some("SV".to_owned()),
                code: Some("clinica".to_owned()),
            },
        )?;
        let norte = Some(BRANCHES[1].to_owned());
        branch::add(
            &mut context,
            &branch::BranchFields { name: norte.clone(), code: norte, ..Default::default() },
        )?;
        Ok(Real { context, windows: Vec::new(), closures: Vec::new(), visits: Vec::new() })
    }

    pub fn set(&mut self, Setting(key, value): Setting) -> Answer<()> {
        clinic::set(&mut self.context, key, value).map(drop)
    }

    pub fn at(&mut self, now: i64) {
        self.context.env.now = instant(now);
    }

    pub fn add_doctor(&mut self, number: usize, slot: Option<i64>) -> Answer<()> {
        let fields = doctor::DoctorFields {
            name: Some(format!("Dr. {number}")),
            code: Some(doctor_code(number)),
            slot: slot.map(|slot| slot.to_string()),
            ..Default::default()
        };
        doctor::add(&mut self.context, &fields).map(drop)
    }

    pub fn buffers(&mut self, number: usize, before: i64, after: i64) -> Answer<()> {
        let fields = doctor::DoctorFields {
            buffer_before: Some(before.to_string()),
            buffer_after: Some(after.to_string()),
            ..Default::default()
        };
        doctor::set(&mut self.context, &doctor_code(number), &fields).map(drop)
    }

    pub fn add_service(&mut self, number: usize, minutes: Option<i64>) -> Answer<()> {
        let fields = service::ServiceFields {
            name: Some(format!("Servicio {number}")),
            code: Some(service_code(number)),
            duration: minutes.map(|minutes| minutes.to_string()),
            ..Default::default()
        };
        service::add(&mut self.context, &fields).map(drop)
    }

    pub fn add_window(&mut self, asked: &Window) -> Answer<()> {
        let fields = window::WindowFields {
            doctor: asked.doctor.map(doctor_code),
            branch: Some(BRANCHES[asked.branch].to_owned()),
            services: asked.service.map(service_code).into_iter().collect(),
            weekdays: Some(asked.weekdays),
            from: Some(time(asked.from)),
            to: Some(time(asked.to)),
            session: asked.session.map(str::to_owned),
            slot: asked.slot.map(|slot| slot.to_string()),
            capacity: asked.capacity.map(|capacity| capacity.to_string()),
            closed: !asked.open,
            overnight: true,
            // A last date of its own, as a doctor's second window that is the same would be refused.
            valid_until: Change::Set(Day::Date(
                NaiveDate::from_ymd_opt(2200, 1, 1).expect("a date")
                    + TimeDelta::days(i64::try_from(self.windows.len()).unwrap_or(i64::MAX)),
            )),
            ..Default::default()
        };
        let added = window::add(&mut self.context, &fields)?;
        self.windows.push(added.window.code);
        Ok(())
    }

    pub fn remove_window(&mut self, number: usize) -> Answer<()> {
        window::remove(&mut self.context, &self.windows[number], Care::default()).map(drop)
    }

    pub fn open_window(&mut self, number: usize, open: bool) -> Answer<()> {
        window::open(&mut self.context, &self.windows[number], open, Care::default()).map(drop)
    }

    pub fn add_closure(&mut self, asked: &Closure) -> Answer<()> {
        let added = closure::add(&mut self.context, &closure_fields(asked), Care::default())?;
        self.closures.push(added.closure.code);
        Ok(())
    }

    /// Adds a closure and moves the visits that it covers. A dry run before must give the same result.
    pub fn clear_out(&mut self, asked: &Closure) -> Answer<MovedOut> {
        let closure = closure_fields(asked);
        let request = ClearRequest { closure, leave_unplaced: true, ..ClearRequest::default() };
        let plan = clear(&mut self.context, &request, Ending::Rollback)?;
        let done = clear(&mut self.context, &request, Ending::Commit)?;
        let seen = |cleared: &Cleared| MovedOut {
            moves: cleared.moves.iter().map(|one| (self.number(&one.after), Seen::of(&one.after))).collect(),
            left: cleared.unplaced.iter().map(|one| self.number(&one.visit)).collect(),
        };
        let (planned, answer) = (seen(&plan), seen(&done));
        assert_eq!(planned, answer, "a plan is what is done where nothing comes between");
        self.closures.push(done.closure.closure.code);
        Ok(answer)
    }

    fn number(&self, visit: &Visit) -> usize {
        let known = self.visits.iter().position(|id| *id == visit.appointment.id);
        known.expect("a visit that was booked")
    }

    pub fn remove_closure(&mut self, number: usize) -> Answer<()> {
        closure::remove(&mut self.context, &self.closures[number]).map(drop)
    }

    /// Returns the visit's number, its contents, and whether the booking already existed.
    pub fn book(&mut self, wish: &Wish) -> Answer<(usize, Seen, bool)> {
        let request = BookRequest {
            branch: wish.branch.map(|branch| BRANCHES[branch].to_owned()),
            doctor: wish.doctor.map(doctor_code),
            service: wish.service.map(service_code),
            session: wish.session.map(str::to_owned),
            when: Some(when(wish.start)),
            length: wish.minutes.map(Length::Minutes),
            name: Some(NAMES[wish.name].to_owned()),
            phone: Some(phone(wish.phone)),
            reason: wish.reason.then(|| "control".to_owned()),
            status: wish.status.map(status_word),
            external_reference_id: wish.reference.map(|number| format!("REF-{number}")),
            idempotency_key: wish.key.map(|number| format!("KEY-{number}")),
            overbook: wish.overbook,
            ..BookRequest::default()
        };
        let booked = book::book(&mut self.context, &request, Ending::Commit)?;
        let id = &booked.visit.appointment.id;
        let number = self.visits.iter().position(|known| known == id).unwrap_or_else(|| {
            self.visits.push(id.clone());
            self.visits.len() - 1
        });
        Ok((number, Seen::of(&booked.visit), booked.idempotent))
    }

    pub fn reschedule(&mut self, number: usize, to: &Move) -> Answer<Seen> {
        let request = RescheduleRequest {
            when: Some(NewStart::Whole(when(to.start))),
            length: to.minutes.map(Length::Minutes),
            doctor: to.doctor.map(doctor_code),
            branch: to.branch.map(|branch| BRANCHES[branch].to_owned()),
            overbook: to.overbook,
            force: to.force,
            ..RescheduleRequest::default()
        };
        let id = self.visits[number].clone();
        reschedule::reschedule(&mut self.context, &id, &request, Ending::Commit).map(|visit| Seen::of(&visit))
    }

    pub fn step_to(&mut self, number: usize, step: &StatusStep) -> Answer<(Seen, bool)> {
        let request = StatusRequest {
            to: Some(status_word(step.to)),
            reason: step.reason.then(|| "viaje".to_owned()),
            diagnosis: step.diagnosis.then(|| "gripe".to_owned()),
            force: step.force,
            ..StatusRequest::default()
        };
        let id = self.visits[number].clone();
        let stepped = status::set(&mut self.context, &id, &request, Ending::Commit)?;
        Ok((Seen::of(&stepped.visit), stepped.changed))
    }

    pub fn lengthen(&mut self, number: usize, minutes: i64) -> Answer<Seen> {
        let request =
            UpdateRequest { duration: Some(minutes), notes: Change::Keep, ..UpdateRequest::default() };
        let id = self.visits[number].clone();
        update::update(&mut self.context, &id, &request, Ending::Commit).map(|visit| Seen::of(&visit))
    }

    /// Undoes the last change. Returns the visit's number and contents.
    pub fn undo(&mut self) -> Answer<(usize, Seen)> {
        let undone = undo::undo(&mut self.context, &undo::UndoRequest::default(), Ending::Commit)?;
        let id = &undone.visit.appointment.id;
        let number = self.visits.iter().position(|known| known == id).expect("a visit that was booked");
        Ok((number, Seen::of(&undone.visit)))
    }

    /// All visits in booking order.
    pub fn all(&mut self) -> Answer<Vec<Seen>> {
        let far = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(Day::Date);
        let request =
            ListRequest { from: far(2020), to: far(2040), page: 1, limit: 100_000, ..Default::default() };
        let page = list::page(&mut self.context, &request)?;
        let mut seen: Vec<(usize, Seen)> = Vec::new();
        for visit in &page.visits {
            let number = self.visits.iter().position(|id| *id == visit.appointment.id);
            seen.push((number.unwrap_or(usize::MAX), Seen::listed(visit)));
        }
        seen.sort_by_key(|(number, _)| *number);
        Ok(seen.into_iter().map(|(_, seen)| seen).collect())
    }

    /// Findings of `db check` and `audit verify --records`.
    pub fn findings(&mut self) -> Answer<Vec<String>> {
        let mut findings = check::check(&mut self.context)?;
        findings.extend(audit::compare(&mut self.context)?.findings);
        Ok(findings.into_iter().filter(|f| f.check != "sweep_late").map(|f| f.message).collect())
    }
}
