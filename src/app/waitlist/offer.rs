//! Holds a slot for an entry of the waiting list, and books it.

use crate::app::access::find;
use crate::app::booking::book::book_in;
use crate::app::booking::request::BookRequest;
use crate::app::booking::reschedule::{NewStart, RescheduleRequest, move_in};
use crate::app::patients::privacy;
use crate::app::waitlist::fitting::{Freed, seeking, whom};
use crate::app::waitlist::{Waiting, entry, name, write};
use crate::app::when::{Length, When};
use crate::app::{Context, Desk};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::record::Doctor;
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::waitlist::{Entry, Hold, Standing};
use crate::platform::error::Result;
use crate::store::Ending;

/// Default length of a hold, in seconds.
const USUALLY: i64 = 30 * 60;
/// Maximum length of a hold, in seconds.
const LONGEST: i64 = 7 * 24 * 60 * 60;

/// The slot to offer.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Input errors found so far.
    pub problems: Problems,
    /// Start of the slot.
    pub when: Option<When>,
    /// A doctor other than the entry's, or a doctor if the entry names none.
    pub doctor: Option<String>,
    /// Length of the hold in seconds; default: 30 minutes.
    pub seconds: Option<i64>,
}

/// Holds a slot, so that nobody else can book it until the hold ends. Replaces an earlier offer.
pub fn offer(context: &mut Context, word: &str, offer: &Offer, ending: Ending) -> Result<Waiting> {
    context.write(ending, |tx, env, desk| {
        let mut problems = offer.problems.clone();
        if offer.when.is_none() && problems.is_empty() {
            problems.add("date", text!("is-required-with-a-time"));
        }
        let seconds = offer.seconds.unwrap_or(USUALLY);
        if !(60..=LONGEST).contains(&seconds) {
            problems.add("for", text!("a-slot-is-held-for-a-minute"));
        }
        problems.check()?;
        let before = entry(tx, &desk, word)?;
        let waiting = name(tx, env, &desk, before.clone())?;
        check_waits(&waiting)?;
        let doctor = match &offer.doctor {
            Some(word) => Some(find::active::<Doctor>(tx, &desk, word)?),
            None => waiting.doctor.as_ref().map(find::still_active).transpose()?,
        };
        desk.check_doctor(doctor.as_ref().map(|doctor| doctor.id.as_str()))?;
        let when = offer.when.ok_or_else(|| Refusal::invalid("date", text!("is-required-with-a-time")))?;
        let start = when.instant(&waiting.zone, desk.now(env))?;
        if start.unix() % 60 != 0 {
            return Err(Refusal::invalid("at", text!("appointments-start-on-a-whole-minute")));
        }
        let found = seeking(&waiting, doctor.as_ref(), start).place(tx, env, &desk)?;
        let hold = Hold {
            until: env.now.plus(seconds).min(found.span.start),
            doctor_id: doctor.map(|doctor| doctor.id),
            window_id: found.window.id,
            window_date: found.window_date,
            span: found.span,
            busy: found.busy,
        };
        let after = Entry { hold: Some(hold), ..before.clone() };
        write(tx, env, &desk, "waitlist.offered", &before, after)
    })
}

fn check_waits(waiting: &Waiting) -> Result<()> {
    privacy::check_not_erased(&waiting.patient)?;
    if waiting.is_open() {
        return Ok(());
    }
    let code = &waiting.entry.code;
    let why = match waiting.entry.status {
        Standing::Waiting => text!("its-appointment-cant-be-moved-any-more"),
        Standing::Accepted => text!("it-has-its-time"),
        Standing::Removed => text!("it-was-taken-off-the-list"),
    };
    Err(Refusal::new(Code::InvalidStateTransition, text!("entry-waits-no-more", code, why))
        .detail("from", waiting.entry.status.as_str()))
}

/// Options for accepting an offer.
#[derive(Debug, Clone, Default)]
pub struct Accept {
    /// The reason of a new booking.
    pub reason: Option<String>,
    /// Move the appointment even inside the reschedule cutoff.
    pub force: bool,
    /// Send no confirmation or notice.
    pub no_notify: bool,
}

/// The result of an accepted offer.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The appointment, booked or moved.
    pub visit: Visit,
    /// The entry.
    pub waiting: Waiting,
    /// The entries that fit the slot which a moved appointment frees.
    pub others: Vec<Waiting>,
}

/// Books the held slot, or moves the appointment to it, with all checks; the entry's own hold does not block.
pub fn accept(context: &mut Context, word: &str, how: &Accept, ending: Ending) -> Result<Accepted> {
    context.write(ending, |tx, env, desk| {
        if how.force {
            desk.require(Scope::AppointmentsOverride)?;
        }
        let before = entry(tx, &desk, word)?;
        let Some(hold) = before.held(env.now).cloned() else {
            return Err(nothing_held(&desk, &before));
        };
        let waiting = name(tx, env, &desk, before.clone())?;
        check_waits(&waiting)?;
        let when = When::At(hold.span.start);
        let length = Some(Length::Minutes(hold.span.seconds() / 60));
        let (visit, freed) = match waiting.visit {
            Some(visit) => {
                let freed = Freed::of(&visit);
                let request = RescheduleRequest {
                    when: Some(NewStart::Whole(when)),
                    length,
                    doctor: hold.doctor_id,
                    branch: Some(before.branch_id.clone()),
                    no_notify: how.no_notify,
                    force: how.force,
                    hold: Some(before.id.clone()),
                    ..RescheduleRequest::default()
                };
                (move_in(tx, env, &desk, visit, &request)?, Some(freed))
            }
            None => {
                let request = BookRequest {
                    doctor: hold.doctor_id,
                    service: before.service_id.clone(),
                    branch: Some(before.branch_id.clone()),
                    session: before.session.clone(),
                    when: Some(when),
                    length,
                    patient: Some(waiting.patient.id.clone()),
                    reason: how.reason.clone(),
                    no_notify: how.no_notify,
                    hold: Some(before.id.clone()),
                    ..BookRequest::default()
                };
                (book_in(tx, env, &request)?.visit, None)
            }
        };
        let after = Entry {
            status: Standing::Accepted,
            appointment_id: Some(visit.appointment.id.clone()),
            hold: None,
            ..before.clone()
        };
        let waiting = write(tx, env, &desk, "waitlist.accepted", &before, after)?;
        let others = match freed {
            Some(freed) => whom(tx, env, &desk, &freed)?,
            None => Vec::new(),
        };
        Ok(Accepted { visit, waiting, others })
    })
}

fn nothing_held(desk: &Desk, entry: &Entry) -> Refusal {
    let code = &entry.code;
    let refusal = Refusal::new(Code::InvalidStateTransition, text!("nothing-is-held-for-entry", code))
        .detail("from", entry.status.as_str())
        .hint(text!("turno-waitlist-offer-at-t-holds-a-slot", code));
    match &entry.hold {
        Some(hold) => refusal.detail("held_until", desk.zone.rfc3339(hold.until)),
        None => refusal,
    }
}
