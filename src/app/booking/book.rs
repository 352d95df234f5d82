//! Booking: the one path to an appointment.

mod shape;

use crate::app::access::find;
use crate::app::booking::placement::{Found, Seeking, with_real_times};
use crate::app::exchange::import::history;
use crate::app::exchange::import::history::History;
use crate::app::exchange::webhook;
use crate::app::patients::patient_match::{Details, Match, take_over_merged, upsert};
use crate::app::patients::{patient_match, privacy};
use crate::app::when::{Length, Now, When};
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::access::Scope;
use crate::domain::appointment::{Appointment, Stamps, Visit};
use crate::domain::phone;
use crate::domain::record::{Doctor, Patient, Service};
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::settings::Settings;
use crate::domain::status::Status;
use crate::domain::text::name_key;
use crate::domain::time::Zone;
use crate::domain::webhook::Event;
use crate::platform::error::Result;
use crate::platform::secrets::fingerprint;
use crate::store::erase::NO_REQUEST;
use crate::store::{Ending, Tx, appointments};
use shape::{Shape, check_shape};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A wish for an appointment: typed, or read from `--input`.
#[derive(Debug, Clone, Default)]
pub struct BookRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// What the sender calls the fields, where it is not what we call them.
    pub names: BTreeMap<&'static str, String>,
    /// With whom.
    pub doctor: Option<String>,
    /// What for.
    pub service: Option<String>,
    /// Where.
    pub branch: Option<String>,
    /// Session label.
    pub session: Option<String>,
    /// Batch label.
    pub batch: Option<String>,
    /// When.
    pub when: Option<When>,
    /// How long.
    pub length: Option<Length>,
    /// For whom: a known patient …
    pub patient: Option<String>,
    /// … or their name …
    pub name: Option<String>,
    /// … and phone.
    pub phone: Option<String>,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Their national ID.
    pub national_id: Option<String>,
    /// Kind of visit.
    pub visit_type: Option<String>,
    /// A name on a pooled booking.
    pub assigned_doctor: Option<String>,
    /// Why they come.
    pub reason: Option<String>,
    /// For the staff.
    pub notes: Option<String>,
    /// Where the booking comes from; `manual` by default.
    pub source: Option<String>,
    /// The status it begins with; the clinic's by default.
    pub status: Option<Status>,
    /// The integrator's own id.
    pub external_reference_id: Option<String>,
    /// To be sent again safely.
    pub idempotency_key: Option<String>,
    /// Leave out the confirmation message.
    pub no_notify: bool,
    /// Skip checks 9 and 10.
    pub overbook: bool,
    /// The entry of the waiting list whose hold this booking takes up.
    pub hold: Option<String>,
    /// What another book says of it: it is not asked for, it is taken over.
    pub history: Option<Box<History>>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The appointment.
    pub visit: Visit,
    /// Whether it was there already.
    pub idempotent: bool,
}

/// Books an appointment: all of it or nothing.
pub fn book(context: &mut Context, request: &BookRequest, ending: Ending) -> Result<Booked> {
    let Context { store, env } = context;
    // Loading takes milliseconds, so it is done before the book is locked.
    if request.phone.is_some() {
        phone::load_tables();
    }
    store.write_in_clinic(ending, |tx| book_in(tx, env, request))
}

/// Books inside a transaction that is open already.
pub fn book_in(tx: &mut Tx<'_>, env: &Env, request: &BookRequest) -> Result<Booked> {
    let desk = env.desk(tx)?;
    book_at(tx, env, &desk, request)
}

/// The same for one who was let in already, in this transaction.
pub fn book_at(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &BookRequest) -> Result<Booked> {
    if request.overbook {
        desk.require(Scope::AppointmentsOverride)?;
    }
    let branch = match request.branch.as_deref().filter(|_| request.comes_back()) {
        Some(word) => find::any(tx, desk, word),
        None => find::branch(tx, env, desk, request.branch.as_deref()),
    };
    let zone = match &branch {
        Ok(branch) => env.branch_zone(desk, branch)?,
        Err(_) => desk.zone.clone(),
    };
    let known_phone = patient_match::has_phone(tx, desk, request.phone.as_deref())?;
    let Shape { phone, name } =
        check_shape(request, desk, &zone, branch.as_ref().err(), (desk.now(env), known_phone))?;

    let branch = branch?;
    let over = request.comes_back() || request.is_over(&zone, desk.now(env));
    let doctor = request.doctor.as_deref().map(|word| find_doctor(tx, desk, word, over)).transpose()?;
    desk.check_doctor(doctor.as_ref().map(|doctor| doctor.id.as_str()))?;
    let named = request.patient.as_deref().map(|word| find::any::<Patient>(tx, desk, word)).transpose();
    let named = named.map_err(|refusal| match refusal.code {
        Code::ResourceNotFound => refusal.hint(text!("who-is-new-is-booked-with-name")),
        _ => refusal,
    })?;
    let known = request.patient.as_deref().map(|word| find::active::<Patient>(tx, desk, word)).transpose()?;
    let service = request.service.as_deref().map(|word| find_service(tx, desk, word, over)).transpose()?;

    let phone = known.as_ref().map_or(phone, |patient| patient.phone.clone());
    let name = known.as_ref().map_or(name, |patient| patient.full_name.clone());
    let when = request.when.ok_or_else(|| Refusal::new(Code::Internal, "a start went missing"))?;
    let mut seeking = Seeking {
        branch: &branch,
        zone: &zone,
        doctor: doctor.as_ref(),
        service: service.as_ref(),
        session: request.session.as_deref(),
        batch: request.batch.as_deref(),
        start: when.about(&zone, desk.now(env)),
        minutes: None,
        phone: &phone,
        name: &name,
        overbook: request.overbook,
        except: None,
        hold: request.hold.as_deref(),
    };
    seeking.start = match when.instant(&zone, desk.now(env)) {
        Ok(start) => start,
        Err(refusal) => match with_real_times(refusal, &seeking, tx, env, desk)? {},
    };
    seeking.minutes = match request.length {
        Some(length) => Some(
            length
                .certain(&zone, seeking.start)?
                .minutes(&zone, seeking.start)
                .map_err(|p| request.bad("end", p))?,
        ),
        None => None,
    };

    let hash = request.fingerprint(&seeking, known.as_ref());
    if let Some(visit) = already_booked(tx, env, desk, request, &hash)? {
        return Ok(Booked { visit, idempotent: true });
    }
    let matched = match &known {
        None => patient_match::matching(tx, desk, &phone, &name)?,
        Some(_) => None,
    };
    if let Some(matched) = matched.as_ref().filter(|matched| matched.merged.is_some()) {
        // The duplicate rule asks for the one whose visits they are.
        (seeking.phone, seeking.name) = (&matched.patient.phone, &matched.patient.full_name);
    }
    let found = match &request.history {
        None => seeking.place(tx, env, desk)?,
        Some(_) => {
            let comes = (request.status_in(desk), request.comes_back());
            history::place(tx, env, desk, &seeking, comes)?
        }
    };
    let is_stranger = match &matched {
        Some(matched) => !desk.reaches(tx, &matched.patient)?,
        None => false,
    };
    let details = Details {
        name: known.is_none().then_some(name.as_str()),
        email: request.email.as_deref(),
        national_id: request.national_id.as_deref(),
    };
    let (details, differs) = match named.as_ref().or(matched.as_ref().map(Match::named)) {
        Some(known) => patient_match::allowed(tx, env, desk, known, details)?,
        None => (details, None),
    };
    let patient = match known.and(named) {
        Some(named) => take_over_merged(tx, env, desk, named, &details)?,
        None => upsert(tx, env, desk, &details, matched.clone(), (&phone, &name))?,
    };
    let appointment = write_down(tx, env, desk, request, &seeking, found, (&patient, differs), hash)?;
    let (branch, doctor, service) = (Arc::new(branch), doctor.map(Arc::new), service.map(Arc::new));
    let (appointment, patient) = (Box::new(appointment), Box::new(patient));
    let mut visit = Visit { appointment, patient, doctor, branch, service, zone };
    if request.history.is_some() {
        let visit = history::settle(tx, env, desk, visit)?;
        return Ok(Booked { visit, idempotent: false });
    }
    webhook::announce_first(tx, env, Event::Booked, &visit)?;
    if is_stranger {
        patient_match::tell_as_given(&mut visit.patient, &name, &phone);
    }
    if !desk.may_correct_patients() {
        // What was added for the desk would tell whether a guess is right.
        visit.appointment.notes.clone_from(&request.notes);
    }
    Ok(Booked { visit, idempotent: false })
}

/// A doctor who can be booked; for what is over, or comes back from a book that had it, one who left since
/// will do.
fn find_doctor(tx: &mut Tx<'_>, desk: &Desk, word: &str, over: bool) -> Result<Doctor> {
    if over { find::any(tx, desk, word) } else { find::active(tx, desk, word) }
}

/// The same for a service.
fn find_service(tx: &mut Tx<'_>, desk: &Desk, word: &str, over: bool) -> Result<Service> {
    match find::service(tx, desk, word) {
        Err(refusal) if over => find::any(tx, desk, word).map_err(|_| refusal),
        answer => answer,
    }
}

impl BookRequest {
    /// The status it begins with.
    fn status_in(&self, desk: &Desk) -> Status {
        self.status.unwrap_or(desk.clinic.settings.initial_status)
    }

    /// Whether it is taken over from another book, and its time has come and gone.
    fn is_over(&self, zone: &Zone, now: Now) -> bool {
        self.history.is_some() && self.when.is_some_and(|when| when.about(zone, now) <= now.at)
    }

    /// Whether it is an appointment of a book such as this one, with the key that it had there.
    fn comes_back(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.comes_back)
    }

    fn bad(&self, field: &'static str, problem: String) -> Refusal {
        Refusal::invalid(self.names.get(field).map_or(field, String::as_str), problem)
    }

    /// What makes two requests the same; spelling of records, phone and time does not matter.
    fn fingerprint(&self, seeking: &Seeking<'_>, known: Option<&Patient>) -> String {
        // Its end, as lists show it: the same under every secret of the book, and no guess at the rest is confirmed by it.
        let national_id = self.national_id.as_deref().map(find::masked);
        let name = name_key(seeking.name);
        let (minutes, start) = (seeking.minutes.map(|m| m.to_string()), seeking.start.unix().to_string());
        let ask = seeking.ask();
        let parts = [
            Some(ask.branch_id),
            ask.doctor_id,
            ask.service_id,
            ask.session,
            ask.batch,
            Some(start.as_str()),
            minutes.as_deref(),
            known.map(|patient| patient.id.as_str()),
            known.is_none().then_some(seeking.phone),
            known.is_none().then_some(name.as_str()),
            self.email.as_deref(),
            national_id.as_deref(),
            self.visit_type.as_deref(),
            self.assigned_doctor.as_deref(),
            self.reason.as_deref(),
            self.notes.as_deref(),
            self.source.as_deref(),
            self.status.map(Status::as_str),
            self.external_reference_id.as_deref(),
        ];
        fingerprint(&format!("{parts:?}"))
    }
}

/// Check 4: the appointment that this request has made before.
fn already_booked(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &BookRequest,
    hash: &str,
) -> Result<Option<Visit>> {
    let clinic_id = &desk.clinic.id;
    // The key first: used for another request, it must say so, whatever the reference finds.
    if let Some(key) = &request.idempotency_key
        && let Some((id, first_hash)) =
            appointments::by_key(tx, clinic_id, key, &privacy::hidden_key(env, clinic_id, key)?)?
    {
        let visit = find::visit(tx, &env.zones, desk, &id)?;
        if first_hash.as_deref() != Some(hash) && !request.comes_back() {
            let message = match first_hash.as_deref() {
                // What was asked for is known no more.
                Some(NO_REQUEST) => {
                    text!("that-idempotency-key-was-used-for-a-booking")
                }
                _ => text!("that-idempotency-key-was-used-for-a-different"),
            };
            return Err(mismatch(message, id).hint(text!("use-a-new-key-for-a-new-booking")));
        }
        return Ok(Some(visit));
    }
    let Some(reference) = &request.external_reference_id else { return Ok(None) };
    let Some(id) = appointments::by_reference(tx, clinic_id, reference)? else { return Ok(None) };
    let visit = find::visit(tx, &env.zones, desk, &id)?;
    // An import knows a row again by its reference, whatever became of the visit since.
    if request.history.is_none() && visit.appointment.request_hash.as_deref() != Some(hash) {
        return Err(mismatch(text!("that-external-reference-is-of-a-different-booking"), id)
            .hint(text!("use-a-reference-of-its-own-for-a-new-booking")));
    }
    Ok(Some(visit))
}

fn mismatch(message: &str, id: String) -> Refusal {
    Refusal::new(Code::IdempotencyMismatch, message).detail("existing_appointment_id", id)
}

#[expect(clippy::too_many_arguments, reason = "everything that a booking is made of comes together here")]
fn write_down(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &BookRequest,
    seeking: &Seeking<'_>,
    found: Found,
    (patient, differs): (&Patient, Option<String>),
    hash: String,
) -> Result<Appointment> {
    let settings: &Settings = &desk.clinic.settings;
    let wall = seeking.zone.wall(found.span.start);
    let doctor_id = seeking.doctor.map(|doctor| doctor.id.clone());
    let holder = doctor_id.as_deref().unwrap_or(&found.window.id);
    let given = request.history.as_ref().and_then(|history| history.token_number);
    let token_number = history::token(tx, desk, holder, wall.date(), given)?;
    let status = request.status_in(desk);
    let mut stamps = Stamps::default();
    stamps.stamp(status, env.now);
    let mut appointment = Appointment {
        id: env.new_id(),
        code: new_code(tx, env, desk, &hash)?,
        clinic_id: desk.clinic.id.clone(),
        branch_id: seeking.branch.id.clone(),
        doctor_id,
        patient_id: patient.id.clone(),
        service_id: seeking.service.map(|service: &Service| service.id.clone()),
        window_id: found.window.id,
        window_date: found.window_date,
        capacity: found.window.capacity,
        timezone: seeking.zone.name().to_owned(),
        date: wall.date(),
        start_time: wall.time(),
        span: found.span,
        busy: found.busy,
        session: found.window.session,
        batch: found.window.batch,
        token_number,
        status,
        overbooked: request.overbook,
        visit_type: request.visit_type.clone(),
        assigned_doctor: request.assigned_doctor.clone(),
        reason: request.reason.clone(),
        notes: patient_match::noted(request.notes.as_deref(), differs),
        diagnosis: None,
        prescription: None,
        follow_up_required: false,
        follow_up_date: None,
        source: request.source.clone().unwrap_or_else(|| "manual".into()),
        external_reference_id: request.external_reference_id.clone(),
        idempotency_key: request.idempotency_key.clone(),
        request_hash: Some(hash),
        reminders_planned: 0,
        created_at: env.now,
        updated_at: env.now,
        stamps,
        cancellation_reason: None,
        reschedule_count: 0,
    };
    if let Some(history) = &request.history {
        return history::write_down(tx, env, desk, (request, history), appointment, seeking.zone);
    }
    let due = reminders::due_times(env, settings, &appointment, seeking.zone);
    appointment.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    env.create(tx, Some(&desk.clinic.id), "appointment.booked", &appointment)?;
    reminders::plan(tx, env, &appointment, &due, (!request.no_notify).then_some(Kind::Confirmation))?;
    Ok(appointment)
}

/// A made code that no appointment of the clinic has, for the request of that mark.
fn new_code(tx: &mut Tx<'_>, env: &Env, desk: &Desk, mark: &str) -> Result<String> {
    let mut draw = 0;
    loop {
        let code = env.new_code(mark, draw)?;
        if !appointments::code_taken(tx, &desk.clinic.id, &code)? {
            return Ok(code);
        }
        draw += 1;
    }
}
