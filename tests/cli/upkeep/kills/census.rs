//! Counts of a book's rows and audit entries, to compare before and after a command.

use crate::support::Clinic;
use std::collections::BTreeMap;

/// Row counts by table and status, and audit entries by action.
pub type Census = BTreeMap<String, i64>;

/// Counts directly in the database.
pub fn census(clinic: &Clinic) -> Census {
    let tables = "appointments audit_log branches clinics closures doctors keys merged_visits merges messages
        patients replies series series_visits services waitlist webhook_deliveries webhook_events webhooks windows";
    let mut parts: Vec<String> = tables
        .split_whitespace()
        .map(|table| format!("SELECT '{table} ' || count(*) FROM {table}"))
        .collect();
    for (table, state) in [
        ("appointments", "status"),
        ("audit_log", "action"),
        ("branches", "active"),
        ("closures", "active"),
        ("doctors", "active"),
        ("keys", "active"),
        ("messages", "status"),
        ("patients", "active"),
        ("services", "active"),
        ("waitlist", "status"),
        ("webhook_deliveries", "status"),
        ("webhooks", "active"),
        ("windows", "active"),
        ("windows", "is_open"),
    ] {
        parts.push(format!(
            "SELECT '{table}.{state}=' || {state} || ' ' || count(*) FROM {table} GROUP BY {state}"
        ));
    }
    let lines = clinic.place().ask(&parts.join(" UNION ALL "));
    let number = |line: String| {
        let (name, count) = line.rsplit_once(' ').expect("a name and a number");
        (name.to_owned(), count.parse().expect("a number"))
    };
    lines.into_iter().map(number).collect()
}

/// The changed counts.
pub fn differences(before: &Census, after: &Census) -> Census {
    let names = before.keys().chain(after.keys());
    let of = |census: &Census, name| census.get(name).copied().unwrap_or_default();
    let all = names.map(|name| (name.clone(), of(after, name) - of(before, name)));
    all.filter(|(_, count)| *count != 0).collect()
}
