//! The public JSON of access keys, and of what each command needs.

use crate::app::setup::key::KnownKey;
use crate::domain::access::{KeyStatus, MATRIX, Need, Reach, Row, Scope};
use crate::domain::time::{Instant, Zone};
use crate::public::{At, DoctorInside, Id, doctor_inside};
use schemars::JsonSchema;
use serde::Serialize;

/// An access key, without its secret.
#[derive(Serialize, JsonSchema)]
pub struct KeyView<'a> {
    id: Id<'a>,
    code: &'a str,
    name: &'a str,
    scopes: &'a [Scope],
    doctor_id: Option<Id<'a>>,
    status: KeyStatus,
    expires_at: Option<At>,
    last_used_at: Option<At>,
    revoked_at: Option<At>,
    active: bool,
    doctor: Option<DoctorInside<'a>>,
    created_at: At,
}

/// A secret, which is told once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SecretView<'a> {
    pub(crate) secret: &'a str,
}

/// A key; of its secret nothing is in it.
pub fn key<'a>(known: &'a KnownKey, zone: &Zone) -> KeyView<'a> {
    let KnownKey { key, doctor, status } = known;
    let at = |instant: Instant| At(zone.rfc3339(instant));
    KeyView {
        id: Id(&key.id),
        code: &key.code,
        name: &key.name,
        scopes: &key.scopes,
        doctor_id: key.doctor_id.as_deref().map(Id),
        status: *status,
        expires_at: key.expires_at.map(at),
        last_used_at: key.last_used_at.map(at),
        revoked_at: key.revoked_at.map(at),
        active: key.active,
        doctor: doctor.as_ref().map(doctor_inside),
        created_at: at(key.created_at),
    }
}

/// What a command, or an option of it, needs.
#[derive(Serialize, JsonSchema)]
pub struct NeedView {
    command: &'static str,
    option: Option<String>,
    scope: Option<Scope>,
    doctor_keys: bool,
}

/// The whole matrix: a row for each command, and one for each option that needs more.
pub fn matrix() -> Vec<NeedView> {
    let row = |row: &Row| NeedView {
        command: row.command,
        option: row.option.map(|option| format!("--{option}")),
        scope: row.scope,
        doctor_keys: row.scope.is_some() && Need::of(row.command, |_| false).reach == Reach::Appointments,
    };
    MATRIX.iter().map(row).collect()
}
