//! Finds a place for a visit: loads the data for the checks, runs them, and suggests other times.

use crate::app::access::find;
use crate::app::calendar::slots::{Reach, Search, suggest};
use crate::app::{Desk, Env};
use crate::domain::appointment::{Appointment, Other, Visit};
use crate::domain::booking::{Facts, Ledger, Lengths, Placement, Wanted, check_fit, check_room, place};
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Instant, Zone};
use crate::domain::why::{Objection, objections};
use crate::domain::window::{Ask, Opening, Window, openings_around};
use crate::platform::error::Result;
use crate::store::appointments::{self, Likeness};
use crate::store::waitlist::Held;
use crate::store::{Tx, windows};
use chrono::NaiveDate;

/// A visit to be placed.
pub struct Seeking<'a> {
    /// The branch.
    pub branch: &'a Branch,
    /// The branch's time zone.
    pub zone: &'a Zone,
    /// The doctor; `None` for a pooled window.
    pub doctor: Option<&'a Doctor>,
    /// The service.
    pub service: Option<&'a Service>,
    /// Session label, if named.
    pub session: Option<&'a str>,
    /// Batch label, if named.
    pub batch: Option<&'a str>,
    /// The start.
    pub start: Instant,
    /// The duration in minutes, if given.
    pub minutes: Option<i64>,
    /// The patient's phone, for the duplicate rule.
    pub phone: &'a str,
    /// The patient's name, for the duplicate rule.
    pub name: &'a str,
    /// Whether to skip checks 9 (overlap) and 10 (capacity).
    pub overbook: bool,
    /// Id of the appointment being moved, which the checks ignore.
    pub except: Option<&'a str>,
    /// Id of the waiting-list entry whose hold the checks ignore.
    pub hold: Option<&'a str>,
}

/// The place that was found.
pub struct Found {
    /// The window that contains the visit.
    pub window: Window,
    /// The local date on which the window opens.
    pub window_date: NaiveDate,
    /// The visit's time.
    pub span: Interval,
    /// The visit's time with the doctor's buffers.
    pub busy: Interval,
}

impl Seeking<'_> {
    /// Returns branch, doctor, service and labels, which select the window.
    pub fn ask(&self) -> Ask<'_> {
        Ask {
            branch_id: &self.branch.id,
            doctor_id: self.doctor.map(|doctor| doctor.id.as_str()),
            service_id: self.service.map(|service| service.id.as_str()),
            session: self.session,
            batch: self.batch,
        }
    }

    /// Returns the possible sources of the visit's length.
    pub fn lengths(&self, desk: &Desk) -> Lengths {
        Lengths {
            given: self.minutes,
            service: self.service.and_then(|service| service.duration_minutes),
            doctor: self.doctor.and_then(|doctor| doctor.slot_minutes),
            clinic: desk.clinic.settings.slot_minutes,
        }
    }

    fn wanted(&self, desk: &Desk) -> Wanted<'_> {
        Wanted {
            ask: self.ask(),
            start: self.start,
            lengths: self.lengths(desk),
            buffers: self.doctor.map_or((0, 0), |doctor| (doctor.buffer_before, doctor.buffer_after)),
            overbook: self.overbook,
        }
    }

    /// Runs checks 5 to 11 up to the first refusal; adds suggested times if another time would help.
    pub fn place(&self, tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Found> {
        let placed = self.held_against(tx, env, desk, |wanted, facts, ledger| {
            let Placement { opening, span, busy } = place(wanted, facts, ledger)?;
            Ok(Found { window: opening.window.clone(), window_date: opening.date, span, busy })
        });
        match placed {
            Err(refusal) if another_time_would_do(refusal.code) => {
                Err(refusal.detail("suggested_times", self.suggestions(tx, env, desk)?))
            }
            answer => answer,
        }
    }

    /// Runs checks 5 to 11 and returns all objections.
    pub fn objections(&self, tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Vec<Objection>> {
        self.held_against(tx, env, desk, objections)
    }

    /// Loads the data for the checks and runs `check`.
    pub(crate) fn held_against<T>(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        desk: &Desk,
        check: impl FnOnce(&Wanted<'_>, &Facts<'_>, &mut dyn Ledger) -> Result<T>,
    ) -> Result<T> {
        let windows = match self.doctor {
            Some(doctor) => windows::of_doctor(tx, &desk.clinic.id, &doctor.id)?,
            None => windows::pooled(tx, &desk.clinic.id)?,
        };
        let date = self.zone.date(self.start);
        let closures = windows::closures_around(tx, &desk.clinic.id, date, date)?;
        let at_branch: Vec<Window> =
            windows.into_iter().filter(|window| window.branch_id == self.branch.id).collect();
        let openings = openings_around(&at_branch, date, self.zone);
        let facts = Facts {
            now: env.now,
            settings: &desk.clinic.settings,
            zone: self.zone,
            openings: &openings,
            closures: &closures,
        };
        check(&self.wanted(desk), &facts, &mut self.ledger(tx, env, desk))
    }

    /// Returns the next three bookable starts from the requested time on.
    pub fn suggestions(&self, tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Vec<String>> {
        let search = Search {
            branch: self.branch,
            zone: self.zone,
            doctor: self.doctor,
            service: self.service,
            labels: (self.session, self.batch),
            minutes: self.minutes,
            except: self.except,
            hold: self.hold,
        };
        suggest(tx, env, desk, &search, Reach { from: self.start, count: 3 })
    }

    /// Returns the queries that the checks need.
    pub fn ledger<'t, 'e>(
        &'t self,
        tx: &'t mut Tx<'e>,
        env: &Env,
        desk: &'t Desk,
    ) -> impl Ledger + use<'t, 'e> {
        let like = Likeness {
            clinic_id: &desk.clinic.id,
            rule: desk.clinic.settings.duplicate_rule,
            phone: self.phone,
            name: self.name,
            service_id: self.service.map(|service| service.id.as_str()),
            doctor_id: self.doctor.map(|doctor| doctor.id.as_str()),
            now: env.now,
        };
        let held = Held { now: env.now, except: self.hold };
        let (own_doctor, shows_patients) = (desk.own_doctor(), env.gate.shows_appointments());
        BookLedger {
            tx,
            like,
            except: self.except,
            doctor: self.doctor,
            own_doctor,
            shows_patients,
            held,
            zone: self.zone,
        }
    }
}

struct BookLedger<'t, 'e> {
    tx: &'t mut Tx<'e>,
    like: Likeness<'t>,
    except: Option<&'t str>,
    doctor: Option<&'t Doctor>,
    own_doctor: Option<&'t str>,
    /// Whether the caller may see whom another appointment is for.
    shows_patients: bool,
    held: Held<'t>,
    zone: &'t Zone,
}

impl Ledger for BookLedger<'_, '_> {
    fn conflict(&mut self, doctor_id: &str, busy: Interval) -> Result<Option<Other>> {
        let found = appointments::conflict(self.tx, doctor_id, busy, self.except)?;
        let doctor = self.doctor.map(|doctor| doctor.full_name.clone());
        Ok(found.map(|other| Other { doctor, ..self.known(other) }))
    }

    fn taken(&mut self, opening: &Opening<'_>, service_id: Option<&str>) -> Result<i64> {
        Ok(appointments::taken(self.tx, opening, service_id, self.except)?)
    }

    fn held(&mut self, doctor_id: &str, busy: Interval) -> Result<Option<String>> {
        let until = self.held.conflict(self.tx, doctor_id, busy)?;
        Ok(until.map(|until| self.zone.rfc3339(until)))
    }

    fn held_places(&mut self, opening: &Opening<'_>, service_id: Option<&str>) -> Result<Vec<String>> {
        let held = self.held.places(self.tx, opening, service_id)?;
        Ok(held.into_iter().map(|until| self.zone.rfc3339(until)).collect())
    }

    fn duplicate(&mut self, date: NaiveDate) -> Result<Option<Option<Other>>> {
        let Some((doctor_id, other)) = appointments::duplicate(self.tx, &self.like, date, self.except)?
        else {
            return Ok(None);
        };
        // Do not reveal another doctor's appointment.
        let is_known = self.own_doctor.is_none_or(|own| doctor_id.as_deref() == Some(own));
        if !is_known {
            return Ok(Some(None));
        }
        let doctor = match (doctor_id, self.doctor) {
            (Some(id), Some(doctor)) if doctor.id == id => Some(doctor.full_name.clone()),
            // The same service with another doctor: only then is there a question more.
            (id, _) => find::named_by::<Doctor>(self.tx, self.like.clinic_id, id.as_deref())?
                .map(|doctor| doctor.full_name),
        };
        Ok(Some(Some(Other { doctor, ..self.known(other) })))
    }
}

impl BookLedger<'_, '_> {
    fn known(&self, other: Other) -> Other {
        Other { patient: other.patient.filter(|_| self.shows_patients), ..other }
    }
}

/// The checks to repeat for a visit that keeps its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// 9 and 10: the visit occupies its time again.
    Room,
    /// 8: the visit gets no longer, or occupies no time.
    Fit,
    /// 8 to 10: the visit gets longer.
    FitAndRoom,
}

/// Checks a changed visit against its own window and all other visits.
pub fn recheck(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    after: &Appointment,
    checks: Recheck,
) -> Result<()> {
    let seeking = Seeking {
        branch: &visit.branch,
        zone: &visit.zone,
        doctor: visit.doctor.as_deref(),
        service: visit.service.as_deref(),
        session: None,
        batch: None,
        start: after.span.start,
        minutes: Some(after.duration_minutes()),
        phone: &visit.patient.phone,
        name: &visit.patient.full_name,
        overbook: after.overbooked,
        except: Some(&after.id),
        hold: None,
    };
    let window: Window = tx
        .by_id(&desk.clinic.id, &after.window_id)?
        .ok_or_else(|| Refusal::new(Code::StoreCorrupt, "an appointment's window is not in the book"))?;
    let date = after.window_date;
    let opening = Opening { window: &window, date, span: window.span(date, &visit.zone) };
    let placement = Placement { opening, span: after.span, busy: after.busy };
    let wanted = seeking.wanted(desk);
    let settings = &desk.clinic.settings;
    let facts = Facts { now: env.now, settings, zone: &visit.zone, openings: &[], closures: &[] };
    let mut checked = match checks {
        Recheck::Fit | Recheck::FitAndRoom => check_fit(&wanted, &placement, &facts),
        Recheck::Room => Ok(()),
    };
    // An overbooked visit keeps its time, but more time is checked.
    let asks_for_room = match checks {
        Recheck::Fit => false,
        Recheck::Room => !after.overbooked,
        Recheck::FitAndRoom => true,
    };
    if checked.is_ok() && asks_for_room {
        checked = check_room(&wanted, &placement, &mut seeking.ledger(tx, env, desk));
    }
    match checked {
        Err(refusal) if another_time_would_do(refusal.code) => {
            Err(refusal.detail("suggested_times", seeking.suggestions(tx, env, desk)?))
        }
        answer => answer,
    }
}

fn another_time_would_do(code: Code) -> bool {
    matches!(
        code,
        Code::OutsideAvailability
            | Code::SlotInactive
            | Code::InvalidTimeSlot
            | Code::AppointmentConflict
            | Code::SlotFull
            | Code::TooSoon
    )
}

/// Returns the refusal, with suggested times if the local time does not exist.
pub fn with_real_times(
    refusal: Refusal,
    seeking: &Seeking<'_>,
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
) -> Result<std::convert::Infallible> {
    // The local time occurs twice, or the input was not a time.
    if refusal.details.contains_key("candidates") || refusal.code == Code::ValidationError {
        return Err(refusal);
    }
    Err(refusal.detail("suggested_times", seeking.suggestions(tx, env, desk)?))
}
