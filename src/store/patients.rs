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

/// A patient as people refer to one.
#[derive(Debug, Clone)]
pub struct Likeness {
    /// The whole text, folded: a name.
    pub name: String,
    /// The whole text as a code.
    pub code: String,
    /// The whole text as a phone, if it is one.
    pub phone: Option<String>,
    /// The last digits of a phone.
    pub digits: Option<String>,
}

impl Likeness {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.name.split(' ').filter(|word| !word.is_empty())
    }

    /// The condition that a patient has this code, name or phone.
    fn wholly<'a>(&'a self, table: &str, params: &mut Vec<Value<'a>>) -> String {
        let mut is = |column: &str, value: &'a str| {
            params.push(value.into());
            format!("{table}.{column} = ?{}", params.len())
        };
        let mut any = vec![is("code_key", &self.code), is("search_key", &self.name)];
        any.extend(self.phone.as_deref().map(|phone| is("phone", phone)));
        format!("({})", any.join(" OR "))
    }

    /// The condition that every word is a part of the name or code, or the digits are the phone's last. One or two
    /// letters must begin a word: in the middle they would find nearly everybody.
    fn partly(&self, table: &str, params: &mut Vec<Value<'_>>) -> String {
        let mut any = Vec::new();
        let words: Vec<String> = self.words().map(|word| of_word(table, word, params)).collect();
        if !words.is_empty() {
            any.push(format!("({})", words.join(" AND ")));
        }
        if let Some(digits) = &self.digits {
            params.push(format!("%{digits}").into());
            any.push(format!("{table}.phone LIKE ?{}", params.len()));
        }
        if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) }
    }

    /// The query for the ids of these patients, those of merged records by the kept one. With `whole_first` a part
    /// counts only if no patient of the clinic is wholly like this.
    pub(super) fn ids<'a>(&'a self, params: &mut Vec<Value<'a>>, whole_first: bool) -> String {
        const THERE: &str = "clinic_id = ?1 AND (active = 1 OR merged_into IS NOT NULL)";
        let there = |table: &str| {
            THERE
                .replace("clinic_id", &format!("{table}.clinic_id"))
                .replace("active", &format!("{table}.active"))
                .replace("merged_into", &format!("{table}.merged_into"))
        };
        let (whole, part) = (self.wholly("m", params), self.partly("m", params));
        let mut part = format!("m.active = 1 AND {part}");
        if whole_first {
            let other = self.wholly("e", params);
            part +=
                &format!(" AND NOT EXISTS (SELECT 1 FROM patients AS e WHERE {} AND {other})", there("e"));
        }
        // A record may have been merged into one that was merged again.
        format!(
            "SELECT coalesce((SELECT k.merged_into FROM patients AS k WHERE k.id = m.merged_into), m.merged_into, m.id)
             FROM patients AS m WHERE {} AND ({whole} OR ({part}))",
            there("m")
        )
    }
}

/// Escapes the wildcards of `LIKE`.
fn literal(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The condition that a word is a part of the name or code: its beginning, where the word is short.
fn of_word(table: &str, word: &str, params: &mut Vec<Value<'_>>) -> String {
    let literal = literal(word);
    let mut like = |column: &str, pattern: String| {
        params.push(pattern.into());
        format!("{table}.{column} LIKE ?{} ESCAPE '\\'", params.len())
    };
    let found = if crate::domain::text::is_short_part(word) {
        vec![
            like("search_key", format!("{literal}%")),
            like("search_key", format!("% {literal}%")),
            like("code_key", format!("{literal}%")),
        ]
    } else {
        vec![like("search_key", format!("%{literal}%")), like("code_key", format!("%{literal}%"))]
    };
    format!("({})", found.join(" OR "))
}

/// Active patients partly like this, ordered by name, at most `limit`.
pub fn by_part(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    like: &Likeness,
    limit: i64,
) -> Result<Vec<Patient>, StoreError> {
    let mut params = vec![Value::from(clinic_id), Value::from(limit)];
    let condition = like.partly("patients", &mut params);
    tx.select(
        &format!("WHERE clinic_id = ?1 AND active = 1 AND {condition} ORDER BY search_key, id LIMIT ?2"),
        &params,
    )
}

/// The condition that each folded word occurs in one of the columns.
fn each_word(words: &[String], columns: &[&str], params: &mut Vec<Value<'_>>) -> String {
    let mut is_found = |word: &String| {
        params.push(format!("%{}%", literal(word)).into());
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
