//! `turno book`.

use crate::app::booking::book;
use crate::app::booking::request::BookRequest;
use crate::commands::answers::{self, mark};
use crate::commands::series;
use crate::commands::series::Repeat;
use crate::input::fields::Raw;
use crate::input::session::{Session, Stop, ending};
use crate::input::stdin::from_stdin;
use crate::input::{pick, prompts, speech};
use crate::output::Answer;
use crate::store::words::Words;
use clap::Args;
use serde::Serialize;

/// Book an appointment, or many from JSON
#[derive(Debug, Args, Serialize)]
pub struct BookArgs {
    /// In one breath: doctor, day, time, name and phone, such as `RUIZ tomorrow 9:30 "Ana Mejía" 7012-3456`
    #[arg(value_name = "WORDS")]
    #[serde(skip)]
    words: Vec<String>,
    /// With that doctor (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// For that service; without a doctor: in a pooled window
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// On that day
    #[arg(long, value_name = "D")]
    date: Option<String>,
    /// At that time
    #[arg(long, value_name = "T")]
    time: Option<String>,
    /// At that moment: RFC 3339, 2026-06-15T14:30 on the wall clock, or `tomorrow 9`
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// For so long
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// Until then: HH:MM, or as --at
    #[arg(long, value_name = "T")]
    end: Option<String>,
    /// For that known patient (code, id, phone or name)
    #[arg(long, value_name = "P")]
    patient: Option<String>,
    /// The patient's full name
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// The patient's phone
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    phone: Option<String>,
    /// The patient's e-mail address
    #[arg(long, value_name = "E")]
    email: Option<String>,
    /// The patient's national ID; `-` reads it from stdin
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub national_id: Option<String>,
    /// At that branch [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// In a window of that session
    #[arg(long, value_name = "S")]
    session: Option<String>,
    /// In a window of that batch
    #[arg(long, value_name = "B")]
    batch: Option<String>,
    /// Kind of visit
    #[arg(long, value_name = "V")]
    visit_type: Option<String>,
    /// Why the patient comes
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// For the staff
    #[arg(long, value_name = "N")]
    notes: Option<String>,
    /// Where the booking comes from [default: manual]
    #[arg(long, value_name = "S")]
    source: Option<String>,
    /// The status it begins with: scheduled or confirmed [default: the clinic's]
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Your own id for it: sent again, the same appointment answers
    #[arg(long, value_name = "X")]
    external_ref: Option<String>,
    /// A key that makes sending the same request again safe
    #[arg(long, value_name = "K")]
    idempotency_key: Option<String>,
    /// Send no confirmation
    #[arg(long)]
    no_notify: bool,
    /// Book even where the doctor is taken or the window is full
    #[arg(long)]
    overbook: bool,
    /// Try it and save nothing
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Take that one of the times that were offered when a booking was refused
    #[arg(long, value_name = "N", conflicts_with_all = ["words", "doctor", "date", "time", "at", "end"])]
    #[serde(skip)]
    pub pick: Option<usize>,
    /// Read one JSON object, or many (an array or NDJSON); `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pick", "words", "doctor", "service", "date", "time", "at", "duration", "end",
        "patient", "name", "phone", "email", "national_id", "session", "batch", "visit_type", "reason", "notes",
        "source", "status", "external_ref", "idempotency_key", "no_notify", "overbook"])]
    #[serde(skip)]
    pub input: Option<String>,
    /// How it repeats; last, so that the heading is of these options alone.
    #[command(flatten)]
    #[serde(skip)]
    pub repeat: Repeat,
}

impl BookArgs {
    /// As fields.
    pub fn fields(self) -> Raw {
        let mut raw = Raw::typed(&self);
        speech::book(&mut raw, &self.words);
        raw
    }
}

/// What a booking names.
fn words_of(request: &BookRequest) -> Words {
    let BookRequest { whom, doctor, service, branch, .. } = request.clone();
    // A word for either is most often a doctor.
    let doctor = doctor.or(whom);
    Words { doctor, service, branch, ..Words::default() }
}

pub(crate) fn book(session: &Session, mut args: BookArgs) -> Result<Answer, Stop> {
    args.national_id = from_stdin("national_id", args.national_id)?;
    let (dry_run, number) = (args.dry_run, args.pick);
    args.repeat.check()?;
    if args.repeat.is_series() {
        let repeat = std::mem::take(&mut args.repeat);
        return Ok(series::book(session, &repeat.request(args.fields().book()), dry_run)?);
    }
    let fields = args.fields();
    let context = &mut session.open_for(words_of(&fields.clone().book()))?;
    pick::tidy(session, context.env.now);
    let said = match number {
        Some(number) => pick::pick(session, context, number, fields)?,
        None => fields,
    };
    if number.is_none()
        && prompts::may(session)
        && let Some(booked) = prompts::book::ask(session, context, &said, dry_run)?
    {
        return Ok(answers::booked(session, &booked, dry_run));
    }
    let request = said.clone().book();
    let booked = match book::book(context, &request, ending(dry_run)) {
        Ok(booked) => booked,
        Err(refusal) => {
            pick::offer(session, context, &said, &request, &refusal);
            return Err(pick::naming(session, context, refusal).into());
        }
    };
    if number.is_some() && !dry_run {
        pick::done(session);
    }
    let mut answer = answers::booked(session, &booked, dry_run);
    mark(session, context, &mut answer, [&booked.visit]);
    Ok(answer)
}
