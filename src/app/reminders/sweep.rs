//! The sweep as others see it: what it is asked, what it reports, and its rehearsal.

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

/// How many letters are on their way at once by each channel, where nobody says.
pub const WORKERS: usize = 8;

/// What a sweep is to do.
#[derive(Clone, Copy)]
pub struct Orders<'a> {
    /// The channels besides `print`.
    pub ways: &'a Ways<'a>,
    /// How many letters are on their way at once by each channel.
    pub workers: usize,
    /// Send at most so many messages; none: all that is due.
    pub limit: Option<usize>,
}

/// What a sweep made of one message.
#[derive(Debug, Clone)]
pub struct Swept {
    /// The message, as it was before.
    pub note: Note,
    /// What was decided on it.
    pub decision: Decision,
    /// Where it stands now.
    pub status: MessageStatus,
    /// The channel that it goes or went out by.
    pub channel: String,
    /// Where that channel reaches the patient.
    pub to: String,
    /// Its text, where it goes out.
    pub text: Option<String>,
    /// When it is tried again, where a try failed or its channel rests.
    pub again_at: Option<Instant>,
    /// Why it did not go out, where a channel failed.
    pub error: Option<String>,
}

impl Swept {
    /// A message that no channel was tried for.
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

    /// The reason for what was done, in a person's words.
    pub fn why(&self) -> String {
        let zone = &self.note.visit.zone;
        match (self.again_at, self.decision) {
            (Some(at), Decision::Send) => text!("could-not-go-out-is-tried-again-at", at = zone.rfc3339(at)),
            (Some(at), _) => text!("its-channel-rests-is-tried-at", at = zone.rfc3339(at)),
            (None, decision) => decision.reason(zone),
        }
    }
}

/// A sweep's sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that it was time for.
    pub due: usize,
    /// Those of them that went out.
    pub sent: usize,
    /// Those of them that every channel has failed for.
    pub failed: usize,
    /// Messages that were settled or put off untried.
    pub skipped: usize,
}

impl Tally {
    /// Counts one message in.
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

/// Who takes a sweep's report, as it comes.
pub trait Reader {
    /// What keeps it from taking more.
    type Problem: From<Refusal>;

    /// Whether each part of the report can be read as soon as it is written. Otherwise what is
    /// printed counts as sent only when the whole report is there.
    fn reads_along(&self) -> bool;

    /// Takes messages that are done with. Where it fails, none of them counts as printed.
    fn take(&mut self, swept: &[Swept]) -> Result<(), Self::Problem>;

    /// Takes a warning.
    fn warn(&mut self, words: &str);
}

/// A sweep's report.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// As of when.
    pub as_of: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The messages, the first ready first.
    pub messages: Vec<Swept>,
}

/// What a sweep finds at its start.
pub struct Start {
    /// As of when it reports.
    pub as_of: Instant,
    pub(crate) desk: Desk,
    /// The channels that rest, or did lately.
    pub(crate) rests: Vec<(String, Rest)>,
    /// Whether anything is due.
    pub(crate) any: bool,
    /// Whether a sweep's end was noted a moment ago.
    pub(crate) noted: bool,
}

impl Start {
    /// The zone that it reports by.
    pub fn zone(&self) -> &Zone {
        &self.desk.zone
    }
}

/// Looks whether anything is due; that takes no write lock.
pub fn start(context: &mut Context) -> Result<Start> {
    let Context { store, env } = context;
    let now = env.time();
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let rests = sweeps::rests(tx, &desk.clinic.id, now.plus(-SAME_OUTAGE))?;
        let any = sweeps::waiting_since(tx, &desk.clinic.id, env.now)?.is_some();
        // A sweep that finds nothing leaves cron nothing to mail.
        if any {
            env.mind_the_clock(tx)?;
        }
        let noted = heartbeat::is_fresh(tx, &desk.clinic.id, now)?;
        Ok(Start { as_of: env.now, desk, rests, any, noted })
    })
}

/// Says for each pending message whether it is due, and why; changes nothing.
pub fn rehearse(context: &mut Context, ways: &Ways<'_>, limit: Option<usize>) -> Result<Rehearsal> {
    let limit = limit.unwrap_or(usize::MAX);
    context.read(|tx, env, desk| {
        let wording = wording(env, &desk.clinic)?;
        let mut messages = Vec::new();
        let mut walk = Walk::default();
        while !walk.done && messages.len() < limit {
            let page = due::page(tx, env, &desk, None, walk.after())?;
            walk.passed(page.last().map(due::place), page.len());
            for looked in page.into_iter().take(limit - messages.len()) {
                let channels = looked.note.channels(&desk.clinic);
                let channel = looked.note.message.failures.next_channel(channels).unwrap_or(PRINT).to_owned();
                let mut swept = Swept::untried(looked.note, looked.decision, ways, &channel);
                if swept.decision == Decision::Send {
                    let outgoing = swept.note.outgoing(&desk.clinic);
                    swept.text = Some(wording.say(&outgoing)?.text);
                }
                // Nothing happens to it here, whatever would.
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

/// Sends what is due: claims it under a lease, hands it over outside any transaction, settles it.
///
/// A sweep that dies on the way loses nothing: what it held goes again, under the same ids, when its
/// lease has run out.
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
                // Best effort: what can't be given back now comes back when the lease runs out.
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

/// The clinic's words: its own templates, and the built-in ones behind them.
pub(crate) fn wording(env: &Env, clinic: &Clinic) -> Result<Wording> {
    let folder = env.templates.as_deref().and_then(|directory| Folder::of(directory, &clinic.code));
    Wording::new(folder.as_ref())
}
