//! The book in one local file.

use crate::platform::error::StoreError;
use crate::store::engine::{Engine, Locked, Mode, Row, Scrub, Value};
use crate::store::files;
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

/// After how many pages the write-ahead log is copied into the book: 1.6 MB, so that with the change that comes
/// on top, such as a share of a stream of bookings, the log stays below 5 MB.
const LOG_PAGES: i64 = 400;
/// How long the log's file may stay, in bytes, once all of it is in the book.
const LOG_BYTES: i64 = 4 << 20;

/// An open SQLite file.
pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// Which file the path led to when it was opened.
    identity: Option<(u64, u64)>,
    /// Its turn to, among those who line up.
    turn: Option<Turn>,
}

impl Sqlite {
    /// Opens an existing book, bringing its schema up to date.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_unexplained(path).map_err(|problem| explained(path, problem))
    }

    fn open_unexplained(path: &Path) -> Result<Self, StoreError> {
        let Header::Ours { wal } = header(path)? else { return Err(missing(path)) };
        let mut engine = Self::connect(path)?;
        if !wal {
            // Before the log is switched on: that writes to the file.
            migrate::refuse_unknown(&mut engine)?;
            // A first run that was cut short: SQLite has just taken back what the header said.
            if !engine.is_marked()? {
                return Err(missing(path));
            }
            engine.switch_to_wal()?;
        }
        migrate::run(&mut engine)?;
        Ok(engine)
    }

    /// Opens a book that is as this program would leave it, to be read only. SQLite's own way of saying
    /// that leaves the companions of the log behind, and this does not.
    pub(super) fn look(path: &Path) -> Result<Self, StoreError> {
        let Header::Ours { wal: true } = header(path)? else { return Err(missing(path)) };
        let mut engine = Self::connect(path)?;
        engine.connection.busy_timeout(Duration::ZERO).map_err(error)?;
        engine.connection.pragma_update(None, "query_only", true).map_err(error)?;
        migrate::current(migrate::Migrating::schema_version(&mut engine)?)?;
        Ok(engine)
    }

    /// Makes the file where it is missing or empty, and opens the book.
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
            // Zeros that no first run of ours has left.
            (StoreError::Corrupt(_), Header::Empty) => not_ours(path),
            (problem, _) => problem,
        })
    }

    /// Makes a book of a file that is empty, or where a first run was cut short.
    fn fill(path: &Path) -> Result<Self, StoreError> {
        let mut engine = Self::connect(path)?;
        migrate::refuse_unknown(&mut engine)?;
        // Before the log is switched on, so that the mark is in the file itself from the start. Asked
        // of SQLite: where a first run was cut short, it takes back what the header says.
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
        // Looked at before: a file that comes in between is taken for a stranger, not for ours.
        let identity = files::identity(path);
        files::free_companions(&files::real(path));
        let mut connection = Connection::open_with_flags(path, flags).map_err(error)?;
        schema::distrust(&connection)?;
        connection.busy_handler(Some(wait_a_little)).map_err(error)?;
        for (setting, value) in [
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
            // Else a question is planned anew whenever a value that an index may depend on differs,
            // which takes longer than answering it.
            (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        ] {
            connection.set_db_config(setting, value).map_err(error)?;
        }
        // FULL: an acknowledged booking survives a power cut.
        connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
        // Both limits are set here, not left to how SQLite was compiled: the write-ahead log is copied into the
        // book whenever it has that many pages, and cut back when a large change has made it longer. The last
        // program that leaves the book removes it.
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(error)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES).map_err(error)?;
        connection.set_prepared_statement_cache_capacity(96);
        Ok(Sqlite::of(connection, path, identity))
    }

    fn of(connection: Connection, path: &Path, identity: Option<(u64, u64)>) -> Self {
        Sqlite { connection, path: path.to_owned(), identity, turn: None }
    }

    fn start(&mut self, mode: Mode) -> Result<(), StoreError> {
        // IMMEDIATE, always: a transaction that reads first and locks later can't be waited for.
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

    /// A file that was removed or put aside while it was open still takes a change, which nobody would
    /// find again.
    fn is_in_place(&self) -> Result<(), StoreError> {
        if self.identity.is_some() && files::identity(&self.path) != self.identity {
            return Err(StoreError::unavailable(
                text!("was-moved-removed-or-replaced-meanwhile-nothing", path = self.path.display()),
                text!("look-whether-the-book-is-where-it-belongs"),
            ));
        }
        Ok(())
    }

    /// What is worked out aside goes into a file and not into memory: it may be as large as the book.
    fn spare_memory(&self) {
        // Without this it takes more memory, and is just as right.
        let _ = self.connection.pragma_update(None, "temp_store", "FILE");
    }

    /// Copies the rows into new pages aside, which go into the log; then the log into the file.
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

    /// What SQLite says, with what is behind it.
    fn told(&self, problem: rusqlite::Error) -> StoreError {
        match explained(&self.path, error(problem)) {
            problem @ (StoreError::Internal(_) | StoreError::Constraint(_)) => self.or_its_schema(problem),
            problem => problem,
        }
    }

    /// Whether SQLite itself sees the mark of a turno book.
    fn is_marked(&self) -> Result<bool, StoreError> {
        let id: i32 =
            self.connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(error)?;
        Ok(id == APPLICATION_ID)
    }

    /// This pragma ignores the busy handler, so two first runs at once need their own patience.
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
            // All of it may be in the log by now. Where that stays, the next one to open the book
            // finds it there.
            rusqlite::Error::SqliteFailure(failure, text) if failure.code == ErrorCode::SystemIoFailure => {
                StoreError::Doubtful(text.unwrap_or_else(|| failure.to_string()))
            }
            other => self.told(other),
        })?;
        // SQLite may have folded the log, too, which others need not have waited for; it does so before it answers.
        self.turn = None;
        Ok(())
    }

    fn expect_many(&mut self) {
        // A share of bookings in a large book changes more pages than are held by default (2 MB); and what a
        // single one may have to take back needs no file. Without these it is slower, and just as right.
        let _ = self.connection.pragma_update(None, "cache_size", -32_768);
        let _ = self.connection.pragma_update(None, "temp_store", "MEMORY");
    }

    fn snapshot(&mut self, to: &Path) -> Result<bool, StoreError> {
        self.vacuum_into(to).map(|()| true)
    }

    fn rollback(&mut self) {
        // Some failures have rolled back already; there is nothing left to take back then.
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

    /// Readers of a file go on; who writes waits for the copy as for any change.
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
