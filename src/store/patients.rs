//! Patients.

use crate::domain::record::Patient;
use crate::domain::text::{code_key, fold, name_key};
use crate::platform::error::StoreError;
use crate::store::appointments::list::{Filter, of_some_visit};
use crate::store::engine::Value;
use crate::store::record::stored;
use crate::store::{Tx, params};

stored!(Patient in "patients" as "patient" {
    id,
    clinic_id,
    code + code_key = code_key,
    full_name + name_key = name_key + search_key = fold,
    phone,
    email,
    national_id,
    national_id_hash,
    locale,
    channels,
    opt_out,
    no_show_count,
    active,
    created_at,
    updated_at,
    merged_into,
    erased_at,
    stopped_channels,
    unreachable_since,
});

/// The patients with this phone, oldest first. Of retired patients, only merged ones.
pub fn with_phone(tx: &mut Tx<'_>, clinic_id: &str, phone: &str) -> Result<Vec<Patient>, StoreError> {
    tx.select(WITH_PHONE, params![clinic_id, phone])
}

pub(super) const WITH_PHONE: &str =
    "WHERE clinic_id = ?1 AND phone = ?2 AND (active = 1 OR merged_into IS NOT NULL) ORDER BY created_at, id";

/// The patients with this e-mail address, in lower case, oldest first. Of retired patients, only merged ones.
pub fn with_email(tx: &mut Tx<'_>, clinic_id: &str, email: &str) -> Result<Vec<Patient>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND lower(email) = ?2 AND (active = 1 OR merged_into IS NOT NULL)
         ORDER BY created_at, id",
        params![clinic_id, email],
    )
}

/// The patients with this folded name, oldest first. Of retired patients, only merged ones.
pub fn with_search_key(tx: &mut Tx<'_>, clinic_id: &str, name: &str) -> Result<Vec<Patient>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND search_key = ?2 AND (active = 1 OR merged_into IS NOT NULL)
         ORDER BY created_at, id",
        params![clinic_id, fold(name)],
    )
}

/// A page of patients, ordered by name; retired ones only with `retired`.
pub fn page(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    retired: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<Patient>, StoreError> {
    tx.select(
        &format!("WHERE clinic_id = ?1{} ORDER BY search_key, id LIMIT ?2 OFFSET ?3", which(retired)),
        params![clinic_id, limit, offset],
    )
}

/// The number of patients on all pages.
pub fn count(tx: &mut Tx<'_>, clinic_id: &str, retired: bool) -> Result<i64, StoreError> {
    tx.count(
        &format!("SELECT count(*) FROM patients WHERE clinic_id = ?1{}", which(retired)),
        params![clinic_id],
    )
}

fn which(retired: bool) -> &'static str {
    if retired { "" } else { " AND active = 1" }
}

/// The patients after `id`, in order of creation: all of the clinic, or with `of` only those with an
/// appointment that passes the filter.
pub fn after(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    of: Option<&Filter>,
    id: &str,
    limit: i64,
) -> Result<Vec<Patient>, StoreError> {
    let (rest, params) = after_sql(clinic_id, of, id, limit);
    tx.select(&rest, &params)
}

pub(crate) fn after_sql<'a>(
    clinic_id: &'a str,
    of: Option<&'a Filter>,
    id: &'a str,
    limit: i64,
) -> (String, Vec<Value<'a>>) {
    let (condition, mut params) = match of {
        Some(filter) => {
            let (condition, params) = of_some_visit(clinic_id, filter);
            (format!(" AND {condition}"), params)
        }
        None => (String::new(), vec![Value::from(clinic_id)]),
    };
    params.extend([Value::from(id), limit.into()]);
    let (n, m) = (params.len() - 1, params.len());
    // `NOT (… <> …)` makes SQLite scan by id, in order, instead of using an index by clinic.
    let rest = format!(
        "WHERE NOT (patients.clinic_id <> ?1) AND patients.id > ?{n}{condition}
         ORDER BY patients.id LIMIT ?{m}"
    );
    (rest, params)
}

/// Active patients whose name or code contains every word, or whose phone ends with `digits`. Ordered by
/// name, at most `limit`.
pub fn by_part(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    words: &[String],
    digits: Option<&str>,
    limit: i64,
) -> Result<Vec<Patient>, StoreError> {
    let mut params = vec![Value::from(clinic_id), Value::from(limit)];
    let mut condition = each_word(words, &["search_key", "code_key"], &mut params);
    if let Some(digits) = digits {
        params.push(format!("%{digits}").into());
        condition = format!("({condition}) OR phone LIKE ?{}", params.len());
    }
    tx.select(
        &format!("WHERE clinic_id = ?1 AND active = 1 AND ({condition}) ORDER BY search_key, id LIMIT ?2"),
        &params,
    )
}

/// The condition that each folded word occurs in one of the columns.
fn each_word(words: &[String], columns: &[&str], params: &mut Vec<Value<'_>>) -> String {
    let mut is_found = |word: &String| {
        // Escape the wildcards of `LIKE`.
        let literal = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        params.push(format!("%{literal}%").into());
        let n = params.len();
        let of = |column: &&str| format!("{column} LIKE ?{n} ESCAPE '\\'");
        format!("({})", columns.iter().map(of).collect::<Vec<_>>().join(" OR "))
    };
    words.iter().map(&mut is_found).collect::<Vec<_>>().join(" AND ")
}

/// Patients whose name, code or phone contains every word, or whose national ID has this keyed hash. Ordered
/// by name, at most `limit`. Of retired patients, only merged ones.
pub fn find(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    words: &[String],
    id_hash: Option<&str>,
    limit: i64,
) -> Result<Vec<Patient>, StoreError> {
    let (rest, params) = found_by(clinic_id, words, id_hash, limit);
    tx.select(&rest, &params)
}

pub(super) fn found_by<'a>(
    clinic_id: &'a str,
    words: &[String],
    id_hash: Option<&'a str>,
    limit: i64,
) -> (String, Vec<Value<'a>>) {
    let mut params = vec![Value::from(clinic_id), Value::from(limit)];
    let mut condition = format!("({})", each_word(words, &["search_key", "code_key", "phone"], &mut params));
    if let Some(hash) = id_hash {
        params.push(hash.into());
        condition = format!("({condition} OR national_id_hash = ?{})", params.len());
    }
    let rest = format!(
        "WHERE clinic_id = ?1 AND (active = 1 OR merged_into IS NOT NULL) AND {condition}
         ORDER BY search_key, id LIMIT ?2"
    );
    (rest, params)
}
