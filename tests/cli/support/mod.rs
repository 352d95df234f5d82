//! A test clinic with its own home, a cleared environment and a clock that the test sets.

// Each test binary uses only a part of this module.
#![allow(dead_code, reason = "shared by test binaries that use different parts of it")]

#[cfg(unix)]
pub mod browser;
#[path = "../../cluster/mod.rs"]
pub mod cluster;
pub mod gateway;
#[cfg(unix)]
pub mod listener;
pub mod place;
pub mod schemas;
#[cfg(unix)]
pub mod terminal;
pub mod views;

use assert_cmd::Command;
pub use place::{Engine, Place};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;
use tempfile::TempDir;
use views::{Appointment, ErrorLine, List, Refusal, Slot, Slots, Sweep};

/// A test clinic: a home directory, a book, a clock and environment variables.
pub struct Clinic {
    home: TempDir,
    place: Place,
    now: String,
    environment: Vec<(String, String)>,
    removed: Vec<String>,
}

/// The result of a command.
#[must_use = "a command whose result nobody looks at tests nothing"]
#[derive(Debug)]
pub struct Ran {
    pub line: String,
    pub exit: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Ran {
    /// A result; its JSON must match the schema.
    pub fn of(line: &str, output: Output) -> Ran {
        let Output { status, stdout, stderr } = output;
        let ran = Ran { line: line.to_owned(), exit: status.code(), stdout, stderr };
        schemas::hold_ran(&ran);
        ran
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("stdout is UTF-8")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.stderr.clone()).expect("stderr is UTF-8")
    }

    /// Fails unless the exit status is `exit`.
    pub fn exits(self, exit: i32) -> Self {
        assert_eq!(self.exit, Some(exit), "turno {}\n{}{}", self.line, self.stdout(), self.stderr());
        self
    }

    /// The JSON object on stdout.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        parse(&self.line, &self.stdout())
    }

    /// The refusal: stdout must be empty, and stderr a single line of JSON.
    pub fn refusal(self, code: &str, exit: i32) -> Refusal {
        let ran = self.exits(exit);
        assert_eq!(ran.stdout(), "", "turno {} refused, but wrote to stdout", ran.line);
        let stderr = ran.stderr();
        assert_eq!(stderr.lines().count(), 1, "turno {}: {stderr}", ran.line);
        let ErrorLine { error } = parse(&ran.line, &stderr);
        assert_eq!(error.code, code, "turno {}: {stderr}", ran.line);
        assert_eq!(exit_of_status(error.status), exit, "turno {}: {stderr}", ran.line);
        error
    }
}

fn parse<T: DeserializeOwned>(line: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|problem| panic!("turno {line}: {problem}\n{text}"))
}

/// The manual's mapping from the HTTP-like status to the exit status.
fn exit_of_status(status: u16) -> i32 {
    match status {
        400 => 2,
        404 => 3,
        409 => 4,
        422 => 5,
        401 | 403 => 6,
        503 => 7,
        500 => 1,
        other => panic!("no refusal has the status {other}"),
    }
}

/// Splits a command line at spaces outside single quotes.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => (quoted, begun) = (!quoted, true),
            ' ' | '\n' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    assert!(!quoted, "a quote is open in: {line}");
    if begun {
        words.push(word);
    }
    words
}

/// The tested program: the absolute path in `TURNO_TEST_PROGRAM`, else Cargo's build.
pub fn program() -> PathBuf {
    let named = std::env::var_os("TURNO_TEST_PROGRAM").map(PathBuf::from);
    let program = named.unwrap_or_else(|| env!("CARGO_BIN_EXE_turno").into());
    assert!(program.is_absolute(), "TURNO_TEST_PROGRAM must be absolute: {}", program.display());
    program
}

/// The default clock: Monday 1 June 2026, 08:00.
pub const MONDAY: &str = "2026-06-01T08:00:00-06:00";

impl Clinic {
    /// A home without a book.
    pub fn empty() -> Clinic {
        Clinic::at_place(Place::new)
    }

    /// A home without a book; `place` chooses the book's location.
    pub fn at_place(place: impl FnOnce(&Path) -> Place) -> Clinic {
        let home = cluster::scratch::folder("turno-home-");
        let place = place(home.path());
        Clinic { home, place, now: MONDAY.to_owned(), environment: Vec::new(), removed: Vec::new() }
    }

    /// A clinic in the given time zone, without doctors.
    pub fn in_zone(timezone: &str) -> Clinic {
        let clinic = Clinic::empty();
        clinic.does(&format!("init --name 'Clínica San José' --timezone {timezone} --code sanjose"));
        clinic
    }

    /// Clínica San José in San Salvador. Dr. García works Monday to Friday from 09:00 to 17:00.
    pub fn open() -> Clinic {
        static READY: OnceLock<Clinic> = OnceLock::new();
        let ready = READY.get_or_init(|| {
            let clinic = Clinic::empty();
            clinic.found();
            clinic
        });
        let clinic = Clinic::at_place(|home| ready.place.copy(home));
        copy(ready.home.path(), clinic.home.path());
        clinic
    }

    /// Creates the records of [`Clinic::open`].
    pub fn found(&self) {
        for line in [
            "init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose",
            "doctor add --name 'Dr. García' --code GARCIA --specialty 'Medicina General' --slot 30",
            "window add --doctor GARCIA --days mon-fri --from 09:00 --to 17:00 --code DAY",
        ] {
            self.does(line);
        }
    }

    /// Sets the clock.
    pub fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    /// Sets an environment variable for all later commands.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes an environment variable for all later commands.
    pub fn without(&mut self, name: &str) -> &mut Self {
        self.removed.push(name.to_owned());
        self
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn now(&self) -> &str {
        &self.now
    }

    /// The book's location, for access without turno.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The book's file; panics if the book is on a server.
    pub fn book_path(&self) -> PathBuf {
        match &self.place {
            Place::File(path) => path.clone(),
            Place::Database(database) => panic!("{} is no file", database.name),
        }
    }

    pub fn secret_path(&self) -> PathBuf {
        self.home.path().join(".config/turno/secret.key")
    }

    /// Writes the secret file, readable by its owner only.
    pub fn put_secret(&self, secret: &[u8]) {
        std::fs::write(self.secret_path(), secret).expect("a secret file can be written");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(self.secret_path(), mode).expect("a mode can be set");
        }
    }

    /// Creates a file in the home directory.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    /// A command with the test's environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.env_clear().envs(self.variables()).current_dir(self.home.path());
        command
    }

    /// Like [`Clinic::command`], as a process that the test controls.
    pub fn process(&self, line: &str) -> std::process::Command {
        let mut command = std::process::Command::new(program());
        command.env_clear().envs(self.variables()).current_dir(self.home.path()).args(words(line));
        command
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut own = vec![
            ("HOME", self.home.path().display().to_string()),
            ("TURNO_NOW", self.now.clone()),
            ("TURNO_ACTOR", "recepcion".to_owned()),
        ];
        own.extend(self.place.variables());
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        let all = own.chain(self.environment.iter().cloned());
        all.filter(|(name, _)| !self.removed.contains(name)).collect()
    }

    /// Runs a command line with the given stdin.
    pub fn fed(&self, line: &str, stdin: impl Into<Vec<u8>>) -> Ran {
        let mut command = self.command();
        Ran::of(line, command.args(words(line)).write_stdin(stdin).output().expect("turno runs"))
    }

    /// Runs a command line; any exit status is allowed.
    pub fn ran(&self, line: &str) -> Ran {
        self.fed(line, "")
    }

    /// Runs a command that must succeed, and ignores its output.
    pub fn does(&self, line: &str) {
        let Ran { .. } = self.ran(line).exits(0);
    }

    /// Runs a command that must succeed, and returns its stdout.
    #[must_use]
    pub fn run(&self, line: &str) -> String {
        self.ran(line).exits(0).stdout()
    }

    /// Runs a command with `--json` that must succeed with an empty stderr.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self, line: &str) -> T {
        let ran = self.ran(&format!("{line} --json")).exits(0);
        assert_eq!(ran.stderr(), "", "turno {line} talks on stderr");
        ran.json()
    }

    /// Runs a command with `--json` that must be refused with `code` and `exit`.
    #[must_use]
    pub fn refused(&self, line: &str, code: &str, exit: i32) -> Refusal {
        self.ran(&format!("{line} --json")).refusal(code, exit)
    }

    #[must_use]
    pub fn book(&self, options: &str) -> Appointment {
        self.json(&format!("book {options}"))
    }

    /// Books Juan Pérez with Dr. García at the time given in `options`.
    #[must_use]
    pub fn book_juan(&self, options: &str) -> Appointment {
        self.book(&format!("--doctor GARCIA --name 'Juan Pérez' --phone +50377654321 {options}"))
    }

    /// A booking that must be refused.
    #[must_use]
    pub fn not_booked(&self, options: &str, code: &str, exit: i32) -> Refusal {
        self.refused(&format!("book {options}"), code, exit)
    }

    #[must_use]
    pub fn show(&self, appointment: &Appointment) -> Appointment {
        self.json(&format!("show {}", appointment.code))
    }

    #[must_use]
    pub fn list(&self, filters: &str) -> List {
        self.json(&format!("list --total {filters}"))
    }

    /// Start times of the free slots, `HH:MM`.
    #[must_use]
    pub fn free(&self, filters: &str) -> Vec<String> {
        self.slots(filters).into_iter().map(|slot| slot.start_time).collect()
    }

    #[must_use]
    pub fn slots(&self, filters: &str) -> Vec<Slot> {
        let Slots { slots, total } = self.json(&format!("slots {filters}"));
        assert_eq!(slots.len(), total, "slots {filters}");
        slots
    }

    /// Sends the due messages.
    #[must_use]
    pub fn sweep(&self) -> Sweep {
        self.json("remind due")
    }

    pub fn set(&self, key: &str, value: &str) {
        self.does(&format!("clinic set {key} '{value}'"));
    }

    /// All appointments and audit entries, which a refused command must not change.
    #[must_use]
    pub fn content(&self) -> (String, String) {
        (self.run("list --limit 1000 --json"), self.run("audit log --limit 100000 --json"))
    }

    /// Fails unless `db check` and `audit verify --records` find nothing.
    pub fn is_sound(&self) {
        self.is_sound_but_for_its_records();
        let verified: Value = self.json("audit verify --records");
        assert_eq!(verified["ok"], true, "{verified}");
    }

    /// Like [`Clinic::is_sound`], for a book whose records the test changed directly.
    pub fn is_sound_but_for_its_records(&self) {
        let checked: Value = self.json("db check");
        // On a server, `db scrub` may still be pending after an erasure.
        let in_a_file = matches!(self.place(), Place::File(_));
        let left = |finding: &&Value| in_a_file || finding["check"] != "scrub_pending";
        let findings: Vec<_> = checked["findings"].as_array().expect("a list").iter().filter(left).collect();
        assert!(checked["ok"] == true && findings.is_empty(), "{checked}");
        let verified: Value = self.json("audit verify");
        assert_eq!(verified["ok"], true, "{verified}");
    }

    /// The book's file, opened without turno.
    pub fn database(&self) -> rusqlite::Connection {
        place::open(&self.book_path())
    }
}

/// A request body from `tests/fixtures/seeds`.
pub fn seed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seeds").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            std::fs::create_dir_all(&target).expect("a directory can be made");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
}
