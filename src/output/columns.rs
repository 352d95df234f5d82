//! The CSV columns of table exports: fixed, also without records, and those of `--format csv`.

use crate::app::exchange::export::Kind;
use crate::output::schema;
use serde_json::{Map, Value};

/// Nested records that become a cell of JSON.
const WHOLE: [&str; 2] = ["appointment", "hold"];

/// The columns of `kind`, from the schema of its list; `doctor.code` is a nested record's field.
pub fn of(kind: Kind) -> Vec<String> {
    let list = match kind {
        Kind::Series => "series-list",
        Kind::Audit => "entries",
        kind => kind.as_str(),
    };
    let document = schema::document(list).unwrap_or_default();
    let keys = |schema: &Value| -> Option<Map<String, Value>> {
        let name = schema["anyOf"].get(0).unwrap_or(schema)["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        document["$defs"][name]["properties"].as_object().cloned()
    };
    let rows = document["properties"].as_object().and_then(|lists| lists.values().next());
    let row = rows.and_then(|rows| keys(&rows["items"])).unwrap_or_default();
    let columns = row.iter().flat_map(|(key, schema)| match keys(schema) {
        Some(nested) if !WHOLE.contains(&key.as_str()) => {
            nested.keys().map(|inner| format!("{key}.{inner}")).collect()
        }
        _ => vec![key.clone()],
    });
    columns.collect()
}

/// The start of a CSV export of `kind`, by which an earlier export is recognised.
pub fn beginning(kind: Kind) -> &'static str {
    match kind {
        Kind::Messages => "message_id,kind,appointment_id,",
        Kind::Audit => "seq,at,actor,action,",
        Kind::Appointments => "id,code,clinic_id,branch_id,",
        Kind::Patients | Kind::Doctors => "id,code,full_name,",
        Kind::Services | Kind::Branches | Kind::Keys | Kind::Clinics => "id,code,name,",
        Kind::Deliveries => "delivery_id,event_id,type,",
        Kind::Windows => "id,code,branch_id,doctor_id,days,",
        Kind::Closures => "id,code,from,to,reason,",
        Kind::Series => "id,code,rule,",
        Kind::Waitlist => "id,code,status,",
        Kind::Webhooks => "id,code,url,",
    }
}
