//! `book --input`: a single object is a booking, several are a stream of bookings.

use crate::app::access::gate;
use crate::app::booking::batch::{SHARE, book_each};
use crate::app::booking::book;
use crate::app::booking::request::BookRequest;
use crate::commands::answers;
use crate::commands::book::BookArgs;
use crate::domain::refusal::{Code, Refusal};
use crate::input::bodies;
use crate::input::bodies::Body;
use crate::input::json_stream::{Item, Values};
use crate::input::session::{Ended, Session, ending};
use crate::locale;
use crate::locale::Language;
use crate::output::{error, json_line};
use crate::platform::error::Result;
use crate::store::words::Words;
use std::io;
use std::io::{BufReader, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

/// Books what the input holds.
pub(crate) fn book(session: &Session, args: BookArgs) -> Ended {
    let dry_run = args.dry_run;
    let path = args.input.clone().unwrap_or_default();
    let defaults = args.fields();
    let reader = crate::input::stdin::input(&path)?;
    // The NDJSON result of a stream is always in English; a single value gets the user's language back.
    let spoken = locale::language();
    locale::speak(Language::English);
    let (items, reading) = read_ahead(reader);
    let Some(first) = items.recv().ok() else {
        // An empty array is no error.
        if reading.join().unwrap_or(false) {
            return Ok(0);
        }
        locale::speak(spoken);
        return Err(Refusal::invalid("input", text!("is-empty")).into());
    };
    let read = |item: Item| -> Result<BookRequest> {
        let mut raw = bodies::fields(Body::Book, item.value?);
        raw.default_from(&defaults);
        Ok(raw.book())
    };
    let second = if first.of_many { None } else { items.recv().ok() };
    if !first.of_many && second.is_none() {
        locale::speak(spoken);
        let booked = book::book(&mut session.open()?, &read(first)?, ending(dry_run))?;
        return session.tell(&answers::booked(session, &booked, dry_run));
    }
    many(session, dry_run, Queue { early: [Some(first), second], items }, &read)
}

/// Values that were looked at already, and those still to come.
struct Queue {
    early: [Option<Item>; 2],
    items: Receiver<Item>,
}

impl Queue {
    /// The next share: waits for one value, and takes along what has been read meanwhile.
    fn share(&mut self) -> Vec<Item> {
        let mut share: Vec<Item> = self.early.iter_mut().filter_map(Option::take).collect();
        if share.is_empty() {
            share.extend(self.items.recv().ok());
        }
        while !share.is_empty() && share.len() < SHARE {
            match self.items.try_recv() {
                Ok(item) => share.push(item),
                Err(_) => break,
            }
        }
        share
    }
}

fn many(
    session: &Session,
    dry_run: bool,
    mut queue: Queue,
    read: &dyn Fn(Item) -> Result<BookRequest>,
) -> Ended {
    let mut context = session.open_for(Words::default())?;
    context.store.expect_many();
    let progress = session.progress(&text!(
        "progress-read",
        spinner = "{spinner}",
        count = "{human_pos}",
        rate = "{per_sec}"
    ));
    let mut all_booked = true;
    let mut answered = 0_u64;
    loop {
        let share = queue.share();
        if share.is_empty() {
            break;
        }
        // Read the input and write the results outside the transaction, so that a slow pipe does not hold the
        // lock.
        let lines: Vec<u64> = share.iter().map(|item| item.line).collect();
        let requests: Vec<Result<BookRequest>> = share.into_iter().map(read).collect();
        let well_formed: Vec<BookRequest> = requests.iter().flatten().cloned().collect();
        let mut answers = book_each(&mut context, &well_formed, ending(dry_run))
            .map_err(|refusal| part_way(refusal, answered))?
            .into_iter();
        let mut output = String::new();
        for (request, line) in requests.into_iter().zip(lines) {
            let answer = match request {
                Ok(_) => answers
                    .next()
                    .unwrap_or_else(|| Err(Refusal::new(Code::Internal, "a booking got no answer"))),
                Err(refusal) => Err(refusal),
            };
            answered += 1;
            output += &match answer {
                Ok(booked) => json_line(&answers::booked(session, &booked, dry_run).value),
                Err(refusal) => {
                    all_booked = false;
                    // Best effort, as after any command.
                    let _ = gate::note_denial(&mut context, &refusal);
                    json_line(&error::json(&refusal, Some(line)))
                }
            };
            output.push('\n');
        }
        match session.printer.raw(&output) {
            // The reader closed the pipe: exit quietly, but report that bookings are missing.
            Err(problem) if problem.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(Code::AppointmentConflict.exit());
            }
            written => written?,
        }
        progress.set_position(answered);
    }
    progress.finish_and_clear();
    // One exit status, whatever the refusals were.
    Ok(if all_booked { 0 } else { Code::AppointmentConflict.exit() })
}

/// A refusal by the book itself, after so many answers that stand.
fn part_way(refusal: Refusal, answered: u64) -> Refusal {
    if answered == 0 {
        return refusal;
    }
    let refusal = refusal.part_way(text!("what-was-answered-before-stands-nothing-after"));
    refusal.detail("answered", i64::try_from(answered).unwrap_or(i64::MAX))
}

/// Reads on another thread, so that values that are there already share a transaction and one that
/// is not there yet is waited for outside any.
///
/// The thread answers whether the input was an array.
fn read_ahead(reader: Box<dyn Read + Send>) -> (Receiver<Item>, JoinHandle<bool>) {
    let (sender, receiver) = sync_channel(SHARE);
    let reading = std::thread::spawn(move || {
        let mut values = Values::new(BufReader::new(reader));
        for item in &mut values {
            if sender.send(item).is_err() {
                break;
            }
        }
        values.is_array()
    });
    (receiver, reading)
}
