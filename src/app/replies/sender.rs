//! Who wrote an answer, and about what the clinic has written to that number.

use crate::app::access::find;
use crate::app::patients::patient_match::of_address;
use crate::app::{Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::reply::{Reply, WRITTEN_WITHIN};
use crate::domain::status::Status;
use crate::domain::text::SHORT_LIMIT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::appointments::visit;
use crate::store::{Tx, replies};

/// The writer of an answer.
#[derive(Debug)]
pub(super) struct Sender {
    /// The phone in E.164 or the e-mail address in lower case, else as given.
    pub address: String,
    /// The patients with this address; a family shares a phone.
    pub patients: Vec<Patient>,
    /// The appointments that the address was written about lately, the latest message first.
    pub written: Vec<Visit>,
    /// The channel that the answer came by, else that of the last message.
    pub channel: Option<String>,
    /// The channel to answer by; `None` for the patient's.
    pub via: Option<String>,
    /// Whether a machine wrote it.
    pub automatic: bool,
}

impl Sender {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        env: &Env,
        desk: &Desk,
        reply: &Reply,
        sends: Option<&str>,
    ) -> Result<Sender> {
        let clinic_id = &desk.clinic.id;
        let address = address(&reply.from, desk.clinic.settings.country.as_deref());
        let patients = of_address(tx, desk, &address)?;
        let found = replies::written_about(tx, clinic_id, &address, env.now.plus(-WRITTEN_WITHIN))?;
        let (mut written, mut last) = (Vec::<Visit>::new(), None);
        for (channel, joined) in found {
            last = last.or(channel);
            if !written.iter().any(|visit| visit.appointment.id == joined.appointment.id) {
                written.push(find::with_zone(&env.zones, joined)?);
            }
        }
        let via =
            sends.map(str::to_owned).or_else(|| if reply.channel.is_none() { last.clone() } else { None });
        let channel = reply.channel.clone().or(last);
        Ok(Sender { address, patients, written, channel, via, automatic: reply.automatic })
    }

    /// Whether the clinic knows the address.
    pub(super) fn is_known(&self) -> bool {
        !self.patients.is_empty() || !self.written.is_empty()
    }

    /// The patient with this address, if there is only one.
    pub(super) fn only_patient(&self) -> Option<&Patient> {
        match self.patients.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether this is the patient's own address now, so that what is sent to the patient arrives there.
    pub(super) fn is_of(&self, patient: &Patient) -> bool {
        patient.phone == self.address
            || patient.email.as_ref().is_some_and(|email| email.to_lowercase() == self.address)
    }

    /// The appointment with this code or id, if it is the writer's: of a patient with this address, or one
    /// that a message to this address was about.
    pub(super) fn named(&self, tx: &mut Tx<'_>, env: &Env, desk: &Desk, code: &str) -> Result<Option<Visit>> {
        let Some(found) = visit::find(tx, &desk.clinic.id, code)? else { return Ok(None) };
        let found = find::with_zone(&env.zones, found)?;
        let own = self.is_of(&found.patient)
            || self.patients.iter().any(|patient| patient.id == found.patient.id)
            || replies::went_to(tx, &found.appointment.id, &self.address)?;
        Ok(own.then_some(found))
    }

    /// The appointments written about that can still be confirmed or cancelled.
    pub(super) fn open(&self, now: Instant) -> Vec<&Visit> {
        self.written.iter().filter(|visit| is_open(visit, now)).collect()
    }

    /// The appointment to show beside the answer: the last one written about, else the patient's nearest.
    pub(super) fn nearest(&self, tx: &mut Tx<'_>, env: &Env, desk: &Desk) -> Result<Option<Visit>> {
        if let Some(last) = self.open(env.now).into_iter().next().or(self.written.first()) {
            return Ok(Some(last.clone()));
        }
        match self.only_patient() {
            Some(patient) => replies::nearest(tx, &desk.clinic.id, &patient.id, env.now)?
                .map(|joined| find::with_zone(&env.zones, joined))
                .transpose(),
            None => Ok(None),
        }
    }
}

/// Whether the patient can still confirm or cancel the appointment.
pub(super) fn is_open(visit: &Visit, now: Instant) -> bool {
    matches!(visit.appointment.status, Status::Scheduled | Status::Confirmed)
        && visit.appointment.span.start > now
}

/// Reads an address as providers write it: `whatsapp:+50377654321`, `50377654321`, `Ana@Example.com`. Anything
/// else, such as a short number, is kept as it is.
fn address(from: &str, country: Option<&str>) -> String {
    let from = from.trim();
    let bare = ["whatsapp:", "tel:", "sms:", "mailto:"]
        .iter()
        .find_map(|scheme| from.strip_prefix(scheme))
        .unwrap_or(from);
    if bare.contains('@') {
        return bare.to_lowercase().chars().take(SHORT_LIMIT).collect();
    }
    let international = || {
        let digits = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if digits { phone::normalise(&format!("+{bare}"), None) } else { Err(String::new()) }
    };
    let read = phone::normalise(bare, country).or_else(|_| international());
    read.unwrap_or_else(|_| bare.chars().filter(|c| *c != '\0').take(SHORT_LIMIT).collect())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_read_as_providers_write_it() {
        for (from, read) in [
            ("+50377654321", "+50377654321"),
            ("7765-4321", "+50377654321"),
            ("50377654321", "+50377654321"),
            ("whatsapp:+50377654321", "+50377654321"),
            ("tel:+503 7765 4321", "+50377654321"),
            ("mailto:Ana@Example.com", "ana@example.com"),
            ("BANCO", "BANCO"),
            ("72345", "72345"),
        ] {
            assert_eq!(address(from, Some("SV")), read, "{from}");
        }
    }
}
