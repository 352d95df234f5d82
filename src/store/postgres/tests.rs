//! Tests with a server: refusals, upgrades at the same time, and servers without extensions.

use super::*;
use crate::domain::appointment::Appointment;
use crate::domain::refusal::{Code, Refusal};
use crate::store::audit::{Draft, append};
use crate::store::fixtures::{Database, Shelf, Unlocked, add, visit, visits};
use crate::store::words::Words;
use crate::store::{Ending, Location, Store, Tx, meta, params, patients};

type OnServer = Shelf<Database>;

fn behind(shelf: &OnServer, sql: &str) {
    shelf.place().connect().batch_execute(sql).unwrap();
}

fn refuses(shelf: &OnServer, open: fn(&Location) -> Result<Store, StoreError>, says: &str) {
    let tables = "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class
        WHERE relnamespace = 'public'::regnamespace";
    let tables = || shelf.place().connect().query_one(tables, &[]).unwrap().get::<_, String>(0);
    let before = tables();
    match open(&shelf.location()).map(|_| ()) {
        Err(StoreError::Unavailable { message, .. }) => assert!(message.contains(says), "{message}"),
        answer => panic!("{answer:?}"),
    }
    assert_eq!(tables(), before, "the schema was changed");
}

#[test]
fn opening_makes_no_book_where_there_is_none() {
    let Some(shelf) = OnServer::empty() else { return };
    refuses(&shelf, Store::open, "there is no book in");
}

#[test]
fn a_schema_that_is_not_ours_is_refused_and_left_as_it_is() {
    for sql in [
        "CREATE TABLE invoices (id BIGINT)",
        "CREATE TABLE schema_version (installed_rank BIGINT, version TEXT)",
        "CREATE TABLE schema_version (application TEXT, version BIGINT)",
        "CREATE TABLE schema_version (application TEXT, version BIGINT);
         INSERT INTO schema_version VALUES ('other', 3)",
        "CREATE VIEW songs AS SELECT 1 AS one",
    ] {
        let Some(shelf) = OnServer::empty() else { return };
        behind(&shelf, sql);
        refuses(&shelf, Store::open, "is not a turno book");
        refuses(&shelf, Store::create, "is not a turno book");
    }
}

#[test]
fn a_newer_book_is_refused_and_left_as_it_is() {
    let Some((shelf, store)) = OnServer::with_clinic() else { return };
    drop(store);
    behind(&shelf, "UPDATE schema_version SET version = 99");
    refuses(&shelf, Store::open, "newer than this program");
    refuses(&shelf, Store::create, "newer than this program");
}

#[test]
fn a_book_of_a_development_version_is_refused_and_left_as_it_is() {
    let Some((shelf, store)) = OnServer::with_clinic() else { return };
    drop(store);
    behind(&shelf, "UPDATE schema_version SET version = 15");
    for open in [Store::open, Store::create, Store::look] {
        refuses(&shelf, open, "before the first release");
    }
}

#[test]
fn programs_that_upgrade_at_once_take_each_step_once() {
    let step =
        |_: Dialect| "CREATE TABLE rooms (id INTEGER PRIMARY KEY) STRICT; INSERT INTO rooms VALUES (1);";
    for round in 0..4 {
        let Some((shelf, store)) = OnServer::with_clinic() else { return };
        drop(store);
        let Location::Server(server) = shelf.location() else { unreachable!("a database is on a server") };
        let all_have_it_open = std::sync::Barrier::new(4);
        let upgrade = || {
            let engine = Postgres::open(&server);
            all_have_it_open.wait();
            let mut engine = engine?;
            migrate::run_steps(&mut engine, &migrate::steps_and(&[step]), migrate::LATEST + 1)
        };
        let answers = std::thread::scope(|scope| {
            let programs = [(); 4].map(|()| scope.spawn(upgrade));
            programs.map(|program| program.join().unwrap())
        });
        assert_eq!(answers, [const { Ok(()) }; 4], "round {round}");
        let rooms: i64 = shelf.place().connect().query_one("SELECT count(*) FROM rooms", &[]).unwrap().get(0);
        assert_eq!(rooms, 1);
    }
}

#[test]
fn a_part_of_a_phone_or_name_is_found_by_trigrams_and_a_book_without_them_is_whole() {
    let Some((shelf, mut store)) = OnServer::with_clinic() else { return };
    behind(
        &shelf,
        "INSERT INTO patients (id, clinic_id, code, code_key, full_name, name_key, search_key, phone, opt_out,
           no_show_count, active, created_at, updated_at)
         SELECT 'p' || n, 'clinic', 'P' || n, 'p' || n, 'Eva ' || n, 'eva ' || n, 'eva ' || n,
           '+5037' || lpad(CAST(n * 317 AS TEXT), 7, '0'), 0, 0, 1, 0, 0 FROM generate_series(1, 20000) AS n",
    );
    // VACUUM empties the index's pending list of new rows, as autovacuum does in time.
    behind(&shelf, "VACUUM (ANALYZE) patients");
    let words = ["039625".to_owned()];
    let (rest, params) = patients::found_by("clinic", &words, Some("hash"), 10);
    let sql = format!("EXPLAIN SELECT id FROM patients {rest}");
    let plan = store.read(|tx| Ok(tx.query(&sql, &params, |row| row.text())?));
    let plan = plan.unwrap().join("\n");
    assert!(plan.contains("patients_parts"), "{plan}");
    assert_eq!(store.integrity(), Ok(Vec::new()));
    behind(&shelf, "DROP INDEX patients_parts");
    assert_eq!(store.integrity(), Ok(Vec::new()));
}

#[test]
fn first_runs_at_once_all_succeed_on_one_book() {
    let Some(shelf) = OnServer::empty() else { return };
    let shelf = &shelf;
    let note = |run: i32| {
        let mut store = Store::create(&shelf.location())?;
        let key = format!("run-{run}");
        store
            .write(Ending::Commit, |tx| Ok(meta::set(tx, &key, "here")?))
            .map_err(|refusal| StoreError::Internal(refusal.to_string()))
    };
    let answers = std::thread::scope(|scope| {
        let runs = [1, 2, 3, 4].map(|run| scope.spawn(move || note(run)));
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(answers, [const { Ok(()) }; 4]);
    let count = "SELECT count(*) FROM meta WHERE value = 'here'";
    assert_eq!(shelf.open().read(|tx| Ok(tx.query_one(count, &[], |row| row.int())?)), Ok(Some(4)));
}

#[test]
fn without_the_extension_the_book_opens_and_serializable_transactions_hold_the_line() {
    let Some(shelf) = OnServer::empty() else { return };
    // The event trigger simulates a server that does not allow the extension.
    behind(
        &shelf,
        "CREATE SCHEMA guards; CREATE FUNCTION guards.no() RETURNS event_trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE insufficient_privilege; END $$;
         CREATE EVENT TRIGGER no_extension ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION')
           EXECUTE FUNCTION guards.no();",
    );
    let mut store = Store::create(&shelf.location()).unwrap();
    store.write(Ending::Commit, crate::store::fixtures::found_clinic).unwrap();
    let guards = "SELECT count(*) FROM pg_constraint WHERE conname = 'appointments_no_overlap'";
    assert_eq!(store.read(|tx| Ok(tx.query_one(guards, &[], |row| row.int())?)), Ok(Some(0)));
    add(&mut store, &visit("a", "09:00", "09:30")).unwrap();
    let book = |id: &'static str| {
        let mut store = shelf.open();
        store.write(Ending::Commit, |tx| {
            let own = visit(id, "10:00", "10:30");
            let free = crate::store::appointments::conflict(tx, "ana", own.busy, None)?.is_none();
            if free {
                tx.insert(&own)?;
            }
            Ok(free)
        })
    };
    let booked = std::thread::scope(|scope| {
        let programs = ["b", "c", "d"].map(|id| scope.spawn(move || book(id)));
        programs.map(|program| program.join().unwrap().unwrap())
    });
    assert_eq!(booked.iter().filter(|booked| **booked).count(), 1);
}

#[test]
fn the_book_lies_in_the_schema_that_the_search_path_names() {
    let Some(shelf) = OnServer::empty() else { return };
    behind(&shelf, "CREATE SCHEMA north; CREATE SCHEMA south; CREATE TABLE public.songs (title TEXT)");
    let book = |schema: &str| shelf.place().with(&format!("?options=-csearch_path%3D{schema},public"));
    for schema in ["north", "south"] {
        let mut store = Store::create(&book(schema)).unwrap();
        store.write(Ending::Commit, |tx| Ok(meta::set(tx, "where", schema)?)).unwrap();
    }
    for schema in ["north", "south"] {
        let mut store = Store::open(&book(schema)).unwrap();
        let found = store.read(|tx| Ok(meta::get(tx, "where")?));
        assert_eq!(found, Ok(Some(schema.to_owned())));
        assert_eq!(store.integrity(), Ok(vec![]));
        assert!(store.bytes().unwrap() > 0);
    }
    let nowhere = Store::create(&book("east")).map(|_| ());
    assert!(matches!(nowhere, Err(StoreError::Unavailable { .. })), "public holds another's tables");
}

#[test]
fn a_server_that_takes_no_changes_says_so_and_can_be_read() {
    let Some((shelf, mut store)) = OnServer::with_clinic() else { return };
    add(&mut store, &visit("a", "09:00", "09:30")).unwrap();
    drop(store);
    let read_only = shelf.place().with("?options=-cdefault_transaction_read_only%3Don");
    let mut store = Store::open(&read_only).unwrap();
    assert_eq!(visits(&mut store), ["a"]);
    let refused = add(&mut store, &visit("b", "10:00", "10:30"));
    assert!(matches!(refused, Err(StoreError::Unavailable { .. })), "{refused:?}");
}

#[test]
fn first_runs_at_once_in_several_schemas_all_get_their_guard() {
    for _ in 0..3 {
        let Some(shelf) = OnServer::empty() else { return };
        let shelf = &shelf;
        behind(shelf, "CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE SCHEMA s3; CREATE SCHEMA s4");
        let make = |schema: i32| {
            let book = shelf.place().with(&format!("?options=-csearch_path%3Ds{schema}"));
            Store::create(&book).and_then(|mut store| Ok((store.has_guard()?, store.integrity()?)))
        };
        let answers = std::thread::scope(|scope| {
            let runs = [1, 2, 3, 4].map(|schema| scope.spawn(move || make(schema)));
            runs.map(|run| run.join().unwrap())
        });
        assert_eq!(answers, [const { Ok((true, vec![])) }; 4]);
    }
}

#[test]
fn a_guard_that_was_lost_is_found_missing() {
    let Some((shelf, mut store)) = OnServer::with_clinic() else { return };
    assert_eq!((store.has_guard(), store.integrity()), (Ok(true), Ok(vec![])));
    behind(&shelf, "ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap");
    assert_eq!(store.has_guard(), Ok(false));
    assert_eq!(store.integrity().unwrap().len(), 1);
}

#[test]
fn a_role_without_rights_is_told_of_its_rights() {
    let Some((shelf, store)) = OnServer::with_clinic() else { return };
    drop(store);
    // A second workstation opens the book before its role has any rights.
    behind(&shelf, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC");
    let role = format!("stranger_{}", std::process::id());
    behind(&shelf, &format!("CREATE ROLE {role}; GRANT {role} TO CURRENT_USER"));
    let book = shelf.place().with(&format!("?options=-crole%3D{role}"));
    let refused = Store::open(&book).map(|_| ());
    behind(&shelf, &format!("DROP ROLE {role}"));
    let Err(StoreError::Unavailable { message, .. }) = refused else { panic!("{refused:?}") };
    assert!(message.contains("permission denied"), "{message}");
}

#[test]
fn a_time_limit_of_the_servers_does_not_cut_waiting_for_the_lock_short() {
    let Some((shelf, store)) = OnServer::with_clinic() else { return };
    drop(store);
    let hasty = shelf.place().with("?options=-cstatement_timeout%3D200");
    let mut holder = shelf.place().connect();
    let mut other = holder.transaction().unwrap();
    other.batch_execute("LOCK TABLE meta IN EXCLUSIVE MODE").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut store = Store::open(&hasty).unwrap();
            store.write(Ending::Commit, |tx| Ok(meta::set(tx, "waited", "yes")?))
        });
        std::thread::sleep(Duration::from_millis(600));
        other.rollback().unwrap();
        assert_eq!(waiting.join().unwrap(), Ok(()));
    });
}

/// Without locks two writers conflict if one reads what the other writes. PostgreSQL reads a small table in
/// full, unless sequential scans are off.
#[test]
fn entries_of_two_clinics_at_once_do_not_meet() {
    let Some((shelf, mut one)) = Shelf::<Unlocked>::with_clinic() else { return };
    let mut other = shelf.open();
    let mut tries = 0;
    let mut entry = |tx: &mut Tx<'_>, clinic_id: &str| {
        tries += 1;
        tx.run("SET LOCAL enable_seqscan = off", &[])?;
        let draft = Draft { clinic_id: Some(clinic_id), kind: "clinic", ..Draft::default() };
        append(tx, &draft, "salt", |bytes| bytes.len().to_string())?;
        Ok(())
    };
    for clinic_id in ["clinic", "rival"] {
        one.write(Ending::Commit, |tx| entry(tx, clinic_id)).unwrap();
    }
    one.write(Ending::Commit, |tx| Ok(tx.run("ANALYZE", &[])?)).unwrap();
    let both = one.write(Ending::Commit, |tx| {
        entry(tx, "clinic")?;
        other.write(Ending::Commit, |tx| entry(tx, "rival"))
    });
    assert_eq!((both, tries), (Ok(()), 4));
}

/// Writers in different clinics do not wait for each other.
#[test]
fn writers_wait_for_those_of_their_clinic_and_for_those_of_the_whole_book() {
    let Some((shelf, mut one)) = OnServer::with_clinic() else { return };
    let hasty = |clinic: &str| {
        let Location::Server(server) = shelf.location() else { unreachable!("a database is on a server") };
        let mut engine = Postgres::open(&server).unwrap();
        engine.opened.settings = "SET LOCAL lock_timeout = '300ms'; ".into();
        Store { clinic: Some(clinic.into()), ..Store::new(Box::new(engine), &shelf.location()) }
    };
    let note = |tx: &mut Tx<'_>, clinic: &str| {
        tx.work_in(clinic)?;
        Ok(tx.run("UPDATE clinics SET name = ?1 WHERE id = ?2", params!["New", clinic])?)
    };
    let busy = |answer: Result<(), Refusal>| answer.map_err(|refusal| refusal.code) == Err(Code::StoreBusy);
    one.clinic = Some("clinic".into());
    one.write_in_clinic(Ending::Commit, |tx| {
        note(tx, "clinic")?;
        tx.settle()?;
        assert!(
            busy(hasty("clinic").write_in_clinic(Ending::Commit, |tx| note(tx, "clinic"))),
            "the same clinic"
        );
        assert_eq!(hasty("rival").write_in_clinic(Ending::Commit, |tx| note(tx, "rival")), Ok(()));
        assert!(busy(hasty("rival").write(Ending::Commit, |tx| note(tx, "rival"))), "the whole book");
        Ok(())
    })
    .unwrap();
    one.write(Ending::Commit, |tx| {
        note(tx, "clinic")?;
        tx.settle()?;
        assert!(busy(hasty("rival").write_in_clinic(Ending::Commit, |tx| note(tx, "rival"))), "a clinic");
        Ok(())
    })
    .unwrap();
}

#[test]
fn work_that_leaves_the_locked_clinic_is_done_under_the_lock_of_the_whole_book() {
    let Some((shelf, mut one)) = OnServer::with_clinic() else { return };
    let mut other = shelf.open();
    let append = |tx: &mut Tx<'_>, clinic_id: Option<&str>| {
        let draft = Draft { clinic_id, kind: "clinic", ..Draft::default() };
        append(tx, &draft, "salt", |bytes| bytes.len().to_string()).map(drop)
    };
    // The first entry of a chain changes the book's chain head, and an entry of the book has no clinic.
    let clinics =
        [("clinic", Some("clinic"), 2), ("clinic", Some("clinic"), 1), ("clinic", Some("rival"), 2)];
    for (locked, written, expected) in clinics.into_iter().chain([("clinic", None, 2)]) {
        let mut tries = 0;
        one.clinic = Some(locked.into());
        let whole = one.write_in_clinic(Ending::Commit, |tx| {
            tries += 1;
            append(tx, written)?;
            Ok(tx.locked.is_none())
        });
        assert_eq!((whole, tries), (Ok(expected == 2), expected), "{locked} {written:?}");
    }
    // The guessed clinic is wrong.
    one.clinic = Some("rival".into());
    let both = |tx: &mut Tx<'_>| {
        tx.work_in("clinic")?;
        Ok(tx.locked.clone())
    };
    assert_eq!(one.write_in_clinic(Ending::Commit, both), Ok(None));
    assert_eq!(one.write_in_clinic(Ending::Commit, both), Ok(Some("clinic".into())));
    assert_eq!(other.write_in_clinic(Ending::Commit, both), Ok(None), "nothing is known of its clinic yet");
    assert_eq!(other.write_in_clinic(Ending::Commit, both), Ok(Some("clinic".into())));
}

#[test]
fn a_change_that_meets_another_number_of_rows_leaves_nothing_behind() {
    let Some((shelf, mut store)) = OnServer::with_clinic() else { return };
    let done = store.write(Ending::Commit, |tx| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        let before = visit("nobody", "11:00", "11:30");
        let after = Appointment { notes: Some("x".into()), ..before.clone() };
        Ok(tx.update(&before, &after)?)
    });
    assert_eq!(done.map_err(|refusal| refusal.code), Err(Code::Internal));
    assert_eq!(visits(&mut shelf.open()), [""; 0]);
}

#[test]
fn a_part_is_taken_back_past_one_within_it() {
    let Some((shelf, mut store)) = OnServer::with_clinic() else { return };
    let refusal = || Refusal::new(Code::SlotFull, "no");
    // The inner part is sent or not, and kept or not.
    for (sent, lasts) in [(true, true), (true, false), (false, true), (false, false)] {
        let done = store.write(Ending::Commit, |tx| {
            let part = tx.nested(|tx| {
                tx.insert(&visit("a", "09:00", "09:30"))?;
                let within = tx.nested(|tx| {
                    tx.insert(&visit("b", "10:00", "10:30"))?;
                    if sent {
                        tx.settle()?;
                    }
                    if lasts { Ok(()) } else { Err(refusal()) }
                });
                assert_eq!(within.is_ok(), lasts);
                Err::<(), _>(refusal())
            });
            assert_eq!(part, Err(refusal()));
            Ok(())
        });
        assert_eq!((done, visits(&mut shelf.open()).len()), (Ok(()), 0), "sent: {sent}, lasts: {lasts}");
    }
}

#[test]
fn what_is_foreseen_of_a_question_is_seen_at_one_moment() {
    let Some((shelf, store)) = OnServer::with_clinic() else { return };
    drop(store);
    let mut store = Store::open_for(&shelf.location(), &Words::default()).unwrap();
    let mut other = shelf.open();
    let mut runs = 0;
    let seen = store.read(|tx| {
        runs += 1;
        let first: i64 = tx.count("SELECT count(*) FROM appointments", &[])?;
        // This question depends on the answer to another one.
        let any = tx.is_there("SELECT 1 FROM clinics", &[])?;
        if any && runs == 2 {
            add(&mut other, &visit("a", "09:00", "09:30")).unwrap();
        }
        let second: i64 = if any { tx.count("SELECT count(id) FROM appointments", &[])? } else { first };
        Ok((first, second))
    });
    assert_eq!((seen, runs), (Ok((1, 1)), 4));
}

#[test]
fn a_rehearsal_hears_of_constraints() {
    let Some((_shelf, mut store)) = OnServer::with_clinic() else { return };
    let both = |tx: &mut Tx<'_>| {
        tx.insert(&visit("a", "09:00", "09:30"))?;
        Ok(tx.insert(&visit("b", "09:15", "09:45"))?)
    };
    for ending in [Ending::Rollback, Ending::Commit] {
        let done = store.write(ending, both);
        assert_eq!(done.map_err(|refusal| refusal.code), Err(Code::AppointmentConflict), "{ending:?}");
    }
}
