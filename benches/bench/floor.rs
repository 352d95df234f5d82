//! The lower bound: a program that runs only the SQLite statements of a command, without settings, zones,
//! audit log and rules except the check for overlaps.

use crate::books::{self, Visit};
use crate::plan::Result;
use rusqlite::{Connection, OpenFlags, params};
use std::fs;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE appointments (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, doctor INTEGER NOT NULL,
        starts INTEGER NOT NULL, ends INTEGER NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL);
    CREATE INDEX appointments_by_doctor ON appointments (doctor, starts, ends);
    CREATE INDEX appointments_by_start ON appointments (starts);
    CREATE TABLE reminders (id INTEGER PRIMARY KEY, appointment INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL);
    CREATE INDEX reminders_due ON reminders (due) WHERE state = 'pending';
    CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
        record INTEGER NOT NULL, after TEXT NOT NULL);";
const CONFLICT: &str = "SELECT count(*) FROM appointments WHERE doctor = ?1 AND starts < ?3 AND starts > ?2 - 172800 AND ends > ?2";
const APPOINTMENT: &str = "INSERT INTO appointments (code, doctor, starts, ends, status, name, phone) VALUES (?1, ?2, ?3, ?4, 'confirmed', ?5, ?6)";
const REMINDER: &str = "INSERT INTO reminders (appointment, due, state) VALUES (?1, ?2, ?3)";
const AUDIT: &str = "INSERT INTO audit (at, actor, act, record, after) VALUES (?1, 'desk', 'book', ?2, ?3)";
const DAY: &str = "SELECT code, starts, ends, status, name, phone FROM appointments
    WHERE doctor = ?1 AND starts >= ?2 AND starts < ?3 ORDER BY starts";
const DUE: &str =
    "SELECT id, appointment FROM reminders WHERE state = 'pending' AND due <= ?1 ORDER BY due LIMIT 100";

/// The kept file with the same visits as the book of this size; created if missing.
pub(crate) fn kept(size: u32) -> Result<PathBuf> {
    let path = books::kept_folder().join(format!("floor-{size}.db"));
    if !path.exists() {
        fs::create_dir_all(books::kept_folder())?;
        let half = path.with_extension("half");
        let _ = fs::remove_file(&half);
        let mut connection = Connection::open(&half)?;
        connection.execute_batch(SCHEMA)?;
        let transaction = connection.transaction()?;
        for visit in books::visits(size) {
            insert(&transaction, visit, "sent")?;
        }
        transaction.commit()?;
        drop(connection);
        fs::rename(half, &path)?;
    }
    Ok(path)
}

/// Runs a command: `nothing`, or `book|days|due FILE …`.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    match words {
        ["nothing"] => Ok(()),
        ["book", file, doctor, start] => {
            let connection = open(file)?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let visit = Visit { doctor: doctor.parse()?, start: start.parse()?, patient: 1 };
            let ends = visit.start + 900;
            let taken: i64 =
                connection.query_row(CONFLICT, params![visit.doctor, visit.start, ends], |row| row.get(0))?;
            if taken > 0 {
                return Err("taken".into());
            }
            insert(&connection, visit, "pending")?;
            connection.execute_batch("COMMIT")?;
            println!("booked");
            Ok(())
        }
        ["days", file, doctor, from, to] => {
            let connection = open(file)?;
            let mut statement = connection.prepare(DAY)?;
            let doctor: u32 = doctor.parse()?;
            let mut rows = statement.query(params![doctor, from.parse::<i64>()?, to.parse::<i64>()?])?;
            while let Some(row) = rows.next()? {
                println!(
                    "{} {} {} {} {} {}",
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, String>(3)?,
                    row.get::<_, String>(4)?,
                    row.get::<_, String>(5)?
                );
            }
            Ok(())
        }
        ["due", file, now] => {
            let connection = open(file)?;
            let mut statement = connection.prepare(DUE)?;
            let mut rows = statement.query([now.parse::<i64>()?])?;
            while let Some(row) = rows.next()? {
                println!("{} {}", row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
            }
            Ok(())
        }
        other => Err(format!("floor {} is not known", other.join(" ")).into()),
    }
}

/// The SQL of a booking for the `sqlite3` program.
pub(crate) fn script(visit: Visit) -> String {
    let (name, phone) = books::patient(visit.patient);
    let (doctor, start, ends) = (visit.doctor, visit.start, visit.start + 900);
    let code = code_of(visit);
    format!(
        "PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
         SELECT count(*) FROM appointments WHERE doctor = {doctor} AND starts < {ends} AND starts > {start} - 172800 AND ends > {start};
         INSERT INTO appointments (code, doctor, starts, ends, status, name, phone)
             VALUES ('{code}', {doctor}, {start}, {ends}, 'confirmed', '{name}', '{phone}') RETURNING id;
         INSERT INTO reminders (appointment, due, state) VALUES (last_insert_rowid(), {start} - 86400, 'pending');
         INSERT INTO reminders (appointment, due, state)
             SELECT appointment, {start} - 7200, 'pending' FROM reminders WHERE id = last_insert_rowid();
         INSERT INTO audit (at, actor, act, record, after) VALUES ({start}, 'desk', 'book', last_insert_rowid(), '{name} {phone}');
         COMMIT;"
    )
}

fn open(file: &str) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(Path::new(file), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

fn code_of(visit: Visit) -> String {
    format!("{}-{}", visit.doctor, visit.start)
}

fn insert(connection: &Connection, visit: Visit, state: &str) -> rusqlite::Result<()> {
    let (name, phone) = books::patient(visit.patient);
    let mut statement = connection.prepare_cached(APPOINTMENT)?;
    statement.execute(params![code_of(visit), visit.doctor, visit.start, visit.start + 900, name, phone])?;
    let id = connection.last_insert_rowid();
    for before in [86_400, 7_200] {
        connection.prepare_cached(REMINDER)?.execute(params![id, visit.start - before, state])?;
    }
    let after = format!("{name} {phone}");
    connection.prepare_cached(AUDIT)?.execute(params![visit.start, id, after])?;
    Ok(())
}
