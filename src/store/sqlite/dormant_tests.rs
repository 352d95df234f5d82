//! Tables that sleep: what questions and changes meet, who wakes them, and what a step finds.

use super::*;
use crate::domain::refusal::Refusal;
use crate::domain::series::Series;
use crate::error::StoreError;
use crate::store::fixtures::{Folder, Shelf, set_up};
use crate::store::{Ending, Location, Store, Tx, keys, migrate, series};
use crate::store::{params, sqlite::Sqlite, sqlite::whole};
use std::path::PathBuf;

fn clinic() -> (Shelf<Folder>, Store) {
    Shelf::<Folder>::with_clinic().unwrap()
}

fn path(shelf: &Shelf<Folder>) -> PathBuf {
    match shelf.location() {
        Location::File(path) => path,
        #[cfg(feature = "postgres")]
        Location::Server(_) => unreachable!("a folder holds a file"),
    }
}

/// Name and text of whatever the schema has, as SQLite keeps it.
fn schema(shelf: &Shelf<Folder>) -> BTreeMap<String, String> {
    let connection = Connection::open(path(shelf)).unwrap();
    let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
    let mut rows = connection.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

fn awake(shelf: &Shelf<Folder>) -> Vec<&'static str> {
    let schema = schema(shelf);
    TABLES.into_iter().filter(|table| schema.contains_key(*table)).collect()
}

fn of_number(number: i64) -> Series {
    Series {
        id: format!("series-{number}"),
        clinic_id: "clinic".into(),
        code: format!("SER-{number}"),
        rule: "FREQ=WEEKLY;COUNT=2".into(),
        created_at: set_up(),
    }
}

fn insert(tx: &mut Tx<'_>, number: i64) -> Result<(), Refusal> {
    Ok(tx.insert(&of_number(number))?)
}

fn codes(tx: &mut Tx<'_>) -> Result<Vec<String>, Refusal> {
    Ok(series::after(tx, "clinic", "", 10)?.into_iter().map(|series| series.code).collect())
}

#[test]
fn in_a_new_book_they_sleep_and_are_empty_to_every_question() {
    let (shelf, mut store) = clinic();
    assert!(awake(&shelf).is_empty());
    let answers = store.read(|tx| {
        let mut answers = Vec::new();
        for table in TABLES {
            let count = tx.query_one(&format!("SELECT count(*) FROM {table}"), &[], |row| row.int())?;
            let columns = copy::columns(table).join(", ");
            let every = tx.query(&format!("SELECT {columns} FROM {table}"), &[], |row| row.rest())?;
            answers.push((table, count, every.len()));
        }
        assert!(keys::with_hash(tx, b"nobody's")?.is_none());
        // Twice, and among others that are there.
        for _ in 0..2 {
            let plain = "SELECT id FROM waitlist WHERE status = 'waiting' AND hold_until > 5";
            assert!(is_of_no_row(plain, &["waitlist"]));
            assert_eq!(tx.query(plain, &[], |row| row.text())?, [""; 0]);
            assert_eq!(tx.query_one("SELECT max(id) FROM waitlist", &[], |row| row.opt_text())?, Some(None));
            let none = "SELECT w.id FROM waitlist AS w JOIN patients AS p ON p.id = w.patient_id";
            assert_eq!(tx.query(none, &[], |row| row.text())?, [""; 0]);
            let theirs = "SELECT w.id FROM waitlist AS w UNION SELECT p.id FROM patients AS p";
            assert_eq!(tx.query(theirs, &[], |row| row.text())?.len(), 3);
            let all = "SELECT p.id FROM waitlist AS w RIGHT JOIN patients AS p ON p.id = w.patient_id";
            assert_eq!(tx.query(all, &[], |row| row.text())?.len(), 3);
            let idle = "SELECT count(*) FROM patients AS p WHERE NOT EXISTS
                (SELECT 1 FROM waitlist AS w WHERE w.patient_id = p.id)
                AND p.id NOT IN (SELECT kept_id FROM merges)";
            assert_eq!(tx.query_one(idle, &[], |row| row.int())?, Some(3));
        }
        Ok(answers)
    });
    assert_eq!(answers.unwrap(), TABLES.map(|table| (table, Some(0), 0)));
}

#[test]
fn what_changes_or_takes_rows_out_finds_none_and_wakes_nothing() {
    let (shelf, mut store) = clinic();
    let changed = store.write(Ending::Commit, |tx| {
        let mut changed = tx.execute("UPDATE webhooks SET held_until = ?1", params![1])?;
        changed += tx.execute("DELETE FROM waitlist WHERE id = ?1", params!["w"])?;
        changed +=
            tx.execute("DELETE FROM series WHERE id NOT IN (SELECT series_id FROM series_visits)", &[])?;
        // Of a table that is there, with a question to one that is not.
        changed += tx.execute("DELETE FROM services WHERE id IN (SELECT service_id FROM waitlist)", &[])?;
        Ok(changed)
    });
    assert_eq!(changed, Ok(0));
    assert!(awake(&shelf).is_empty());
}

#[test]
fn the_first_row_wakes_its_table_and_no_other_for_everybody() {
    let (shelf, mut store) = clinic();
    let mut other = shelf.open();
    assert_eq!(other.read(codes), Ok(vec![]));
    store.write(Ending::Commit, |tx| insert(tx, 1)).unwrap();
    assert_eq!(awake(&shelf), ["series"]);
    // One who knew it asleep sees it, and writes into it, too.
    assert_eq!(other.read(codes).unwrap(), ["SER-1"]);
    other.write(Ending::Commit, |tx| insert(tx, 2)).unwrap();
    assert_eq!(store.read(codes).unwrap(), ["SER-1", "SER-2"]);
    // Its indexes are those that it would always have had.
    let twice = store.write(Ending::Commit, |tx| insert(tx, 2));
    assert!(twice.is_err());
    assert!(schema(&shelf).contains_key("series_code"));
}

#[test]
fn two_who_knew_it_asleep_wake_it_one_after_the_other() {
    let (shelf, mut store) = clinic();
    let mut other = shelf.open();
    for store in [&mut store, &mut other] {
        assert_eq!(store.read(codes), Ok(vec![]));
    }
    store.write(Ending::Commit, |tx| insert(tx, 1)).unwrap();
    // The other has neither asked nor written since.
    other.write(Ending::Commit, |tx| insert(tx, 2)).unwrap();
    assert_eq!(store.read(codes).unwrap(), ["SER-1", "SER-2"]);
}

#[test]
fn what_is_taken_back_sleeps_again_and_wakes_again() {
    let (shelf, mut store) = clinic();
    // A rehearsal,
    store.write(Ending::Rollback, |tx| insert(tx, 1)).unwrap();
    assert!(awake(&shelf).is_empty());
    assert_eq!(store.read(codes), Ok(vec![]));
    // and one of many in a transaction, before another that is not refused.
    let written = store.write(Ending::Commit, |tx| {
        let refused: Result<(), Refusal> = tx.nested(|tx| {
            insert(tx, 2)?;
            assert_eq!(codes(tx)?, ["SER-2"]);
            Err(StoreError::Busy.into())
        });
        assert!(refused.is_err());
        assert!(codes(tx)?.is_empty());
        tx.nested(|tx| insert(tx, 3))?;
        tx.nested(|tx| insert(tx, 4))?;
        codes(tx)
    });
    assert_eq!(written.unwrap(), ["SER-3", "SER-4"]);
    assert_eq!(shelf.open().read(codes).unwrap(), ["SER-3", "SER-4"]);
}

#[test]
fn what_was_prepared_for_a_table_that_is_gone_again_is_prepared_anew() {
    let (shelf, mut store) = clinic();
    // Woken before what is taken back alone, and gone with all of it.
    let rehearsed = store.write(Ending::Rollback, |tx| {
        insert(tx, 1)?;
        let refused: Result<(), Refusal> = tx.nested(|tx| {
            insert(tx, 2)?;
            Err(StoreError::Busy.into())
        });
        assert!(refused.is_err());
        insert(tx, 3)?;
        codes(tx)
    });
    assert_eq!(rehearsed.unwrap(), ["SER-1", "SER-3"]);
    store.write(Ending::Commit, |tx| insert(tx, 4)).unwrap();
    assert_eq!(store.read(codes).unwrap(), ["SER-4"]);
    // Another book is put in its place, in which the table sleeps.
    let (other, _) = clinic();
    let aside = path(&shelf).with_extension("aside");
    whole::replace(&path(&shelf), &path(&other), &aside).unwrap();
    assert_eq!(store.read(codes), Ok(vec![]));
    store.write(Ending::Commit, |tx| insert(tx, 5)).unwrap();
    assert_eq!(shelf.open().read(codes).unwrap(), ["SER-5"]);
}

#[test]
fn a_view_is_taken_before_a_table_counts_as_asleep() {
    let (shelf, mut store) = clinic();
    let mut other = shelf.open();
    let seen = other.read(|tx| {
        // The first question of all is for it; then another program writes.
        assert!(codes(tx)?.is_empty());
        store.write(Ending::Commit, |tx| {
            tx.execute("DELETE FROM services", &[])?;
            insert(tx, 1)
        })?;
        let services = tx.query_one("SELECT count(*) FROM services", &[], |row| row.int())?;
        Ok((services, codes(tx)?))
    });
    assert_eq!(seen, Ok((Some(2), vec![])));
    assert_eq!(other.read(codes).unwrap(), ["SER-1"]);
}

#[test]
fn a_newer_books_tables_are_not_made_by_this_program() {
    let (shelf, mut store) = clinic();
    let newer = format!("PRAGMA user_version = {}", migrate::LATEST + 1);
    Connection::open(path(&shelf)).unwrap().execute_batch(&newer).unwrap();
    let refused = store.write(Ending::Commit, |tx| insert(tx, 1)).unwrap_err();
    assert!(refused.message.contains("newer"), "{refused:?}");
    assert!(awake(&shelf).is_empty());
}

/// The book as the step before left it: with every table.
fn of_schema_12(shelf: &Shelf<Folder>) -> Connection {
    let connection = Connection::open(path(shelf)).unwrap();
    wake(&connection, &TABLES, usize::MAX).unwrap();
    let indexes = "DROP INDEX patients_attendee;
        CREATE INDEX appointments_created ON appointments (clinic_id, created_at, id);
        CREATE INDEX appointments_ended ON appointments (clinic_id, ends_at, id);
        ALTER TABLE messages DROP COLUMN lost_leases;
        ALTER TABLE webhook_deliveries DROP COLUMN lost_leases;";
    connection.execute_batch(&format!("{indexes} PRAGMA user_version = 12")).unwrap();
    connection
}

#[test]
fn several_who_open_a_book_of_before_at_once_take_its_steps_once() {
    for round in 0..20 {
        let (shelf, _) = clinic();
        drop(of_schema_12(&shelf));
        let start = std::sync::Barrier::new(4);
        let look = || {
            start.wait();
            Store::open(&shelf.location()).map_err(Refusal::from).and_then(|mut store| store.read(codes))
        };
        let answers = std::thread::scope(|scope| {
            let runs = [(); 4].map(|()| scope.spawn(look));
            runs.map(|run| run.join().unwrap())
        });
        assert_eq!(answers, [const { Ok(vec![]) }; 4], "round {round}");
        assert!(awake(&shelf).is_empty(), "round {round}");
    }
}

#[test]
fn a_table_with_rows_stays_awake_through_the_step() {
    let (shelf, mut store) = clinic();
    store.write(Ending::Commit, |tx| insert(tx, 1)).unwrap();
    drop(of_schema_12(&shelf));
    assert_eq!(shelf.open().read(codes).unwrap(), ["SER-1"]);
    assert_eq!(awake(&shelf), ["series"]);
    assert_eq!(shelf.open().integrity(), Ok(vec![]));
}

#[test]
fn a_step_finds_all_of_the_schema_and_leaves_asleep_what_nobody_uses() {
    let (shelf, mut store) = clinic();
    store.write(Ending::Commit, |tx| insert(tx, 1)).unwrap();
    let before = schema(&shelf);
    let mut engine = Sqlite::open(&path(&shelf)).unwrap();
    migrate::Migrating::complete(&mut engine, usize::MAX).unwrap();
    let complete = schema(&shelf);
    assert_eq!(awake(&shelf), TABLES);
    migrate::Migrating::thin_out(&mut engine).unwrap();
    assert_eq!(schema(&shelf), before);
    // However often: each comes back as it was.
    migrate::Migrating::complete(&mut engine, usize::MAX).unwrap();
    assert_eq!(schema(&shelf), complete);
    assert_eq!(store.read(codes).unwrap(), ["SER-1"]);
}

#[test]
fn each_that_sleeps_comes_before_what_it_refers_to() {
    let (shelf, _store) = clinic();
    let connection = Connection::open(path(&shelf)).unwrap();
    wake(&connection, &TABLES, usize::MAX).unwrap();
    for (position, table) in TABLES.iter().enumerate() {
        let mut referred = connection.prepare("SELECT \"table\" FROM pragma_foreign_key_list(?1)").unwrap();
        let referred: Vec<String> =
            referred.query_map([table], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect();
        for other in referred {
            assert!(!TABLES[..position].contains(&other.as_str()), "{table} comes before {other}");
        }
    }
}

#[test]
fn another_fault_is_told_as_it_is() {
    let (shelf, mut store) = clinic();
    for (sql, told) in [
        ("SELECT 1 FROM nowhere", "no such table: nowhere"),
        ("SELECT 1 FROM nowhere, waitlist", "no such table: nowhere"),
        ("SELECT 1 FROM waitlist, nowhere", "no such table: nowhere"),
        ("SELECT nonsense FROM waitlist", "no such column: nonsense"),
        ("SELECT id FROM waitlist WHERE nonsense = 1", "no such column: nonsense"),
        ("INSERT INTO keys (nonsense) VALUES (1)", "table keys has no column named nonsense"),
    ] {
        let answer = store.write(Ending::Commit, |tx| Ok(tx.execute(sql, &[])?));
        let refusal = answer.unwrap_err();
        assert!(refusal.message.contains(told), "{sql}: {refusal:?}");
    }
    assert!(awake(&shelf).is_empty());
}
