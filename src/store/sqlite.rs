//! SQLite: a database in one local file.

use crate::platform::error::StoreError;
use crate::platform::files;
use crate::store::engine::{Engine, Locked, Mode, Row, Scrub, Value};
use crate::store::migrate;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod fault;
mod file;
mod patience;
pub(super) mod replace_book;
pub(super) mod schema;
mod statement;
mod turn;

use fault::error;
use file::{APPLICATION_ID, Header, explained, header, make_file, missing, not_ours};
use patience::{retry_busy, wait_a_little};
use statement::bind;
use turn::{Turn, in_turn};

/// The size at which the write-ahead log is copied into the database (checkpoint): 400 pages of 4 KiB, so
/// that the log stays below 5 MB even after a large change.
const LOG_PAGES: i64 = 400;
/// The size to which the log file is cut after a checkpoint, in bytes.
const LOG_BYTES: i64 = 4 << 20;

/// An open SQLite file.
pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// The file's identity when it was opened.
    identity: Option<(u64, u64)>,
    /// Our place in the queue of writers.
    turn: Option<Turn>,
}

impl Sqlite {
    /// Opens an existing database and brings its schema up to date.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_unexplained(path).map_err(|problem| explained(path, problem))
    }

    fn open_unexplained(path: &Path) -> Result<Self, StoreError> {
        let Header::Ours { wal } = header(path)? else { return Err(missing(path)) };
        let mut engine = Self::connect(path)?;
        if !wal {
            // Check before switching to WAL mode, which writes to the file.
            migrate::refuse_unknown(&mut engine)?;
            // An interrupted first run: SQLite has just rolled back the mark that the header showed.
            if !engine.is_marked()? {
                return Err(missing(path));
            }
            engine.switch_to_wal()?;
        }
        migrate::run(&mut engine)?;
        Ok(engine)
    }

    /// Opens an up-to-date database for reading only, by `query_only`: SQLite's read-only mode would leave
    /// the `-wal` and `-shm` files behind.
    pub(super) fn look(path: &Path) -> Result<Self, StoreError> {
        let Header::Ours { wal: true } = header(path)? else { return Err(missing(path)) };
        let mut engine = Self::connect(path)?;
        engine.connection.busy_timeout(Duration::ZERO).map_err(error)?;
        engine.connection.pragma_update(None, "query_only", true).map_err(error)?;
        migrate::current(migrate::Migrating::schema_version(&mut engine)?)?;
        Ok(engine)
    }

    /// Creates the file if missing or empty, and opens the database.
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        Self::create_unexplained(path).map_err(|problem| explained(path, problem))
    }

    fn create_unexplained(path: &Path) -> Result<Self, StoreError> {
        if let Some(log) = files::lost_log(path) {
            return Err(replace_book::in_its_way(&log, text!("move-it-away-or-put-the-book-back")));
        }
        make_file(path)?;
        let found = header(path)?;
        if let Header::Ours { wal: true } = found {
            return Self::open(path);
        }
        Self::fill(path).map_err(|problem| match (problem, found) {
            // A file of zeros that no interrupted first run has left.
            (StoreError::Corrupt(_), Header::Empty) => not_ours(path),
            (problem, _) => problem,
        })
    }

    /// Makes a database of an empty file, or of one left by an interrupted first run.
    fn fill(path: &Path) -> Result<Self, StoreError> {
        let mut engine = Self::connect(path)?;
        migrate::refuse_unknown(&mut engine)?;
        // Set the mark before WAL mode, so that it is in the file itself. SQLite is asked, not the header:
        // after an interrupted first run SQLite rolls back what the header shows.
        retry_busy(|| {
            if engine.is_marked()? {
                return Ok(());
            }
            engine.connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(error)
        })?;
        engine.switch_to_wal()?;
        migrate::run(&mut engine)?;
        Ok(engine)
    }

    fn connect(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // Read the identity before opening: a file swapped in between then counts as replaced.
        let identity = files::identity(path);
        files::free_companions(&files::real(path));
        let mut connection = Connection::open_with_flags(path, flags).map_err(error)?;
        schema::distrust(&connection)?;
        connection.busy_handler(Some(wait_a_little)).map_err(error)?;
        for (setting, value) in [
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
            // Without it SQLite plans a query again when a bound value changes that may affect the choice of
            // an index, which costs more than running the query.
            (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        ] {
            connection.set_db_config(setting, value).map_err(error)?;
        }
        // FULL: an acknowledged booking survives a power cut.
        connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
        // Set both limits here instead of relying on how SQLite was compiled. The last program that closes
        // the database removes the log.
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(error)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES).map_err(error)?;
        connection.set_prepared_statement_cache_capacity(96);
        Ok(Sqlite::of(connection, path, identity))
    }

    fn of(connection: Connection, path: &Path, identity: Option<(u64, u64)>) -> Self {
        Sqlite { connection, path: path.to_owned(), identity, turn: None }
    }

    fn start(&mut self, mode: Mode) -> Result<(), StoreError> {
        // IMMEDIATE for every write: a transaction that locks after reading fails instead of waiting.
        let begin = match mode {
            Mode::Read => "BEGIN",
            Mode::Write | Mode::WriteIn(_) => {
                // Drop our own lock before taking it again, or we would deadlock.
                self.turn = None;
                self.turn = Turn::wait(&files::log_of(&self.path));
                "BEGIN IMMEDIATE"
            }
        };
        let begun = self.connection.execute_batch(begin).map_err(|problem| self.told(problem));
        patience::lined_up(Duration::ZERO);
        if begun.is_err() {
            self.turn = None;
        }
        begun
    }

    /// Fails if the file was moved, removed or replaced while open: the change would be lost.
    fn is_in_place(&self) -> Result<(), StoreError> {
        if self.identity.is_some() && files::identity(&self.path) != self.identity {
            return Err(StoreError::unavailable(
                text!("was-moved-removed-or-replaced-meanwhile-nothing", path = self.path.display()),
                text!("look-whether-the-book-is-where-it-belongs"),
            ));
        }
        Ok(())
    }

    /// Uses temporary files instead of memory, because the work may need as much space as the database.
    fn spare_memory(&self) {
        // On failure the work only needs more memory.
        let _ = self.connection.pragma_update(None, "temp_store", "FILE");
    }

    /// Rewrites all rows into new pages, which go into the log, and then copies the log into the file.
    fn written_anew(&self) -> Result<Scrub, StoreError> {
        if let Err(problem) = self.connection.execute_batch("VACUUM") {
            let no_room =
                matches!(problem.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::CannotOpen));
            return match error(problem) {
                _ if no_room => Ok(Scrub::Waits(text!("there-is-no-room-for-a-second-one").into())),
                StoreError::Busy => Ok(Scrub::Waits(text!("another-program-keeps-writing").into())),
                problem => Err(problem),
            };
        }
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(error)?;
        Ok(if busy == 0 { Scrub::Done } else { Scrub::Waits(text!("another-program-keeps-reading").into()) })
    }

    /// Converts an error, adding the cause if the file or the schema shows one.
    fn told(&self, problem: rusqlite::Error) -> StoreError {
        match explained(&self.path, error(problem)) {
            problem @ (StoreError::Internal(_) | StoreError::Constraint(_)) => self.or_its_schema(problem),
            problem => problem,
        }
    }

    fn is_marked(&self) -> Result<bool, StoreError> {
        let id: i32 =
            self.connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(error)?;
        Ok(id == APPLICATION_ID)
    }

    /// This pragma ignores the busy handler, so two first runs at once need a retry.
    fn switch_to_wal(&mut self) -> Result<(), StoreError> {
        retry_busy(|| {
            self.connection
                .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
                .map_err(error)
        })
        .map(|_| ())
    }
}

impl Engine for Sqlite {
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.prepared(sql)?;
        bind(&mut statement, params)?;
        statement.raw_execute().map(|rows| rows as u64).map_err(|problem| self.told(problem))
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.prepared(sql)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|problem| self.told(problem))? {
            each(Row::new(row))?;
        }
        Ok(())
    }

    fn begin(&mut self, mode: Mode) -> Result<(), StoreError> {
        self.start(mode)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.is_in_place()?;
        self.connection.execute_batch("COMMIT").map_err(|problem| match problem {
            // The whole commit may be in the log already; if the log survives, the next open applies it.
            rusqlite::Error::SqliteFailure(failure, text) if failure.code == ErrorCode::SystemIoFailure => {
                StoreError::Doubtful(text.unwrap_or_else(|| failure.to_string()))
            }
            other => self.told(other),
        })?;
        // COMMIT may include a checkpoint; the queue can be released only after both.
        self.turn = None;
        Ok(())
    }

    fn expect_many(&mut self) {
        // A batch of bookings in a large database changes more pages than the default cache (2 MB) holds, and
        // savepoints need no temporary file. On failure the work is only slower.
        let _ = self.connection.pragma_update(None, "cache_size", -32_768);
        let _ = self.connection.pragma_update(None, "temp_store", "MEMORY");
    }

    fn snapshot(&mut self, to: &Path) -> Result<bool, StoreError> {
        self.vacuum_into(to).map(|()| true)
    }

    fn rollback(&mut self) {
        // Some errors have already rolled the transaction back.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.turn = None;
    }

    fn version(&mut self) -> Result<String, StoreError> {
        Ok(format!("SQLite {}", rusqlite::version()))
    }

    fn bytes(&mut self) -> Result<u64, StoreError> {
        let path = Path::new(self.connection.path().unwrap_or_default());
        let size = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
        Ok(size(path) + size(&files::log_of(path)))
    }

    fn has_guard(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'appointments_no_overlap_%'";
        let count: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(error)?;
        Ok(count == 2)
    }

    fn scrub(&mut self) -> Result<Scrub, StoreError> {
        self.spare_memory();
        in_turn(&files::log_of(&self.path), || self.written_anew())
    }

    /// Readers are not blocked; writers wait as for any change.
    fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError> {
        Ok(Vec::new())
    }

    fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        self.spare_memory();
        let mut findings = Vec::new();
        self.query("PRAGMA integrity_check", &[], &mut |mut row| {
            findings.push(row.get()?);
            Ok(())
        })?;
        self.query("PRAGMA foreign_key_check", &[], &mut |mut row| {
            findings.push(text!("a-row-of-names-a-record", text = row.text()?));
            Ok(())
        })?;
        findings.retain(|finding| finding != "ok");
        let schema::Differences { foreign, damaged } = self.schema_differences()?;
        findings.extend(foreign.into_iter().chain(damaged));
        Ok(findings)
    }
}

impl migrate::Migrating for Sqlite {
    fn dialect(&self) -> migrate::Dialect {
        migrate::Dialect::Sqlite
    }

    fn begin_migrating(&mut self) -> Result<(), StoreError> {
        self.start(Mode::Write)
    }

    fn schema_version(&mut self) -> Result<i64, StoreError> {
        self.connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(error)
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "user_version", version).map_err(error)
    }

    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(error)
    }
}

#[cfg(test)]
mod tests;
