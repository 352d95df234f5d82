//! The waiting list: patients who want an earlier time, and the slots held for them.

mod fitting;
mod offer;

pub use fitting::{Freed, after_cancel, after_move, after_reopening};
pub use offer::{Accept, Accepted, Offer, accept, offer};

use crate::app::access::find;
use crate::app::patients::patient_match::{Details, Match, allowed, matching, noted, tell_as_given, upsert};
use crate::app::patients::privacy;
use crate::app::records::free_code;
use crate::app::when::{Day, When};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::meant::Purpose;
use crate::domain::phone;
use crate::domain::record::{Branch, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::text;
use crate::domain::time::{Instant, Zone};
use crate::domain::waitlist::{Entry, Half, Standing};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, waitlist};

/// A new entry: for an appointment, or for a patient without one.
#[derive(Debug, Clone, Default)]
pub struct AddRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The appointment to move to an earlier time, as typed.
    pub appointment: Option<String>,
    /// The doctor; without an appointment, a doctor or a service is required.
    pub doctor: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// A known patient; else `name` and `phone` are required.
    pub patient: Option<String>,
    /// The patient's full name.
    pub name: Option<String>,
    /// The patient's phone, as typed.
    pub phone: Option<String>,
    /// Only windows of this session.
    pub session: Option<String>,
    /// Only this half of the day.
    pub half: Option<Half>,
    /// First wanted day.
    pub from: Option<Day>,
    /// Last wanted day.
    pub to: Option<Day>,
    /// Length of the visit in minutes.
    pub minutes: Option<i64>,
    /// A note for the staff.
    pub note: Option<String>,
}

/// An entry with the records that it names.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The entry.
    pub entry: Entry,
    /// The patient.
    pub patient: Patient,
    /// The branch.
    pub branch: Branch,
    /// The wanted doctor.
    pub doctor: Option<Doctor>,
    /// The wanted service.
    pub service: Option<Service>,
    /// The appointment to move.
    pub visit: Option<Visit>,
    /// The doctor of the held slot.
    pub hold_doctor: Option<Doctor>,
    /// The branch's time zone.
    pub zone: Zone,
    /// The time of the query; a hold that has ended by then is void.
    pub now: Instant,
}

impl Waiting {
    /// Whether the entry waits and its appointment, if any, can still move.
    fn is_open(&self) -> bool {
        self.entry.status == Standing::Waiting
            && self.visit.as_ref().is_none_or(|visit| {
                visit.appointment.status.can_move() && visit.appointment.span.start > self.now
            })
    }

    /// Length of the visit in minutes: the wanted one, else the appointment's.
    fn minutes(&self) -> Option<i64> {
        self.entry.minutes.or(self.visit.as_ref().map(|visit| visit.appointment.duration_minutes()))
    }
}

/// Adds an entry.
pub fn add(context: &mut Context, request: &AddRequest, ending: Ending) -> Result<Waiting> {
    context.write(ending, |tx, env, desk| {
        let today = desk.today(env);
        let (from, to) = (request.from.map(|day| day.on(today)), request.to.map(|day| day.on(today)));
        let mut problems = request.problems.clone();
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            problems.add("to", text!("is-before-the-first-day"));
        }
        let (entry, stranger) = match &request.appointment {
            Some(word) => (of_visit(tx, env, &desk, word, problems)?, None),
            None => of_patient(tx, env, &desk, request, problems)?,
        };
        let entry = Entry {
            session: request.session.clone(),
            half: request.half,
            from,
            to,
            minutes: request.minutes,
            note: noted(request.note.as_deref(), entry.note),
            ..entry
        };
        env.create(tx, Some(&desk.clinic.id), "waitlist.added", &entry)?;
        let mut waiting = name(tx, env, &desk, entry)?;
        if let Some((name, phone)) = stranger {
            tell_as_given(&mut waiting.patient, &name, &phone);
        }
        if !desk.may_correct_patients() {
            waiting.entry.note.clone_from(&request.note);
        }
        Ok(waiting)
    })
}

fn blank(tx: &mut Tx<'_>, env: &Env, desk: &Desk, patient: &Patient, branch: &Branch) -> Result<Entry> {
    Ok(Entry {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Entry>(tx, desk, None, None, "WAIT")?,
        patient_id: patient.id.clone(),
        branch_id: branch.id.clone(),
        created_at: env.now,
        updated_at: env.now,
        ..Entry::default()
    })
}

/// The entry of a patient who has an appointment.
fn of_visit(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str, problems: Problems) -> Result<Entry> {
    problems.check()?;
    let visit = find::visit_for(tx, env, desk, word, Purpose::Move)?;
    privacy::check_not_erased(&visit.patient)?;
    let appointment = &visit.appointment;
    if !appointment.status.can_move() || appointment.span.start <= env.now {
        return Err(Refusal::new(
            Code::InvalidStateTransition,
            text!("appointment-cant-be-moved-any-more", code = appointment.code),
        )
        .detail("from", appointment.status.as_str()));
    }
    if let Some(first) = waitlist::waiting_of_visit(tx, &appointment.id)? {
        let problem = text!("is-on-the-waiting-list-already-as", code = first.code);
        return Err(Refusal::invalid("appointment", problem)
            .hint(text!("turno-waitlist-remove-takes-it-off", code = first.code)));
    }
    let entry = blank(tx, env, desk, &visit.patient, &visit.branch)?;
    Ok(Entry {
        appointment_id: Some(appointment.id.clone()),
        doctor_id: appointment.doctor_id.clone(),
        service_id: appointment.service_id.clone(),
        ..entry
    })
}

/// The entry of another patient; also returns name and phone as given if the key has no access to the match.
fn of_patient(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &AddRequest,
    mut problems: Problems,
) -> Result<(Entry, Option<(String, String)>)> {
    if request.doctor.is_none() && request.service.is_none() {
        problems.add("doctor", text!("is-required-or-a-service-or-an-appointment"));
    }
    let country = desk.clinic.settings.country.as_deref();
    let mut who = (String::new(), String::new());
    match (&request.patient, &request.name, &request.phone) {
        (Some(_), None, None) => {}
        (Some(_), _, _) => problems.add("name", text!("give-either-a-known-patient-or-a-name")),
        (None, Some(name), Some(phone)) => {
            who.0 = problems.take("name", text::short(name)).unwrap_or_default();
            who.1 = problems.take("phone", phone::normalise(phone, country)).unwrap_or_default();
        }
        (None, name, _) => {
            let missing = if name.is_none() { "name" } else { "phone" };
            problems.add(missing, text!("is-required-or-a-known-patient"));
        }
    }
    problems.check()?;
    let branch = find::branch(tx, env, desk, request.branch.as_deref())?;
    let doctor = request.doctor.as_deref().map(|word| find::active::<Doctor>(tx, desk, word)).transpose()?;
    desk.check_doctor(doctor.as_ref().map(|doctor| doctor.id.as_str()))?;
    let service = request.service.as_deref().map(|word| find::service(tx, desk, word)).transpose()?;
    let mut stranger = None;
    let (patient, differs) = match &request.patient {
        Some(word) => (find::active::<Patient>(tx, desk, word)?, None),
        None => {
            let (name, phone) = (who.0.as_str(), who.1.as_str());
            let details = Details { name: Some(name), email: None, national_id: None };
            let found = matching(tx, desk, phone, name)?;
            if let Some(found) = &found
                && !desk.reaches(tx, &found.patient)?
            {
                stranger = Some(who.clone());
            }
            let (details, differs) = match found.as_ref().map(Match::named) {
                Some(known) => allowed(tx, env, desk, known, details)?,
                None => (details, None),
            };
            (upsert(tx, env, desk, &details, found, (phone, name))?, differs)
        }
    };
    let entry = blank(tx, env, desk, &patient, &branch)?;
    let entry = Entry {
        doctor_id: doctor.map(|doctor| doctor.id),
        service_id: service.map(|service| service.id),
        note: differs,
        ..entry
    };
    Ok((entry, stranger))
}

/// Filters for the list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// Include closed entries.
    pub all: bool,
    /// Only entries for this doctor.
    pub doctor: Option<String>,
    /// Only entries that this appointment's slot fits; the appointment may be cancelled.
    pub appointment: Option<String>,
    /// Only entries that a slot at this time fits.
    pub when: Option<When>,
}

/// Returns the matching entries, oldest first.
pub fn list(context: &mut Context, request: &ListRequest) -> Result<Vec<Waiting>> {
    request.problems.clone().check()?;
    context.read(|tx, env, desk| {
        let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::any)?;
        if let Some(word) = &request.appointment {
            let visit = find::visit(tx, env, &desk, word)?;
            return fitting::whom(tx, env, &desk, &Freed::of(&visit));
        }
        if let Some(when) = request.when {
            let branch = find::branch(tx, env, &desk, None)?;
            let zone = env.branch_zone(&desk, &branch)?;
            let start = when.instant(&zone, desk.now(env))?;
            let doctor_id = doctor.map(|doctor| doctor.id);
            return fitting::whom(tx, env, &desk, &Freed { branch_id: branch.id, doctor_id, start });
        }
        let doctor_id = doctor.map(|doctor| doctor.id);
        let mut found = Vec::new();
        for entry in waitlist::entries(tx, &desk.clinic.id, request.all)? {
            if doctor_id.is_some() && entry.doctor_id != doctor_id {
                continue;
            }
            let waiting = name(tx, env, &desk, entry)?;
            if request.all || waiting.is_open() || waiting.entry.held(env.now).is_some() {
                found.push(waiting);
            }
        }
        Ok(found)
    })
}

/// Takes an entry off the list and releases its held slot.
pub fn remove(context: &mut Context, word: &str) -> Result<Waiting> {
    change(context, word, "waitlist.removed", |entry| {
        if entry.status == Standing::Waiting {
            entry.status = Standing::Removed;
        }
        entry.hold = None;
        Ok(())
    })
}

/// Releases the held slot; the entry goes on waiting.
pub fn decline(context: &mut Context, word: &str) -> Result<Waiting> {
    change(context, word, "waitlist.declined", |entry| {
        entry.hold = None;
        Ok(())
    })
}

fn change(
    context: &mut Context,
    word: &str,
    action: &str,
    change: impl Fn(&mut Entry) -> Result<()>,
) -> Result<Waiting> {
    context.write(Ending::Commit, |tx, env, desk| {
        let before = entry(tx, &desk, word)?;
        let mut after = before.clone();
        change(&mut after)?;
        write(tx, env, &desk, action, &before, after)
    })
}

/// Finds an entry that the caller may act on.
fn entry(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Entry> {
    let found: Entry = find::any(tx, desk, word)?;
    desk.check_doctor(found.doctor_id.as_deref())?;
    Ok(found)
}

fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    action: &str,
    before: &Entry,
    mut after: Entry,
) -> Result<Waiting> {
    if after != *before {
        after.updated_at = env.now;
        env.change(tx, Some(&desk.clinic.id), action, None, (before, &after))?;
    }
    name(tx, env, desk, after)
}

/// Adds the records that the entry names; a merged patient is replaced by the kept record.
pub(crate) fn name(tx: &mut Tx<'_>, env: &Env, desk: &Desk, entry: Entry) -> Result<Waiting> {
    let clinic_id = &desk.clinic.id;
    let lost = |what: &str| Refusal::new(Code::StoreCorrupt, format!("an entry's {what} is not in the book"));
    // Run all queries before checking any result: a remote database gets them in one round trip.
    let patient = tx.by_id::<Patient>(clinic_id, &entry.patient_id)?;
    let branch: Option<Branch> = tx.by_id(clinic_id, &entry.branch_id)?;
    let held = entry.hold.as_ref().and_then(|hold| hold.doctor_id.as_deref());
    let hold_doctor = find::named_by(tx, clinic_id, held)?;
    let doctor = find::named_by(tx, clinic_id, entry.doctor_id.as_deref())?;
    let service = find::named_by(tx, clinic_id, entry.service_id.as_deref())?;
    let visit = match &entry.appointment_id {
        Some(id) => crate::store::appointments::visit::find(tx, clinic_id, id)?
            .map(|joined| find::with_zone(&env.zones, joined))
            .transpose()?,
        None => None,
    };
    let patient = find::current(tx, desk, patient.ok_or_else(|| lost("patient"))?)?;
    let branch = branch.ok_or_else(|| lost("branch"))?;
    let zone = env.branch_zone(desk, &branch)?;
    Ok(Waiting { entry, patient, branch, doctor, service, visit, hold_doctor, zone, now: env.now })
}
