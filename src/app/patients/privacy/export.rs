//! Exports everything that the database holds of one person.

use crate::app::access::find;
use crate::app::patients::patient::{SeenPatient, see};
use crate::app::patients::privacy::{facts, mentions};
use crate::app::reminders::Note;
use crate::app::replies::inbox;
use crate::app::replies::inbox::Item;
use crate::app::waitlist::{Waiting, name};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::record::Patient;
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::Webhook;
use crate::platform::error::Result;
use crate::store::appointments::list::{self, Filter, Order};
use crate::store::audit::{self, Entry, FOUND};
use crate::store::deliveries::{self, Known};
use crate::store::{Ending, Tx, erase, mentions as store_mentions, outbox, waitlist};

/// Everything that the database holds of a person.
#[derive(Debug, Clone)]
pub struct Export {
    /// When the export was made.
    pub at: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The person's record, with the whole national ID.
    pub patient: SeenPatient,
    /// The records merged into it.
    pub merged: Vec<SeenPatient>,
    /// The visits.
    pub visits: Vec<Visit>,
    /// The waiting-list entries, closed ones too.
    pub waiting: Vec<Waiting>,
    /// Messages to the person.
    pub messages: Vec<Note>,
    /// What the person answered to messages.
    pub replies: Vec<Item>,
    /// Webhook deliveries about the visits.
    pub deliveries: Vec<Known>,
    /// The endpoints of these deliveries.
    pub endpoints: Vec<Webhook>,
    /// Audit entries about the person and the visits, also of who viewed the record.
    pub entries: Vec<Entry>,
}

/// Collects the export, with the national ID in full (scope `patients:reveal`), and writes an audit entry.
pub fn export(context: &mut Context, word: &str) -> Result<Export> {
    context.write(Ending::Commit, |tx, env, desk| {
        let found: Patient = find::any(tx, &desk, word)?;
        let patient = find::current(tx, &desk, found)?;
        let export = collect(tx, env, &desk, patient)?;
        let counts = [
            ("visits", export.visits.len().into()),
            ("messages", export.messages.len().into()),
            ("deliveries", export.deliveries.len().into()),
            ("entries", export.entries.len().into()),
        ];
        let id = &export.patient.patient.id;
        env.note_facts::<Patient>(tx, Some(&desk.clinic.id), "patient.exported", id, facts(&counts))?;
        Ok(export)
    })
}

fn collect(tx: &mut Tx<'_>, env: &Env, desk: &Desk, patient: Patient) -> Result<Export> {
    let clinic_id = &desk.clinic.id;
    let merged = erase::merged_into(tx, clinic_id, &patient.id)?;
    let mut export = Export {
        at: env.now,
        zone: desk.zone.clone(),
        patient: see(env, patient, true)?,
        merged: merged.into_iter().map(|record| see(env, record, true)).collect::<Result<_>>()?,
        visits: Vec::new(),
        waiting: Vec::new(),
        messages: Vec::new(),
        replies: Vec::new(),
        deliveries: Vec::new(),
        endpoints: Vec::new(),
        entries: Vec::new(),
    };
    let own = std::iter::once(&export.patient).chain(&export.merged);
    for id in own.map(|seen| seen.patient.id.clone()).collect::<Vec<_>>() {
        export.visits.extend(visits(tx, env, desk, &id)?);
        export.replies.extend(inbox::of_patient(tx, env, desk, &id)?);
        export.entries.extend(audit::about(tx, &id, true)?);
        for entry in waitlist::of_patient(tx, &id)? {
            export.entries.extend(audit::about(tx, &entry.id, false)?);
            export.waiting.push(name(tx, env, desk, entry)?);
        }
    }
    for visit in &export.visits {
        let id = visit.appointment.id.as_str();
        for (message, _) in outbox::list(
            tx,
            clinic_id,
            &outbox::Filter { appointment_id: Some(id.to_owned()), ..Default::default() },
            i64::MAX,
        )? {
            export.messages.push(Note { message, visit: visit.clone(), answer: None });
        }
        let filter = deliveries::Filter { appointment_id: Some(id.to_owned()), ..Default::default() };
        export.deliveries.extend(deliveries::newest(tx, clinic_id, &filter, i64::MAX)?);
        export.entries.extend(audit::about(tx, id, false)?);
    }
    for known in &export.deliveries {
        let id = &known.delivery.webhook_id;
        if export.endpoints.iter().all(|webhook| webhook.id != *id) {
            export.endpoints.extend(tx.by_id::<Webhook>(clinic_id, id)?);
        }
    }
    export.entries.sort_by_cached_key(Entry::place);
    export.entries.dedup_by_key(|entry| entry.place());
    let own: Vec<&Patient> =
        std::iter::once(&export.patient).chain(&export.merged).map(|seen| &seen.patient).collect();
    let told = store_mentions::merges(tx, clinic_id)?;
    let of_others = mentions::of_others(tx, &told, &own)?;
    for entry in export.entries.iter_mut().filter(|entry| of_others.contains(&entry.place())) {
        (entry.before, entry.after) = (None, None);
    }
    // The other patients that a search found are not this person's data.
    export.entries.iter_mut().filter(|entry| entry.action == FOUND).for_each(|entry| entry.after = None);
    Ok(export)
}

fn visits(tx: &mut Tx<'_>, env: &Env, desk: &Desk, patient_id: &str) -> Result<Vec<Visit>> {
    let filter = Filter { patient_id: Some(patient_id.to_owned()), ..Filter::default() };
    find::with_zones(env, list::page(tx, &desk.clinic.id, &filter, Order::Start, i64::MAX, 0)?)
}
