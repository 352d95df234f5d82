//! Retries, tested with an engine that fails on demand: what is repeated, and what never happens twice.

use super::*;
use crate::domain::fixtures::at;
use crate::domain::refusal::Code;
use crate::platform::error::Result;
use crate::store::audit::{Draft, append};
use crate::store::engine::{Locked, Row, Scrub, Value};
use crate::store::fixtures::{found_clinic, visit, visits};
use crate::store::sqlite::Sqlite;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::time::Duration;
use tempfile::TempDir;

/// What happens at a commit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mishap {
    /// The commit succeeds.
    None,
    /// Another writer was first.
    Conflict,
    /// The connection is lost before the server commits.
    LostBefore,
    /// The connection is lost after the server has committed.
    LostAfter,
    /// As `LostAfter`, and the server does not come back.
    LostForGood,
    /// As `LostAfter`, and then the server is too busy to answer.
    LostThenBusy,
}

/// A real engine with the mishaps of its next commits.
struct Unlucky {
    engine: Sqlite,
    mishaps: VecDeque<Mishap>,
    away: Option<StoreError>,
}

fn lost() -> StoreError {
    StoreError::Lost { message: "the server went away".into() }
}

impl Engine for Unlucky {
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.engine.execute(sql, params)
    }
    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if sql == "conflict" {
            return Err(StoreError::Conflict);
        }
        self.engine.query(sql, params, each)
    }
    fn begin(&mut self, mode: Mode) -> Result<(), StoreError> {
        self.away.clone().map_or_else(|| self.engine.begin(mode), Err)
    }
    fn commit(&mut self) -> Result<(), StoreError> {
        match self.mishaps.pop_front().unwrap_or(Mishap::None) {
            Mishap::None => self.engine.commit(),
            Mishap::Conflict => Err(StoreError::Conflict),
            Mishap::LostBefore => Err(lost()),
            Mishap::LostAfter => self.engine.commit().and(Err(lost())),
            mishap @ (Mishap::LostForGood | Mishap::LostThenBusy) => {
                self.away = Some(if mishap == Mishap::LostForGood { lost() } else { StoreError::Busy });
                self.engine.commit().and(Err(lost()))
            }
        }
    }
    fn rollback(&mut self) {
        self.engine.rollback();
    }
    fn version(&mut self) -> Result<String, StoreError> {
        self.engine.version()
    }
    fn bytes(&mut self) -> Result<u64, StoreError> {
        self.engine.bytes()
    }
    fn has_guard(&mut self) -> Result<bool, StoreError> {
        self.engine.has_guard()
    }
    fn scrub(&mut self) -> Result<Scrub, StoreError> {
        self.engine.scrub()
    }
    fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError> {
        self.engine.locked_by_scrub()
    }
    fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        self.engine.integrity()
    }
}

fn unlucky(mishaps: &[Mishap]) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.turno");
    let location = Location::File(path.clone());
    let mut store = Store::create(&location).unwrap();
    store.write(Ending::Commit, found_clinic).unwrap();
    drop(store);
    let engine = Sqlite::open(&path).unwrap();
    let engine = Box::new(Unlucky { engine, mishaps: mishaps.iter().copied().collect(), away: None });
    (folder, Store { patience: Duration::from_millis(300), ..Store::new(engine, &location) })
}

fn book(tx: &mut Tx<'_>, tries: &mut u32) -> Result<String> {
    *tries += 1;
    let id = format!("try-{tries}");
    tx.insert(&visit(&id, "09:00", "09:30"))?;
    note(tx, &id)?;
    Ok(id)
}

fn note(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    note_in(tx, Some("clinic"), id)
}

fn note_in(tx: &mut Tx<'_>, clinic_id: Option<&str>, id: &str) -> Result<()> {
    let draft = Draft {
        at: at("2026-06-01T08:00:00-06:00"),
        actor: "recepcion",
        clinic_id,
        action: "appointment.booked",
        kind: "appointment",
        record_id: id,
        ..Draft::default()
    };
    append(tx, &draft, "salt", mac)?;
    Ok(())
}

fn mac(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_change_is_there_once_whatever_happens_to_its_commit() {
    use Mishap::{Conflict, LostAfter, LostBefore};
    for (mishaps, lasting) in [
        (&[][..], "try-1"),
        (&[Conflict], "try-2"),
        (&[Conflict, Conflict, Conflict], "try-4"),
        (&[LostBefore], "try-2"),
        (&[LostAfter], "try-1"),
        (&[LostBefore, LostAfter], "try-2"),
        (&[Conflict, LostBefore, LostAfter], "try-3"),
    ] {
        let (_folder, mut store) = unlucky(mishaps);
        let mut tries = 0;
        let booked = store.write(Ending::Commit, |tx| book(tx, &mut tries));
        assert_eq!(booked, Ok(lasting.to_owned()), "{mishaps:?}");
        assert_eq!(visits(&mut store), [lasting], "{mishaps:?}");
        let entries = "SELECT count(*) FROM audit_log";
        let entries = store.read(|tx| Ok(tx.query_one(entries, &[], |row| row.int())?));
        assert_eq!(entries, Ok(Some(1)), "{mishaps:?}");
    }
}

#[test]
fn a_lost_commit_is_known_by_an_entry_that_was_not_taken_back() {
    let (_folder, mut store) = unlucky(&[Mishap::LostAfter]);
    let mut tries = 0;
    let done = store.write(Ending::Commit, |tx| {
        let first = book(tx, &mut tries)?;
        let refused = tx.nested(|tx| {
            note(tx, "somebody")?;
            Err::<(), _>(Refusal::new(Code::SlotFull, "no"))
        });
        assert!(refused.is_err());
        Ok(first)
    });
    assert_eq!((done, tries), (Ok("try-1".to_owned()), 1));
    assert_eq!(visits(&mut store), ["try-1"]);
}

#[test]
fn entries_follow_each_other_past_one_that_was_taken_back() {
    let (_folder, mut store) = unlucky(&[]);
    let done = store.write(Ending::Commit, |tx| {
        note(tx, "one")?;
        let _ = tx.nested(|tx| {
            note(tx, "nobody")?;
            Err::<(), _>(Refusal::new(Code::SlotFull, "no"))
        });
        note(tx, "two")?;
        tx.nested(|tx| note(tx, "three"))?;
        note(tx, "four")
    });
    assert_eq!(done, Ok(()));
    let sql = "SELECT seq, record_id FROM audit_log ORDER BY seq";
    let entries = store.read(|tx| Ok(tx.query(sql, &[], |row| Ok((row.int()?, row.text()?)))?)).unwrap();
    let expected = [(1, "one"), (2, "two"), (3, "three"), (4, "four")];
    assert_eq!(entries, expected.map(|(seq, id)| (seq, id.to_owned())));
}

#[test]
fn the_entries_of_a_transaction_follow_each_other_in_each_chain() {
    let (_folder, mut store) = unlucky(&[Mishap::None, Mishap::LostAfter]);
    let mut tries = 0;
    for _ in 0..2 {
        let done = store.write(Ending::Commit, |tx| {
            tries += 1;
            note(tx, "one")?;
            note_in(tx, None, "book")?;
            let _ = tx.nested(|tx| {
                note_in(tx, Some("rival"), "nobody")?;
                note_in(tx, None, "nobody")?;
                Err::<(), _>(Refusal::new(Code::SlotFull, "no"))
            });
            note_in(tx, Some("rival"), "other")?;
            note(tx, "two")?;
            note_in(tx, None, "whole")
        });
        assert_eq!(done, Ok(()));
    }
    let sql = "SELECT chain, seq, record_id FROM audit_log ORDER BY chain, seq";
    let read = |row: &mut Row<'_>| Ok((row.text()?, row.int()?, row.text()?));
    let entries = store.read(|tx| Ok(tx.query(sql, &[], read)?)).unwrap();
    let chain = |chain: &str, ids: &[&str]| -> Vec<_> {
        (1..).zip(ids).map(|(seq, id)| (chain.to_owned(), seq, (*id).to_owned())).collect()
    };
    let mut expected = chain("", &["book", "whole", "book", "whole"]);
    expected.extend(chain("clinic", &["one", "two", "one", "two"]));
    expected.extend(chain("rival", &["other", "other"]));
    assert_eq!((entries, tries), (expected, 2));
}

#[test]
fn a_transaction_writes_a_clinics_head_once_and_it_follows_the_entries_that_last() {
    let (_folder, mut store) = unlucky(&[]);
    for round in 1..=2 {
        let done = store.write(Ending::Commit, |tx| {
            note(tx, "one")?;
            let before = tx.writes();
            note(tx, "two")?;
            assert_eq!(tx.writes() - before, 1, "the entry alone");
            let _ = tx.nested(|tx| {
                note(tx, "nobody")?;
                assert_eq!(chain_head::last_seq(tx, "clinic")?, 4 * round - 1);
                Err::<(), _>(Refusal::new(Code::SlotFull, "no"))
            });
            assert_eq!(chain_head::last_seq(tx, "clinic")?, 4 * round - 2);
            note(tx, "three")?;
            tx.nested(|tx| note(tx, "four"))
        });
        assert_eq!(done, Ok(()));
        let heads = store.read(|tx| Ok(chain_head::all(tx)?)).unwrap();
        let clinic = heads.iter().find(|head| head.link.chain == "clinic").unwrap();
        assert_eq!(clinic.link.seq, 4 * round);
        assert_eq!(clinic.signature, Some(mac(&chain_head::covered(&clinic.link, &[]))));
        assert!(store.read(|tx| Ok(audit::holds(tx, &clinic.link)?)).unwrap());
    }
}

#[test]
fn two_writers_that_meet_in_a_question_begin_again_even_where_the_work_would_go_on() {
    let (_folder, mut store) = unlucky(&[]);
    let mut tries = 0;
    let done = store.write(Ending::Commit, |tx| {
        tries += 1;
        if tries < 3 {
            let met = tx.nested(|tx| Ok(tx.query("conflict", &[], |row| row.int())?));
            assert_eq!(met.unwrap_err().code, Code::StoreBusy);
            // Every later query returns the same error.
            assert_eq!(tx.query("SELECT 1", &[], |row| row.int()), Err(StoreError::Conflict));
        }
        Ok(tx.insert(&visit("a", "09:00", "09:30"))?)
    });
    assert_eq!((done, tries), (Ok(()), 3));
    assert_eq!(visits(&mut store), ["a"]);
}

#[test]
fn writers_that_always_meet_are_told_so_in_the_end() {
    let (_folder, mut store) = unlucky(&[Mishap::Conflict; 1000]);
    let mut tries = 0;
    let refused = store.write(Ending::Commit, |tx| book(tx, &mut tries)).unwrap_err();
    assert_eq!(refused.code, Code::StoreBusy);
    assert!(tries > 3, "{tries}");
    assert!(visits(&mut store).is_empty());
}

#[test]
fn a_server_that_stays_away_is_said_to_be_away_and_whether_the_outcome_is_known() {
    let (_folder, mut store) = unlucky(&[Mishap::LostBefore; 1000]);
    let mut tries = 0;
    let refused = store.write(Ending::Commit, |tx| book(tx, &mut tries)).unwrap_err();
    assert_eq!(refused.code, Code::StoreUnavailable);
    assert!(visits(&mut store).is_empty());

    for mishap in [Mishap::LostForGood, Mishap::LostThenBusy] {
        let (folder, mut store) = unlucky(&[mishap]);
        let refused = store.write(Ending::Commit, |tx| book(tx, &mut 0)).unwrap_err();
        assert_eq!(refused.code, Code::StoreUnavailable, "{mishap:?}");
        assert_eq!(refused.details["outcome"], "unknown".into(), "{mishap:?}");
        drop(store);
        let mut store = Store::open(&Location::File(folder.path().join("book.turno"))).unwrap();
        assert_eq!(visits(&mut store), ["try-1"], "{mishap:?}");
    }
}
