//! The public JSON of access keys and of the scopes that commands need.

use crate::app::access::key::KnownKey;
use crate::domain::access::{KeyStatus, MATRIX, Need, Reach, Row, Scope};
use crate::domain::time::{Instant, Zone};
use crate::formats::appointment::{At, DoctorInside, Id, doctor_inside, view};
use schemars::JsonSchema;
use serde::Serialize;

/// A secret, which is shown only once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SecretView<'a> {
    pub(crate) secret: &'a str,
}

view! {
    /// An access key, without its secret.
    pub struct KeyView<'a> by key(known: &'a KnownKey, zone: &Zone) where {
        let KnownKey { key, doctor, status } = known;
        let at = |instant: Instant| At(zone.rfc3339(instant));
    } {
        id: Id<'a> = Id(&key.id),
        code: &'a str = &key.code,
        name: &'a str = &key.name,
        scopes: Vec<Scope> = key.leave(),
        doctor_id: Option<Id<'a>> = key.doctor_id.as_deref().map(Id),
        status: KeyStatus = *status,
        expires_at: Option<At> = key.expires_at.map(at),
        last_used_at: Option<At> = key.last_used_at.map(at),
        revoked_at: Option<At> = key.revoked_at.map(at),
        active: bool = key.active,
        doctor: Option<DoctorInside<'a>> = doctor.as_ref().map(doctor_inside),
        created_at: At = at(key.created_at),
    }
}

/// The scope that a command, or an option of it, needs.
#[derive(Serialize, JsonSchema)]
pub struct NeedView {
    command: &'static str,
    option: Option<String>,
    scope: Option<Scope>,
    doctor_keys: bool,
}

/// The access matrix: a row for each command, and for each option that needs more.
pub fn matrix() -> Vec<NeedView> {
    let row = |row: &Row| NeedView {
        command: row.command,
        option: row.option.map(|option| format!("--{option}")),
        scope: row.scope,
        doctor_keys: row.scope.is_some() && Need::of(row.command, |_| false).reach == Reach::Appointments,
    };
    MATRIX.iter().map(row).collect()
}
