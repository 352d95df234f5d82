//! The outbox: messages for patients, from planning to their final status.

mod sweep;

use crate::domain::delivery::{Failures, State};
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::appointments::visit::{Joined, ask};
use crate::store::engine::Value;
use crate::store::record::{FromRow, columns_of, stored};
use crate::store::{Tx, params};

pub use sweep::{
    Delay, Onward, Settlement, failed, go_on, hand_over, lease, name, put_off, release, release_all, renew,
    revive, settle, settle_all, take_back,
};

/// A message for a patient.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Message {
    /// UUIDv7; the same on every try.
    pub id: String,
    /// The clinic.
    pub clinic_id: String,
    /// The appointment.
    pub appointment_id: String,
    /// Reminder, confirmation, …
    pub kind: Kind,
    /// The appointment's reschedule count when it was planned.
    pub plan: i64,
    /// The planned time of sending.
    pub due_at: Instant,
    /// The status.
    pub status: MessageStatus,
    /// The end of the sweep's lease.
    pub lease_until: Option<Instant>,
    /// The sweep that holds the message.
    pub lease: Option<String>,
    /// The number of tries.
    pub attempts: i64,
    /// The channel that sent the message, or the last one tried.
    pub channel: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// The time at which the message reached its final status.
    pub settled_at: Option<Instant>,
    /// The time of planning.
    pub created_at: Instant,
    /// When a sweep may take the message: when it is due, or later after a failed try.
    pub ready_at: Instant,
    /// The number of temporary failures on the current channel.
    pub tries: i64,
    /// The channels that were given up.
    pub failures: Failures,
    /// In a delay message: the estimated start of the visit.
    pub expected_at: Option<Instant>,
    /// The number of leases lost during a try; a try in progress counts as one.
    pub lost_leases: i64,
    /// In an answer to a patient: its text, sealed.
    pub answer: Option<Vec<u8>>,
    /// The only channel to go out by.
    pub via: Option<String>,
    /// The phone that it went to, whatever the channel.
    pub sent_phone: Option<String>,
    /// The e-mail address that it went to.
    pub sent_email: Option<String>,
    /// The message's id at its provider.
    pub provider_id: Option<String>,
    /// What the provider reported about the delivery.
    pub delivery: Option<State>,
    /// The provider's error code, if the delivery failed.
    pub delivery_code: Option<String>,
    /// When that happened.
    pub delivery_at: Option<Instant>,
}

stored!(Message in "messages" as "message" {
    id,
    clinic_id,
    appointment_id,
    kind,
    plan,
    due_at,
    status,
    lease_until,
    lease,
    attempts,
    channel,
    error,
    settled_at,
    created_at,
    ready_at,
    tries,
    failures,
    expected_at,
    lost_leases,
    answer,
    via,
    sent_phone,
    sent_email,
    provider_id,
    delivery,
    delivery_code,
    delivery_at,
});

/// Drops an appointment's pending messages; answers to its patient still go out.
pub fn drop_pending(tx: &mut Tx<'_>, appointment_id: &str, now: Instant) -> Result<(), StoreError> {
    tx.run(DROP, params![appointment_id, now])
}

const DROP: &str = "UPDATE messages SET status = 'dropped', settled_at = ?2, lease = NULL, lease_until = NULL
    WHERE appointment_id = ?1 AND status = 'pending' AND kind <> 'answer'";

/// Drops an appointment's pending answers made since an instant: what they tell was taken back.
pub fn drop_answers(
    tx: &mut Tx<'_>,
    appointment_id: &str,
    since: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    let sql = "UPDATE messages SET status = 'dropped', settled_at = ?3, lease = NULL, lease_until = NULL
        WHERE appointment_id = ?1 AND status = 'pending' AND kind = 'answer' AND created_at >= ?2";
    tx.run(sql, params![appointment_id, since, now])
}

/// Gives the pending confirmation of a series to another of its appointments that is still expected, before
/// this one's messages are dropped: it lists them all.
pub fn pass_on(tx: &mut Tx<'_>, appointment_id: &str) -> Result<(), StoreError> {
    let other = |column: &str| {
        format!(
            "(SELECT {column} FROM series_visits AS o JOIN series_visits AS s ON s.series_id = o.series_id
              JOIN appointments AS a ON a.id = s.appointment_id
              WHERE o.appointment_id = ?1 AND a.id <> ?1 AND a.status IN ('scheduled', 'confirmed')
              ORDER BY s.position, a.id LIMIT 1)"
        )
    };
    let (id, plan) = (other("a.id"), other("a.reschedule_count"));
    tx.run(
        &format!(
            "UPDATE messages SET appointment_id = {id}, plan = {plan}
             WHERE appointment_id = ?1 AND status = 'pending' AND kind = 'confirmation' AND EXISTS {id}"
        ),
        params![appointment_id],
    )
}

/// Drops an appointment's pending reminders, and no other message.
pub fn drop_reminders(tx: &mut Tx<'_>, appointment_id: &str, now: Instant) -> Result<(), StoreError> {
    tx.run(&format!("{DROP} AND kind = 'reminder'"), params![appointment_id, now])
}

/// A pending message with its appointment.
pub struct Waiting {
    /// The message.
    pub message: Message,
    /// Whether a later message of the same appointment is due as well.
    pub later_is_due: bool,
    /// The appointment with its joined records.
    pub joined: Joined,
}

/// Selects pending messages.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The clinic.
    pub clinic_id: &'a str,
    /// The current time, which decides what is due.
    pub now: Instant,
    /// Messages ready at or before this instant; `None` for all.
    pub ready_by: Option<Instant>,
    /// Only messages after this one, ordered by ready time and id.
    pub after: Option<(Instant, &'a str)>,
    /// The maximum number of messages.
    pub limit: i64,
}

/// A page of pending messages, earliest ready first.
pub fn pending(tx: &mut Tx<'_>, wanted: &Wanted<'_>) -> Result<Vec<Waiting>, StoreError> {
    let Wanted { clinic_id, now, ready_by, after, limit } = *wanted;
    let ready_by = ready_by.map_or(i64::MAX, Instant::unix);
    let (after_ready, after_id) = after.map_or((i64::MIN, ""), |(ready_at, id)| (ready_at.unix(), id));
    let params = params![clinic_id, ready_by, after_ready, after_id, now, limit];
    let found = ask(tx, pending_sql, params, |row| Ok((Message::from_row(row)?, row.get()?)))?.into_iter();
    Ok(found.map(|((message, later_is_due), joined)| Waiting { message, later_is_due, joined }).collect())
}

/// The current state of a message and of its appointment.
pub fn one(tx: &mut Tx<'_>, clinic_id: &str, id: &str, now: Instant) -> Result<Option<Waiting>, StoreError> {
    Ok(held(tx, clinic_id, &[id.to_owned()], now)?.pop().map(|(waiting, _)| waiting))
}

/// What is told of a message right before it is sent, besides its appointment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// The number of changes of its appointment since it was made.
    pub changes: i64,
    /// Whether it confirms a series.
    pub of_series: bool,
}

/// The current state of messages and of their appointments.
pub fn held(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    ids: &[String],
    now: Instant,
) -> Result<Vec<(Waiting, Facts)>, StoreError> {
    let mut params = params![clinic_id, now].to_vec();
    let condition = format!("m.clinic_id = ?1 AND m.id IN ({})", sweep::listed(&mut params, ids));
    let more = format!("{}, {CHANGES}, CASE WHEN {CONFIRMS_SERIES} THEN 1 ELSE 0 END", later_is_due("?2"));
    let question = |select: &str| with_appointments(select, Some(&more), &condition);
    let found = ask(tx, question, &params, |row| {
        let (message, later_is_due) = (Message::from_row(row)?, row.get()?);
        Ok((message, later_is_due, Facts { changes: row.get()?, of_series: row.get()? }))
    })?;
    let waiting =
        |((message, later_is_due, facts), joined)| (Waiting { message, later_is_due, joined }, facts);
    Ok(found.into_iter().map(waiting).collect())
}

/// SQL: whether the message `m` confirms a series.
const CONFIRMS_SERIES: &str = "(m.kind = 'confirmation' AND EXISTS (SELECT 1 FROM series_visits AS sv
    WHERE sv.appointment_id = m.appointment_id))";

/// The number of the appointment's changes since it was made; 0 if its audit entries are gone.
const CHANGES: &str = "(SELECT CASE WHEN count(*) > 0 THEN count(*) - 1 ELSE 0 END FROM audit_log AS l
    WHERE l.record_id = a.id)";

/// SQL: whether a later message of the same appointment is due, that says what this one does; `now` is a
/// parameter, such as `?2`. No other message lists the dates of a series.
fn later_is_due(now: &str) -> String {
    format!(
        "CASE WHEN NOT {CONFIRMS_SERIES} AND EXISTS (SELECT 1 FROM messages AS later
        WHERE later.appointment_id = m.appointment_id AND later.status = 'pending' AND later.kind <> 'answer'
          AND later.due_at <= {now}
          AND (later.due_at, later.id) > (m.due_at, m.id)) THEN 1 ELSE 0 END"
    )
}

pub(crate) fn pending_sql(select: &str) -> String {
    let condition = "m.clinic_id = ?1 AND m.status = 'pending' AND m.ready_at <= ?2
        AND (m.ready_at, m.id) > (?3, ?4)";
    let question = with_appointments(select, Some(&later_is_due("?5")), condition);
    format!("{question} ORDER BY m.ready_at, m.id LIMIT ?6")
}

/// The last estimate sent or queued in a delay message for the visit's present time (`plan`).
pub fn told(tx: &mut Tx<'_>, appointment_id: &str, plan: i64) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT expected_at FROM messages
        WHERE appointment_id = ?1 AND kind = 'delay' AND plan = ?2 AND status IN ('pending', 'sent')
        ORDER BY due_at DESC, id DESC LIMIT 1";
    tx.query_one(sql, params![appointment_id, plan], |row| row.get())
}

/// The number of due messages of the clinic or of one doctor's visits, and since when the first is due.
pub fn due(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    doctor_id: Option<&str>,
    now: Instant,
) -> Result<(i64, Option<Instant>), StoreError> {
    let found = tx.query_one(&due_sql(), params![clinic_id, now, doctor_id.unwrap_or("")], |row| {
        Ok((row.get()?, row.get()?))
    })?;
    Ok(found.unwrap_or((0, None)))
}

pub(crate) fn due_sql() -> String {
    let own = "EXISTS (SELECT 1 FROM appointments AS a WHERE a.id = m.appointment_id AND a.doctor_id = ?3)";
    format!(
        "SELECT count(*), min(m.ready_at) FROM messages AS m
         WHERE m.clinic_id = ?1 AND m.status = 'pending' AND m.ready_at <= ?2 AND (?3 = '' OR {own})"
    )
}

/// Selects messages to list.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    /// The appointment.
    pub appointment_id: Option<String>,
    /// The appointments' doctor.
    pub doctor_id: Option<&'a str>,
    /// The status.
    pub status: Option<MessageStatus>,
}

/// The messages that pass the filter with their appointments, earliest due first.
pub fn list(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    filter: &Filter<'_>,
    limit: i64,
) -> Result<Vec<(Message, Joined)>, StoreError> {
    let mut condition = String::from("m.clinic_id = ?1");
    let mut params = vec![Value::from(clinic_id), Value::from(limit)];
    for (column, value) in [
        ("m.appointment_id", filter.appointment_id.as_deref()),
        ("a.doctor_id", filter.doctor_id),
        ("m.status", filter.status.map(MessageStatus::as_str)),
    ] {
        if let Some(value) = value {
            params.push(value.into());
            condition.push_str(&format!(" AND {column} = ?{}", params.len()));
        }
    }
    let question = |select: &str| {
        format!("{} ORDER BY m.due_at, m.id LIMIT ?2", with_appointments(select, None, &condition))
    };
    ask(tx, question, &params, Message::from_row)
}

/// The messages after `id` in order of creation, with their appointments; `doctor_id` selects a doctor's.
pub fn after(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    doctor_id: Option<&str>,
    id: &str,
    limit: i64,
) -> Result<Vec<(Message, Joined)>, StoreError> {
    let mut params = params![clinic_id, id, limit].to_vec();
    params.extend(doctor_id.map(Value::from));
    ask(tx, |select| after_sql(select, doctor_id.is_some()), &params, Message::from_row)
}

pub(crate) fn after_sql(select: &str, of_a_doctor: bool) -> String {
    // `NOT (… <> …)` makes SQLite scan by message id, in order.
    let doctor = if of_a_doctor { " AND NOT (a.doctor_id <> ?4)" } else { "" };
    let condition = format!("NOT (m.clinic_id <> ?1) AND m.id > ?2{doctor}");
    format!("{} ORDER BY m.id LIMIT ?3", with_appointments(select, None, &condition))
}

/// Puts the message's columns, and those in `more`, before the appointments' columns, and joins both tables.
fn with_appointments(select: &str, more: Option<&str>, condition: &str) -> String {
    let visits = select.replacen("SELECT ", "", 1).replacen(
        "FROM appointments AS a",
        "FROM messages AS m JOIN appointments AS a ON a.id = m.appointment_id",
        1,
    );
    let more = more.map(|column| format!("{column}, ")).unwrap_or_default();
    format!("SELECT {}, {more}{visits} WHERE {condition}", columns_of::<Message>("m"))
}
