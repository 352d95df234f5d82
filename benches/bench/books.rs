//! Books of ten years, made once by the program itself and kept.
//!
//! Every book has the same week to look at, whatever its size: [`DOCTOR`] with 38 visits on each of five
//! days from [`MONDAY`] on. All else lies in the ten years before. So what a command shows is the same
//! in each, and what differs in time is what the size costs.

use crate::plan::Result;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The doctor whose week is looked at.
pub(crate) const DOCTOR: &str = "D001";
/// The first day of that week.
pub(crate) const MONDAY: &str = "2026-06-15";
/// When commands are given: that Monday, before the clinic opens.
pub(crate) const NOW: &str = "2026-06-15T07:00:00-06:00";
/// Visits of that week: 38 a day, five days.
pub(crate) const WEEK: u32 = 190;

/// Days of history, and quarters of an hour in each: 08:00 to 18:00.
const DAYS: u32 = 3_633;
const SLOTS: u32 = 40;
/// 2016-06-27 08:00 in El Salvador, in Unix seconds: a Monday, and [`DAYS`] before 2026-06-08.
const BEGINNING: i64 = 1_467_036_000;
/// 2026-06-15 08:00 there.
const WEEK_BEGINNING: i64 = 1_781_532_000;
/// When the book was made, before all of it.
const FIRST_NOW: &str = "2016-06-26T07:00:00-06:00";

/// A visit in a book: whose, when (Unix seconds), of whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit {
    /// From 1 on.
    pub(crate) doctor: u32,
    pub(crate) start: i64,
    /// Which patient.
    pub(crate) patient: u32,
}

/// How many doctors a book of that size has.
pub(crate) fn doctors(size: u32) -> u32 {
    (size / 5_000).clamp(10, 200)
}

/// The visits of a book of that size, always the same ones.
pub(crate) fn visits(size: u32) -> impl Iterator<Item = Visit> {
    let doctors = doctors(size);
    let patients = (size / 10).max(WEEK + 1);
    let history = size.saturating_sub(WEEK);
    let past = (0..history).map(move |number| {
        let (doctor, nth) = (number % doctors, number / doctors);
        let each = history.div_ceil(doctors);
        // Evenly over the years, somewhere in its share: never two at once.
        let share = DAYS * SLOTS / each;
        let slot = nth * share + scattered(number) % share;
        Visit {
            doctor: doctor + 1,
            start: BEGINNING + i64::from(slot / SLOTS) * 86_400 + i64::from(slot % SLOTS) * 900,
            // The next visit of the doctor is another patient's.
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

/// A number that looks like chance and is always the same (the finaliser of MurmurHash3).
pub(crate) fn scattered(number: u32) -> u32 {
    let mut hash = number.wrapping_add(0x9e37_79b9);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// A patient's name and telephone number.
pub(crate) fn patient(number: u32) -> (String, String) {
    const FIRST: [&str; 8] = ["Ana", "Luis", "Eva", "Noé", "María", "José", "Inés", "Raúl"];
    const LAST: [&str; 8] = ["Mejía", "Paz", "Sol", "Núñez", "Rivas", "Cruz", "Peña", "Díaz"];
    let pick = |names: [&'static str; 8], shift: u32| names[(scattered(number) >> shift) as usize % 8];
    let name = format!("{} {} {number}", pick(FIRST, 0), pick(LAST, 8));
    (name, format!("+503{}", 70_000_000 + number))
}

/// A book, and what the program needs to work on it.
#[derive(Debug)]
pub(crate) struct Book {
    /// Appointments that it was made with.
    pub(crate) size: u32,
    /// Its folder; the secret is there, too.
    pub(crate) folder: PathBuf,
    /// A path or a URL.
    pub(crate) place: String,
    /// The server's, where it is on one.
    pub(crate) password: Option<String>,
}

/// A book to write in, gone with the value.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) book: Book,
    /// The same visits without a program around them.
    pub(crate) floor: PathBuf,
    _folder: tempfile::TempDir,
}

impl Book {
    /// The kept book of that size in a file; made where it is missing.
    ///
    /// # Errors
    /// Where it can't be made.
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
        // One that an older program made takes its new steps before anything is timed.
        book.does(NOW, &["count", "--quiet"])?;
        Ok(book)
    }

    /// What it is kept by.
    pub(crate) fn engine(&self) -> &'static str {
        if self.password.is_some() { "postgres" } else { "sqlite" }
    }

    /// A copy to write in, and one of the floor's file: what is kept stays as it was made.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(crate) fn copied(&self, floor: &Path) -> Result<Copied> {
        let folder = tempfile::tempdir_in(kept_folder())?;
        let bare = folder.path().join("floor.db");
        for (from, to) in [
            (self.folder.join("turno.db"), folder.path().join("turno.db")),
            (self.folder.join("secret"), folder.path().join("secret")),
            (floor.to_owned(), bare.clone()),
        ] {
            fs::copy(from, &to)?;
            // Else the system writes it out while commands are timed.
            fs::File::open(to)?.sync_all()?;
        }
        let place = folder.path().join("turno.db").display().to_string();
        let book = Book { size: self.size, folder: folder.path().to_owned(), place, password: None };
        Ok(Copied { book, floor: bare, _folder: folder })
    }

    /// The program, told to work on it at that moment; what it writes is thrown away.
    pub(crate) fn turno(&self, now: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.env_clear().env("HOME", &self.folder).env("TURNO_DB", &self.place).env("TURNO_NOW", now);
        command.env("TURNO_ACTOR", "desk").env("TURNO_SECRET_FILE", self.folder.join("secret"));
        command.envs(self.password.as_ref().map(|word| ("PGPASSWORD", word)));
        command.current_dir(&self.folder).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    /// Gives a command that must succeed.
    pub(crate) fn does(&self, now: &str, words: &[&str]) -> Result<()> {
        let status = self.turno(now, words).status()?;
        if status.success() { Ok(()) } else { Err(format!("turno {}: {status}", words.join(" ")).into()) }
    }

    /// Books a stream of visits, every one of which must be taken, and hands on each answer.
    ///
    /// # Errors
    /// Where one is refused.
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
        // What was due in the ten years is settled, as it would have been.
        self.does(NOW, &["remind", "due", "--quiet"])
    }
}

/// The program to time.
pub(crate) fn program() -> &'static Path {
    let told = || PROGRAM.get_or_init(|| env!("CARGO_BIN_EXE_turno").into());
    INSTALLED.get().map_or_else(told, |(program, _)| program)
}

/// The program that has the floor's statements.
///
/// # Errors
/// Where the system doesn't say which this is.
pub(crate) fn floor_program() -> Result<PathBuf> {
    Ok(INSTALLED.get().map_or_else(std::env::current_exe, |(_, floor)| Ok(floor.clone()))?)
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
static INSTALLED: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();

/// Has both timed as an installation leaves them: [`copied`].
///
/// # Errors
/// Where one can't be copied.
pub(crate) fn install() -> Result<()> {
    let both = (copied(program(), "turno")?, copied(&floor_program()?, "floor")?);
    INSTALLED.get_or_init(|| both);
    Ok(())
}

/// A program's copy beside the books. What a linker has just written the system holds in memory by single pages: it
/// starts a seventh slower than what was copied, or was read from a disk.
///
/// # Errors
/// Where it can't be copied.
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

/// Says which program is to be timed, before any is.
pub(crate) fn time_that(program: PathBuf) {
    // Where cargo starts this, in the package's folder, and where the commands run differ.
    let program = fs::canonicalize(&program).unwrap_or(program);
    PROGRAM.get_or_init(|| program);
}

/// Where books are kept between runs.
pub(crate) fn kept_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("turno-books-2")
}

/// A doctor's code.
pub(crate) fn code(doctor: u32) -> String {
    format!("D{doctor:03}")
}

/// Writes visits as a stream of bookings.
///
/// # Errors
/// Where it can't be written.
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

/// A moment as RFC 3339, on El Salvador's wall clock, which never jumps.
pub(crate) fn at(unix: i64) -> String {
    format!("{}-06:00", local(unix).format("%Y-%m-%dT%H:%M:%S"))
}

/// A moment on that wall clock.
pub(crate) fn local(unix: i64) -> chrono::NaiveDateTime {
    chrono::DateTime::from_timestamp(unix - 6 * 3_600, 0).unwrap_or_default().naive_utc()
}
