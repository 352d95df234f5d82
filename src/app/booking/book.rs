//! Booking: the only code that creates appointments.

mod shape;

use crate::app::access::find;
use crate::app::booking::placement::{Found, Seeking, with_real_times};
use crate::app::booking::request::BookRequest;
use crate::app::exchange::import::history;
use crate::app::exchange::webhook;
use crate::app::patients::patient_match::{Details, Match, take_over_merged, upsert};
use crate::app::patients::{patient_match, privacy};
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::access::Scope;
use crate::domain::appointment::{Appointment, Stamps, Visit};
use crate::domain::phone;
use crate::domain::record::{Doctor, Patient, Service};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::settings::Settings;
use crate::domain::webhook::Event;
use crate::platform::error::Result;
use crate::store::erase::NO_REQUEST;
use crate::store::{Ending, Tx, appointments};
use shape::{Shape, check_shape};
use std::sync::Arc;

/// The result of a booking.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The appointment.
    pub visit: Visit,
    /// Whether the appointment existed already and nothing was written.
    pub idempotent: bool,
}

/// Books an appointment, all or nothing.
pub fn book(context: &mut Context, request: &BookRequest, ending: Ending) -> Result<Booked> {
    let Context { store, env } = context;
    // Load the phone tables before taking the write lock.
    if request.phone.is_some() {
        phone::load_tables();
    }
    store.write_in_clinic(ending, |tx| book_in(tx, env, request))
}

/// Like [`book`], inside an open transaction.
pub fn book_in(tx: &mut Tx<'_>, env: &Env, request: &BookRequest) -> Result<Booked> {
    let desk = env.desk(tx)?;
    book_at(tx, env, &desk, request)
}

/// Like [`book_in`], for a caller whose access this transaction has already checked.
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
    let resolved = request.naming(tx, desk)?;
    let request = resolved.as_ref().unwrap_or(request);
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
        // The duplicate rule looks at the kept record, which owns the visits.
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
        // Hide a note about differing patient data: it would confirm a guess at the stored data.
        visit.appointment.notes.clone_from(&request.notes);
    }
    Ok(Booked { visit, idempotent: false })
}

/// Finds an active doctor; with `over` (past or re-imported appointments) also a retired one.
fn find_doctor(tx: &mut Tx<'_>, desk: &Desk, word: &str, over: bool) -> Result<Doctor> {
    if over { find::any(tx, desk, word) } else { find::active(tx, desk, word) }
}

/// Finds an active service; `over` as for `find_doctor`.
fn find_service(tx: &mut Tx<'_>, desk: &Desk, word: &str, over: bool) -> Result<Service> {
    match find::service(tx, desk, word) {
        Err(refusal) if over => find::any(tx, desk, word).map_err(|_| refusal),
        answer => answer,
    }
}

/// Check 4: returns the appointment that this request made before, if any.
fn already_booked(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &BookRequest,
    hash: &str,
) -> Result<Option<Visit>> {
    let clinic_id = &desk.clinic.id;
    // Check the key before the reference: a key that was used for another request must be refused.
    if let Some(key) = &request.idempotency_key
        && let Some((id, first_hash)) =
            appointments::by_key(tx, clinic_id, key, &privacy::hidden_key(env, clinic_id, key)?)?
    {
        let visit = find::visit(tx, env, desk, &id)?;
        if first_hash.as_deref() != Some(hash) && !request.comes_back() {
            let message = match first_hash.as_deref() {
                // An erasure removed the request's hash, so the requests cannot be compared.
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
    let visit = find::visit(tx, env, desk, &id)?;
    // An import matches a row by its reference alone, even if the visit has changed since.
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
        confirmed_by_patient_at: None,
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

/// Generates a code that no appointment of the clinic has; `mark` identifies the request.
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
