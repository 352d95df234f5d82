//! An answer that is kept after a change must be the one that the database would return.

use crate::platform::error::Result;
use crate::store::effect::{Change, Reading, Record, Records};
use crate::store::engine::Value;
use crate::store::{Ending, Location, Store, Tx};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;

/// Queries like those for bookings, on two tables joined by an id.
const QUESTIONS: [&str; 12] = [
    "SELECT id FROM visits WHERE doctor = ?1 AND starts > ?2",
    "SELECT id FROM visits WHERE doctor = ?1 AND starts < ?2 AND ends > ?3 AND id <> ?4",
    "SELECT id FROM visits WHERE doctor IN (?1, ?4) AND starts = ?2 ORDER BY id LIMIT 1",
    "SELECT count(*), max(starts) FROM visits WHERE starts >= ?2 AND ends <= ?3 AND NOT (doctor = ?1)",
    "SELECT v.id FROM people AS p JOIN visits AS v ON v.person = p.id AND v.starts = ?2 WHERE p.phone = ?1",
    "SELECT p.id FROM people AS p JOIN visits AS v ON v.person = p.id WHERE p.phone = ?1 AND v.ends > ?3",
    "SELECT id FROM visits WHERE doctor = ?1 OR starts = ?2 AND ends = ?3",
    "SELECT id, (SELECT count(*) FROM people WHERE phone = ?1) FROM visits WHERE starts = ?2",
    "SELECT id FROM people WHERE phone = ?1 AND EXISTS (SELECT 1 FROM visits WHERE doctor = ?1 AND starts = ?2)",
    "SELECT p.id FROM people AS p LEFT JOIN visits AS v ON v.person = p.id AND p.phone = ?1",
    "SELECT id FROM visits WHERE coalesce(doctor, '') = ?1 AND starts = ?2",
    "SELECT last FROM days WHERE holder = ?1 AND day = ?2",
];
const CHANGES: [&str; 5] = [
    "INSERT INTO visits (id, person, doctor, starts, ends) VALUES (?1, ?2, ?3, ?4, ?5)",
    "INSERT INTO people (id, phone) VALUES (?1, ?2)",
    "INSERT INTO visits (id, starts) VALUES (?1, ?2), (?3, ?4)",
    "INSERT INTO days (holder, day, last) VALUES (?1, ?2, ?3)
       ON CONFLICT (holder, day) DO UPDATE SET last = excluded.last",
    "UPDATE visits SET starts = ?2 WHERE doctor = ?1",
];

const TABLES: [&str; 3] = [
    "CREATE TABLE visits (id TEXT UNIQUE, person TEXT, doctor TEXT, starts INTEGER, ends INTEGER)",
    "CREATE TABLE people (id TEXT UNIQUE, phone TEXT)",
    "CREATE TABLE days (holder TEXT, day INTEGER, last INTEGER, UNIQUE (holder, day))",
];

fn ask(tx: &mut Tx<'_>, sql: &str, params: &[Value<'_>]) -> Result<Vec<Vec<Value<'static>>>> {
    let needed = (1..=params.len()).filter(|number| sql.contains(&format!("?{number}"))).max().unwrap_or(0);
    let mut rows = tx.query(sql, &params[..needed], |row| row.rest())?;
    rows.sort_by_key(|row| format!("{row:?}"));
    Ok(rows)
}

/// Runs a change; returns false if it breaks a constraint.
fn change(tx: &mut Tx<'_>, sql: &str, params: &[Value<'_>]) -> bool {
    tx.nested(|tx| Ok(tx.execute(sql, params)?)).is_ok()
}

fn id() -> impl Strategy<Value = Value<'static>> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(Value::from)
}
fn number() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![8 => (0..4_i64).prop_map(Value::from), 1 => Just(Value::Null)]
}

fn values(of: usize) -> BoxedStrategy<Vec<Value<'static>>> {
    match of {
        0 => (id(), id(), id(), number(), number()).prop_map(|v| vec![v.0, v.1, v.2, v.3, v.4]).boxed(),
        1 => (id(), id()).prop_map(|v| vec![v.0, v.1]).boxed(),
        2 => (Just(Value::from("d")), number(), Just(Value::from("e")), number())
            .prop_map(|v| vec![v.0, v.1, v.2, v.3])
            .boxed(),
        3 => (id(), number(), number()).prop_map(|v| vec![v.0, v.1, v.2]).boxed(),
        _ => (id(), number()).prop_map(|v| vec![v.0, v.1]).boxed(),
    }
}

fn step() -> impl Strategy<Value = (usize, Vec<Value<'static>>)> {
    (0..CHANGES.len()).prop_flat_map(|of| (Just(of), values(of)))
}

#[test]
fn an_answer_that_is_kept_is_the_one_that_the_book_gives() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&Location::File(folder.path().join("book.turno"))).unwrap();
    let store = RefCell::new(store);
    let cases = (prop::collection::vec(step(), 0..6), step(), (id(), number(), number(), id()));
    let mut runner = TestRunner::new(ProptestConfig { cases: 2_000, ..ProptestConfig::default() });
    let tried = runner.run(&cases, |(before, (of, values), asked)| {
        let params = [asked.0, asked.1, asked.2, asked.3];
        let wrong = store.borrow_mut().write(Ending::Rollback, |tx| {
            TABLES.iter().try_for_each(|table| tx.run(table, &[]))?;
            let mut records = Records::new();
            for (of, values) in &before {
                let done = change(tx, CHANGES[*of], values);
                let known = Change::of(CHANGES[*of], values).unwrap();
                if done && known.adds_only() {
                    records.extend(known.records().map(|(id, row)| ((known.table.to_owned(), id), row)));
                }
            }
            let ask_all = |tx: &mut Tx<'_>| -> Result<Vec<_>> {
                QUESTIONS.iter().map(|sql| ask(tx, sql, &params)).collect()
            };
            let answers = ask_all(tx)?;
            let done = Change::of(CHANGES[of], &values).unwrap();
            if !change(tx, CHANGES[of], &values) {
                return Ok(Vec::new());
            }
            let is_kept = |sql: &str| {
                let reading = Reading::of(sql);
                !reading.names(sql, done.table)
                    || (reading.understands(sql, done.table) && !done.may_affect(&reading, &params, &records))
            };
            let pairs = QUESTIONS.iter().zip(answers.into_iter().zip(ask_all(tx)?));
            Ok(pairs.filter(|(sql, (before, after))| is_kept(sql) && before != after).collect())
        });
        prop_assert_eq!(wrong.unwrap(), Vec::new());
        Ok(())
    });
    tried.unwrap();
}

#[test]
fn a_row_elsewhere_changes_no_answer() {
    let visit = |doctor: &'static str, starts: i64| {
        [Value::from("new"), "ana".into(), doctor.into(), starts.into(), (starts + 1).into()]
    };
    let people = [("ana", "1"), ("eva", "2")].map(|(id, phone)| {
        let row =
            [("id", id), ("phone", phone)].map(|(column, value)| (column.to_owned(), Value::from(value)));
        (("people".to_owned(), id.to_owned()), Record::from(row))
    });
    let records = Records::from(people);
    let params = ["1".into(), 5.into(), 7.into(), "old".into()];
    for (question, doctor, starts, is_kept) in [
        (1, "2", 6, true),
        (0, "1", 5, true),
        (0, "1", 6, false),
        (1, "1", 6, true),
        (1, "1", 4, true),
        (2, "3", 5, true),
        (2, "old", 5, false),
        (4, "3", 6, true),
        (4, "3", 5, false),
        (6, "3", 9, false),
        (10, "3", 5, false),
    ] {
        let values = visit(doctor, starts);
        let change = Change::of(CHANGES[0], &values).unwrap();
        let reading = Reading::of(QUESTIONS[question]);
        let kept = reading.understands(QUESTIONS[question], "visits")
            && !change.may_affect(&reading, &params, &records);
        assert_eq!(kept, is_kept, "{} {doctor} {starts}", QUESTIONS[question]);
    }
    // A visit of another patient, selected by phone.
    let values = visit("3", 5);
    let change = Change::of(CHANGES[0], &values).unwrap();
    let of = |phone: &'static str| [phone.into(), 5.into(), 7.into(), "old".into()];
    assert!(change.may_affect(&Reading::of(QUESTIONS[4]), &of("1"), &records));
    assert!(!change.may_affect(&Reading::of(QUESTIONS[4]), &of("2"), &records));
}
