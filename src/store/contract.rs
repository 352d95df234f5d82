//! What every engine guarantees: atomic transactions, no overlap, no duplicate token, no duplicate message.
//!
//! Written once for all engines; only [`Shelf`] knows the engine and the location.

use super::Shelf;
use crate::domain::appointment::Appointment;
use crate::domain::fixtures::{at, between, date};
use crate::domain::interval::Interval;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::status::Status;
use crate::store::fixtures::{add, change, pooled, reminder, visit, visits};
use crate::store::*;

fn stop() -> Refusal {
    Refusal::new(Code::SlotFull, "the work says no")
}

// ---- all or nothing

#[test]
fn a_write_that_fails_leaves_nothing_and_the_book_goes_on() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let refused = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        appointments::next_token(tx, "ana", date("2026-06-15"))?;
        Err::<(), _>(stop())
    });
    assert_eq!(refused, Err(stop()));
    assert!(visits(&mut store).is_empty());
    let token = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("b", "09:00", "09:30"))?;
        Ok(appointments::next_token(tx, "ana", date("2026-06-15"))?)
    });
    assert_eq!((token, visits(&mut store)), (Ok(1), vec!["b".to_owned()]));
}

#[test]
fn a_statement_that_fails_half_way_takes_the_whole_write_with_it() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let refused = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        tx.insert(&visit("b", "09:15", "09:45"))?;
        Ok(())
    });
    assert_eq!(refused.unwrap_err().code, Code::AppointmentConflict);
    assert!(visits(&mut store).is_empty());
}

#[test]
fn words_that_nobody_knows_are_kept_out_and_those_of_a_visits_life_are_not() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    add(&mut store, &visit("a", "09:00", "09:30")).unwrap();
    add(&mut store, &reminder("m", "a", "08:00")).unwrap();
    let mut set = |table: &str, column: &str, word: &str| {
        let sql = format!("UPDATE {table} SET {column} = ?1");
        store.write(Ending::Rollback, |tx| Ok(tx.execute(&sql, params![word])?)).is_ok()
    };
    for word in ["", "asleep", "cancel", "SCHEDULED", " "] {
        assert!(!set("appointments", "status", word), "{word:?}");
        assert!(!set("messages", "status", word) && !set("messages", "kind", word), "{word:?}");
    }
    for word in Status::ALL {
        assert!(set("appointments", "status", word.as_str()), "{word:?}");
    }
    for word in ["pending", "sent", "failed", "dropped", "superseded", "expired"] {
        assert!(set("messages", "status", word), "{word}");
    }
    for word in ["reminder", "confirmation", "reschedule", "cancellation"] {
        assert!(set("messages", "kind", word), "{word}");
    }
    let delay = "UPDATE messages SET kind = 'delay', expected_at = 1";
    assert!(store.write(Ending::Rollback, |tx| Ok(tx.execute(delay, &[])?)).is_ok());
}

#[test]
fn what_only_looked_leaves_nothing_to_take_back() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let looks = store.write(Ending::Rollback, |tx| {
        let before = tx.writes();
        tx.by_id::<Appointment>("clinic", "a")?;
        Ok(tx.is_untouched_since(before))
    });
    assert_eq!(looks, Ok(true));
    type Work = fn(&mut Tx<'_>) -> Result<(), StoreError>;
    let works: [Work; 3] = [
        |tx| tx.insert(&visit("a", "09:00", "09:30")),
        |tx| appointments::next_token(tx, "ana", date("2026-06-15")).map(drop),
        |tx| tx.query("SELECT nothing FROM nowhere", &[], |row| row.int()).map(drop),
    ];
    for work in works {
        let mut untouched = true;
        let _ = store.write(Ending::Rollback, |tx| {
            let before = tx.writes();
            let _ = work(tx);
            untouched = tx.is_untouched_since(before);
            Ok(())
        });
        assert!(!untouched);
    }
}

#[test]
fn a_rehearsal_answers_and_leaves_nothing() {
    let Some((shelf, mut store)) = Shelf::with_clinic() else { return };
    let rehearsed = store.write(Ending::Rollback, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        Ok(tx.by_id::<Appointment>("clinic", "a")?.is_some())
    });
    assert_eq!(rehearsed, Ok(true), "it sees its own work");
    assert!(visits(&mut store).is_empty());
    assert!(visits(&mut shelf.open()).is_empty());
}

#[test]
fn nested_work_that_fails_takes_back_its_own_changes_only() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let done = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        let refused = tx.nested(|tx| {
            tx.insert(&visit("b", "10:00", "10:30"))?;
            tx.nested(|tx| Ok(tx.insert(&visit("c", "11:00", "11:30"))?))?;
            Err::<(), _>(stop())
        });
        assert_eq!(refused, Err(stop()));
        let overlapping = tx.nested(|tx| {
            tx.insert(&visit("d", "09:15", "09:45"))?;
            Ok(tx.settle()?)
        });
        assert_eq!(overlapping.unwrap_err().code, Code::AppointmentConflict);
        tx.nested(|tx| {
            tx.insert(&visit("e", "10:00", "10:30"))?;
            let inner = tx.nested(|tx| {
                tx.insert(&visit("f", "11:00", "11:30"))?;
                Err::<(), _>(stop())
            });
            assert_eq!(inner, Err(stop()));
            Ok(())
        })
    });
    assert_eq!((done, visits(&mut store)), (Ok(()), vec!["a".to_owned(), "e".to_owned()]));
}

#[test]
fn a_change_of_work_that_has_ended_is_not_lost_in_silence() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let done = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        // The insert's error may come with the next statement, which belongs to other work.
        let overlapping = tx.nested(|tx| Ok(tx.insert(&visit("b", "09:15", "09:45"))?));
        let next = tx.nested(|tx| {
            tx.insert(&visit("c", "11:00", "11:30"))?;
            Ok(tx.settle()?)
        });
        assert!(overlapping.is_err() || next.is_err());
        Ok(overlapping.is_ok())
    });
    let kept = if done.is_ok() { vec!["a", "c"] } else { vec![] };
    assert_ne!(done, Ok(true), "what was told to be done is not");
    assert_eq!(visits(&mut store), kept);
}

#[test]
fn a_book_that_is_reopened_still_holds_every_column() {
    let Some((shelf, mut store)) = Shelf::with_clinic() else { return };
    let mut full = visit("a", "09:00", "09:30");
    full.busy = full.span.padded(600, 1200);
    full.service_id = Some("checkup".into());
    full.notes = Some("añadir «ñ» y 🩺, O'Higgins".into());
    full.follow_up_date = Some(date("2026-07-01"));
    full.follow_up_required = true;
    full.stamps.confirmed_at = Some(at("2026-06-02T08:00:00-06:00"));
    add(&mut store, &full).unwrap();
    drop(store);
    let mut store = shelf.open();
    let found = store.read(|tx| Ok(appointments::visit::find(tx, "clinic", "a")?)).unwrap().unwrap();
    assert_eq!(*found.appointment, full);
    assert_eq!((found.patient.id.as_str(), found.branch.id.as_str()), ("rosa", "main"));
    assert_eq!(found.doctor.as_deref().map(|doctor| doctor.id.as_str()), Some("ana"));
    assert_eq!(found.service.as_deref().map(|service| service.id.as_str()), Some("checkup"));
    assert_eq!(store.read(|tx| Ok(appointments::visit::find(tx, "rival", "a")?.is_none())), Ok(true));
    assert_eq!(store.integrity(), Ok(vec![]));
}

#[test]
fn a_row_that_names_nobody_is_refused() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let lost = Appointment { patient_id: "nobody".into(), ..visit("a", "09:00", "09:30") };
    assert!(matches!(add(&mut store, &lost), Err(StoreError::Constraint(_))));
}

#[test]
fn a_reader_keeps_its_view_while_another_program_writes() {
    let Some((shelf, mut store)) = Shelf::with_clinic() else { return };
    let mut other = shelf.open();
    let count = "SELECT count(*) FROM appointments";
    let counts = store.read(|tx| {
        let before = tx.query_one(count, &[], |row| row.int())?;
        add(&mut other, &visit("a", "09:00", "09:30"))?;
        Ok((before, tx.query_one(count, &[], |row| row.int())?))
    });
    assert_eq!(counts, Ok((Some(0), Some(0))));
    assert_eq!(visits(&mut store), ["a"]);
}

#[test]
fn of_two_programs_that_look_and_then_book_one_finds_the_other() {
    let Some((shelf, _store)) = Shelf::with_clinic() else { return };
    let book = |id: &'static str| {
        let mut store = shelf.open();
        store.write(Ending::Commit, |tx| {
            let own = visit(id, "09:00", "09:30");
            let taken = appointments::conflict(tx, "ana", own.busy, None)?;
            std::thread::sleep(std::time::Duration::from_millis(20));
            if taken.is_none() {
                tx.insert(&own)?;
            }
            Ok(taken.is_none())
        })
    };
    let booked = std::thread::scope(|scope| {
        let programs = ["a", "b", "c", "d"].map(|id| scope.spawn(move || book(id)));
        programs.map(|program| program.join().unwrap().unwrap())
    });
    assert_eq!(booked.iter().filter(|booked| **booked).count(), 1, "{booked:?}");
    assert_eq!(visits(&mut shelf.open()).len(), 1);
}

// ---- no overlap

/// Puts a second appointment beside an existing one; returns whether the database accepts the second.
type Beside = fn(Appointment, Appointment) -> Result<(), StoreError>;

fn beside() -> Option<Beside> {
    Shelf::empty().map(|_| put_beside as Beside)
}

fn put_beside(first: Appointment, second: Appointment) -> Result<(), StoreError> {
    let (_shelf, mut store) = Shelf::with_clinic().unwrap();
    add(&mut store, &first).unwrap();
    let inserted = add(&mut store, &second);
    // An update must give the same result as an insert.
    let apart = Appointment { span: far_away(&second).span, busy: far_away(&second).busy, ..second.clone() };
    let (_shelf, mut store) = Shelf::with_clinic().unwrap();
    add(&mut store, &first).unwrap();
    add(&mut store, &apart).unwrap();
    assert_eq!(change(&mut store, &apart, &second), inserted, "inserting and changing differ");
    inserted
}

fn far_away(visit: &Appointment) -> Appointment {
    let week = 7 * 86_400;
    let later = |span: Interval| Interval::new(span.start.plus(week), span.end.plus(week));
    Appointment { span: later(visit.span), busy: later(visit.busy), ..visit.clone() }
}

#[test]
fn the_book_itself_refuses_two_visits_of_a_doctor_at_once() {
    let Some(beside) = beside() else { return };
    let nine = || visit("a", "09:00", "10:00");
    let buffered = |visit: Appointment| Appointment { busy: visit.busy.padded(0, 900), ..visit };
    for (from, to) in
        [("09:00", "10:00"), ("08:30", "09:01"), ("09:59", "10:30"), ("09:20", "09:40"), ("08:00", "11:00")]
    {
        assert_eq!(beside(nine(), visit("b", from, to)), Err(StoreError::Overlap), "{from}-{to}");
    }
    for (from, to) in [("08:00", "09:00"), ("10:00", "11:00")] {
        assert_eq!(beside(nine(), visit("b", from, to)), Ok(()), "{from}-{to} only touches");
    }
    assert_eq!(beside(buffered(nine()), visit("b", "10:10", "10:30")), Err(StoreError::Overlap));
    assert_eq!(beside(buffered(nine()), visit("b", "10:15", "10:30")), Ok(()));
    let all_day_before =
        Appointment { busy: between("2026-06-13T10:00:00-06:00", "2026-06-15T10:00:00-06:00"), ..nine() };
    assert_eq!(beside(all_day_before.clone(), visit("b", "09:30", "10:30")), Err(StoreError::Overlap));
    assert_eq!(beside(all_day_before, visit("b", "10:00", "10:30")), Ok(()));
}

#[test]
fn others_overbooked_and_called_off_visits_are_no_overlap() {
    let Some(beside) = beside() else { return };
    let nine = || visit("a", "09:00", "10:00");
    let same = || visit("b", "09:00", "10:00");
    let overbooked = |visit: Appointment| Appointment { overbooked: true, ..visit };
    let with = |status: Status, visit: Appointment| Appointment { status, ..visit };
    let of_bea = Appointment { doctor_id: Some("bea".into()), window_id: "days-of-bea".into(), ..same() };
    assert_eq!(beside(nine(), of_bea), Ok(()));
    assert_eq!(beside(nine(), pooled(same())), Ok(()));
    assert_eq!(beside(pooled(nine()), pooled(same())), Ok(()));
    assert_eq!(beside(nine(), overbooked(same())), Ok(()));
    assert_eq!(beside(overbooked(nine()), same()), Ok(()));
    for status in Status::ALL {
        let expected = if status.occupies() { Err(StoreError::Overlap) } else { Ok(()) };
        assert_eq!(beside(with(status, nine()), same()), expected, "over a {status:?} one");
        assert_eq!(beside(nine(), with(status, same())), expected, "a {status:?} one");
    }
}

#[test]
fn a_visit_that_takes_up_its_time_again_is_held_against_the_others() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let nine = visit("a", "09:00", "10:00");
    let cancelled = Appointment { status: Status::Cancelled, ..visit("b", "09:00", "10:00") };
    let extra = Appointment { overbooked: true, ..visit("c", "09:00", "10:00") };
    let pool = pooled(visit("d", "09:00", "10:00"));
    for record in [&nine, &cancelled, &extra, &pool] {
        add(&mut store, record).unwrap();
    }
    let again = Appointment { status: Status::CheckedIn, ..cancelled.clone() };
    assert_eq!(change(&mut store, &cancelled, &again), Err(StoreError::Overlap));
    let regular = Appointment { overbooked: false, ..extra.clone() };
    assert_eq!(change(&mut store, &extra, &regular), Err(StoreError::Overlap));
    let of_ana = Appointment { doctor_id: Some("ana".into()), ..pool.clone() };
    assert_eq!(change(&mut store, &pool, &of_ana), Err(StoreError::Overlap));
    // An update that does not move the appointment is accepted beside the overbooked one.
    let seen = Appointment { status: Status::Completed, notes: Some("seen".into()), ..nine.clone() };
    assert_eq!(change(&mut store, &nine, &seen), Ok(()));
}

#[test]
fn looking_for_a_conflict_finds_overbooked_visits_too() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    for record in [
        Appointment { overbooked: true, ..visit("a", "09:00", "10:00") },
        Appointment { status: Status::Cancelled, ..visit("b", "11:00", "12:00") },
        Appointment { status: Status::NoShow, ..visit("c", "11:00", "12:00") },
        pooled(visit("d", "11:00", "12:00")),
    ] {
        add(&mut store, &record).unwrap();
    }
    let table = [
        (visit("x", "09:30", "10:30").busy, None, Some("a")),
        (visit("x", "09:30", "10:30").busy, Some("a"), None),
        (visit("x", "10:00", "10:30").busy, None, None),
        (visit("x", "08:00", "09:00").busy, None, None),
        (visit("x", "11:00", "12:00").busy, None, None),
    ];
    for (busy, except, expected) in table {
        let found = store.read(|tx| Ok(appointments::conflict(tx, "ana", busy, except)?)).unwrap();
        assert_eq!(found.map(|other| other.id).as_deref(), expected, "{busy:?} but {except:?}");
        let spans = store.read(|tx| Ok(appointments::busy(tx, "ana", busy, None)?)).unwrap();
        assert_eq!(spans.is_empty(), expected.or(except).is_none(), "{busy:?}");
    }
}
