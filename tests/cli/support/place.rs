//! The location of a clinic's book: a file or a database of its own.

use super::cluster::{self, Database};
use postgres::{Client, SimpleQueryMessage};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The engine of a test program, chosen by `crate::ENGINE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The location of a book.
#[derive(Debug)]
pub enum Place {
    File(PathBuf),
    Database(Database),
}

impl Place {
    /// A location without a book; a file is below `home`.
    pub fn new(home: &Path) -> Place {
        match crate::ENGINE {
            Engine::Sqlite => Place::File(home.join("book/turno.db")),
            Engine::Postgres => Place::Database(server().database()),
        }
    }

    /// A copy of the book; a file has been copied with its home.
    pub fn copy(&self, home: &Path) -> Place {
        match self {
            Place::File(_) => Place::new(home),
            Place::Database(database) => Place::Database(database.server.copy_of(&database.name)),
        }
    }

    /// The value of `TURNO_DB`, as `db path` prints.
    pub fn name(&self) -> String {
        match self {
            Place::File(path) => path.display().to_string(),
            Place::Database(database) => database.url(),
        }
    }

    /// The environment variables that select the book.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![("TURNO_DB", self.name())];
        if let Place::Database(database) = self {
            variables.extend(database.server.variable("PGPASSWORD").map(|word| ("PGPASSWORD", word)));
        }
        variables
    }

    /// Runs statements directly, without turno.
    ///
    /// # Errors
    /// The engine's message.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        match self {
            Place::File(path) => open(path).execute_batch(sql).map_err(|problem| problem.to_string()),
            Place::Database(database) => {
                database.connect().batch_execute(sql).map_err(|problem| format!("{problem:?}"))
            }
        }
    }

    /// The first column of a query's rows as texts, read without turno.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        match self {
            Place::File(path) => {
                let connection = open(path);
                asked(&connection, sql)
            }
            Place::Database(database) => told(&mut database.connect(), sql),
        }
    }

    /// Whether the file exists or the database has a table.
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

    /// All rows of the book as text, with binary values as characters.
    pub fn content(&self) -> String {
        let mut content = String::new();
        let mut add = |rows: Vec<String>| content.extend(rows.iter().flat_map(|row| [row.as_str(), "\n"]));
        match self {
            Place::File(path) => {
                let book = open(path);
                for table in asked(&book, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
                    add(values(&book, &table));
                }
            }
            Place::Database(database) => {
                let mut client = database.connect();
                client.batch_execute("SET bytea_output = 'escape'").expect("a setting");
                let tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()";
                for table in told(&mut client, tables) {
                    add(told(&mut client, &format!("SELECT t::text FROM {table} AS t")));
                }
            }
        }
        content
    }

    /// Drops the constraints and triggers that prevent overlapping appointments.
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

/// Opens the file without turno, with temporary tables in place of those that are still missing.
pub fn open(path: &Path) -> Connection {
    static TABLES: LazyLock<Vec<(String, String)>> = LazyLock::new(tables);
    let book = Connection::open(path).expect("the book's file can be opened");
    let there = asked(&book, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    if there.iter().any(|name| name == "appointments") {
        for (name, sql) in TABLES.iter().filter(|(name, _)| !there.contains(name)) {
            book.execute_batch(sql).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        }
    }
    book
}

/// All tables of the schema: name, and SQL for a temporary table.
fn tables() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let entries = std::fs::read_dir(folder).expect("the schema's steps");
    let mut steps: Vec<_> = entries.map(|entry| entry.expect("a step").path()).collect();
    steps.retain(|step| !step.to_string_lossy().ends_with(".postgres.sql"));
    steps.sort();
    let schema = Connection::open_in_memory().expect("a book");
    for step in steps {
        schema.execute_batch(&std::fs::read_to_string(step).expect("a step")).expect("a step that is taken");
    }
    let mut made =
        schema.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").expect("tables");
    let table = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
    let tables = made.query_map([], table).expect("an answer").map(|table| table.expect("a table"));
    tables.map(|(name, sql)| (name, sql.replacen("TABLE", "TEMP TABLE", 1))).collect()
}

/// The first column of a SQLite query.
fn asked(connection: &Connection, sql: &str) -> Vec<String> {
    let mut question = connection.prepare(sql).expect("a question");
    let text = |row: &rusqlite::Row<'_>| row.get_ref(0).map(in_words);
    let answer = question.query_map([], text).expect("an answer");
    answer.collect::<Result<_, _>>().expect("a row")
}

/// The first column of a PostgreSQL query.
fn told(client: &mut Client, sql: &str) -> Vec<String> {
    let answer = client.simple_query(sql).expect("an answer");
    let text = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    };
    answer.into_iter().filter_map(text).collect()
}

/// All values of a SQLite table.
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

/// The PostgreSQL server; without one, the test program exits successfully.
#[expect(clippy::disallowed_methods, reason = "a test program that is left out has not failed")]
fn server() -> &'static cluster::Server {
    cluster::server().unwrap_or_else(|| std::process::exit(0))
}
