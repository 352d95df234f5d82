//! The public JSON of patients' answers and of the inbox.

use crate::app::access::find::MASK;
use crate::app::replies::Taken;
use crate::app::replies::inbox::Item;
use crate::domain::reply::{Meaning, Outcome, Why};
use crate::formats::appointment::{At, Id, view};

view! {
    /// What came of a patient's answer.
    pub struct ReplyView<'a> by reply(taken: &'a Taken) {
        id: &'a str = &taken.id,
        from: &'a str = &taken.from,
        understood: Meaning = taken.understood,
        appointment_id: Option<Id<'a>> = taken.appointment.as_ref().map(|(id, _)| Id(id)),
        appointment_code: Option<&'a str> = taken.appointment.as_ref().map(|(_, code)| code.as_str()),
        result: Outcome = taken.result,
        answered: bool = taken.answered,
    }
}

view! {
    /// A patient's answer that waits for a person; the id is the number that people name it by.
    pub struct ItemView<'a> by item(item: &'a Item) where {
        let Item { received, text, visit, patient, zone } = item;
        let at = |instant| At(zone.rfc3339(instant));
        let patient = patient.as_ref().or(visit.as_ref().map(|visit| visit.patient.as_ref()));
    } {
        id: String = received.number.to_string(),
        from: &'a str = &received.sender,
        text: &'a str = text,
        received_at: At = at(received.received_at),
        why: Option<Why> = received.why,
        appointment_code: Option<&'a str> = visit.as_ref().map(|visit| visit.appointment.code.as_str()),
        patient: Option<&'a str> = patient.map(|patient| patient.full_name.as_str()),
        channel: Option<&'a str> = Some(received.channel.as_str()).filter(|name| !name.is_empty()),
        understood: Meaning = received.understood,
        answered: bool = received.answered,
        done_at: Option<At> = received.done_at.map(at),
    }
}

impl ItemView<'_> {
    /// The answer for a key that may not read answers.
    #[must_use]
    pub(crate) fn veiled(self) -> Self {
        ItemView { from: MASK, text: MASK, patient: None, ..self }
    }
}
