//! Compares every record with its last state in the audit log.

use crate::app::Context;
use crate::domain::record::Patient;
use crate::domain::series::Series;
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::audit::{Entry, Place, is_creation};
use crate::store::check::Finding;
use crate::store::record::Stored;
use crate::store::records::{Present, page, present};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that change without an audit entry.
const UNTOLD: [&str; 2] = ["held_until", "last_used_at"];
/// A column that an erasure empties without an entry, if it repeats the person's data.
const EMPTIED: &str = "disabled_reason";
/// Audit entries read at a time.
const AT_A_TIME: i64 = 1000;

/// The result of the comparison.
#[derive(Debug, Default)]
pub struct Compared {
    /// Records of which every logged column was compared.
    pub records: u64,
    /// Records compared in part, because an erasure or a merge left gaps in their log.
    pub in_part: u64,
    /// Differences between records and log.
    pub findings: Vec<Finding>,
}

/// Compares all records with the audit log; needs access to every clinic.
pub fn compare(context: &mut Context) -> Result<Compared> {
    let Context { store, env } = context;
    store.read(|tx| {
        env.whole_book(tx)?;
        let mut compared = Compared::default();
        let mut told: BTreeMap<(String, String), History> = BTreeMap::new();
        let mut last = (String::new(), Place { seq: i64::MIN, ..Place::default() });
        loop {
            let entries = page(tx, &last, AT_A_TIME)?;
            let is_last = entries.len() < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX);
            for entry in entries {
                if entry.record_id != last.0 && told.len() >= 500 {
                    hold_against(tx, std::mem::take(&mut told), &mut compared)?;
                }
                last = (entry.record_id.clone(), entry.place());
                told.entry((entry.kind.clone(), entry.record_id.clone())).or_default().take(&entry);
            }
            if is_last {
                hold_against(tx, told, &mut compared)?;
                return Ok(compared);
            }
        }
    })
}

/// A record's state according to the log, built entry by entry.
#[derive(Default)]
struct History {
    columns: Map<String, Value>,
    /// Whether a column that is missing in `columns` is null.
    whole: bool,
    /// Columns that changed to an unknown value.
    changed: BTreeSet<String>,
    clinic_id: Option<String>,
}

impl History {
    fn take(&mut self, entry: &Entry) {
        if entry.redacted_by.is_some() {
            // The emptied entry may have changed any column, and an erasure changes columns too.
            *self = History::default();
            return;
        }
        let Some(Value::Object(after)) =
            entry.after.as_deref().and_then(|text| serde_json::from_str(text).ok())
        else {
            return;
        };
        if entry.before.is_some() {
            self.changed.retain(|column| !after.contains_key(column));
            self.columns.extend(after);
        } else if is_creation(&entry.action) {
            let clinic_id = entry.clinic_id.clone();
            *self = History { columns: after, whole: true, changed: BTreeSet::new(), clinic_id };
        } else if entry.kind == Patient::KIND && entry.action != crate::store::audit::FOUND {
            self.took_over(&after);
        }
    }

    /// The entry of a merge names the fields that came or went, without their values.
    fn took_over(&mut self, facts: &Map<String, Value>) {
        let named = ["taken", "given_up"].into_iter().filter_map(|key| facts.get(key)?.as_array()).flatten();
        for column in named.filter_map(Value::as_str) {
            self.columns.remove(column);
            self.changed.insert(column.to_owned());
        }
        if let Some(count) = facts.get("no_show_count") {
            self.columns.insert("no_show_count".to_owned(), count.clone());
        }
    }

    /// Returns the columns in which the record differs from its history.
    fn differing(&self, record: &Present) -> Vec<String> {
        let differs = |(column, now): &(&String, &Value)| match self.columns.get(*column) {
            _ if UNTOLD.contains(&column.as_str()) => false,
            _ if *column == EMPTIED && now.as_str() == Some("") => false,
            Some(told) => told != *now,
            None => self.whole && !self.changed.contains(*column) && !now.is_null(),
        };
        let mut columns: Vec<String> =
            record.columns.iter().filter(differs).map(|(column, _)| column.clone()).collect();
        if self.whole && record.clinic_id.is_some() && record.clinic_id != self.clinic_id {
            columns.push("clinic_id".to_owned());
        }
        columns
    }
}

/// Loads the records, kind by kind, and compares each.
fn hold_against(
    tx: &mut Tx<'_>,
    told: BTreeMap<(String, String), History>,
    compared: &mut Compared,
) -> Result<()> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, id) in told.keys() {
        kinds.entry(kind).or_default().push(id);
    }
    for (kind, ids) in kinds {
        let Some(records) = present(tx, kind, &ids)? else { continue };
        for id in ids {
            let Some(history) = told.get(&(kind.to_owned(), id.to_owned())) else { continue };
            compared.hold(kind, id, history, records.get(id));
        }
    }
    Ok(())
}

impl Compared {
    fn hold(&mut self, kind: &str, id: &str, history: &History, record: Option<&Present>) {
        let code = |columns: &Map<String, Value>| {
            columns.get("code").and_then(Value::as_str).map_or_else(|| id.to_owned(), str::to_owned)
        };
        let (check, message) = match record {
            // A purge empties the entries of the records that it removes, except those of series.
            None if !history.whole || kind == Series::KIND => return,
            None => ("record_gone", text!("the-record-is-gone", kind, code = code(&history.columns))),
            Some(record) => {
                match history.whole && history.changed.is_empty() {
                    true => self.records += 1,
                    false => self.in_part += 1,
                }
                let columns = history.differing(record);
                if columns.is_empty() {
                    return;
                }
                let (code, columns) = (code(&record.columns), columns.join(", "));
                ("record_changed", text!("the-record-is-not-as-the-log-left-it", kind, code, columns))
            }
        };
        self.findings.push(Finding { check, message, record_id: Some(id.to_owned()) });
    }
}
