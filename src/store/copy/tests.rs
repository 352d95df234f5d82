//! Copying a database: page borders, what arrives, what is refused, and that no table is forgotten.

use super::*;
use crate::domain::refusal::Code;
use crate::store::fixtures::{self, Folder, add, pooled, reminder, visit};
use crate::store::{Ending, Store, meta, params};
use std::cell::RefCell;

type Shelf = fixtures::Shelf<Folder>;

fn texts(store: &mut Store, sql: &str, params: &[Value<'_>]) -> Vec<String> {
    store.read(|tx| Ok(tx.query(sql, params, |row| row.text())?)).unwrap()
}

#[test]
fn every_table_and_column_of_the_schema_is_copied_after_what_it_refers_to() {
    let shelf = Shelf::empty().unwrap();
    let mut store = Store::create(&shelf.location()).unwrap();
    let every = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1";
    let mut named: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    named.sort_unstable();
    assert_eq!(texts(&mut store, every, &[]), named);
    for (position, table) in TABLES.iter().enumerate() {
        let of_table = params![table.name];
        let columns = "SELECT name FROM pragma_table_info(?1) ORDER BY name";
        let mut listed = table.columns.to_vec();
        listed.sort_unstable();
        assert_eq!(texts(&mut store, columns, of_table), listed, "{}", table.name);
        let key = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
        assert_eq!(texts(&mut store, key, of_table), table.columns[..table.key], "{}", table.name);
        let references = "SELECT \"table\" FROM pragma_foreign_key_list(?1)";
        for other in texts(&mut store, references, of_table) {
            let before = TABLES[..position].iter().any(|table| table.name == other);
            assert!(before, "{} comes before {other}, which it refers to", table.name);
        }
    }
}

/// The table `meta` with `count` rows.
fn notes(count: usize) -> (Shelf, Store, &'static Table) {
    let shelf = Shelf::empty().unwrap();
    let mut store = Store::create(&shelf.location()).unwrap();
    let write = |tx: &mut Tx<'_>| {
        (0..count).try_for_each(|n| Ok(meta::set(tx, &format!("note-{n:04}"), &n.to_string())?))
    };
    store.write(Ending::Commit, write).unwrap();
    (shelf, store, &TABLES[0])
}

#[test]
fn a_table_is_read_in_pages_whatever_their_borders() {
    for (count, sizes) in
        [(0, &[][..]), (1, &[1]), (2, &[2]), (3, &[3]), (4, &[3, 1]), (6, &[3, 3]), (7, &[3, 3, 1])]
    {
        let (_shelf, mut store, table) = notes(count);
        let (mut read, mut met) = (Vec::new(), Vec::new());
        store
            .read(|tx| {
                pages(tx, table, 3, "from", |values| {
                    met.push(values.len() / 2);
                    read.extend(values.iter().step_by(2).cloned());
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(met, sizes, "{count} rows");
        let keys: Vec<Value<'_>> = (0..count).map(|n| format!("note-{n:04}").into()).collect();
        assert_eq!(read, keys, "{count} rows");
    }
}

#[test]
fn a_table_whose_key_has_two_columns_loses_no_row_between_pages() {
    let (_shelf, mut store) = Shelf::with_clinic().unwrap();
    let table = TABLES.iter().find(|table| table.name == "tokens").unwrap();
    assert_eq!(table.key, 2);
    let rows = ["ana 2026-06-15", "ana 2026-06-16", "bea 2026-06-14", "bea 2026-06-15", "bea 2026-06-16"];
    let sql = insert_sql(table, 1);
    let write = |tx: &mut Tx<'_>| {
        for row in rows {
            let (holder, date) = row.split_once(' ').unwrap();
            tx.execute(&sql, params![holder, date, 7])?;
        }
        Ok(())
    };
    store.write(Ending::Commit, write).unwrap();
    for page in 1..=6 {
        let mut read = Vec::new();
        let mut each = |values: &[Value<'static>]| {
            read.extend(values.chunks(3).map(<[_]>::to_vec));
            Ok(())
        };
        store.read(|tx| pages(tx, table, page, "from", &mut each)).unwrap();
        let wanted: Vec<_> = rows
            .iter()
            .map(|row| row.split_once(' ').unwrap())
            .map(|(holder, date)| vec![holder.into(), date.into(), Value::Int(7)])
            .collect();
        assert_eq!(read, wanted, "pages of {page}");
    }
}

#[test]
fn a_page_is_found_by_the_key_and_not_by_reading_what_came_before() {
    let (_shelf, mut store) = Shelf::with_clinic().unwrap();
    for table in &TABLES {
        let sql = format!("EXPLAIN QUERY PLAN {}", page_sql(table, 100, true));
        let key = vec![Value::Int(1); table.key];
        let detail = |row: &mut crate::store::engine::Row<'_>| {
            row.skip(3);
            row.text()
        };
        let plan = store.read(|tx| Ok(tx.query(&sql, &key, detail)?)).unwrap().join("\n");
        assert!(plan.contains("SEARCH") && !plan.contains("TEMP B-TREE"), "{}: {plan}", table.name);
    }
}

/// A database with rows in nearly every table.
fn day() -> (Shelf, Store) {
    let (shelf, mut store) = Shelf::with_clinic().unwrap();
    add(&mut store, &visit("first", "09:00", "09:30")).unwrap();
    add(&mut store, &visit("second", "09:30", "10:00")).unwrap();
    let third = Appointment {
        reason: Some("'; DROP TABLE — ñ 日本".into()),
        ..visit("third", "09:00", "09:30")
    };
    add(&mut store, &pooled(third)).unwrap();
    add(&mut store, &reminder("note", "first", "07:00")).unwrap();
    (shelf, store)
}

fn copied(from: &mut Store, to: &mut Store, values: usize) -> Result<Vec<(&'static str, u64)>, Refusal> {
    from.read(|from| to.write(Ending::Commit, |to| fill_by_pages(from, to, values, &mut |_| {})))
}

fn everything(store: &mut Store) -> Vec<Vec<Value<'static>>> {
    let mut all = Vec::new();
    for table in &TABLES {
        let mut each = |values: &[Value<'static>]| {
            all.push(values.to_vec());
            Ok(())
        };
        store.read(|tx| pages(tx, table, 1000, "from", &mut each)).unwrap();
    }
    all
}

#[test]
fn a_copy_has_the_same_rows_whatever_the_size_of_the_page() {
    let (_shelf, mut from) = day();
    // With 14 values, a page has one patient, or seven rows of `meta`.
    for values in [1, 14, 100, VALUES] {
        let other = Shelf::empty().unwrap();
        let mut to = Store::create(&other.location()).unwrap();
        let tables = copied(&mut from, &mut to, values).unwrap();
        assert_eq!(tables.iter().find(|(table, _)| *table == "appointments"), Some(&("appointments", 3)));
        assert_eq!(tables.iter().map(|(_, rows)| rows).sum::<u64>(), from.read(|tx| Ok(rows(tx)?)).unwrap());
        assert_eq!(everything(&mut from), everything(&mut to), "pages of {values} values");
        assert_eq!(to.integrity(), Ok(vec![]));
    }
}

#[test]
fn progress_counts_every_row_when_it_is_written_and_when_it_is_read_back() {
    let (_shelf, mut from) = day();
    let all = from.read(|tx| Ok(rows(tx)?)).unwrap();
    let other = Shelf::empty().unwrap();
    let mut to = Store::create(&other.location()).unwrap();
    let heard = RefCell::new(Vec::new());
    let mut hear = |done| heard.borrow_mut().push(done);
    from.read(|from| to.write(Ending::Rollback, |to| fill(from, to, &mut hear))).unwrap();
    assert!(heard.borrow().is_sorted());
    assert_eq!(heard.borrow().last(), Some(&(2 * all)));
}

#[test]
fn a_copy_that_was_taken_back_can_be_made_again_from_the_same_view() {
    let (_shelf, mut from) = day();
    let other = Shelf::empty().unwrap();
    let mut to = Store::create(&other.location()).unwrap();
    let twice = from.read(|from| {
        let first = to.write(Ending::Rollback, |to| fill(from, to, &mut |_| {}))?;
        Ok((first, to.write(Ending::Commit, |to| fill(from, to, &mut |_| {}))?))
    });
    let (first, second) = twice.unwrap();
    assert_eq!(first, second);
    assert_eq!(everything(&mut from), everything(&mut to));
}

/// A database with a trigger that changes rows after they are inserted.
fn unfaithful(trigger: &str) -> (Shelf, Store) {
    let shelf = Shelf::empty().unwrap();
    let mut store = Store::create(&shelf.location()).unwrap();
    let sql = format!("CREATE TRIGGER unfaithful AFTER INSERT ON {trigger}; END");
    store.write(Ending::Commit, |tx| Ok(tx.execute(&sql, &[])?)).unwrap();
    (shelf, store)
}

#[test]
fn rows_that_arrive_otherwise_than_they_were_sent_are_not_kept() {
    let (_shelf, mut from) = day();
    for (table, trigger) in [
        ("appointments", "appointments BEGIN UPDATE appointments SET notes = '' WHERE id = 'third'"),
        ("services", "patients BEGIN DELETE FROM services WHERE id = 'x-ray'"),
        ("meta", "messages BEGIN INSERT INTO meta (key, value) VALUES ('more', 'than sent')"),
        ("patients", "patients BEGIN UPDATE patients SET active = 1 - active WHERE id = 'eva'"),
    ] {
        let (_other, mut to) = unfaithful(trigger);
        let refusal = copied(&mut from, &mut to, VALUES).unwrap_err();
        assert_eq!(refusal.code, Code::Internal, "{refusal}");
        assert!(refusal.message.contains(table), "{table}: {refusal}");
        assert_eq!(to.read(|tx| Ok(filled(tx)?)), Ok(None), "{table}");
    }
}

#[test]
fn rows_that_break_a_rule_of_the_schema_are_said_to_be_the_sources() {
    let (_shelf, mut from) = day();
    let drop = "DROP TRIGGER appointments_no_overlap_insert";
    from.write(Ending::Commit, |tx| Ok(tx.execute(drop, &[])?)).unwrap();
    add(&mut from, &visit("fourth", "09:10", "09:40")).unwrap();
    let other = Shelf::empty().unwrap();
    let mut to = Store::create(&other.location()).unwrap();
    let refusal = copied(&mut from, &mut to, VALUES).unwrap_err();
    assert_eq!(refusal.code, Code::StoreCorrupt, "{refusal}");
    assert_eq!(refusal.details["book"], "from".into());
    assert_eq!(to.read(|tx| Ok(filled(tx)?)), Ok(None));
}

#[test]
fn a_book_is_empty_until_any_table_has_a_row() {
    let shelf = Shelf::empty().unwrap();
    let mut store = Store::create(&shelf.location()).unwrap();
    assert_eq!(store.read(|tx| Ok(filled(tx)?)), Ok(None));
    let token = "INSERT INTO tokens (holder, date, last) VALUES ('ana', '2026-06-15', 1)";
    store.write(Ending::Commit, |tx| Ok(tx.execute(token, &[])?)).unwrap();
    assert_eq!(store.read(|tx| Ok(filled(tx)?)), Ok(Some("tokens")));
}

#[test]
fn no_two_runs_of_values_are_spelt_alike() {
    let spelt = |values: &[Value<'_>]| {
        let mut bytes = Vec::new();
        values.iter().for_each(|value| spell(value, &mut bytes));
        bytes
    };
    let (none, zeros) = (Vec::<u8>::new(), vec![0_u8; 8]);
    let runs = [
        vec![],
        vec![Value::Null],
        vec![Value::Null, Value::Null],
        params![""].to_vec(),
        params!["", ""].to_vec(),
        params!["ab"].to_vec(),
        params!["a", "b"].to_vec(),
        params!["b", "a"].to_vec(),
        params![0].to_vec(),
        params!["0"].to_vec(),
        params!["\0\0\0\0\0\0\0\0"].to_vec(),
        params![&zeros].to_vec(),
        params![&none].to_vec(),
        params![-1].to_vec(),
    ];
    for (one, run) in runs.iter().enumerate() {
        for (other, another) in runs.iter().enumerate() {
            assert_eq!(spelt(run) == spelt(another), one == other, "{run:?} {another:?}");
        }
    }
}
