//! Where a clinic's book lies: in a file of its own, or in a database of its own.

use super::cluster::{self, Database};
use postgres::SimpleQueryMessage;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// What keeps the books of a test program; each says so in `crate::ENGINE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A place for one book.
#[derive(Debug)]
pub enum Place {
    File(PathBuf),
    Database(Database),
}

impl Place {
    /// A place without a book; a file lies in that home.
    pub fn new(home: &Path) -> Place {
        match crate::ENGINE {
            Engine::Sqlite => Place::File(home.join("book/turno.db")),
            Engine::Postgres => Place::Database(server().database()),
        }
    }

    /// A place with the book that lies here; a file was copied with its home.
    pub fn copy(&self, home: &Path) -> Place {
        match self {
            Place::File(_) => Place::new(home),
            Place::Database(database) => Place::Database(database.server.copy_of(&database.name)),
        }
    }

    /// What `TURNO_DB` says and `db path` shows.
    pub fn name(&self) -> String {
        match self {
            Place::File(path) => path.display().to_string(),
            Place::Database(database) => database.url(),
        }
    }

    /// The variables that lead the program there.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![("TURNO_DB", self.name())];
        if let Place::Database(database) = self {
            variables.extend(database.server.variable("PGPASSWORD").map(|word| ("PGPASSWORD", word)));
        }
        variables
    }

    /// Runs statements past the program.
    ///
    /// # Errors
    /// What the engine says.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        match self {
            Place::File(path) => open(path).execute_batch(sql).map_err(|problem| problem.to_string()),
            Place::Database(database) => {
                database.connect().batch_execute(sql).map_err(|problem| format!("{problem:?}"))
            }
        }
    }

    /// The first column of an answer, each value as a text; asked past the program.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        match self {
            Place::File(path) => {
                let connection = open(path);
                let mut question = connection.prepare(sql).expect("a question");
                let text = |row: &rusqlite::Row<'_>| row.get_ref(0).map(in_words);
                let answer = question.query_map([], text).expect("an answer");
                answer.collect::<Result<_, _>>().expect("a row")
            }
            Place::Database(database) => {
                let answer = database.connect().simple_query(sql).expect("an answer");
                let text = |message| match message {
                    SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
                    _ => None,
                };
                answer.into_iter().filter_map(text).collect()
            }
        }
    }

    /// Whether anything is there: a file, or a table in the database.
    pub fn is_taken(&self) -> bool {
        match self {
            Place::File(path) => path.exists(),
            Place::Database(_) => {
                let tables = "SELECT count(*) FROM pg_tables
                    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
                self.ask(tables) != ["0"]
            }
        }
    }

    /// All that is in the book's rows, bytes that are letters as such letters.
    pub fn content(&self) -> String {
        let tables = match self {
            Place::File(_) => "SELECT name FROM sqlite_master WHERE type = 'table'",
            Place::Database(_) => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
        };
        let mut content = String::new();
        for table in self.ask(tables) {
            let rows = match self {
                Place::File(path) => values(&open(path), &table),
                Place::Database(_) => {
                    self.ask(&format!("SET bytea_output = 'escape'; SELECT t::text FROM {table} AS t"))
                }
            };
            content.extend(rows.iter().flat_map(|row| [row.as_str(), "\n"]));
        }
        content
    }

    /// Takes away what keeps two visits of a doctor apart whatever the program does.
    pub fn unguard(&self) {
        let guards = match self {
            Place::File(_) => "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'",
            Place::Database(_) => {
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
                    FROM pg_constraint WHERE contype = 'x'
                 UNION ALL
                 SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
                    FROM pg_trigger WHERE NOT tgisinternal"
            }
        };
        let guards = self.ask(guards);
        assert!(!guards.is_empty(), "nothing guards the book");
        for guard in guards {
            self.run(&guard).expect("a guard can be taken away");
        }
    }
}

/// The file past the program.
pub fn open(path: &Path) -> Connection {
    Connection::open(path).expect("the book's file can be opened")
}

/// All values of a table.
fn values(connection: &Connection, table: &str) -> Vec<String> {
    let mut question = connection.prepare(&format!("SELECT * FROM {table}")).expect("a table");
    let columns = question.column_count();
    let mut rows = question.query([]).expect("its rows");
    let mut values = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        values.extend((0..columns).map(|column| in_words(row.get_ref(column).expect("a value"))));
    }
    values
}

fn in_words(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The server, where there is one. Without it the whole test program has nothing to do.
#[expect(clippy::disallowed_methods, reason = "a test program that is left out has not failed")]
fn server() -> &'static cluster::Server {
    cluster::server().unwrap_or_else(|| std::process::exit(0))
}
