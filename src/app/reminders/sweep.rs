//! The public side of a sweep: its options, its report, and the dry run.

use crate::app::reminders::claim::is_open_to;
use crate::app::reminders::due;
use crate::app::reminders::due::Walk;
use crate::app::reminders::pass::Pass;
use crate::app::reminders::{Note, heartbeat};
use crate::app::{Context, Desk, Env};
use crate::delivery::Ways;
use crate::delivery::templates::{Folder, Wording};
use crate::domain::delivery::{Rest, SAME_OUTAGE};
use crate::domain::lease::{Precaution, given_up};
use crate::domain::record::Clinic;
use crate::domain::refusal::Refusal;
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::settings::PRINT;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::sweeps;
use std::thread;

/// Default number of letters in flight per channel.
pub const WORKERS: usize = 8;

/// Options of a sweep.
#[derive(Clone, Copy)]
pub struct Orders<'a> {
    /// The channels besides `print`.
    pub ways: &'a Ways<'a>,
    /// Maximum number of letters in flight per channel.
    pub workers: usize,
    /// Maximum number of messages to send; none: all that are due.
    pub limit: Option<usize>,
}

/// The result for one message.
#[derive(Debug, Clone)]
pub struct Swept {
    /// The message before the sweep.
    pub note: Note,
    /// The decision on it.
    pub decision: Decision,
    /// Its status after the sweep.
    pub status: MessageStatus,
    /// The channel used, or to be used.
    pub channel: String,
    /// The patient's address on that channel.
    pub to: String,
    /// The text, if it is sent.
    pub text: Option<String>,
    /// When it is tried again, after a failed try or while its channel rests.
    pub again_at: Option<Instant>,
    /// Why it was not sent, after an error.
    pub error: Option<String>,
}

impl Swept {
    /// The result for a message that no channel was tried for.
    pub(crate) fn untried(note: Note, decision: Decision, ways: &Ways<'_>, channel: &str) -> Self {
        Swept {
            status: decision.settles_as().unwrap_or(note.message.status),
            to: ways.address(channel, &note.visit),
            channel: channel.to_owned(),
            text: None,
            again_at: None,
            error: None,
            note,
            decision,
        }
    }

    /// Returns the reason for the result, as text.
    pub fn why(&self) -> String {
        let zone = &self.note.visit.zone;
        match (self.again_at, self.decision) {
            (Some(at), Decision::Send) => text!("could-not-go-out-is-tried-again-at", at = zone.rfc3339(at)),
            (Some(at), _) => text!("its-channel-rests-is-tried-at", at = zone.rfc3339(at)),
            (None, decision) => decision.reason(zone),
        }
    }
}

/// Totals of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages to send.
    pub due: usize,
    /// Messages sent.
    pub sent: usize,
    /// Messages that failed for good.
    pub failed: usize,
    /// Messages settled or postponed without a try.
    pub skipped: usize,
}

impl Tally {
    /// Adds one result.
    pub fn count(&mut self, swept: &Swept) {
        if swept.decision != Decision::Send {
            self.skipped += 1;
            return;
        }
        self.due += 1;
        match swept.status {
            MessageStatus::Sent => self.sent += 1,
            MessageStatus::Failed => self.failed += 1,
            _ => {}
        }
    }
}

/// Receives a sweep's report while the sweep runs.
pub trait Reader {
    /// The error if the report cannot be written.
    type Problem: From<Refusal>;

    /// Whether each part is visible once written. If not, printed messages count as sent when the report is
    /// complete.
    fn reads_along(&self) -> bool;

    /// Writes results. If that fails, no printed message among them counts as sent.
    fn take(&mut self, swept: &[Swept]) -> Result<(), Self::Problem>;

    /// Writes a warning.
    fn warn(&mut self, words: &str);
}

/// The report of a dry run.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// The time of the report.
    pub as_of: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The messages, earliest ready first.
    pub messages: Vec<Swept>,
}

/// The state at the start of a sweep.
pub struct Start {
    /// The time of the report.
    pub as_of: Instant,
    pub(crate) desk: Desk,
    /// Channels that rest or rested lately.
    pub(crate) rests: Vec<(String, Rest)>,
    /// Whether anything is due.
    pub(crate) any: bool,
    /// Whether the end of a recent sweep is recorded.
    pub(crate) noted: bool,
}

impl Start {
    /// The clinic's zone, used in the report.
    pub fn zone(&self) -> &Zone {
        &self.desk.zone
    }
}

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
                let channel = looked.note.message.failures.next_channel(channels).unwrap_or(PRINT).to_owned();
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

/// Returns the clinic's own templates, with the built-in ones as fallback.
pub(crate) fn wording(env: &Env, clinic: &Clinic) -> Result<Wording> {
    let folder = env.templates.as_deref().and_then(|directory| Folder::of(directory, &clinic.code));
    Wording::new(folder.as_ref())
}
