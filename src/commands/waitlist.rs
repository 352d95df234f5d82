//! `turno waitlist`.

use crate::app::waitlist;
use crate::app::waitlist::{Accept, Accepted, AddRequest, ListRequest, Offer, Waiting};
use crate::commands::answers::{appointment, rows};
use crate::commands::options::options;
use crate::domain::text;
use crate::domain::time::{hhmm, parse_duration};
use crate::domain::waitlist::Half;
use crate::input::days::day_and_time;
use crate::input::session::{Session, ending};
use crate::input::values;
use crate::output::waitlist::{AcceptedView, CallList, WaitingView, entries, entry};
use crate::output::{Answer, Face, lists, sentences, view};
use crate::platform::error::Result;
use clap::{Args, Subcommand};

/// Waiting list: who would rather come earlier, and what is held for them
#[derive(Debug, Subcommand)]
pub enum WaitlistCommand {
    /// Put a patient on the waiting list
    Add(Box<AddArgs>),
    /// Show who waits and what is held, or whom a free slot fits
    List(ListArgs),
    /// Hold a slot for a patient: nobody else can book it meanwhile
    Offer(OfferArgs),
    /// Book what is held, or move the appointment to it
    Accept(AcceptArgs),
    /// Give up what is held; the entry goes on waiting
    Decline(EntryArg),
    /// Take a patient off the waiting list
    Remove(EntryArg),
}

/// An entry.
#[derive(Debug, Args)]
pub struct EntryArg {
    /// The entry's code or id
    #[arg(value_name = "ENTRY")]
    pub entry: String,
}

options! {
    /// `turno waitlist add`
    pub struct AddArgs by request -> AddRequest, problems {
        /// The appointment that would rather be earlier
        #[arg(value_name = "APPT", conflicts_with_all = ["doctor", "service", "branch", "patient", "name", "phone"])]
        appointment: Option<String> => appointment,
        /// With that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// For that service; without a doctor: with anybody
        #[arg(long, value_name = "S")]
        service: Option<String> => service,
        /// At that branch [env: TURNO_BRANCH]
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// For that known patient (code, id, phone or name)
        #[arg(long, value_name = "P")]
        patient: Option<String> => patient,
        /// The patient's full name
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// The patient's phone
        #[arg(long, value_name = "P", allow_hyphen_values = true)]
        phone: Option<String> => phone,
        /// In windows of that session only
        #[arg(long, value_name = "S")]
        session: Option<String> => session,
        /// In that half of the day only: morning or afternoon
        #[arg(long, value_name = "HALF")]
        half: Option<String> => half: problems.said("half", half, Half::parse),
        /// Not before that day
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day),
        /// Not after that day
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day),
        /// For so long
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        duration: Option<String> => minutes: problems.said("duration", duration, values::minutes),
        /// For the staff
        #[arg(long, value_name = "TEXT")]
        note: Option<String> => note: problems.said("note", note, text::long),
        /// Try it and save nothing
        #[arg(long)]
        pub dry_run: bool = _,
    }
}

options! {
    /// `turno waitlist list`
    pub struct ListArgs by request -> ListRequest, problems {
        /// Those who have their time or were taken off, too
        #[arg(long, conflicts_with_all = ["for_appointment", "at"])]
        all: bool => all,
        /// For that doctor
        #[arg(long, value_name = "D", conflicts_with = "for_appointment")]
        doctor: Option<String> => doctor,
        /// Whom the slot of that cancelled appointment fits
        #[arg(long = "for", id = "for_appointment", value_name = "APPT")]
        for_appointment: Option<String> => appointment: for_appointment,
        /// Whom that time fits, such as `tomorrow 9:30`
        #[arg(long, value_name = "T", conflicts_with = "for_appointment")]
        at: Option<String> => when: problems.said("at", at, values::said_moment),
    }
}

options! {
    /// `turno waitlist offer`
    pub struct OfferArgs by request -> Offer, problems where {
        let said = if words.is_empty() { at } else { Some(words.join(" ")) };
        let when = match (said, date, time) {
            (Some(text), _, _) => problems.take("at", values::said_moment(&text)),
            (None, Some(date), Some(time)) => {
                let text = format!("{date} {time}");
                problems.take("date", day_and_time(&text).map_or_else(|| values::said_moment(&text), Ok))
            }
            _ => None,
        };
    } {
        /// The entry's code or id
        #[arg(value_name = "ENTRY")]
        pub entry: String = _,
        /// When, such as `tomorrow 9:30`
        #[arg(value_name = "WHEN", conflicts_with_all = ["at", "date", "time"])]
        words: Vec<String> => when: when,
        /// At that moment: RFC 3339, 2026-06-15T14:30 on the wall clock, or `tomorrow 9`
        #[arg(long, value_name = "T", conflicts_with_all = ["date", "time"])]
        at: Option<String>,
        /// On that day
        #[arg(long, value_name = "D", requires = "time")]
        date: Option<String>,
        /// At that time
        #[arg(long, value_name = "T", requires = "date")]
        time: Option<String>,
        /// With that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// Held for so long
        #[arg(long = "for", id = "held_for", value_name = "DURATION", default_value = "30m")]
        held_for: String => seconds: problems.take("for", parse_duration(&held_for)),
        /// Try it and save nothing
        #[arg(long)]
        pub dry_run: bool = _,
    }
}

options! {
    /// `turno waitlist accept`
    pub struct AcceptArgs by request -> Accept {
        /// The entry's code or id
        #[arg(value_name = "ENTRY")]
        pub entry: String = _,
        /// Why the patient comes, for a booking
        #[arg(long, value_name = "R")]
        reason: Option<String> => reason,
        /// Send no message
        #[arg(long)]
        no_notify: bool => no_notify,
        /// Move the appointment even inside the clinic's cutoff
        #[arg(long)]
        force: bool => force,
        /// Try it and save nothing
        #[arg(long)]
        pub dry_run: bool = _,
    }
}

/// How many are named in talk; the answer has them all.
const NAMED: usize = 3;

pub(crate) fn waitlist(session: &Session, command: WaitlistCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    match command {
        WaitlistCommand::Add(args) => {
            let dry_run = args.dry_run;
            Ok(one(session, &waitlist::add(context, &args.request(), ending(dry_run))?, dry_run))
        }
        WaitlistCommand::List(args) => {
            let found = waitlist::list(context, &args.request())?;
            Ok(rows(&lists::WAITLIST, &entries(&found)))
        }
        WaitlistCommand::Offer(args) => {
            let (word, dry_run) = (args.entry.clone(), args.dry_run);
            let waiting = waitlist::offer(context, &word, &args.request(), ending(dry_run))?;
            let code = &waiting.entry.code;
            let hint = waiting.entry.held(waiting.now).map(|hold| {
                let until = hhmm(waiting.zone.wall(hold.until).time());
                text!("held-until-turno-waitlist-accept-books-it-turno", until, code, code2 = code)
            });
            let answer = one(session, &waiting, dry_run);
            Ok(match hint {
                Some(hint) if !dry_run => answer.hint(hint),
                _ => answer,
            })
        }
        WaitlistCommand::Accept(args) => {
            let (word, dry_run) = (args.entry.clone(), args.dry_run);
            let Accepted { visit, waiting, others } =
                waitlist::accept(context, &word, &args.request(), ending(dry_run))?;
            let answer =
                appointment(session, &visit, dry_run, &AcceptedView { entry: shown(session, &waiting) })
                    .said(if waiting.visit.is_some() { sentences::moved } else { sentences::booked });
            Ok(with_waiting(session, answer, &others))
        }
        WaitlistCommand::Decline(which) => {
            Ok(one(session, &waitlist::decline(context, &which.entry)?, false))
        }
        WaitlistCommand::Remove(which) => Ok(one(session, &waitlist::remove(context, &which.entry)?, false)),
    }
}

/// An entry; a key that may not read is not told who waits, as it is not told for whom an appointment is.
fn shown<'a>(session: &Session, waiting: &'a Waiting) -> WaitingView<'a> {
    let entry = entry(waiting);
    if session.gate.shows_appointments() { entry } else { entry.veiled() }
}

fn one(session: &Session, waiting: &Waiting, dry_run: bool) -> Answer {
    let value = view::json(&shown(session, waiting));
    Answer::new(view::with(value, &view::dry_run(dry_run)), Face::Record).said(sentences::waiting)
}

/// The answer with those whom a slot fits that is free now, the first to call first; nobody, for a key that
/// may not read.
pub(crate) fn with_waiting(session: &Session, mut answer: Answer, waiting: &[Waiting]) -> Answer {
    let waiting = if session.gate.shows_appointments() { waiting } else { &[] };
    answer.value = view::with(answer.value, &CallList { waiting: entries(waiting) });
    for one in waiting.iter().take(NAMED) {
        let Waiting { entry, patient, .. } = one;
        let (name, phone, code) = (&patient.full_name, &patient.phone, &entry.code);
        answer = answer.hint(text!("would-come-then-turno-waitlist-offer-when", name, phone, code));
    }
    match waiting.len().saturating_sub(NAMED) {
        0 => answer,
        more => answer.hint(text!("and-more-turno-waitlist-list", more)),
    }
}
