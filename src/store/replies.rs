//! Answers of patients as they were taken in, and the questions that decide on one.

use crate::domain::reply::Received;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::appointments::visit::{Joined, ask};
use crate::store::record::stored;
use crate::store::{Tx, params};

stored!(Received in "replies" as "reply" {
    clinic_id,
    id,
    number,
    channel,
    provider_id,
    sender,
    text,
    received_at,
    taken_at,
    understood,
    result,
    why,
    appointment_id,
    patient_id,
    answered,
    done_at,
});

/// The answer that a provider delivered before under this id.
pub fn seen(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    channel: &str,
    provider_id: &str,
) -> Result<Option<Received>, StoreError> {
    let rest = "WHERE clinic_id = ?1 AND channel = ?2 AND provider_id = ?3";
    Ok(tx.select(rest, params![clinic_id, channel, provider_id])?.pop())
}

/// The number of the clinic's next answer.
pub fn next_number(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM replies WHERE clinic_id = ?1";
    Ok(tx.query_one(sql, params![clinic_id], |row| row.int())?.unwrap_or(1))
}

/// How many answers went to a sender since an instant.
pub fn answers(tx: &mut Tx<'_>, clinic_id: &str, sender: &str, since: Instant) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM replies
        WHERE clinic_id = ?1 AND sender = ?2 AND taken_at > ?3 AND answered = 1";
    tx.count(sql, params![clinic_id, sender, since])
}

/// The answers that wait for a person, oldest first.
pub fn inbox(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Received>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND why IS NOT NULL AND done_at IS NULL ORDER BY number",
        params![clinic_id],
    )
}

/// How many answers wait for a person, as a column of a query with the clinic as `?1`.
pub(crate) const WAITING: &str = "(SELECT count(*) FROM replies AS w
    WHERE w.clinic_id = ?1 AND w.why IS NOT NULL AND w.done_at IS NULL)";

/// How many answers wait for a person.
pub fn waiting(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    tx.count(&format!("SELECT {WAITING}"), params![clinic_id])
}

/// The answers of a patient and those about the patient's visits, oldest first.
pub fn of_patient(tx: &mut Tx<'_>, clinic_id: &str, patient_id: &str) -> Result<Vec<Received>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND (patient_id = ?2
           OR appointment_id IN (SELECT a.id FROM appointments AS a WHERE a.patient_id = ?2)) ORDER BY number",
        params![clinic_id, patient_id],
    )
}

/// The answer with this number.
pub fn numbered(tx: &mut Tx<'_>, clinic_id: &str, number: i64) -> Result<Option<Received>, StoreError> {
    Ok(tx.select("WHERE clinic_id = ?1 AND number = ?2", params![clinic_id, number])?.pop())
}

/// Notes that somebody dealt with an answer, and whether an answer went back.
pub fn settle(tx: &mut Tx<'_>, received: &Received) -> Result<(), StoreError> {
    let Received { clinic_id, id, done_at, answered, .. } = received;
    let sql = "UPDATE replies SET done_at = ?3, answered = ?4 WHERE clinic_id = ?1 AND id = ?2";
    tx.run_on(sql, params![clinic_id, id, done_at, answered], Some(1))
}

/// Ends what waits in the inbox because several appointments could be meant: the sender has told them apart.
pub fn told_apart(tx: &mut Tx<'_>, clinic_id: &str, sender: &str, now: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE replies SET done_at = ?3
        WHERE clinic_id = ?1 AND sender = ?2 AND why = 'several' AND done_at IS NULL";
    tx.run(sql, params![clinic_id, sender, now])
}

/// The channels of the messages that went to a phone or an e-mail address since an instant, with their
/// appointments, newest first.
pub fn written_about(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    address: &str,
    since: Instant,
) -> Result<Vec<(Option<String>, Joined)>, StoreError> {
    let params = params![clinic_id, address, since];
    ask(tx, written_about_sql, params, |row| row.get())
}

/// The most messages to one address that are looked at.
const MOST: usize = 100;

pub(crate) fn written_about_sql(select: &str) -> String {
    let visits = select.replacen("SELECT ", "", 1).replacen(
        "FROM appointments AS a",
        "FROM messages AS m JOIN appointments AS a ON a.id = m.appointment_id",
        1,
    );
    format!(
        "SELECT m.channel, {visits}
         WHERE m.clinic_id = ?1 AND (m.sent_phone = ?2 OR m.sent_email = ?2) AND m.settled_at > ?3
           AND m.status = 'sent' AND m.kind <> 'answer'
         ORDER BY m.settled_at DESC, m.id DESC LIMIT {MOST}"
    )
}

/// Whether a message about the appointment went to this address.
pub fn went_to(tx: &mut Tx<'_>, appointment_id: &str, address: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM messages
        WHERE appointment_id = ?1 AND status = 'sent' AND (sent_phone = ?2 OR sent_email = ?2) LIMIT 1";
    tx.is_there(sql, params![appointment_id, address])
}

/// The patient's next open appointment, else the last one.
pub fn nearest(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    patient_id: &str,
    now: Instant,
) -> Result<Option<Joined>, StoreError> {
    let question = |select: &str| {
        format!(
            "{select} WHERE a.clinic_id = ?1 AND a.patient_id = ?2
             ORDER BY CASE WHEN a.starts_at > ?3 AND a.status IN ('scheduled', 'confirmed') THEN 0 ELSE 1 END,
               CASE WHEN a.starts_at > ?3 THEN a.starts_at ELSE - a.starts_at END, a.id LIMIT 1"
        )
    };
    let found = ask(tx, question, params![clinic_id, patient_id, now], |_| Ok(()))?;
    Ok(found.into_iter().next().map(|((), joined)| joined))
}

/// Empties the texts and senders of a person's answers; they stay as taken in. Returns their number.
pub fn erase(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    patient_id: &str,
    addresses: &[&str],
    now: Instant,
) -> Result<u64, StoreError> {
    let phone = addresses.first().copied().unwrap_or("");
    let email = addresses.get(1).copied().unwrap_or("");
    let sql =
        "UPDATE replies SET text = NULL, sender = '', patient_id = NULL, done_at = coalesce(done_at, ?5)
        WHERE clinic_id = ?1 AND (patient_id = ?2 OR (sender <> '' AND sender IN (?3, ?4))
          OR appointment_id IN (SELECT a.id FROM appointments AS a WHERE a.patient_id = ?2))";
    tx.execute(sql, params![clinic_id, patient_id, phone, email, now])
}

/// Deletes the answers of a patient whose record goes.
pub fn forget(tx: &mut Tx<'_>, patient_id: &str) -> Result<(), StoreError> {
    tx.run("DELETE FROM replies WHERE patient_id = ?1", params![patient_id])
}

/// Deletes the answers taken in before an instant that are about no visit; returns their number.
pub fn purge(tx: &mut Tx<'_>, clinic_id: &str, before: Instant) -> Result<u64, StoreError> {
    let sql = "DELETE FROM replies WHERE clinic_id = ?1 AND taken_at < ?2 AND appointment_id IS NULL";
    tx.execute(sql, params![clinic_id, before])
}

/// A sealed text: of an answer that came in, or of one that goes out.
#[derive(Debug)]
pub struct SealedText {
    /// The row's id.
    pub id: String,
    /// The sealed text.
    pub sealed: Vec<u8>,
}

/// A page of sealed texts after the row `after`; `table` and `column` are those of [`TEXTS`].
pub fn texts(
    tx: &mut Tx<'_>,
    (table, column): (&str, &str),
    after: &str,
    limit: i64,
) -> Result<Vec<SealedText>, StoreError> {
    let sql = format!(
        "SELECT id, {column} FROM {table} WHERE id > ?1 AND {column} IS NOT NULL ORDER BY id LIMIT ?2"
    );
    tx.query(&sql, params![after, limit], |row| Ok(SealedText { id: row.text()?, sealed: row.get()? }))
}

/// Stores a text sealed under the new secret.
pub fn reseal(
    tx: &mut Tx<'_>,
    (table, column): (&str, &str),
    id: &str,
    sealed: &Vec<u8>,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1");
    tx.execute(&sql, params![id, sealed]).map(|_| ())
}

/// The tables and columns of sealed texts.
pub const TEXTS: [(&str, &str); 2] = [("replies", "text"), ("messages", "answer")];
