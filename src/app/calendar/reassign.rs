//! Adds a closure and moves every appointment that it hits to the best free time, in one transaction. A plan
//! is the same transaction rolled back, so its moves have passed the normal checks, too.

use crate::app::access::find;
use crate::app::booking::reschedule::{NewStart, RescheduleRequest, move_in};
use crate::app::booking::undo::act_reason;
use crate::app::calendar::closure::{self as closures, ClosureFields, NamedClosure, add_in};
use crate::app::calendar::slots::{Reach, Search, ahead};
use crate::app::when::When;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::delivery::unreachable;
use crate::domain::record::Doctor;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::time::{Instant, add_days, midnight};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, directory};

/// Maximum number of times tried per visit and group of doctors.
const TRIES: usize = 60;

/// A request to add a closure and move the appointments that it hits.
#[derive(Debug, Clone, Default)]
pub struct ClearRequest {
    /// The closure.
    pub closure: ClosureFields,
    /// Move only to this doctor.
    pub to_doctor: Option<String>,
    /// Whether to leave appointments that cannot be moved, instead of refusing.
    pub leave_unplaced: bool,
    /// Whether to skip the notices.
    pub no_notify: bool,
    /// Whether to move even inside the `reschedule_cutoff`.
    pub force: bool,
}

/// A closure and what happens to the appointments that it hits.
#[derive(Debug, Clone)]
pub struct Cleared {
    /// The closure, with the appointments as they were.
    pub closure: NamedClosure,
    /// The moved appointments, ordered by their old start.
    pub moves: Vec<Move>,
    /// The appointments that cannot be moved.
    pub unplaced: Vec<Unplaced>,
}

/// A moved appointment.
#[derive(Debug, Clone)]
pub struct Move {
    /// The appointment before the move.
    pub before: Visit,
    /// The appointment after the move.
    pub after: Visit,
    /// Why no message can reach the patient, if none can.
    pub unreachable: Option<&'static str>,
}

/// An appointment that stays in the closure.
#[derive(Debug, Clone)]
pub struct Unplaced {
    /// The appointment.
    pub visit: Visit,
    /// The refusal of the move.
    pub why: Refusal,
}

/// Adds a closure and moves each appointment that it hits to the first free time after the old start. With a
/// rollback this is a plan, which reserves nothing.
pub fn clear(context: &mut Context, request: &ClearRequest, ending: Ending) -> Result<Cleared> {
    context.write(ending, |tx, env, desk| {
        let to = request.to_doctor.as_deref().map(|word| find::active::<Doctor>(tx, &desk, word));
        let to = to.transpose()?;
        let closure = add_in(tx, env, &desk, &request.closure)?;
        let doctors: Vec<Doctor> = directory::all(tx, &desk.clinic.id, false)?;
        let (mut moves, mut unplaced) = (Vec::new(), Vec::new());
        for visit in &closure.hits {
            let how = RescheduleRequest {
                reason: Some(act_reason(&closure.closure)),
                no_notify: request.no_notify,
                force: request.force,
                ..RescheduleRequest::default()
            };
            match place(tx, env, &desk, visit, &choices(visit, to.as_ref(), &doctors), &how) {
                Ok(after) => {
                    let channels = visit.patient.channels.as_ref();
                    let channels = channels.unwrap_or(&desk.clinic.settings.reminder_channels);
                    let unreachable = unreachable(&visit.patient, channels, &env.is_mail);
                    moves.push(Move { before: visit.clone(), after, unreachable });
                }
                Err(why) if why.code.status() >= 500 => return Err(why),
                Err(why) => unplaced.push(Unplaced { visit: visit.clone(), why }),
            }
        }
        if ending == Ending::Commit && !request.leave_unplaced {
            check_all_placed(&closure, &unplaced)?;
        }
        closures::release(tx, env, &desk, &closure)?;
        Ok(Cleared { closure, moves, unplaced })
    })
}

fn check_all_placed(closure: &NamedClosure, unplaced: &[Unplaced]) -> Result<()> {
    if unplaced.is_empty() {
        return Ok(());
    }
    let codes: Vec<Detail> =
        unplaced.iter().map(|unplaced| Detail::Text(unplaced.visit.appointment.code.clone())).collect();
    let (some, all) = (unplaced.len(), closure.hits.len());
    Err(Refusal::new(Code::AppointmentConflict, text!("of-appointments-cant-be-moved", some, all))
        .detail("unplaced", Detail::List(codes))
        .hint(text!("nothing-was-saved-without-apply-it-says-why")))
}

/// Returns groups of doctors to try in order; a group is tried only if the one before has no free time.
fn choices<'a>(
    visit: &'a Visit,
    to: Option<&'a Doctor>,
    doctors: &'a [Doctor],
) -> Vec<Vec<Option<&'a Doctor>>> {
    if to.is_some() {
        return vec![vec![to]];
    }
    let own = visit.doctor.as_deref();
    // Without a service, it is unknown which other doctors fit. A pooled visit stays in pooled windows.
    let others: Vec<_> = match (own, &visit.service) {
        (Some(own), Some(_)) => doctors.iter().filter(|other| other.id != own.id).map(Some).collect(),
        _ => Vec::new(),
    };
    vec![vec![own], others]
}

/// Moves a visit to the first free time that the checks accept.
fn place(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    choices: &[Vec<Option<&Doctor>>],
    how: &RescheduleRequest,
) -> Result<Visit> {
    let zone = &visit.zone;
    let mut last = None;
    for doctors in choices {
        let mut from = visit.appointment.span.start;
        for _ in 0..TRIES {
            let Some((start, doctor)) = first_free(tx, env, desk, visit, doctors, from)? else { break };
            let request = RescheduleRequest {
                when: Some(NewStart::Whole(When::At(start))),
                doctor: doctor.map(|doctor| doctor.id.clone()),
                ..how.clone()
            };
            match tx.nested(|tx| move_in(tx, env, desk, visit.clone(), &request)) {
                Ok(moved) => return Ok(moved),
                Err(why) if !why.code.is_about_the_time() => return Err(why),
                Err(why) => {
                    from = match why.code {
                        // The duplicate rule refuses every time of that day.
                        Code::DuplicateBooking => zone.earliest(midnight(add_days(zone.date(start), 1))),
                        _ => start.plus(60),
                    };
                    last = Some(why);
                }
            }
        }
    }
    let latest = zone.date(env.now.plus(desk.clinic.settings.max_advance));
    Err(last.unwrap_or_else(|| Refusal::new(Code::SlotFull, text!("no-free-time-up-to", latest))))
}

/// Returns the earliest free time from `from` on of any of the doctors (`None`: a pooled window).
fn first_free<'d>(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    doctors: &[Option<&'d Doctor>],
    from: Instant,
) -> Result<Option<(Instant, Option<&'d Doctor>)>> {
    let mut first: Option<(Instant, Option<&Doctor>)> = None;
    for doctor in doctors {
        let search = Search {
            branch: &visit.branch,
            zone: &visit.zone,
            doctor: *doctor,
            service: visit.service.as_deref(),
            labels: (None, None),
            minutes: Some(visit.appointment.duration_minutes()),
            except: Some(&visit.appointment.id),
            hold: None,
        };
        let free = ahead(tx, env, desk, &search, Reach { from, count: 1 })?;
        if let Some(free) = free.first()
            && first.is_none_or(|(start, _)| free.slot.span.start < start)
        {
            first = Some((free.slot.span.start, *doctor));
        }
    }
    Ok(first)
}
