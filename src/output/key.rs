//! The public JSON of access keys, and of what each command needs.

use crate::app::setup::key::KnownKey;
use crate::domain::access::{MATRIX, Need, Reach};
use crate::domain::time::{Instant, Zone};
use crate::output::view::object;
use crate::public::{doctor_inside, json};
use serde_json::Value;

/// A key; of its secret nothing is in it.
pub fn key(known: &KnownKey, zone: &Zone) -> Value {
    let KnownKey { key, doctor, status } = known;
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    object(vec![
        ("id", key.id.as_str().into()),
        ("code", key.code.as_str().into()),
        ("name", key.name.as_str().into()),
        ("scopes", key.scopes.iter().map(|scope| scope.as_str()).collect()),
        ("doctor_id", key.doctor_id.as_deref().into()),
        ("status", status.as_str().into()),
        ("expires_at", at(key.expires_at).into()),
        ("last_used_at", at(key.last_used_at).into()),
        ("revoked_at", at(key.revoked_at).into()),
        ("active", key.active.into()),
        ("doctor", doctor.as_ref().map(|doctor| json(&doctor_inside(doctor))).into()),
        ("created_at", zone.rfc3339(key.created_at).into()),
    ])
}

/// The whole matrix: a row for each command, and one for each option that needs more.
pub fn matrix() -> Vec<Value> {
    let row = |row: &crate::domain::access::Row| {
        object(vec![
            ("command", row.command.into()),
            ("option", row.option.map(|option| format!("--{option}")).into()),
            ("scope", row.scope.map(|scope| scope.as_str()).into()),
            (
                "doctor_keys",
                (row.scope.is_some() && Need::of(row.command, |_| false).reach == Reach::Appointments).into(),
            ),
        ])
    };
    MATRIX.iter().map(row).collect()
}
