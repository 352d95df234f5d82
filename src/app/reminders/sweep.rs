//! The public side of a sweep: its options, its report, and the dry run.

use crate::app::Context;
use crate::app::reminders::claim::is_open_to;
use crate::app::reminders::due;
use crate::app::reminders::due::Walk;
use crate::app::reminders::heartbeat;
use crate::app::reminders::orders::{Orders, Start, wording};
use crate::app::reminders::pass::Pass;
use crate::app::reminders::report::{Reader, Rehearsal, Swept, Tally};
use crate::delivery::Ways;
use crate::domain::delivery::SAME_OUTAGE;
use crate::domain::lease::{Precaution, given_up};
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::settings::PRINT;
use crate::platform::error::Result;
use crate::store::sweeps;
use std::thread;

/// Checks whether anything is due, without a write lock.
pub fn start(context: &mut Context) -> Result<Start> {
    let Context { store, env } = context;
    let now = env.time();
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let rests = sweeps::rests(tx, &desk.clinic.id, now.plus(-SAME_OUTAGE))?;
        let any = sweeps::waiting_since(tx, &desk.clinic.id, env.now)?.is_some();
        // A sweep that finds nothing prints nothing, so that cron sends no mail.
        if any {
            env.mind_the_clock(tx)?;
        }
        let noted = heartbeat::is_fresh(tx, &desk.clinic.id, now)?;
        Ok(Start { as_of: env.now, desk, rests, any, noted })
    })
}

/// Reports for each pending message whether it is due, and why; changes nothing.
pub fn rehearse(context: &mut Context, ways: &Ways<'_>, limit: Option<usize>) -> Result<Rehearsal> {
    let limit = limit.unwrap_or(usize::MAX);
    context.read(|tx, env, desk| {
        let wording = wording(env, &desk.clinic)?;
        let mut messages = Vec::new();
        let mut walk = Walk::default();
        while !walk.done && messages.len() < limit {
            let mut page = due::page(tx, env, &desk, None, walk.after())?;
            walk.passed(page.last().map(due::place), page.len());
            due::add_dates(tx, env, &mut page)?;
            for looked in page.into_iter().take(limit - messages.len()) {
                let channels = looked.note.channels(&desk.clinic);
                let channel =
                    looked.note.message.failures.next_channel(&channels).unwrap_or(PRINT).to_owned();
                let mut swept = Swept::untried(looked.note, looked.decision, ways, &channel);
                if swept.decision == Decision::Send {
                    let route = ways.route(&channel);
                    let outgoing = swept.note.outgoing(&desk.clinic, &looked.dates, route);
                    swept.text = Some(wording.say(&outgoing)?.text);
                }
                // A dry run changes no status.
                swept.status = MessageStatus::Pending;
                swept.error = looked.trouble;
                if swept.decision == Decision::Send && !is_open_to(&desk, &swept.channel) {
                    swept.error = Some(text!("messages-by-print-wait-for-a-key-that-reads").to_owned());
                }
                if Precaution::after(swept.note.message.lost_leases) == Precaution::GiveUp {
                    swept.error = Some(given_up().to_owned());
                }
                messages.push(swept);
            }
        }
        Ok(Rehearsal { as_of: env.now, zone: desk.zone, messages })
    })
}

/// Sends what is due: claims it under a lease, delivers it outside any transaction, settles it. If the sweep
/// dies, its messages are sent again, with the same ids, when the lease has expired.
pub fn sweep<R: Reader>(
    context: &mut Context,
    start: Start,
    orders: &Orders<'_>,
    reader: &mut R,
    end: impl FnOnce(&mut R) -> Result<(), R::Problem>,
) -> Result<Tally, R::Problem> {
    let clinic_id = start.desk.clinic.id.clone();
    let nothing_to_note = start.noted && !start.any;
    let tally = thread::scope(|scope| -> Result<Tally, R::Problem> {
        let mut pass = Pass::begin(context, start, orders, reader)?;
        let ran = pass.run(scope);
        let ended = ran.and_then(|()| {
            end(pass.reader())?;
            Ok(pass.tally())
        });
        match ended {
            Ok(tally) => {
                pass.settle_printed()?;
                Ok(tally)
            }
            Err(problem) => {
                // Best effort: leases that cannot be released expire.
                let _ = pass.give_back();
                Err(problem)
            }
        }
    })?;
    if !nothing_to_note {
        heartbeat::note(context, &clinic_id)?;
    }
    Ok(tally)
}
