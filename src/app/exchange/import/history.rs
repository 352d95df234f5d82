//! Imports an appointment that another system recorded, with its history.
//!
//! It is booked like any other (`app::book`), without the checks that cannot hold for a history: see
//! [`crate::domain::imported`]. No confirmation is sent; reminders are planned only for future appointments.

use crate::app::booking::placement::{Found, Seeking};
use crate::app::booking::request::{BookRequest, History};
use crate::app::booking::status::count_no_shows;
use crate::app::calendar::window::{MOST, blank};
use crate::app::exchange::webhook;
use crate::app::{Desk, Env, reminders};
use crate::domain::appointment::{Appointment, Stamps, Visit};
use crate::domain::ids;
use crate::domain::imported::{Admitted, admit};
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::Event;
use crate::domain::window::Window;
use crate::platform::error::Result;
use crate::platform::secrets::fingerprint;
use crate::store::{Tx, appointments};
use chrono::NaiveDate;

/// Finds its window; without a window that has room, uses the retired one for imports (`shelf`).
pub(crate) fn place(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    seeking: &Seeking<'_>,
    (status, comes_back): (Status, bool),
) -> Result<Found> {
    if status == Status::NoShow && seeking.start > env.now {
        return Err(Refusal::invalid("status", text!("an-appointment-cant-be-missed-before")));
    }
    // Session and batch are labels of the other system and select no window here.
    let seeking = Seeking { session: None, batch: None, ..*seeking };
    let (opening, span, busy) = seeking.held_against(tx, env, desk, |wanted, facts, ledger| {
        let Admitted { opening, span, busy } = admit(wanted, (status, comes_back), facts, ledger)?;
        Ok((opening.map(|opening| (opening.window.clone(), opening.date)), span, busy))
    })?;
    let (window, window_date) = match opening {
        Some(found) => found,
        None => (shelf(tx, env, desk, &seeking)?, seeking.zone.date(span.start)),
    };
    Ok(Found { window, window_date, span, busy })
}

/// The retired window for imported appointments that fit no other: one per branch and doctor (or pool).
/// Nobody can book into it.
fn shelf(tx: &mut Tx<'_>, env: &Env, desk: &Desk, seeking: &Seeking<'_>) -> Result<Window> {
    let doctor_id = seeking.doctor.map(|doctor| doctor.id.clone());
    let whose = format!("{}/{}", seeking.branch.id, doctor_id.as_deref().unwrap_or_default());
    let code: String = format!("IMPORTED-{}", fingerprint(&whose)).chars().take(19).collect();
    if let Some(window) = tx.by_code::<Window>(&desk.clinic.id, &code)? {
        return Ok(window);
    }
    let window = Window {
        code,
        branch_id: seeking.branch.id.clone(),
        capacity: doctor_id.is_none().then_some(MOST),
        doctor_id,
        open: false,
        active: false,
        ..blank(tx, env, desk)?
    };
    env.create(tx, Some(&desk.clinic.id), "window.added", &window)?;
    Ok(window)
}

/// Returns the given token number if it is free, else the next one.
pub(crate) fn token(
    tx: &mut Tx<'_>,
    desk: &Desk,
    holder: &str,
    date: NaiveDate,
    given: Option<i64>,
) -> Result<i64> {
    match given {
        Some(token) if appointments::take_token(tx, &desk.clinic.id, holder, date, token)? => Ok(token),
        _ => Ok(appointments::next_token(tx, holder, date)?),
    }
}

/// Stores the appointment with its history.
pub(crate) fn write_down(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (request, history): (&BookRequest, &History),
    mut appointment: Appointment,
    zone: &Zone,
) -> Result<Appointment> {
    let clinic_id = &desk.clinic.id;
    if let Some(code) = history.code.as_deref().map(str::to_uppercase)
        && ids::is_made_code(&code)
        && !appointments::code_taken(tx, clinic_id, &code)?
    {
        appointment.code = code;
    }
    appointment.stamps = history.stamps(env, desk, &appointment, zone);
    appointment.session = request.session.clone().or(appointment.session);
    appointment.batch = request.batch.clone().or(appointment.batch);
    appointment.cancellation_reason.clone_from(&history.cancellation_reason);
    appointment.diagnosis.clone_from(&history.diagnosis);
    appointment.prescription.clone_from(&history.prescription);
    let again = history.follow_up_date.map(|day| day.on(desk.today(env)));
    appointment.follow_up(history.follow_up_required, again);
    appointment.reschedule_count = history.reschedule_count.unwrap_or_default();
    let due = match appointment.status.keeps_messages() && appointment.span.start > env.now {
        true => reminders::due_times(env, &desk.clinic.settings, &appointment, zone),
        false => Vec::new(),
    };
    appointment.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    env.create(tx, Some(clinic_id), "appointment.imported", &appointment)?;
    reminders::plan(tx, env, &appointment, &due, None)?;
    Ok(appointment)
}

/// Counts a missed visit, and announces a future appointment to webhooks.
pub(crate) fn settle(tx: &mut Tx<'_>, env: &Env, desk: &Desk, visit: Visit) -> Result<Visit> {
    let (status, span) = (visit.appointment.status, visit.appointment.span);
    if status == Status::NoShow {
        let patient = count_no_shows(tx, env, desk, &visit, Status::Scheduled, status)?;
        return Ok(Visit { patient: patient.into(), ..visit });
    }
    if status.keeps_messages() && span.start > env.now {
        webhook::announce_first(tx, env, Event::Booked, &visit)?;
    }
    Ok(visit)
}

impl History {
    /// The time of each status. If unknown, the current status gets the start (completed: the end), at the
    /// latest now.
    fn stamps(&self, env: &Env, desk: &Desk, appointment: &Appointment, zone: &Zone) -> Stamps {
        let mut stamps = Stamps::default();
        let span = appointment.span;
        let latest = if appointment.status == Status::Completed { span.end } else { span.start };
        stamps.stamp(appointment.status, latest.min(env.now));
        for (status, when) in &self.stamps {
            let at: Instant = when.about(zone, desk.now(env));
            stamps.stamp(*status, at);
        }
        stamps
    }
}
