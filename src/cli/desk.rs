//! The desk's commands: slots, booking and an appointment's life.

use crate::app::list::ListRequest;
use crate::app::remind;
use crate::app::reschedule::RescheduleRequest;
use crate::app::slots::SlotsRequest;
use crate::app::status::StatusRequest;
use crate::app::update::UpdateRequest;
use crate::app::when::{Day, When};
use crate::cli::raw::Raw;
use crate::cli::values;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reminder::MessageStatus;
use crate::domain::status::Status;
use crate::error::Result;
use crate::store::appointments::list::Order;
use clap::{Args, Subcommand, ValueEnum};

/// An appointment.
#[derive(Debug, Args)]
pub struct Appointment {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
}

/// `turno slots`
#[derive(Debug, Args)]
pub struct SlotsArgs {
    /// Of that doctor only (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// For that service
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// At that branch; `all` for every one
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// In windows of that session
    #[arg(long, value_name = "S")]
    session: Option<String>,
    /// On that day [default: today]
    #[arg(long, value_name = "D", conflicts_with_all = ["from", "to"])]
    date: Option<String>,
    /// From that day on
    #[arg(long, value_name = "D")]
    from: Option<String>,
    /// Up to that day
    #[arg(long, value_name = "D")]
    to: Option<String>,
    /// For a visit of that length
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// Look ahead until so many are found
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    first: Option<u16>,
}

impl SlotsArgs {
    /// As a request.
    pub fn request(self) -> SlotsRequest {
        let SlotsArgs { doctor, service, branch, session, date, from, to, duration, first } = self;
        let mut problems = Problems::default();
        let last_is_meant = to.is_some();
        let date = day(&mut problems, "date", date);
        SlotsRequest {
            last_is_meant,
            doctor,
            service,
            branch,
            session,
            from: day(&mut problems, "from", from).or(date),
            to: day(&mut problems, "to", to).or(date),
            minutes: duration.and_then(|text| problems.take("duration", values::minutes(&text))),
            first: first.map(usize::from),
            problems,
        }
    }
}

fn day(problems: &mut Problems, field: &str, text: Option<String>) -> Option<Day> {
    text.and_then(|text| problems.take(field, values::day(&text)))
}

/// `turno book`
#[derive(Debug, Args)]
pub struct BookArgs {
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
    /// At that moment: RFC 3339, or 2026-06-15T14:30 on the wall clock
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
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Read one JSON object, or many (an array or NDJSON); `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["doctor", "service", "date", "time", "at", "duration", "end",
        "patient", "name", "phone", "email", "national_id", "session", "batch", "visit_type", "reason", "notes",
        "source", "status", "external_ref", "idempotency_key", "no_notify", "overbook"])]
    pub input: Option<String>,
}

impl BookArgs {
    /// As fields.
    pub fn fields(self) -> Raw {
        let BookArgs {
            doctor,
            service,
            date,
            time,
            at,
            duration,
            end,
            patient,
            name,
            phone,
            email,
            national_id,
            branch,
            session,
            batch,
            visit_type,
            reason,
            notes,
            source,
            status,
            external_ref,
            idempotency_key,
            no_notify,
            overbook,
            dry_run: _,
            input: _,
        } = self;
        let mut raw = Raw::default();
        for (field, value) in [
            ("doctor", doctor),
            ("service", service),
            ("date", date),
            ("time", time),
            ("at", at),
            ("duration", duration),
            ("end", end),
            ("patient", patient),
            ("name", name),
            ("phone", phone),
            ("email", email),
            ("national_id", national_id),
            ("branch", branch),
            ("session", session),
            ("batch", batch),
            ("visit_type", visit_type),
            ("reason", reason),
            ("notes", notes),
            ("source", source),
            ("status", status),
            ("external_ref", external_ref),
            ("idempotency_key", idempotency_key),
        ] {
            raw.put(field, value);
        }
        raw.put_no("notify", no_notify);
        raw.put_flag("overbook", overbook);
        raw
    }
}

/// What `list` and `count` filter by.
#[derive(Debug, Args)]
pub struct Filters {
    /// On that day
    #[arg(long, value_name = "D", conflicts_with_all = ["from", "to"])]
    date: Option<String>,
    /// From that day on
    #[arg(long, value_name = "D")]
    from: Option<String>,
    /// Up to that day
    #[arg(long, value_name = "D")]
    to: Option<String>,
    /// With one of these statuses
    #[arg(long, value_name = "S")]
    status: Vec<String>,
    /// With that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// At that branch [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// For that service
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// Of that patient
    #[arg(long, value_name = "P")]
    patient: Option<String>,
    /// Booked from there
    #[arg(long, value_name = "S")]
    source: Option<String>,
    /// Whose follow-up is due today or was before
    #[arg(long)]
    follow_up_due: bool,
}

impl Filters {
    fn request(self) -> ListRequest {
        let Filters { date, from, to, status, doctor, branch, service, patient, source, follow_up_due } =
            self;
        let mut problems = Problems::default();
        let date = day(&mut problems, "date", date);
        ListRequest {
            from: day(&mut problems, "from", from).or(date),
            to: day(&mut problems, "to", to).or(date),
            statuses: status
                .iter()
                .flat_map(|words| words.split(','))
                .filter_map(|word| problems.take("status", Status::parse(word)))
                .collect(),
            doctor,
            branch,
            service,
            patient,
            source: source.map(|source| source.to_lowercase()),
            follow_up_due,
            order: Order::Start,
            page: 1,
            limit: 50,
            problems,
        }
    }
}

/// `turno list`
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filters: Filters,
    /// In which order
    #[arg(long, value_enum, default_value_t = Sort::Start, value_name = "ORDER")]
    sort: Sort,
    /// Which page
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// How many on a page
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(i64).range(1..=crate::app::list::MOST))]
    limit: i64,
}

/// In which order appointments are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// Earliest first
    Start,
    /// In booking order
    Created,
}

impl ListArgs {
    /// As a request.
    pub fn request(self) -> ListRequest {
        let ListArgs { filters, sort, page, limit } = self;
        let order = match sort {
            Sort::Start => Order::Start,
            Sort::Created => Order::Created,
        };
        ListRequest { order, page, limit, ..filters.request() }
    }
}

/// `turno count`
#[derive(Debug, Args)]
pub struct CountArgs {
    #[command(flatten)]
    filters: Filters,
    /// Booked since then [default: 24 hours ago]
    #[arg(long, value_name = "T")]
    since: Option<String>,
}

impl CountArgs {
    /// As a request, and the moment to count from.
    pub fn request(self) -> (ListRequest, Option<When>) {
        let mut request = self.filters.request();
        let since = self.since.and_then(|text| request.problems.take("since", values::since(&text)));
        (request, since)
    }
}

/// `turno reschedule`
#[derive(Debug, Args)]
pub struct RescheduleArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
    /// To that day
    #[arg(long, value_name = "D")]
    date: Option<String>,
    /// To that time
    #[arg(long, value_name = "T")]
    time: Option<String>,
    /// To that moment: RFC 3339, or 2026-06-15T14:30 on the wall clock
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// For so long [default: as before]
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// Until then: HH:MM, or as --at
    #[arg(long, value_name = "T")]
    end: Option<String>,
    /// To that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// To that branch
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// Why; noted in the audit log
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Even where the doctor is taken or the window is full
    #[arg(long)]
    overbook: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Read the move as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["date", "time", "at", "duration", "end", "doctor", "branch",
        "reason", "no_notify", "force", "overbook"])]
    pub input: Option<String>,
}

impl RescheduleArgs {
    /// As a request.
    pub fn request(self) -> RescheduleRequest {
        let RescheduleArgs {
            appointment: _,
            date,
            time,
            at,
            duration,
            end,
            doctor,
            branch,
            reason,
            no_notify,
            force,
            overbook,
            dry_run: _,
            input: _,
        } = self;
        let mut raw = Raw::default();
        for (field, value) in [
            ("date", date),
            ("time", time),
            ("at", at),
            ("duration", duration),
            ("end", end),
            ("doctor", doctor),
            ("branch", branch),
            ("reason", reason),
        ] {
            raw.put(field, value);
        }
        raw.put_no("notify", no_notify);
        raw.put_flag("force", force);
        raw.put_flag("overbook", overbook);
        raw.reschedule(false)
    }
}

/// `turno cancel`
#[derive(Debug, Args)]
pub struct CancelArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
    /// Why
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Read the cancellation as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reason", "no_notify", "force"])]
    pub input: Option<String>,
}

impl CancelArgs {
    /// As a request.
    pub fn request(self) -> StatusRequest {
        let CancelArgs { appointment: _, reason, no_notify, force, dry_run: _, input: _ } = self;
        let mut raw = Raw::default();
        raw.put("reason", reason);
        raw.put_no("notify", no_notify);
        raw.put_flag("force", force);
        raw.status(Some(Status::Cancelled))
    }
}

/// `turno status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
    /// confirmed, checked_in, in_progress, completed, cancelled or no_show
    #[arg(value_name = "STATUS")]
    status: Option<String>,
    /// Why it is called off
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// What the doctor found
    #[arg(long, value_name = "D")]
    diagnosis: Option<String>,
    /// What the doctor ordered
    #[arg(long, value_name = "P")]
    prescription: Option<String>,
    /// When the patient should come again
    #[arg(long, value_name = "DATE")]
    follow_up: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Read the status as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["status", "reason", "diagnosis", "prescription", "follow_up",
        "no_notify", "force"])]
    pub input: Option<String>,
}

impl StatusArgs {
    /// As a request.
    pub fn request(self) -> StatusRequest {
        let StatusArgs {
            appointment: _,
            status,
            reason,
            diagnosis,
            prescription,
            follow_up,
            no_notify,
            force,
            dry_run: _,
            input: _,
        } = self;
        let mut raw = Raw::default();
        for (field, value) in [
            ("status", status),
            ("reason", reason),
            ("diagnosis", diagnosis),
            ("prescription", prescription),
            ("follow_up_date", follow_up),
        ] {
            raw.put(field, value);
        }
        raw.put_no("notify", no_notify);
        raw.put_flag("force", force);
        raw.status(None)
    }
}

/// `turno update`
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
    /// For the staff; an empty text clears it, here and below
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Why the patient comes
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// How long
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// What the doctor found
    #[arg(long, value_name = "TEXT")]
    diagnosis: Option<String>,
    /// What the doctor ordered
    #[arg(long, value_name = "TEXT")]
    prescription: Option<String>,
    /// When the patient should come again; `none` for not at all
    #[arg(long, value_name = "DATE")]
    follow_up: Option<String>,
    /// Kind of visit
    #[arg(long, value_name = "TEXT")]
    visit_type: Option<String>,
    /// Go the whole way, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Read any fields of update, reschedule and status from a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["notes", "reason", "duration", "diagnosis", "prescription",
        "follow_up", "visit_type"])]
    pub input: Option<String>,
}

impl UpdateArgs {
    /// As a request.
    pub fn request(self) -> UpdateRequest {
        let UpdateArgs {
            appointment: _,
            notes,
            reason,
            duration,
            diagnosis,
            prescription,
            follow_up,
            visit_type,
            dry_run: _,
            input: _,
        } = self;
        let mut raw = Raw::default();
        for (field, value) in [
            ("notes", notes),
            ("reason", reason),
            ("duration", duration),
            ("diagnosis", diagnosis),
            ("prescription", prescription),
            ("follow_up_date", follow_up),
            ("visit_type", visit_type),
        ] {
            raw.put(field, value);
        }
        raw.update()
    }
}

/// `turno remind`
#[derive(Debug, Subcommand)]
pub enum RemindCommand {
    /// Send what is due (for cron, every minute)
    Due(DueArgs),
    /// List the messages of the outbox
    List(MessagesArgs),
}

/// `turno remind due`
#[derive(Debug, Args)]
pub struct DueArgs {
    /// Say for each pending message whether it is due, and why; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send at most so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: Option<i64>,
}

/// `turno remind list`
#[derive(Debug, Args)]
pub struct MessagesArgs {
    /// Of that appointment
    #[arg(long, value_name = "A")]
    appointment: Option<String>,
    /// With that status: pending, sent, failed, dropped, superseded or expired
    #[arg(long, value_name = "S")]
    status: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl MessagesArgs {
    /// As a request.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for an unknown status.
    pub fn request(self) -> Result<remind::ListRequest> {
        let MessagesArgs { appointment, status, limit } = self;
        let status = status.as_deref().map(MessageStatus::parse).transpose();
        let status = status.map_err(|problem| Refusal::invalid("status", problem))?;
        Ok(remind::ListRequest { appointment, status, limit })
    }
}
