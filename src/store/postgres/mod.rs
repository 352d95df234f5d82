//! The book on a PostgreSQL server.
//!
//! Writers queue for one table lock before they look at anything, so that none works for nothing;
//! SERIALIZABLE stands behind it, and alone holds the line on servers that speak the protocol but
//! know no such lock (CockroachDB, YugabyteDB).

mod connect;
mod fault;
mod server;
mod tls;
mod value;

pub(crate) use server::Server;

use crate::error::StoreError;
use crate::store::engine::{Engine, Mode, Row, Value};
use crate::store::migrate::{self, Dialect, Migrating};
use connect::Session;
use fallible_iterator::FallibleIterator;
use fault::fault;
use postgres::types::{ToSql, Type};
use postgres::{SimpleQueryMessage, Statement};
use std::collections::HashMap;

/// A session on a server.
pub(super) struct Postgres {
    server: Server,
    session: Session,
    statements: HashMap<String, Known>,
    /// Whether a transaction is open.
    open: bool,
    /// Whether the session is gone: the client library does not always know.
    lost: bool,
}

/// What has become of a statement's text so far.
enum Known {
    /// It was run so many times, each in one round trip with its types.
    Seen(u32),
    /// It was worth a preparation.
    Prepared(Statement),
}

/// Begins with the lock: taken before the first look, so that what is seen is what the last writer
/// left. Others go on reading.
const BEGIN_LOCKED: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE meta IN EXCLUSIVE MODE";
const BEGIN_UNLOCKED: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const BEGIN_READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Answers one column: how many bytes the schema's tables and their indexes take.
const BYTES: &str = "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r'";

/// What a server says of itself when an index or a constraint can't be relied on.
const UNSOUND: &str = "SELECT 'the index ' || c.relname || ' is not valid'
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT i.indisvalid
    UNION ALL SELECT 'the constraint ' || o.conname || ' is not validated'
    FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = o.connamespace
    WHERE n.nspname = current_schema() AND NOT o.convalidated";

/// Something that is not ours, if the schema holds anything; what belongs to an extension counts not.
const OCCUPANT: &str = "SELECT c.relname FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname LIMIT 1";

const HAS_VERSION: &str = "SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname = 'schema_version'";

impl Postgres {
    /// Opens an existing book, bringing its schema up to date.
    pub(super) fn open(server: &Server) -> Result<Self, StoreError> {
        let mut engine = Self::connect(server)?;
        match engine.session.schema {
            Some(migrate::LATEST) => {}
            Some(_) => migrate::run(&mut engine)?,
            None => return Err(engine.missing()?),
        }
        Ok(engine)
    }

    /// Makes the schema where there is none yet, and opens the book.
    pub(super) fn create(server: &Server) -> Result<Self, StoreError> {
        let mut engine = Self::connect(server)?;
        if engine.session.schema != Some(migrate::LATEST) {
            migrate::run(&mut engine)?;
        }
        Ok(engine)
    }

    fn connect(server: &Server) -> Result<Self, StoreError> {
        let session = connect::patiently(server)?;
        Ok(Postgres { server: server.clone(), session, statements: HashMap::new(), open: false, lost: false })
    }

    /// Why there is no book to open.
    fn missing(&mut self) -> Result<StoreError, StoreError> {
        let name = self.server.to_string();
        Ok(match self.first(OCCUPANT)? {
            Some(table) => foreign(&name, &table),
            None => StoreError::unavailable(
                format!("there is no book in {name}"),
                "make one with `turno init`, or name another with --db or TURNO_DB",
            ),
        })
    }

    /// The first column of the first row of a question without parameters.
    fn first(&mut self, sql: &str) -> Result<Option<String>, StoreError> {
        let rows = self.session.client.simple_query(sql);
        let rows = self.heard(rows)?;
        Ok(rows.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }

    /// What the client library answers, as ours.
    fn heard<T>(&mut self, answer: Result<T, postgres::Error>) -> Result<T, StoreError> {
        answer.map_err(|problem| {
            let problem = fault(problem);
            self.lost |= matches!(problem, StoreError::Lost { .. });
            problem
        })
    }

    /// Reconnects where the last transaction lost its server.
    fn reconnect(&mut self) -> Result<(), StoreError> {
        self.statements.clear();
        self.open = false;
        self.session = connect::once(&self.server)?;
        self.lost = false;
        match self.session.schema {
            Some(version) if version >= migrate::LATEST => Ok(()),
            _ => Err(self.missing()?),
        }
    }

    /// The prepared statement, once its text has come by often enough: a preparation takes a round
    /// trip of its own, and most statements are run once or twice in a command.
    fn prepared(&mut self, sql: &str) -> Result<Option<Statement>, StoreError> {
        match self.statements.get_mut(sql) {
            None => {
                self.statements.insert(sql.to_owned(), Known::Seen(1));
                Ok(None)
            }
            Some(Known::Prepared(statement)) => Ok(Some(statement.clone())),
            Some(Known::Seen(times)) if *times < 2 => {
                *times += 1;
                Ok(None)
            }
            Some(Known::Seen(_)) => {
                let statement = self.session.client.prepare(sql);
                let statement = self.heard(statement)?;
                self.statements.insert(sql.to_owned(), Known::Prepared(statement.clone()));
                Ok(Some(statement))
            }
        }
    }
}

fn foreign(name: &str, table: &str) -> StoreError {
    StoreError::unavailable(
        format!("{name} is not a turno book (it has {table}); it was left as it is"),
        "name the book with --db or TURNO_DB; `turno init` wants an empty database or an empty schema of one",
    )
}

impl Engine for Postgres {
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let answer = match self.prepared(sql)? {
            Some(statement) => {
                let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
                self.session.client.execute(&statement, &params)
            }
            None => {
                let params: Vec<(&(dyn ToSql + Sync), Type)> =
                    params.iter().map(|value| (value as _, value::kind(value))).collect();
                self.session.client.execute_typed(sql, &params)
            }
        };
        self.heard(answer)
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        let client = &mut self.session.client;
        let rows = match &statement {
            Some(statement) => client.query_raw(statement, params),
            None => client.query_typed_raw(sql, params.iter().map(|value| (value, value::kind(value)))),
        };
        let answer = rows.map_err(fault).and_then(|mut rows| {
            while let Some(row) = rows.next().map_err(fault)? {
                each(value::row(&row)?)?;
            }
            Ok(())
        });
        self.lost |= matches!(answer, Err(StoreError::Lost { .. }));
        answer
    }

    fn is_optimistic(&self) -> bool {
        !self.session.locks
    }

    fn begin(&mut self, mode: Mode) -> Result<(), StoreError> {
        if self.lost || self.session.client.is_closed() {
            self.reconnect()?;
        }
        let begin = match mode {
            Mode::Read => BEGIN_READING,
            Mode::Write if self.session.locks => BEGIN_LOCKED,
            Mode::Write => BEGIN_UNLOCKED,
        };
        self.open = true;
        let begun = self.session.client.batch_execute(begin);
        let begun = self.heard(begun);
        if begun.is_err() {
            self.rollback();
        }
        begun
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.open = false;
        let committed = self.session.client.batch_execute("COMMIT");
        self.heard(committed)
    }

    fn rollback(&mut self) {
        // A session that is gone has taken its transaction with it.
        if std::mem::take(&mut self.open) && !self.lost {
            let _ = self.session.client.batch_execute("ROLLBACK");
        }
    }

    fn version(&mut self) -> Result<String, StoreError> {
        // "PostgreSQL 15.4 on x86_64-pc-linux-gnu, compiled by …"
        let version = &self.session.version;
        Ok(version.split(" on ").next().unwrap_or(version).to_owned())
    }

    fn bytes(&mut self) -> Result<u64, StoreError> {
        let bytes = self.first(BYTES)?.unwrap_or_default();
        bytes.parse().map_err(|_| StoreError::unreadable("a size that is no number"))
    }

    fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        let mut findings = Vec::new();
        self.query(UNSOUND, &[], &mut |mut row| {
            findings.push(row.text()?);
            Ok(())
        })?;
        Ok(findings)
    }
}

impl Migrating for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres { collates: self.session.collates }
    }

    /// READ COMMITTED under a lock of the schema's own: what another program did meanwhile is seen.
    fn begin_migrating(&mut self) -> Result<(), StoreError> {
        self.open = true;
        let lock = "SELECT pg_advisory_xact_lock(1953853038, hashtext(current_schema()))";
        let lock = if self.session.locks { lock } else { "" };
        let begun = self.session.client.batch_execute(&format!("BEGIN; {lock}"));
        self.heard(begun)
    }

    fn schema_version(&mut self) -> Result<i64, StoreError> {
        let name = self.server.to_string();
        if self.first(HAS_VERSION)?.is_none() {
            return match self.first(OCCUPANT)? {
                Some(table) => Err(foreign(&name, &table)),
                None => Ok(0),
            };
        }
        let version = self.first(connect::SCHEMA_VERSION).map_err(|problem| match problem {
            // Somebody else's table of that name has other columns.
            StoreError::Internal(_) => foreign(&name, "a schema_version of its own"),
            problem => problem,
        })?;
        version.and_then(|text| text.parse().ok()).ok_or_else(|| foreign(&name, "an empty schema_version"))
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), StoreError> {
        self.run_script(&format!(
            "CREATE TABLE IF NOT EXISTS schema_version (
               application TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO schema_version (application, version) VALUES ('turno', {version})
             ON CONFLICT (application) DO UPDATE SET version = excluded.version"
        ))?;
        self.session.schema = Some(version);
        Ok(())
    }

    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = self.session.client.batch_execute(sql);
        self.heard(done)
    }
}

#[cfg(test)]
mod tests;
