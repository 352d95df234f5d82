//! What a clinic is made of: itself, its branches, doctors, services and patients.

use crate::domain::settings::Settings;
use crate::domain::time::Instant;

/// The organisation; nothing is ever visible across clinics.
#[derive(Debug, Clone, PartialEq)]
pub struct Clinic {
    /// UUIDv7.
    pub id: String,
    /// Short name for the command line.
    pub code: String,
    /// As patients know it.
    pub name: String,
    /// How it works.
    pub settings: Settings,
    /// When it was set up.
    pub created_at: Instant,
}

/// A place of the clinic.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Branch {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// As patients know it.
    pub name: String,
    /// IANA zone where it differs from the clinic's.
    pub timezone: Option<String>,
    /// False once retired.
    pub active: bool,
    /// When it was set up.
    pub created_at: Instant,
}

/// A person who sees patients.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doctor {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// As patients know them.
    pub full_name: String,
    /// Their field.
    pub specialty: Option<String>,
    /// Usual length of a visit, in minutes.
    pub slot_minutes: Option<i64>,
    /// Minutes kept free before each visit.
    pub buffer_before: i64,
    /// Minutes kept free after each visit.
    pub buffer_after: i64,
    /// False once retired.
    pub active: bool,
    /// When they joined the book.
    pub created_at: Instant,
}

/// What a patient comes for (appointment type, in some references).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// As patients know it.
    pub name: String,
    /// How long it takes, in minutes.
    pub duration_minutes: Option<i64>,
    /// False once retired.
    pub active: bool,
    /// When it was set up.
    pub created_at: Instant,
}

/// A person who is seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patient {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// As they write it.
    pub full_name: String,
    /// E.164.
    pub phone: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// The national ID as it is stored: sealed.
    pub national_id: Option<Vec<u8>>,
    /// The keyed hash that it is found by.
    pub national_id_hash: Option<String>,
    /// Language of their messages, where it differs from the clinic's.
    pub locale: Option<String>,
    /// The channels that their messages go by, in order, where they are not the clinic's.
    pub channels: Option<Vec<String>>,
    /// Whether they asked for no messages.
    pub opt_out: bool,
    /// How often they did not come.
    pub no_show_count: i64,
    /// False once retired.
    pub active: bool,
    /// When they were first written down.
    pub created_at: Instant,
    /// When their record last changed.
    pub updated_at: Instant,
    /// The record that is kept where both turned out to be one person.
    pub merged_into: Option<String>,
    /// When their name and all that is known of them was taken out.
    pub erased_at: Option<Instant>,
}

/// A record as another one names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// UUIDv7.
    pub id: String,
    /// Short name for the command line.
    pub code: String,
    /// What people call it.
    pub name: String,
}

impl Label {
    /// What a branch is called.
    pub fn of_branch(branch: &Branch) -> Label {
        Label { id: branch.id.clone(), code: branch.code.clone(), name: branch.name.clone() }
    }
}

/// A patient as lists of appointments tell of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendee {
    /// UUIDv7.
    pub id: String,
    /// Short name for the command line.
    pub code: String,
    /// As they write it.
    pub full_name: String,
    /// E.164.
    pub phone: String,
    /// How often they did not come.
    pub no_show_count: i64,
}
