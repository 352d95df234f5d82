//! Decides which known answers stay true after a change: those whose conditions the added rows do not meet.
//!
//! Understands only `INSERT … VALUES (?1, …)`, and conditions such as `column = ?1` (or `<`, `>` …) joined by
//! `AND`. Anything else is assumed to affect the answer.

use crate::store::engine::{Rows, Value};
use std::collections::HashMap;

type Columns<'a> = HashMap<&'a str, &'a Value<'a>>;

pub(super) struct Change<'a> {
    pub(super) table: &'a str,
    /// The added rows with the columns whose values are certain; None if existing rows may change.
    added: Option<Vec<Columns<'a>>>,
    /// Whether existing rows may change instead.
    is_upsert: bool,
}

impl<'a> Change<'a> {
    /// Parses the statement; None if it may change anything.
    pub(super) fn of(sql: &'a str, params: &'a [Value<'a>]) -> Option<Self> {
        let mut words = sql.split_whitespace();
        match (words.next()?, words.next()?) {
            ("INSERT", "INTO") => {
                let table = words.next()?;
                Some(Change { table, added: added(sql, params), is_upsert: sql.contains("ON CONFLICT") })
            }
            ("UPDATE", table) => Some(Change { table, added: None, is_upsert: false }),
            _ => None,
        }
    }

    /// Whether the change only adds rows.
    pub(super) fn adds_only(&self) -> bool {
        self.added.is_some() && !self.is_upsert
    }

    /// The added rows with all their columns, by id.
    pub(super) fn records(&self) -> impl Iterator<Item = (String, Record)> {
        self.added.iter().flatten().filter_map(|row| {
            let id = text(row.get("id")?)?;
            Some((
                id,
                row.iter()
                    .map(|(column, value)| (column.to_string(), (*value).clone().into_owned()))
                    .collect(),
            ))
        })
    }

    /// Whether the change may affect the query's answer. `records` holds known rows of other tables.
    pub(super) fn may_affect(&self, reading: &Reading, params: &[Value<'_>], records: &Records) -> bool {
        let Some(rows) = &self.added else { return true };
        rows.iter().any(|row| !reading.rules_out(self.table, row, params, records))
    }
}

/// A row with its column names.
pub(super) type Record = HashMap<String, Value<'static>>;

pub(super) type Records = HashMap<(String, String), Record>;

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone().into_owned()),
        _ => None,
    }
}

/// The rows of `INSERT INTO table (columns) VALUES (?1, …), (…)`; for an upsert, only the columns of its
/// conflict target.
fn added<'a>(sql: &'a str, params: &'a [Value<'a>]) -> Option<Vec<Columns<'a>>> {
    let (before, rest) = sql.split_once('(')?;
    let (columns, rest) = rest.split_once(')')?;
    let (values, upsert) = match rest.split_once("ON CONFLICT") {
        Some((values, upsert)) => (values, Some(upsert)),
        None => (rest, None),
    };
    let values = values.trim_start().strip_prefix("VALUES")?;
    let is_plain = |letter: char| letter.is_ascii_digit() || " \n(),?".contains(letter);
    let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
    let in_order = values.matches('?').count() == params.len() && params.len().is_multiple_of(columns.len());
    if before.split_whitespace().count() != 3 || !values.chars().all(is_plain) || !in_order {
        return None;
    }
    let certain: Option<Vec<&str>> = match upsert {
        None => None,
        Some(upsert) => {
            let (found_by, _) = upsert.trim_start().strip_prefix('(')?.split_once(')')?;
            Some(found_by.split(',').map(str::trim).collect())
        }
    };
    let row = |values: &'a [Value<'a>]| {
        let pairs = columns.iter().copied().zip(values);
        pairs.filter(|(column, _)| certain.as_ref().is_none_or(|certain| certain.contains(column))).collect()
    };
    Some(params.chunks(columns.len()).map(row).collect())
}

/// A query, as far as it is understood.
pub(super) struct Reading {
    /// Each table with its alias.
    tables: Vec<(String, String)>,
    conditions: Vec<Condition>,
    /// Whether the query consists only of tables and of conditions that must all hold.
    is_plain: bool,
    /// The selected columns, if the query reads named columns of a single table.
    columns: Vec<String>,
}

/// A condition: a column (table alias, name), a comparison, and what the column is compared with.
struct Condition {
    column: (String, String),
    comparison: String,
    with: With,
}

/// Keywords that make a query more than tables and conditions that must all hold.
const NOT_PLAIN: [&str; 11] =
    ["OR", "UNION", "EXCEPT", "INTERSECT", "CASE", "BETWEEN", "HAVING", "LEFT", "RIGHT", "FULL", "WITH"];

enum With {
    /// Parameter numbers; several for `IN`.
    Parameters(Vec<usize>),
    Column(String, String),
}

impl Reading {
    pub(super) fn of(sql: &str) -> Self {
        let words = words_outside_brackets(sql);
        let is_plain = !words.iter().any(|word| NOT_PLAIN.contains(word));
        let mut reading =
            Reading { tables: Vec::new(), conditions: Vec::new(), is_plain, columns: Vec::new() };
        for (place, word) in words.iter().enumerate() {
            if !["FROM", "JOIN"].contains(word) {
                continue;
            }
            let Some(table) = words.get(place + 1) else { continue };
            let name = match words.get(place + 2) {
                Some(&"AS") => words.get(place + 3).copied().unwrap_or_default(),
                _ => table,
            };
            reading.is_plain &= !table.ends_with(',') && !name.ends_with(',');
            reading.tables.push(((*table).to_owned(), name.to_owned()));
        }
        let ends =
            |word: &&str| ["WHERE", "ON", "AND", "JOIN", "INNER", "ORDER", "GROUP", "LIMIT"].contains(word);
        let mut rest = words.as_slice();
        while let Some(begin) = rest.iter().position(|word| ["WHERE", "ON", "AND"].contains(word)) {
            rest = rest.get(begin + 1..).unwrap_or_default();
            let end = rest.iter().position(ends).unwrap_or(rest.len());
            if let Some([column, comparison, with @ ..]) = rest.get(..end)
                && let (Some(column), Some(with)) = (reading.column(column), reading.with(comparison, with))
            {
                reading.conditions.push(Condition { column, comparison: (*comparison).to_owned(), with });
            }
        }
        if let Some((columns, _)) = sql.strip_prefix("SELECT ").and_then(|rest| rest.split_once(" FROM "))
            && let [_] = reading.tables.as_slice()
        {
            reading.columns = columns.split(',').map(|column| column.trim().to_owned()).collect();
        }
        reading
    }

    /// Parses a column name into table alias and column.
    fn column(&self, word: &str) -> Option<(String, String)> {
        let is_name = |word: &str| word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        match (word.split_once('.'), self.tables.as_slice()) {
            (Some((table, column)), _) if is_name(table) && is_name(column) => {
                Some((table.to_owned(), column.to_owned()))
            }
            (None, [(_, name)]) if is_name(word) => Some((name.clone(), word.to_owned())),
            _ => None,
        }
    }

    fn with(&self, comparison: &str, words: &[&str]) -> Option<With> {
        let parameter = |word: &str| word.strip_prefix('?')?.parse().ok();
        match (comparison, words) {
            ("IN", [list]) => {
                let list = list.strip_prefix('(')?.strip_suffix(')')?;
                Some(With::Parameters(
                    list.split(',').map(|word| parameter(word.trim())).collect::<Option<_>>()?,
                ))
            }
            (_, [word]) if word.starts_with('?') => Some(With::Parameters(vec![parameter(word)?])),
            (_, [word]) if word.contains('.') => {
                let (table, column) = self.column(word)?;
                Some(With::Column(table, column))
            }
            _ => None,
        }
    }

    /// Whether the query mentions the table.
    pub(super) fn names(&self, sql: &str, table: &str) -> bool {
        self.tables.iter().any(|(name, _)| name == table) || mentions(sql, table) > 0
    }

    /// Whether the table's role in the query is understood.
    pub(super) fn understands(&self, sql: &str, table: &str) -> bool {
        self.is_plain
            && self.tables.iter().filter(|(name, _)| name == table).count() == 1
            && mentions(sql, table) == 1
    }

    /// The rows of a result as records by table and id, if the query selects whole records.
    pub(super) fn records(&self, rows: &Rows) -> Vec<((String, String), Record)> {
        let ([(table, _)], Some("id")) = (self.tables.as_slice(), self.columns.first().map(String::as_str))
        else {
            return Vec::new();
        };
        let record = |row: &Vec<Value<'static>>| {
            let record: Record = self.columns.iter().cloned().zip(row.iter().cloned()).collect();
            let id = text(record.get("id")?)?;
            (self.columns.len() == row.len()).then_some(((table.clone(), id), record))
        };
        rows.iter().filter_map(record).collect()
    }

    /// Whether a row of the table certainly does not affect the answer.
    fn rules_out(&self, table: &str, row: &Columns<'_>, params: &[Value<'_>], records: &Records) -> bool {
        let Some((_, name)) = self.tables.iter().find(|(known, _)| known == table) else { return false };
        let value_of = |column: &str| row.get(column).copied();
        self.about(name).any(|condition| condition.fails(value_of, params))
            // The row may join a record that does not meet its own conditions.
            || self.about(name).any(|condition| {
                let Some(record) = self.joined(condition, value_of, records) else { return false };
                let With::Column(other, _) = &condition.with else { return false };
                self.about(other).any(|condition| condition.fails(|column| record.get(column), params))
            })
    }

    /// The conditions on columns of the table with this alias.
    fn about(&self, name: &str) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(move |condition| condition.column.0 == name)
    }

    /// The record that the condition joins to a row by id.
    fn joined<'r, 'v>(
        &self,
        condition: &Condition,
        value_of: impl Fn(&str) -> Option<&'v Value<'v>>,
        records: &'r Records,
    ) -> Option<&'r Record> {
        let With::Column(name, column) = &condition.with else { return None };
        let (table, _) = self.tables.iter().find(|(_, known)| known == name)?;
        let id = text(value_of(&condition.column.1)?)?;
        (condition.comparison == "=" && column == "id").then(|| records.get(&(table.clone(), id))).flatten()
    }
}

impl Condition {
    /// Whether a row certainly does not meet the condition.
    fn fails<'v>(&self, value_of: impl Fn(&str) -> Option<&'v Value<'v>>, params: &[Value<'_>]) -> bool {
        let (With::Parameters(numbers), Some(value)) = (&self.with, value_of(&self.column.1)) else {
            return false;
        };
        numbers.iter().all(|number| {
            let with = number.checked_sub(1).and_then(|place| params.get(place));
            with.is_some_and(|with| self.fails_with(value, with))
        })
    }

    /// Texts are compared only for equality: their order depends on the engine's collation.
    fn fails_with(&self, value: &Value<'_>, with: &Value<'_>) -> bool {
        match (value, self.comparison.as_str(), with) {
            (_, "=" | "IN" | "<" | ">" | "<=" | ">=", Value::Null) => true,
            (Value::Null, "=" | "IN" | "<" | ">" | "<=" | ">=", _) => true,
            (Value::Int(value), comparison, Value::Int(with)) => match comparison {
                "=" | "IN" => value != with,
                "<>" => value == with,
                "<" => value >= with,
                ">" => value <= with,
                "<=" => value > with,
                ">=" => value < with,
                _ => false,
            },
            (Value::Text(value), "=" | "IN", Value::Text(with)) => value != with,
            (Value::Text(value), "<>", Value::Text(with)) => value == with,
            _ => false,
        }
    }
}

/// Splits a query into words; parentheses stay part of the word that they belong to.
fn words_outside_brackets(sql: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let words = sql.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && letter.is_whitespace()
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// How often a name occurs in a query as a whole word.
fn mentions(sql: &str, name: &str) -> usize {
    sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| *word == name)
        .count()
}
