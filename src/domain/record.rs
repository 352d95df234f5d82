//! Records of a clinic: the clinic itself, branches, doctors, services, patients.

use crate::domain::settings::Settings;
use crate::domain::time::Instant;

/// A clinic (tenant); its records are invisible to other clinics.
#[derive(Debug, Clone, PartialEq)]
pub struct Clinic {
    /// UUIDv7.
    pub id: String,
    /// Short human-readable code.
    pub code: String,
    /// Name shown to patients.
    pub name: String,
    /// Its settings.
    pub settings: Settings,
    /// When the record was created.
    pub created_at: Instant,
}

/// A place of the clinic.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Branch {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Name shown to patients.
    pub name: String,
    /// IANA time zone, if it differs from the clinic's.
    pub timezone: Option<String>,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

/// A person who sees patients.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doctor {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Full name, as shown to patients.
    pub full_name: String,
    /// Medical specialty.
    pub specialty: Option<String>,
    /// Default length of a visit, in minutes.
    pub slot_minutes: Option<i64>,
    /// Minutes kept free before each visit.
    pub buffer_before: i64,
    /// Minutes kept free after each visit.
    pub buffer_after: i64,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

/// An appointment type, such as a check-up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Name shown to patients.
    pub name: String,
    /// Length of an appointment, in minutes.
    pub duration_minutes: Option<i64>,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

/// A patient.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patient {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Full name, as the patient spells it.
    pub full_name: String,
    /// Phone number in E.164.
    pub phone: String,
    /// E-mail address.
    pub email: Option<String>,
    /// The national ID, encrypted.
    pub national_id: Option<Vec<u8>>,
    /// Keyed hash to look the national ID up by.
    pub national_id_hash: Option<String>,
    /// Language of messages, if it differs from the clinic's.
    pub locale: Option<String>,
    /// Message channels in order, if they differ from the clinic's.
    pub channels: Option<Vec<String>>,
    /// Whether the patient asked for no messages.
    pub opt_out: bool,
    /// Number of missed appointments.
    pub no_show_count: i64,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
    /// When the record last changed.
    pub updated_at: Instant,
    /// Id of the record that this duplicate was merged into.
    pub merged_into: Option<String>,
    /// When the personal data was erased.
    pub erased_at: Option<Instant>,
    /// Channels by which the patient asked for no more messages.
    pub stopped_channels: Option<Vec<String>>,
    /// Since when providers can't reach the phone.
    pub unreachable_since: Option<Instant>,
}

impl Patient {
    /// Whether the patient asked for no more messages by this channel.
    pub fn stopped(&self, channel: &str) -> bool {
        self.stopped_channels.as_ref().is_some_and(|all| all.iter().any(|one| one == channel))
    }

    /// Whether the patient asked for no messages at all, or for none by each of these channels.
    pub fn refuses(&self, channels: &[String]) -> bool {
        let stopped = !channels.is_empty() && channels.iter().all(|channel| self.stopped(channel));
        self.opt_out || stopped
    }
}

/// Reference to a record: id, code and name.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// UUIDv7.
    pub id: String,
    /// Short human-readable code.
    pub code: String,
    /// Display name.
    pub name: String,
}

impl Label {
    /// The reference to a branch.
    pub fn of_branch(branch: &Branch) -> Label {
        Label { id: branch.id.clone(), code: branch.code.clone(), name: branch.name.clone() }
    }
}

/// The part of a patient's record that appointment lists show.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendee {
    /// UUIDv7.
    pub id: String,
    /// Short human-readable code.
    pub code: String,
    /// Full name, as the patient spells it.
    pub full_name: String,
    /// Phone number in E.164.
    pub phone: String,
    /// Number of missed appointments.
    pub no_show_count: i64,
}
