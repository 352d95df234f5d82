//! The public JSON of what a patient may ask of their record.

use crate::app::privacy::erase::{Erased, Gone};
use crate::app::privacy::export::Export;
use crate::app::privacy::merge::{Conflict, Merged};
use crate::app::privacy::purge::Purge;
use crate::domain::time::Zone;
use crate::domain::webhook::Webhook;
use crate::output::outbox::{self, EntryView, MessageView};
use crate::output::view::{self, DryRun, PatientView, dry_run};
use crate::output::waitlist::{WaitingView, entries};
use crate::output::webhook::{self, DeliveryView};
use crate::public::{AppointmentView, At, Id, True, appointment};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

/// What went.
#[derive(Serialize, JsonSchema)]
struct GoneView {
    visits: u64,
    messages: u64,
    events: u64,
    deliveries: u64,
    entries: u64,
}

fn gone(Gone { visits, companions, entries }: &Gone) -> GoneView {
    GoneView {
        visits: *visits,
        messages: companions.messages,
        events: companions.events,
        deliveries: companions.deliveries,
        entries: *entries,
    }
}

/// Whether it is out of the book's free pages, too; a rehearsal says that it is one.
#[derive(Serialize, JsonSchema)]
struct Ending {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    scrubbed: Option<bool>,
    #[serde(flatten)]
    dry_run: DryRun,
}

fn ending(scrubbed: Option<bool>) -> Ending {
    Ending { scrubbed, dry_run: dry_run(scrubbed.is_none()) }
}

/// What went with a person; scrubbed tells whether it is out of free pages, too.
#[derive(Serialize, JsonSchema)]
pub struct ErasedView<'a> {
    patient_id: Id<'a>,
    code: &'a str,
    merged: &'a [String],
    #[serde(flatten)]
    gone: GoneView,
    changed: bool,
    #[serde(flatten)]
    ending: Ending,
}

/// What went with a person; `scrubbed` tells whether it is out of the book's free pages, too.
pub fn erased(erased: &Erased, scrubbed: Option<bool>) -> ErasedView<'_> {
    ErasedView {
        patient_id: Id(&erased.patient.id),
        code: &erased.patient.code,
        merged: &erased.merged,
        gone: gone(&erased.gone),
        changed: erased.changed,
        ending: ending(scrubbed),
    }
}

/// What went for its age.
#[derive(Serialize, JsonSchema)]
pub struct PurgedView<'a> {
    clinic: &'a str,
    before: At,
    patients: u64,
    #[serde(flatten)]
    gone: GoneView,
    tokens: u64,
    #[serde(flatten)]
    ending: Ending,
}

/// What went for its age.
pub fn purged(purge: &Purge, scrubbed: Option<bool>) -> PurgedView<'_> {
    PurgedView {
        clinic: &purge.clinic,
        before: At(purge.zone.rfc3339(purge.before)),
        patients: purge.patients,
        gone: gone(&purge.gone),
        tokens: purge.tokens,
        ending: ending(scrubbed),
    }
}

/// Everything that is held of a person.
#[derive(Serialize, JsonSchema)]
pub struct ExportView<'a> {
    exported_at: At,
    patient: PatientView<'a>,
    merged: Vec<PatientView<'a>>,
    appointments: Vec<AppointmentView<'a>>,
    waitlist: Vec<WaitingView<'a>>,
    messages: Vec<MessageView<'a>>,
    deliveries: Vec<DeliveryView<'a>>,
    webhooks: Vec<EndpointView<'a>>,
    entries: Vec<EntryView<'a>>,
}

/// Where a person's data went to.
#[derive(Serialize, JsonSchema)]
struct EndpointView<'a> {
    id: Id<'a>,
    code: &'a str,
    url: &'a str,
}

/// Everything that is held of a person.
pub fn export<'a>(export: &'a Export) -> ExportView<'a> {
    let zone = &export.zone;
    let endpoint = |Webhook { id, code, url, .. }: &'a Webhook| EndpointView { id: Id(id), code, url };
    ExportView {
        exported_at: At(zone.rfc3339(export.at)),
        patient: view::patient(&export.patient, zone),
        merged: export.merged.iter().map(|seen| view::patient(seen, zone)).collect(),
        appointments: export.visits.iter().map(appointment).collect(),
        waitlist: entries(&export.waiting),
        messages: export.messages.iter().map(outbox::message).collect(),
        deliveries: export.deliveries.iter().map(|known| webhook::delivery(known, zone)).collect(),
        webhooks: export.endpoints.iter().map(endpoint).collect(),
        entries: export.entries.iter().map(|entry| outbox::entry(entry, zone)).collect(),
    }
}

/// That an export was written to a file.
#[derive(Serialize, JsonSchema)]
pub struct ExportedView<'a> {
    file: String,
    patient_id: Id<'a>,
    appointments: usize,
    messages: usize,
    deliveries: usize,
    entries: usize,
}

/// That a file was written, and what it holds in numbers.
pub fn exported<'a>(export: &'a Export, path: &Path) -> ExportedView<'a> {
    ExportedView {
        file: path.display().to_string(),
        patient_id: Id(&export.patient.patient.id),
        appointments: export.visits.len(),
        messages: export.messages.len(),
        deliveries: export.deliveries.len(),
        entries: export.entries.len(),
    }
}

/// A field in which two records differ.
#[derive(Serialize, JsonSchema)]
struct ConflictView<'a> {
    field: &'static str,
    kept: &'a str,
    merged: &'a str,
}

/// Two records that are one person, or were.
#[derive(Serialize, JsonSchema)]
pub struct MergedView<'a> {
    kept: PatientView<'a>,
    merged: PatientView<'a>,
    visits: u64,
    taken: &'a [String],
    conflicts: Vec<ConflictView<'a>>,
    stayed: &'a [String],
}

/// Whether a merge can't be taken back any more.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Sealed {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "True")]
    pub(crate) sealed: Option<True>,
}

/// Two records that are one person, or were.
pub fn merged<'a>(merged: &'a Merged, zone: &Zone) -> MergedView<'a> {
    let conflict = |Conflict { field, kept, merged }: &'a Conflict| ConflictView { field, kept, merged };
    MergedView {
        kept: view::patient(&merged.kept, zone),
        merged: view::patient(&merged.merged, zone),
        visits: merged.visits,
        taken: &merged.taken,
        conflicts: merged.conflicts.iter().map(conflict).collect(),
        stayed: &merged.stayed,
    }
}
