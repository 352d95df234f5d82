//! Every public schema: its name, its description, and the views that it is derived from.

use super::DIALECT;
use crate::app::exchange::webhook::Envelope;
use crate::app::exchange::webhook::send_test::{Test, TrialIds};
use crate::delivery::command::Message as ChannelMessage;
use crate::domain::webhook::Event;
use crate::formats::appointment::{AppointmentIds, AppointmentView, PatientInside};
use crate::output::backup::{BackupView, RestoredView, RezonedView, RotatedView};
use crate::output::charts::{self, NoShowsView, ReportView, UtilisationView, VolumeView};
use crate::output::cron::CronView;
use crate::output::error::ErrorView;
use crate::output::glance::GlanceView;
use crate::output::import::ImportedView;
use crate::output::key::{KeyView, NeedView, SecretView};
use crate::output::late::LateView;
use crate::output::outbox::{
    CopiedView, EntriesRead, EntryView, FindingsView, InfoView, MessageView, PathView, PreviewView,
    SweepView, TemplatesView,
};
use crate::output::overview::TodayView;
use crate::output::pictures::PicturesView;
use crate::output::privacy::{
    ErasedView, ExportView, ExportedView, MergedView, PurgedView, ScrubbedView, Sealed,
};
use crate::output::reassign::ClearingView;
use crate::output::replies::{ItemView, ReplyView};
use crate::output::schema::SchemaRow;
use crate::output::series::{SeriesRow, SeriesView};
use crate::output::setup::SetupView;
use crate::output::undo::UndoneView;
use crate::output::view::{
    AgendaView, BranchView, ChangedView, ClinicRow, ClinicView, ClosureView, CountView, DoctorView, DryRun,
    FilesView, HitsView, Idempotent, PageView, PatientView, PatientsView, QueueView, ServiceView, SlotsView,
    WhyView, WindowView,
};
use crate::output::waitlist::{AcceptedView, CallList, WaitingView};
use crate::output::webhook::{DeliveredView, DeliveryView, ReplayedView, TrialView, WebhookView};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

pub(super) type Part = fn(&mut SchemaGenerator) -> Schema;

pub(super) struct Root {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) form: Form,
}

pub(super) enum Form {
    /// An object with the keys of all these views; a later view overrides an earlier one.
    Object(&'static [Part]),
    /// A list of such records under the key, and `total`.
    Rows(&'static str, Part),
    /// One of several objects.
    Either(&'static [&'static [Part]]),
    /// A schema that is not derived from a view.
    Other(fn() -> Schema),
}

macro_rules! roots {
    ($($name:literal: $about:literal = $form:ident $parts:tt;)*) => {
        pub(super) const ROOTS: &[Root] =
            &[$(Root { name: $name, about: $about, form: roots!(@ $form $parts) }),*];
    };
    (@ object [$($part:ty),*]) => { Form::Object(&[$(<$part>::json_schema),*]) };
    (@ rows [$key:literal of $row:ty]) => { Form::Rows($key, |generator| generator.subschema_for::<$row>()) };
    (@ either [$([$($part:ty),*]),*]) => { Form::Either(&[$(&[$(<$part>::json_schema),*]),*]) };
    (@ other [$schema:ident]) => { Form::Other($schema) };
}

roots! {
    "appointment": "An appointment, with the records that it names" = object [AppointmentView];
    "changed": "An appointment after a change; who may not see patients gets none"
        = object [AppointmentView, Veiled, DryRun];
    "booked": "An appointment that was booked, or was there already"
        = object [AppointmentView, Veiled, Idempotent, DryRun];
    "freed": "An appointment that left its time, and whom to call for that"
        = object [AppointmentView, Veiled, DryRun, CallList];
    "stepped": "An appointment in a status, and whom to call if that frees a time"
        = object [AppointmentView, Veiled, ChangedView, DryRun, CallList];
    "undone": "An appointment, and the change that was taken back"
        = object [AppointmentView, Veiled, UndoneView, DryRun];
    "accepted": "An appointment booked from the waiting list"
        = object [AppointmentView, Veiled, AcceptedView, DryRun, CallList];
    "appointments": "A page of appointments" = object [PageView];
    "count": "How many were booked" = object [CountView];
    "bookings": "One line for each of many bookings: the appointment, or why there is none"
        = either [[AppointmentView, Veiled, Idempotent, DryRun], [ErrorView]];
    "error": "A refusal" = object [ErrorView];
    "slots": "Free slots" = object [SlotsView];
    "why": "What stands in the way of a time" = object [WhyView];
    "agenda": "A day or a week of the calendar" = object [AgendaView];
    "queue": "The waiting room" = object [QueueView];
    "today": "How it stands today; ready is false where there is no book yet" = object [TodayView];
    "late": "Whom to call when a doctor runs late" = object [LateView];
    "series": "A series with its appointments, and those that were left out" = object [SeriesView, DryRun];
    "series-booked": "A series that was booked, or was there already"
        = object [SeriesView, Idempotent, DryRun];
    "series-list": "Series" = rows ["series" of SeriesRow];
    "waiting-changed": "An entry of the waiting list after a change" = object [WaitingView, DryRun];
    "waitlist": "The waiting list" = rows ["waitlist" of WaitingView];
    "report-overview": "What the pictures of a report show" = object [PicturesView];
    "report-utilisation": "How much of the open time is taken"
        = object [ReportView<charts::Utilisation, UtilisationView>];
    "report-no-shows": "Who did not come" = object [ReportView<charts::NoShows, NoShowsView>];
    "report-volume": "What became of the visits" = object [ReportView<charts::Volume, VolumeView>];
    "clinic": "A clinic with its settings" = object [ClinicView];
    "clinic-made": "The first clinic of a book, and where book and secret file are"
        = object [ClinicView, FilesView];
    "set-up": "What a set-up file changed, and the appointments outside the hours now" = object [SetupView, DryRun];
    "clinics": "Clinics" = rows ["clinics" of ClinicRow];
    "branch": "A branch" = object [BranchView];
    "branches": "Branches" = rows ["branches" of BranchView];
    "branch-removed": "A branch that goes, and the appointments that are still there"
        = object [BranchView, HitsView, DryRun];
    "doctor": "A doctor" = object [DoctorView];
    "doctors": "Doctors" = rows ["doctors" of DoctorView];
    "doctor-removed": "A doctor who goes, and the appointments that are still theirs"
        = object [DoctorView, HitsView, DryRun];
    "service": "A service" = object [ServiceView];
    "services": "Services" = rows ["services" of ServiceView];
    "window": "A window: when patients are seen" = object [WindowView];
    "windows": "Windows" = rows ["windows" of WindowView];
    "window-changed": "A window after a change, and the appointments that lie in none now"
        = object [WindowView, HitsView, DryRun];
    "closures": "Closures" = rows ["closures" of ClosureView];
    "closure-added": "A closure, and the appointments that it hits" = object [ClosureView, HitsView, DryRun];
    "closure-removed": "A closure that is over, and whom to call for the time"
        = object [ClosureView, CallList];
    "clearing": "What becomes of the appointments that a closure hits" = object [ClearingView];
    "patient": "A patient" = object [PatientView];
    "patients": "A page of patients" = object [PatientsView];
    "patients-at-a-glance": "Patients with their next and last appointment" = rows ["patients" of GlanceView];
    "patients-found": "Patients who were looked for" = rows ["patients" of PatientView];
    "patient-export": "Everything that is held of a person" = object [ExportView];
    "patient-exported": "That an export was written to a file" = object [ExportedView];
    "merged": "Two records that are one person, or were" = object [MergedView, DryRun, Sealed];
    "erased": "What went with a person; scrubbed tells whether it is out of free pages, too"
        = object [ErasedView];
    "key": "An access key, without its secret" = object [KeyView];
    "keys": "Access keys" = rows ["keys" of KeyView];
    "key-made": "An access key with its secret, which is not told again" = object [KeyView, SecretView];
    "scopes": "What each command needs" = rows ["scopes" of NeedView];
    "sweep": "What a sweep sent, or with dry_run would send" = object [SweepView];
    "messages": "Messages" = rows ["messages" of MessageView];
    "preview": "What a message would say" = object [PreviewView];
    "templates": "A clinic's own templates" = object [TemplatesView];
    "replies": "What came of patients' answers" = rows ["replies" of ReplyView];
    "inbox": "Patients' answers that wait for a person" = rows ["inbox" of ItemView];
    "inbox-item": "A patient's answer that was dealt with" = object [ItemView];
    "channel-message": "A message as a channel's own program reads it" = object [ChannelMessage];
    "webhook": "An endpoint, without its secret" = object [WebhookView];
    "webhooks": "Endpoints" = rows ["webhooks" of WebhookView];
    "webhook-made": "An endpoint with its secret, which is not told again" = object [WebhookView, SecretView];
    "deliveries": "Deliveries" = rows ["deliveries" of DeliveryView];
    "delivered": "What a sweep delivered, or with dry_run would deliver" = object [DeliveredView];
    "trial": "What an endpoint answered to a trial" = object [TrialView];
    "replayed": "How many deliveries go again" = object [ReplayedView];
    "webhook-event": "What an endpoint is sent: with the appointment, or thin with ids alone"
        = either [[Envelope<Event, AppointmentView>], [Envelope<Event, AppointmentIds>]];
    "webhook-test": "What an endpoint is sent for a trial" = object [Envelope<Test, TrialIds>];
    "imported": "What became of an import, and the first of what was refused" = object [ImportedView];
    "fhir-bundle": "A FHIR R4 bundle; the rest of it is HL7's to tell" = other [bundle];
    "entries": "Entries of the audit log" = rows ["entries" of EntryView];
    "findings": "What a check found" = object [FindingsView];
    "verified": "What was found in the log, and how many entries were read"
        = object [FindingsView, EntriesRead];
    "cron": "What the machine's clock has to be told" = object [CronView];
    "book-path": "Where the book is" = object [PathView];
    "book-info": "What the book is made of" = object [InfoView];
    "book-copied": "A book that was copied" = object [CopiedView];
    "book-purged": "What went for its age" = object [PurgedView];
    "book-scrubbed": "What was written anew after erasures, or would be" = object [ScrubbedView];
    "backup": "A backup that was made" = object [BackupView];
    "restored": "A book that was restored" = object [RestoredView];
    "secret-rotated": "What was written anew under a new secret" = object [RotatedView];
    "rezoned": "Appointments whose instants are others under today's zone rules" = object [RezonedView];
    "schemas": "The schemas that there are" = rows ["schemas" of SchemaRow];
    "schema": "A JSON Schema" = other [schema];
}

/// Makes the patient of an appointment nullable: a key without access to patients gets null.
enum Veiled {}

impl JsonSchema for Veiled {
    fn schema_name() -> Cow<'static, str> {
        "Veiled".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "properties": { "patient": generator.subschema_for::<Option<PatientInside>>() } })
    }
}

/// An appointment inside another output, whose patient is null for a key without access to patients.
pub(crate) enum Changed {}

impl JsonSchema for Changed {
    fn schema_name() -> Cow<'static, str> {
        "Changed".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        super::object(&[AppointmentView::json_schema, Veiled::json_schema, DryRun::json_schema], generator)
    }
}

/// FHIR R4; the parts that turno does not define are left open.
fn bundle() -> Schema {
    json_schema!({
        "type": "object",
        "required": ["resourceType", "type", "entry"],
        "properties": {
            "resourceType": { "const": "Bundle" },
            "type": { "enum": ["collection", "searchset"] },
            "entry": { "type": "array", "items": { "type": "object", "required": ["fullUrl", "resource"] } },
        },
        "additionalProperties": true,
    })
}

fn schema() -> Schema {
    json_schema!({ "$ref": DIALECT })
}
