//! The SQLite file: permissions, files that must stay untouched, and concurrent first runs.

use super::*;
use crate::platform::files::beside;
use crate::store::{Location, Store};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;

/// A directory with one file to open.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Folder {
        Folder { folder: tempfile::tempdir().unwrap() }
    }

    fn with(bytes: &[u8]) -> Folder {
        let folder = Folder::new();
        fs::write(folder.path(), bytes).unwrap();
        folder
    }

    /// A turno database, changed by other means than turno.
    fn with_book_after(sql: &str) -> Folder {
        let folder = Folder::new();
        drop(Store::create(&folder.book()).unwrap());
        let connection = Connection::open(folder.path()).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        folder
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("book.turno")
    }

    fn book(&self) -> Location {
        Location::File(self.path())
    }

    /// Every file with its bytes; `None` for a directory.
    fn contents(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), fs::read(path).ok())).collect()
    }
}

fn foreign() -> Folder {
    let folder = Folder::new();
    let connection = Connection::open(folder.path()).unwrap();
    connection.execute_batch("CREATE TABLE invoices (id INTEGER); INSERT INTO invoices VALUES (1)").unwrap();
    drop(connection);
    folder
}

fn directory() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    folder
}

fn refuses(folder: &Folder, what: &str, open: fn(&Location) -> Result<Store, StoreError>) {
    let before = folder.contents();
    let answer = open(&folder.book()).map(|_| ());
    assert!(matches!(answer, Err(StoreError::Unavailable { .. })), "{what}: {answer:?}");
    assert!(folder.contents() == before, "{what}: the folder was changed");
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_as_it_is() {
    let long_text = "09:00 Rosa Paz\n".repeat(20);
    let not_ours = [
        ("a foreign SQLite file", foreign()),
        ("a foreign SQLite file with a log", {
            let folder = foreign();
            Connection::open(folder.path()).unwrap().execute_batch("PRAGMA journal_mode = WAL").unwrap();
            folder
        }),
        ("a short text", Folder::with(b"09:00 Rosa Paz\n")),
        ("a long text", Folder::with(long_text.as_bytes())),
        ("a torn file", Folder::with(b"SQLite format 3\0")),
        ("zeros", Folder::with(&[0; 4096])),
        ("a directory", directory()),
    ];
    for (what, folder) in &not_ours {
        refuses(folder, what, Store::open);
        refuses(folder, what, Store::create);
    }
}

#[test]
fn a_newer_book_is_refused_and_left_as_it_is() {
    let with_log = Folder::with_book_after("PRAGMA user_version = 99");
    let without = Folder::with_book_after("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
    for (what, folder) in [("with a log", with_log), ("without a log", without)] {
        refuses(&folder, what, Store::open);
        refuses(&folder, what, Store::create);
    }
}

#[test]
fn a_book_of_a_development_version_is_refused_and_left_as_it_is() {
    for version in [1, 15] {
        let with_log = Folder::with_book_after(&format!("PRAGMA user_version = {version}"));
        let without = Folder::with_book_after(&format!(
            "PRAGMA user_version = {version}; PRAGMA journal_mode = DELETE"
        ));
        for (what, folder) in [("with a log", with_log), ("without a log", without)] {
            refuses(&folder, what, Store::open);
            refuses(&folder, what, Store::create);
            refuses(&folder, what, Store::look);
        }
    }
}

#[test]
fn opening_makes_no_book_where_there_is_none() {
    refuses(&Folder::new(), "nothing", Store::open);
    refuses(&Folder::with(b""), "an empty file", Store::open);
}

#[test]
fn creating_fills_an_empty_file_and_keeps_a_book_that_is_there() {
    let folder = Folder::with(b"");
    drop(Store::create(&folder.book()).unwrap());
    let note = "INSERT INTO meta (key, value) VALUES ('note', 'kept')";
    Connection::open(folder.path()).unwrap().execute_batch(note).unwrap();
    let mut store = Store::create(&folder.book()).unwrap();
    let kept = store.read(|tx| Ok(crate::store::meta::get(tx, "note")?));
    assert_eq!(kept, Ok(Some("kept".to_owned())));
}

#[test]
fn a_book_that_was_copied_without_its_log_opens() {
    let folder = Folder::with_book_after("PRAGMA journal_mode = DELETE");
    let store = Store::open(&folder.book()).unwrap();
    let wal = |path: &Path| matches!(header(path), Ok(Header::Ours { wal: true }));
    assert!(wal(&folder.path()));
    drop(store);
    assert_eq!(folder.contents().len(), 1, "the log is gone with the last program");
}

/// Writes to the database, as a command does.
fn noted(folder: &Folder) {
    let mut store = Store::open(&folder.book()).unwrap();
    // SQLite writes nothing if nothing changes.
    let note = |tx: &mut crate::store::Tx<'_>| {
        Ok(crate::store::meta::forget(tx, "note")
            .and_then(|()| crate::store::meta::set(tx, "note", "kept"))?)
    };
    store.write(crate::store::Ending::Commit, note).unwrap();
}

fn looked(folder: &Folder) {
    let mut store = Store::open(&folder.book()).unwrap();
    let kept = store.read(|tx| Ok(crate::store::meta::get(tx, "note")?));
    assert_eq!(kept, Ok(Some("kept".to_owned())));
}

#[test]
fn the_last_program_that_leaves_a_book_removes_its_log() {
    let folder = Folder::new();
    drop(Store::create(&folder.book()).unwrap());
    assert_eq!(folder.contents().len(), 1);
    noted(&folder);
    assert_eq!(folder.contents().len(), 1, "all of it is in the book");
    let copy = Folder::new();
    fs::copy(folder.path(), copy.path()).unwrap();
    looked(&copy);
    assert_eq!(copy.contents().len(), 1);
    let first = Store::open(&folder.book()).unwrap();
    noted(&folder);
    assert!(!files::is_spent(&folder.path()), "another program has the book open");
    drop(first);
    assert_eq!(folder.contents().len(), 1);
    looked(&folder);
}

#[test]
fn the_limits_of_the_log_are_set_whatever_sqlite_was_built_with() {
    let folder = Folder::with_book_after("");
    let engine = Sqlite::open(&folder.path()).unwrap();
    for (pragma, limit) in [("wal_autocheckpoint", LOG_PAGES), ("journal_size_limit", LOG_BYTES)] {
        let found: i64 = engine.connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
        assert_eq!(found, limit, "{pragma}");
    }
}

#[test]
fn large_changes_one_after_the_other_keep_the_log_below_5_mb() {
    use crate::store::{Ending, meta};
    let folder = Folder::new();
    let mut store = Store::create(&folder.book()).unwrap();
    store.expect_many();
    let mut longest = 0;
    for number in 0..20 {
        let note = |tx: &mut crate::store::Tx<'_>| {
            Ok(meta::set(tx, &format!("note-{number}"), &"x".repeat(1_000_000))?)
        };
        store.write(Ending::Commit, note).unwrap();
        longest = longest.max(fs::metadata(beside(&folder.path(), "-wal")).unwrap().len());
    }
    assert!(longest > 1_000_000 && longest < 5_000_000, "{longest}");
}

#[test]
fn an_erasure_leaves_nothing_in_the_log() {
    use crate::store::{Ending, meta};
    let folder = Folder::new();
    let mut store = Store::create(&folder.book()).unwrap();
    let in_log = || fs::metadata(beside(&folder.path(), "-wal")).unwrap().len();
    let long = "x".repeat(2_000_000);
    store.write(Ending::Commit, |tx| Ok(meta::set(tx, "long", &long)?)).unwrap();
    store.write(Ending::Commit, |tx| Ok(meta::forget(tx, "long")?)).unwrap();
    assert!(in_log() > 2_000_000);
    assert_eq!(Sqlite::open(&folder.path()).unwrap().scrub(), Ok(Scrub::Done));
    assert_eq!(in_log(), 0);
}

#[cfg(unix)]
#[test]
fn a_log_that_rests_tells_of_nobody_and_one_that_is_held_does() {
    let folder = Folder::new();
    drop(Store::create(&folder.book()).unwrap());
    let in_use = || replace_book::in_use(&folder.path());
    assert_eq!(in_use(), None);
    noted(&folder);
    let log = beside(&folder.path(), "-wal");
    let mut held = Store::open(&folder.book()).unwrap();
    let _ = held.read(|tx| Ok(crate::store::meta::get(tx, "note")?));
    assert_eq!(in_use(), Some(log.clone()));
    drop(held);
    assert_eq!(in_use(), None);
    assert_eq!(folder.contents().len(), 1);
    // A journal of another file is not applied to this one.
    let journal = beside(&folder.path(), "-journal");
    fs::write(&journal, "of another file").unwrap();
    let before = folder.contents();
    assert_eq!(in_use(), Some(journal.clone()));
    assert_eq!(folder.contents(), before);
    fs::remove_file(journal).unwrap();
    // An empty log is harmless and removed; the log of a lost database still holds data.
    fs::write(&log, "").unwrap();
    fs::remove_file(folder.path()).unwrap();
    assert_eq!(in_use(), None);
    assert_eq!(folder.contents().len(), 0);
    fs::write(&log, "what a lost book left").unwrap();
    assert_eq!(in_use(), Some(log));
}

#[cfg(unix)]
#[test]
fn the_log_lies_beside_the_book_that_a_link_leads_to() {
    let (folder, other) = (Folder::new(), Folder::new());
    drop(Store::create(&folder.book()).unwrap());
    noted(&folder);
    std::os::unix::fs::symlink(folder.path(), other.path()).unwrap();
    let mut held = Store::open(&other.book()).unwrap();
    let _ = held.read(|tx| Ok(crate::store::meta::get(tx, "note")?));
    assert_eq!((folder.contents().len(), other.contents().len()), (3, 1));
}

#[test]
fn first_runs_at_once_all_succeed_on_one_book() {
    for round in 0..8 {
        let folder = Folder::new();
        let start = std::sync::Barrier::new(4);
        let note = |key: String| {
            start.wait();
            let mut store = Store::create(&folder.book())?;
            store
                .write(crate::store::Ending::Commit, |tx| Ok(crate::store::meta::set(tx, &key, "here")?))
                .map_err(|refusal| StoreError::Internal(refusal.to_string()))
        };
        let note = &note;
        let answers = std::thread::scope(|scope| {
            let runs = [1, 2, 3, 4].map(|run| scope.spawn(move || note(format!("run-{run}"))));
            runs.map(|run| run.join().unwrap())
        });
        assert_eq!(answers, [const { Ok(()) }; 4], "round {round}");
        let mut store = Store::open(&folder.book()).unwrap();
        let count = "SELECT count(*) FROM meta WHERE value = 'here'";
        assert_eq!(
            store.read(|tx| Ok(tx.query_one(count, &[], |row| row.int())?)),
            Ok(Some(4)),
            "round {round}"
        );
        assert_eq!(store.integrity(), Ok(vec![]));
    }
}

#[test]
fn values_find_their_numbers_wherever_these_stand() {
    let folder = Folder::new();
    drop(Store::create(&folder.book()).unwrap());
    let mut store = Store::open(&folder.book()).unwrap();
    let mut told = |sql: &str| {
        let values = [Value::from("one"), Value::from("two")];
        store.read(|tx| Ok(tx.query_one(sql, &values, |row| row.text())?))
    };
    assert_eq!(told("SELECT ?2 || ?1 || ?2"), Ok(Some("twoonetwo".into())));
    assert!(told("SELECT ?3").is_err());
}

#[test]
fn what_goes_through_the_whole_book_is_worked_out_in_a_file_and_not_in_memory() {
    let temp_store = |engine: &Sqlite| -> i64 {
        engine.connection.pragma_query_value(None, "temp_store", |row| row.get(0)).unwrap()
    };
    let (file, memory) = (1, 2);
    let folder = Folder::with_book_after("");
    let mut engine = Sqlite::open(&folder.path()).unwrap();
    for work in [(|engine| drop(engine.scrub().unwrap())) as fn(&mut Sqlite), |engine| {
        drop(engine.integrity().unwrap())
    }] {
        engine.expect_many();
        assert_eq!(temp_store(&engine), memory);
        work(&mut engine);
        assert_eq!(temp_store(&engine), file);
    }
}

#[test]
fn no_file_s_schema_is_trusted() {
    let folder = Folder::with_book_after("");
    let engines = [Sqlite::open(&folder.path()).unwrap(), Sqlite::peek(&folder.path()).unwrap()];
    for engine in engines {
        assert_eq!(engine.connection.db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA), Ok(false));
    }
}

#[test]
fn a_flipped_byte_in_the_schema_s_text_is_damage_and_no_fault_of_the_program() {
    use crate::domain::refusal::{Code, Refusal};
    use crate::store::Ending;
    use crate::store::fixtures::{Shelf, add, visit};
    let (shelf, mut store) = Shelf::<crate::store::fixtures::Folder>::with_clinic().unwrap();
    add(&mut store, &visit("1", "09:00", "09:30")).unwrap();
    drop(store);
    let Location::File(path) = shelf.location() else { unreachable!("a folder's book is a file") };
    let whole = fs::read(&path).unwrap();
    let texts: Vec<usize> =
        whole.windows(7).enumerate().filter(|(_, part)| *part == b"CREATE ").map(|(at, _)| at).collect();
    assert!(texts.len() > 60, "{}", texts.len());
    let (mut damaged, mut fine) = (0, 0);
    for at in texts.iter().flat_map(|start| [0, 9, 16, 23, 37, 55, 80, 120, 200].map(|step| start + step)) {
        let mut bytes = whole.clone();
        let Some(byte) = bytes.get_mut(at) else { continue };
        *byte ^= 1 << (at % 7);
        fs::write(&path, bytes).unwrap();
        let used = Store::open(&shelf.location()).map_err(Refusal::from).and_then(|mut store| {
            store.read(|tx| Ok(crate::store::copy::rows(tx)?))?;
            store.write(Ending::Rollback, |tx| Ok(tx.insert(&visit("2", "11:00", "11:30"))?))
        });
        match used {
            Ok(_) => fine += 1,
            Err(refusal) => {
                damaged += 1;
                assert_eq!(refusal.code, Code::StoreCorrupt, "{at}: {refusal}");
                let said = ["SELECT", "INSERT INTO", "UPDATE ", "CREATE "];
                assert!(!said.iter().any(|word| refusal.message.contains(word)), "{at}: {refusal}");
            }
        }
        let _ = fs::remove_file(beside(&path, "-wal"));
        let _ = fs::remove_file(beside(&path, "-shm"));
    }
    assert!(damaged > 100 && fine > 20, "{damaged} {fine}");
}
