//! Which answers a change leaves true: those whose conditions the added rows don't meet.
//!
//! Only what is plain is understood: `INSERT … VALUES (?1, …)`, and conditions `column = ?1` (or `<`, `>` …) that are
//! joined by `AND`. Of everything else it is said that it may change an answer.

use crate::store::engine::{Rows, Value};
use std::collections::HashMap;

/// Columns of a row with their values.
type Columns<'a> = HashMap<&'a str, &'a Value<'a>>;

/// A change of one table.
pub(super) struct Change<'a> {
    /// The table.
    pub(super) table: &'a str,
    /// The rows that it adds, with the columns that they certainly have; none where other rows may change.
    added: Option<Vec<Columns<'a>>>,
    /// Whether rows that are there may be changed instead.
    is_upsert: bool,
}

impl<'a> Change<'a> {
    /// What the statement does; none where it may be a change of anything.
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

    /// Whether all that it does is to add rows.
    pub(super) fn adds_only(&self) -> bool {
        self.added.is_some() && !self.is_upsert
    }

    /// The rows that it adds with all that they hold, by their ids.
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

    /// Whether the answer to the question with such parameters may be another one after the change. `records` has rows
    /// of other tables by their ids.
    pub(super) fn may_affect(&self, reading: &Reading, params: &[Value<'_>], records: &Records) -> bool {
        let Some(rows) = &self.added else { return true };
        rows.iter().any(|row| !reading.rules_out(self.table, row, params, records))
    }
}

/// A row of a table, apart from where it was read.
pub(super) type Record = HashMap<String, Value<'static>>;

/// Rows by table and id.
pub(super) type Records = HashMap<(String, String), Record>;

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone().into_owned()),
        _ => None,
    }
}

/// The rows of `INSERT INTO table (columns) VALUES (?1, …), (…)`. Where rows that are there may be changed instead, they
/// have the columns by which these were found.
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

/// A question as far as it is understood.
pub(super) struct Reading {
    /// Its tables, and what each is called in it.
    tables: Vec<(String, String)>,
    conditions: Vec<Condition>,
    /// Whether it is understood which rows it is about.
    is_plain: bool,
    /// The columns that it asks for, where it asks for those of one table by name.
    columns: Vec<String>,
}

/// What a row has to meet to have a part in the answer: a column of the table that is called so, and what it is compared with.
struct Condition {
    column: (String, String),
    comparison: String,
    with: With,
}

/// What makes a question more than tables with conditions that all hold.
const NOT_PLAIN: [&str; 11] =
    ["OR", "UNION", "EXCEPT", "INTERSECT", "CASE", "BETWEEN", "HAVING", "LEFT", "RIGHT", "FULL", "WITH"];

enum With {
    /// Parameters by their numbers; several where it is to be one of them.
    Parameters(Vec<usize>),
    Column(String, String),
}

impl Reading {
    /// Reads a question.
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

    /// The column of a table, as it is called in the question.
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

    /// Whether a table has a part in it.
    pub(super) fn names(&self, sql: &str, table: &str) -> bool {
        self.tables.iter().any(|(name, _)| name == table) || mentions(sql, table) > 0
    }

    /// Whether it is understood what part that table has in it.
    pub(super) fn understands(&self, sql: &str, table: &str) -> bool {
        self.is_plain
            && self.tables.iter().filter(|(name, _)| name == table).count() == 1
            && mentions(sql, table) == 1
    }

    /// The rows of an answer with their columns, by table and id, where it has whole records.
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

    /// Whether a row of that table can't have a part in the answer.
    fn rules_out(&self, table: &str, row: &Columns<'_>, params: &[Value<'_>], records: &Records) -> bool {
        let Some((_, name)) = self.tables.iter().find(|(known, _)| known == table) else { return false };
        let value_of = |column: &str| row.get(column).copied();
        self.about(name).any(|condition| condition.fails(value_of, params))
            // It may be joined with a record that has no part in the answer.
            || self.about(name).any(|condition| {
                let Some(record) = self.joined(condition, value_of, records) else { return false };
                let With::Column(other, _) = &condition.with else { return false };
                self.about(other).any(|condition| condition.fails(|column| record.get(column), params))
            })
    }

    /// The conditions for a column of the table that is called so.
    fn about(&self, name: &str) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(move |condition| condition.column.0 == name)
    }

    /// The record that the condition joins to a row, where it goes by the id.
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
    /// Whether a row certainly does not meet it.
    fn fails<'v>(&self, value_of: impl Fn(&str) -> Option<&'v Value<'v>>, params: &[Value<'_>]) -> bool {
        let (With::Parameters(numbers), Some(value)) = (&self.with, value_of(&self.column.1)) else {
            return false;
        };
        numbers.iter().all(|number| {
            let with = number.checked_sub(1).and_then(|place| params.get(place));
            with.is_some_and(|with| self.fails_with(value, with))
        })
    }

    /// Texts are only compared for being the same: their order is the engine's.
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

/// The words of a question; what stands in brackets is one word with what it belongs to.
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

/// How often a name stands in a question by itself.
fn mentions(sql: &str, name: &str) -> usize {
    sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| *word == name)
        .count()
}
