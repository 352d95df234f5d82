//! The public JSON of patients' privacy rights: export, merge, erasure.

use crate::app::access::find::MASK;
use crate::app::patients::privacy::erase::{Erased, Gone};
use crate::app::patients::privacy::export::Export;
use crate::app::patients::privacy::merge::{Conflict, Merged};
use crate::app::patients::privacy::purge::Purge;
use crate::app::patients::privacy::scrub::Pending;
use crate::domain::time::Zone;
use crate::domain::webhook::Webhook;
use crate::formats::appointment::{AppointmentView, At, Id, True, appointment, view};
use crate::output::outbox::{self, EntryView, MessageView};
use crate::output::replies::{self, ItemView};
use crate::output::view::{self, DryRun, PatientView, dry_run};
use crate::output::waitlist::{WaitingView, entries};
use crate::output::webhook::{self, DeliveryView};
use crate::store::engine::Locked;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

view! {
    /// What was deleted.
    struct GoneView by gone(gone: &Gone) where {
        let Gone { visits, companions, entries } = gone;
    } {
        visits: u64 = *visits,
        messages: u64 = companions.messages,
        events: u64 = companions.events,
        deliveries: u64 = companions.deliveries,
        entries: u64 = *entries,
    }
}

view! {
    /// Whether erased data is also gone from free pages; a dry run has dry_run instead.
    struct Ending by ending(scrubbed: Option<bool>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "bool")]
        scrubbed: Option<bool> = scrubbed,
        #[serde(flatten)]
        dry_run: DryRun = dry_run(scrubbed.is_none()),
    }
}

view! {
    /// What was deleted with a person; scrubbed is whether erased data is also gone from free pages.
    pub struct ErasedView<'a> by erased(erased: &'a Erased, scrubbed: Option<bool>) {
        patient_id: Id<'a> = Id(&erased.patient.id),
        code: &'a str = &erased.patient.code,
        merged: &'a [String] = &erased.merged,
        #[serde(flatten)]
        gone: GoneView = gone(&erased.gone),
        changed: bool = erased.changed,
        #[serde(flatten)]
        ending: Ending = ending(scrubbed),
    }
}

view! {
    /// What was deleted because of its age.
    pub struct PurgedView<'a> by purged(purge: &'a Purge, scrubbed: Option<bool>) {
        clinic: &'a str = &purge.clinic,
        before: At = At(purge.zone.rfc3339(purge.before)),
        patients: u64 = purge.patients,
        #[serde(flatten)]
        gone: GoneView = gone(&purge.gone),
        tokens: u64 = purge.tokens,
        #[serde(flatten)]
        ending: Ending = ending(scrubbed),
    }
}

/// An estimate of how fast PostgreSQL rewrites a table on a slow disk.
const BYTES_A_SECOND: u64 = 25_000_000;

/// An estimate of how many seconds readers of a table are locked out.
pub fn wait_seconds(locked: &Locked) -> u64 {
    locked.bytes.div_ceil(BYTES_A_SECOND)
}

view! {
    /// What was rewritten after erasures, or would be, and for about how many seconds readers are locked out.
    pub struct ScrubbedView<'a> by scrubbed(pending: Option<&'a Pending>, scrubbed: Option<bool>) where {
        let locked = pending.map(|pending| pending.locked.as_slice()).unwrap_or_default();
    } {
        pending_since: Option<At> = pending.map(|pending| At(Zone::utc().rfc3339(pending.since))),
        tables: Vec<&'a str> = locked.iter().map(|locked| locked.table.as_str()).collect(),
        bytes: u64 = locked.iter().map(|locked| locked.bytes).sum(),
        wait_seconds: u64 = locked.iter().map(wait_seconds).max().unwrap_or_default(),
        changed: bool = pending.is_some() && scrubbed.is_some(),
        #[serde(flatten)]
        ending: Ending = ending(scrubbed),
    }
}

/// An endpoint to which a person's data was sent.
#[derive(Serialize, JsonSchema)]
struct EndpointView<'a> {
    id: Id<'a>,
    code: &'a str,
    url: &'a str,
}

view! {
    /// All data about a person.
    pub struct ExportView<'a> by export(export: &'a Export) where {
        let zone = &export.zone;
        let endpoint = |Webhook { id, code, url, .. }: &'a Webhook| EndpointView { id: Id(id), code, url };
    } {
        exported_at: At = At(zone.rfc3339(export.at)),
        patient: PatientView<'a> = view::patient(&export.patient, zone),
        merged: Vec<PatientView<'a>> = export.merged.iter().map(|seen| view::patient(seen, zone)).collect(),
        appointments: Vec<AppointmentView<'a>> = export.visits.iter().map(appointment).collect(),
        waitlist: Vec<WaitingView<'a>> = entries(&export.waiting),
        messages: Vec<MessageView<'a>> = export.messages.iter().map(outbox::message).collect(),
        replies: Vec<ItemView<'a>> = export.replies.iter().map(replies::item).collect(),
        deliveries: Vec<DeliveryView<'a>> =
            export.deliveries.iter().map(|known| webhook::delivery(known, zone)).collect(),
        webhooks: Vec<EndpointView<'a>> = export.endpoints.iter().map(endpoint).collect(),
        entries: Vec<EntryView<'a>> = export.entries.iter().map(|entry| outbox::entry(entry, zone)).collect(),
    }
}

view! {
    /// An export that was written to a file.
    pub struct ExportedView<'a> by exported(export: &'a Export, path: &Path) {
        file: String = path.display().to_string(),
        patient_id: Id<'a> = Id(&export.patient.patient.id),
        appointments: usize = export.visits.len(),
        messages: usize = export.messages.len(),
        deliveries: usize = export.deliveries.len(),
        entries: usize = export.entries.len(),
    }
}

/// A field in which two records differ.
#[derive(Serialize, JsonSchema)]
struct ConflictView<'a> {
    field: &'static str,
    kept: &'a str,
    merged: &'a str,
}

/// Whether a merge can no longer be undone.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Sealed {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "True")]
    pub(crate) sealed: Option<True>,
}

view! {
    /// Two records of one person, now or before an undo.
    pub struct MergedView<'a> by merged(merged: &'a Merged, zone: &Zone, veil: bool) where {
        let record = |seen| match view::patient(seen, zone) {
            view if veil => view.veiled(),
            view => view,
        };
        let conflict = |Conflict { field, kept, merged }: &'a Conflict| match veil {
            true => ConflictView { field, kept: MASK, merged: MASK },
            false => ConflictView { field, kept, merged },
        };
    } {
        kept: PatientView<'a> = record(&merged.kept),
        merged: PatientView<'a> = record(&merged.merged),
        visits: u64 = merged.visits,
        taken: &'a [String] = &merged.taken,
        conflicts: Vec<ConflictView<'a>> = merged.conflicts.iter().map(conflict).collect(),
        stayed: &'a [String] = &merged.stayed,
    }
}
