//! Books of ten years, created once by turno itself and kept.
//!
//! Every book has the same week to read, whatever its size: [`DOCTOR`] with 38 visits on each of five days
//! from [`MONDAY`] on. The other visits are in the ten years before, so only the size can change the
//! durations.

use crate::plan::Result;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The doctor of the week that commands read.
pub(crate) const DOCTOR: &str = "D001";
/// The first day of the week.
pub(crate) const MONDAY: &str = "2026-06-15";
/// The clock of commands: that Monday before opening time.
pub(crate) const NOW: &str = "2026-06-15T07:00:00-06:00";
/// Visits of the week: 38 a day for five days.
pub(crate) const WEEK: u32 = 190;

/// Days of history, and quarters of an hour per day (08:00 to 18:00).
const DAYS: u32 = 3_633;
const SLOTS: u32 = 40;
/// 2016-06-27 08:00 in El Salvador, in Unix seconds: a Monday, [`DAYS`] days before 2026-06-08.
const BEGINNING: i64 = 1_467_036_000;
/// 2026-06-15 08:00 in El Salvador, in Unix seconds.
const WEEK_BEGINNING: i64 = 1_781_532_000;
/// The clock at the book's creation, before all visits.
const FIRST_NOW: &str = "2016-06-26T07:00:00-06:00";

/// A visit; `start` is in Unix seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit {
    /// Number of the doctor, from 1.
    pub(crate) doctor: u32,
    pub(crate) start: i64,
    /// Number of the patient.
    pub(crate) patient: u32,
}

/// Number of doctors in a book of this size.
pub(crate) fn doctors(size: u32) -> u32 {
    (size / 5_000).clamp(10, 200)
}

/// The visits of a book of this size, always the same.
pub(crate) fn visits(size: u32) -> impl Iterator<Item = Visit> {
    let doctors = doctors(size);
    let patients = (size / 10).max(WEEK + 1);
    let history = size.saturating_sub(WEEK);
    let past = (0..history).map(move |number| {
        let (doctor, nth) = (number % doctors, number / doctors);
        let each = history.div_ceil(doctors);
        // Spread evenly over the years, at a random slot of its share; never two at once.
        let share = DAYS * SLOTS / each;
        let slot = nth * share + scattered(number) % share;
        Visit {
            doctor: doctor + 1,
            start: BEGINNING + i64::from(slot / SLOTS) * 86_400 + i64::from(slot % SLOTS) * 900,
            // Consecutive visits of a doctor have different patients.
            patient: (scattered(doctor) % patients + nth * 31) % patients,
        }
    });
    let week = (0..WEEK).map(|number| Visit {
        doctor: 1,
        start: WEEK_BEGINNING + i64::from(number / 38) * 86_400 + i64::from(number % 38) * 900,
        patient: number,
    });
    past.chain(week)
}

/// A pseudo-random number derived from `number` (the finaliser of MurmurHash3).
pub(crate) fn scattered(number: u32) -> u32 {
    let mut hash = number.wrapping_add(0x9e37_79b9);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// A patient's name and phone number.
pub(crate) fn patient(number: u32) -> (String, String) {
    const FIRST: [&str; 8] = ["Ana", "Luis", "Eva", "Noé", "María", "José", "Inés", "Raúl"];
    const LAST: [&str; 8] = ["Mejía", "Paz", "Sol", "Núñez", "Rivas", "Cruz", "Peña", "Díaz"];
    let pick = |names: [&'static str; 8], shift: u32| names[(scattered(number) >> shift) as usize % 8];
    let name = format!("{} {} {number}", pick(FIRST, 0), pick(LAST, 8));
    (name, format!("+503{}", 70_000_000 + number))
}

/// A book, and what commands on it need.
#[derive(Debug)]
pub(crate) struct Book {
    /// Number of appointments at creation.
    pub(crate) size: u32,
    /// The folder, which also holds the secret file.
    pub(crate) folder: PathBuf,
    /// A path or a URL.
    pub(crate) place: String,
    /// The server's password, if any.
    pub(crate) password: Option<String>,
}

/// A temporary book for writing.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) book: Book,
    /// The copied file of the floor program.
    pub(crate) floor: PathBuf,
    _folder: tempfile::TempDir,
}

impl Book {
    /// The kept book of this size in a file; created if missing.
    pub(crate) fn kept(size: u32) -> Result<Book> {
        let folder = kept_folder().join(size.to_string());
        let place = folder.join("turno.db").display().to_string();
        let book = Book { size, folder, place, password: None };
        let ready = book.folder.join("ready");
        if !ready.exists() {
            let _ = fs::remove_dir_all(&book.folder);
            fs::create_dir_all(&book.folder)?;
            book.fill()?;
            fs::write(ready, "")?;
        }
        // Migrate an older book before anything is timed.
        book.does(NOW, &["count", "--quiet"])?;
        Ok(book)
    }

    /// The name of the engine.
    pub(crate) fn engine(&self) -> &'static str {
        if self.password.is_some() { "postgres" } else { "sqlite" }
    }

    /// Copies the book and the floor's file for writing, so that the kept ones stay unchanged.
    pub(crate) fn copied(&self, floor: &Path) -> Result<Copied> {
        let folder = tempfile::tempdir_in(kept_folder())?;
        let bare = folder.path().join("floor.db");
        for (from, to) in [
            (self.folder.join("turno.db"), folder.path().join("turno.db")),
            (self.folder.join("secret"), folder.path().join("secret")),
            (floor.to_owned(), bare.clone()),
        ] {
            fs::copy(from, &to)?;
            // Otherwise the system would write the file while commands are timed.
            fs::File::open(to)?.sync_all()?;
        }
        let place = folder.path().join("turno.db").display().to_string();
        let book = Book { size: self.size, folder: folder.path().to_owned(), place, password: None };
        Ok(Copied { book, floor: bare, _folder: folder })
    }

    /// A command on the book at the time `now`; its stdout is discarded.
    pub(crate) fn turno(&self, now: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.env_clear().env("HOME", &self.folder).env("TURNO_DB", &self.place).env("TURNO_NOW", now);
        command.env("TURNO_ACTOR", "desk").env("TURNO_SECRET_FILE", self.folder.join("secret"));
        command.envs(self.password.as_ref().map(|word| ("PGPASSWORD", word)));
        command.current_dir(&self.folder).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    /// Runs a command that must succeed.
    pub(crate) fn does(&self, now: &str, words: &[&str]) -> Result<()> {
        let status = self.turno(now, words).status()?;
        if status.success() { Ok(()) } else { Err(format!("turno {}: {status}", words.join(" ")).into()) }
    }

    /// Books a stream of visits and passes each answer to `each`. Fails if a visit is refused.
    pub(crate) fn books(
        &self,
        now: &str,
        visits: impl Iterator<Item = Visit> + Send,
        mut each: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let mut command = self.turno(now, &["book", "--input", "-", "--json", "--quiet"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = (stdin, stdout) else { return Err("no pipes".into()) };
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || feed(BufWriter::new(stdin), visits));
            for line in BufReader::new(stdout).lines() {
                let line = line?;
                if line.starts_with("{\"error\"") {
                    return Err(line.into());
                }
                each(&line)?;
            }
            writer.join().map_err(|_| "the writer fell over")??;
            Ok::<(), Box<dyn std::error::Error>>(())
        })?;
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the stream of bookings: {status}").into()) }
    }

    fn fill(&self) -> Result<()> {
        eprintln!("making a book of {} appointments in {}", self.size, self.folder.display());
        self.does(FIRST_NOW, &["init", "--name", "Clínica Sol", "--timezone", "America/El_Salvador"])?;
        for doctor in 1..=doctors(self.size) {
            let (code, name) = (code(doctor), format!("Dra. {}", patient(doctor).0));
            self.does(FIRST_NOW, &["doctor", "add", "--code", &code, "--name", &name])?;
            let hours = ["--days", "mon-sun", "--from", "08:00", "--to", "18:00", "--slot", "15"];
            self.does(FIRST_NOW, &[&["window", "add", "--doctor", &code][..], &hours].concat())?;
        }
        self.does(FIRST_NOW, &["clinic", "set", "max_advance", "3650d"])?;
        self.books(FIRST_NOW, visits(self.size), |_| Ok(()))?;
        self.does(FIRST_NOW, &["clinic", "set", "max_advance", "365d"])?;
        // Settle the messages that became due in the ten years.
        self.does(NOW, &["remind", "due", "--quiet"])
    }
}

/// The program to time.
pub(crate) fn program() -> &'static Path {
    let told = || PROGRAM.get_or_init(|| env!("CARGO_BIN_EXE_turno").into());
    INSTALLED.get().map_or_else(told, |(program, _)| program)
}

/// The floor program.
pub(crate) fn floor_program() -> Result<PathBuf> {
    Ok(INSTALLED.get().map_or_else(std::env::current_exe, |(_, floor)| Ok(floor.clone()))?)
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
static INSTALLED: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();

/// Times copies of both programs, as an installation would create them; see [`copied`].
pub(crate) fn install() -> Result<()> {
    let both = (copied(program(), "turno")?, copied(&floor_program()?, "floor")?);
    INSTALLED.get_or_init(|| both);
    Ok(())
}

/// Copies a program beside the books. The linker's output starts more slowly, as the page cache holds the
/// file in single pages.
pub(crate) fn copied(program: &Path, name: &str) -> Result<PathBuf> {
    let folder = kept_folder().join("programs");
    fs::create_dir_all(&folder)?;
    let copy = folder.join(name);
    if copy.exists() {
        fs::remove_file(&copy)?;
    }
    fs::copy(program, &copy)?;
    Ok(copy)
}

/// Sets the program to time; must be called before the first command.
pub(crate) fn time_that(program: PathBuf) {
    // Make the path absolute, as commands run in another folder.
    let program = fs::canonicalize(&program).unwrap_or(program);
    PROGRAM.get_or_init(|| program);
}

/// The folder of the kept books.
pub(crate) fn kept_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("turno-books-2")
}

/// A doctor's code.
pub(crate) fn code(doctor: u32) -> String {
    format!("D{doctor:03}")
}

/// Writes visits as a stream of bookings.
pub(crate) fn feed(mut to: impl Write, visits: impl Iterator<Item = Visit>) -> std::io::Result<()> {
    for visit in visits {
        let (name, phone) = patient(visit.patient);
        let body = serde_json::json!({
            "doctor_id": code(visit.doctor),
            "slot_start": at(visit.start),
            "patient_name": name,
            "patient_phone": phone,
        });
        writeln!(to, "{body}")?;
    }
    to.flush()
}

/// An instant as RFC 3339 with El Salvador's offset, which is constant.
pub(crate) fn at(unix: i64) -> String {
    format!("{}-06:00", local(unix).format("%Y-%m-%dT%H:%M:%S"))
}

/// The local time of an instant in El Salvador.
pub(crate) fn local(unix: i64) -> chrono::NaiveDateTime {
    chrono::DateTime::from_timestamp(unix - 6 * 3_600, 0).unwrap_or_default().naive_utc()
}
