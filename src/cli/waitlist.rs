//! `turno waitlist`.

use crate::app::waitlist::{Accept, AddRequest, ListRequest, Offer};
use crate::cli::speech::day_and_time;
use crate::cli::values;
use crate::domain::refusal::Problems;
use crate::domain::text;
use crate::domain::time::parse_duration;
use crate::domain::waitlist::Half;
use clap::{Args, Subcommand};

/// `turno waitlist`
#[derive(Debug, Subcommand)]
pub enum WaitlistCommand {
    /// Put somebody on the waiting list
    Add(Box<AddArgs>),
    /// Show who waits and what is held, or whom a free slot fits
    List(ListArgs),
    /// Hold a slot for somebody: nobody else can book it meanwhile
    Offer(OfferArgs),
    /// Book what is held, or move the appointment to it
    Accept(AcceptArgs),
    /// Give up what is held; the entry goes on waiting
    Decline(EntryArg),
    /// Take somebody off the waiting list
    Remove(EntryArg),
}

/// An entry.
#[derive(Debug, Args)]
pub struct EntryArg {
    /// The entry's code or id
    #[arg(value_name = "ENTRY")]
    pub entry: String,
}

/// `turno waitlist add`
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The appointment that would rather be earlier
    #[arg(value_name = "APPT", conflicts_with_all = ["doctor", "service", "branch", "patient", "name", "phone"])]
    appointment: Option<String>,
    /// With that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// For that service; without a doctor: with anybody
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// At that branch [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// For that known patient (code, id, phone or name)
    #[arg(long, value_name = "P")]
    patient: Option<String>,
    /// The patient's full name
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// The patient's phone
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    phone: Option<String>,
    /// In windows of that session only
    #[arg(long, value_name = "S")]
    session: Option<String>,
    /// In that half of the day only: morning or afternoon
    #[arg(long, value_name = "HALF")]
    half: Option<String>,
    /// Not before that day
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    from: Option<String>,
    /// Not after that day
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    to: Option<String>,
    /// For so long
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// For the staff
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
}

impl AddArgs {
    /// As a request.
    pub fn request(self) -> AddRequest {
        let AddArgs {
            appointment,
            doctor,
            service,
            branch,
            patient,
            name,
            phone,
            session,
            half,
            from,
            to,
            duration,
            note,
            dry_run: _,
        } = self;
        let mut problems = Problems::default();
        AddRequest {
            appointment,
            doctor,
            service,
            branch,
            patient,
            name,
            phone,
            session,
            half: half.and_then(|word| problems.take("half", Half::parse(&word))),
            from: values::said_day(&mut problems, "from", from),
            to: values::said_day(&mut problems, "to", to),
            minutes: duration.and_then(|text| problems.take("duration", values::minutes(&text))),
            note: note.and_then(|text| problems.take("note", text::long(&text))),
            problems,
        }
    }
}

/// `turno waitlist list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Those who have their time or were taken off, too
    #[arg(long, conflicts_with_all = ["for_appointment", "at"])]
    all: bool,
    /// For that doctor
    #[arg(long, value_name = "D", conflicts_with = "for_appointment")]
    doctor: Option<String>,
    /// Whom the slot of that cancelled appointment fits
    #[arg(long = "for", id = "for_appointment", value_name = "APPT")]
    for_appointment: Option<String>,
    /// Whom that time fits, such as `tomorrow 9:30`
    #[arg(long, value_name = "T", conflicts_with = "for_appointment")]
    at: Option<String>,
}

impl ListArgs {
    /// As a request.
    pub fn request(self) -> ListRequest {
        let ListArgs { all, doctor, for_appointment, at } = self;
        let mut problems = Problems::default();
        let when = at.and_then(|text| problems.take("at", values::said_moment(&text)));
        ListRequest { all, doctor, appointment: for_appointment, when, problems }
    }
}

/// `turno waitlist offer`
#[derive(Debug, Args)]
pub struct OfferArgs {
    /// The entry's code or id
    #[arg(value_name = "ENTRY")]
    pub entry: String,
    /// When, such as `tomorrow 9:30`
    #[arg(value_name = "WHEN", conflicts_with_all = ["at", "date", "time"])]
    words: Vec<String>,
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
    doctor: Option<String>,
    /// Held for so long
    #[arg(long = "for", id = "held_for", value_name = "DURATION", default_value = "30m")]
    held_for: String,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
}

impl OfferArgs {
    /// As a request.
    pub fn request(self) -> Offer {
        let OfferArgs { entry: _, words, at, date, time, doctor, held_for, dry_run: _ } = self;
        let mut problems = Problems::default();
        let said = if words.is_empty() { at } else { Some(words.join(" ")) };
        let when = match (said, date, time) {
            (Some(text), _, _) => problems.take("at", values::said_moment(&text)),
            (None, Some(date), Some(time)) => {
                let text = format!("{date} {time}");
                problems.take("date", day_and_time(&text).map_or_else(|| values::said_moment(&text), Ok))
            }
            _ => None,
        };
        let seconds = problems.take("for", parse_duration(&held_for));
        Offer { when, doctor, seconds, problems }
    }
}

/// `turno waitlist accept`
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The entry's code or id
    #[arg(value_name = "ENTRY")]
    pub entry: String,
    /// Why the patient comes, for a booking
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no message
    #[arg(long)]
    no_notify: bool,
    /// Move the appointment even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
}

impl AcceptArgs {
    /// As a request.
    pub fn request(self) -> Accept {
        let AcceptArgs { entry: _, reason, no_notify, force, dry_run: _ } = self;
        Accept { reason, force, no_notify }
    }
}
