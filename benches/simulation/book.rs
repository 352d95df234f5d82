//! The chain's book on a server, and the commands to use it.

use crate::line;
use crate::plan::{Plan, Result};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

#[path = "../../tests/cluster/mod.rs"]
#[expect(clippy::expect_used, clippy::panic, reason = "the tests' own")]
mod cluster;

use cluster::private::{Cluster, Wishes};

/// The clock: a Monday before opening time.
const NOW: &str = "2026-06-15T07:00:00-06:00";
/// Appointments per doctor and day: quarters of an hour from 08:00 to 18:00.
const SLOTS: usize = 40;

/// The clinics and their server, which is deleted on drop.
#[derive(Debug)]
pub(crate) struct Chain {
    doctors: usize,
    password: String,
    /// The database's URL, and the URL through the delayed network.
    direct: String,
    far: String,
    pub(crate) clinics: Vec<String>,
    // Dropped before the server.
    pub(crate) database: cluster::Database,
    _cluster: Cluster,
    folder: tempfile::TempDir,
}

/// A free time of a doctor.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) doctor: String,
    pub(crate) start: String,
    pub(crate) patient: usize,
}

impl Chain {
    /// Creates clinics, doctors, windows and the days that are full.
    pub(crate) fn founded(plan: &Plan) -> Result<Chain> {
        let settings = "shared_buffers = 256MB\nautovacuum = on\n".to_owned();
        let wishes = Wishes { durable: true, settings, pooled: plan.pooled, ..Wishes::default() };
        let cluster = Cluster::start(&wishes).ok_or("PostgreSQL is not installed")?;
        let database = cluster.server.database();
        let far = match plan.delay {
            0 => database.url(),
            delay => {
                let pooler =
                    cluster.server.pooler.as_ref().and_then(|url| url.rsplit(':').next()?.parse().ok());
                let address = line::laid(pooler.unwrap_or(cluster.port), Duration::from_millis(delay))?;
                format!("postgres://postgres@{address}/{}?sslmode=disable", database.name)
            }
        };
        let mut chain = Chain {
            doctors: plan.doctors,
            password: cluster.server.password.clone().unwrap_or_default(),
            direct: database.url(),
            far,
            clinics: Vec::new(),
            database,
            _cluster: cluster,
            folder: tempfile::tempdir()?,
        };
        eprintln!("founding {} clinics of {} doctors", plan.clinics, plan.doctors);
        let zone = ["--timezone", "America/El_Salvador"];
        chain.set_up(&[&["init", "--name", "Central", "--code", "c000"], &zone[..]].concat())?;
        for number in 0..plan.clinics {
            let code = format!("c{number:03}");
            if number > 0 {
                chain.set_up(&[&["clinic", "add", "--name", &code, "--code", &code], &zone[..]].concat())?;
            }
            chain.clinics.push(code);
        }
        for clinic in &chain.clinics {
            for doctor in 0..plan.doctors {
                let code = format!("D{doctor:02}");
                let of = ["--clinic", clinic];
                chain.set_up(&[&["doctor", "add", "--code", &code, "--name", &code], &of[..]].concat())?;
                let hours = ["--days", "mon-sun", "--from", "08:00", "--to", "18:00", "--slot", "15"];
                chain.set_up(&[&["window", "add", "--doctor", &code], &hours[..], &of[..]].concat())?;
            }
            chain.fill(clinic, plan.before * plan.doctors * SLOTS)?;
        }
        chain.database.connect().batch_execute("VACUUM ANALYZE")?;
        Ok(chain)
    }

    /// The free time with the given number, by doctor, then quarter of an hour, then day.
    pub(crate) fn slot(&self, number: usize) -> Slot {
        let (doctor, nth) = (number % self.doctors, number / self.doctors);
        let (day, quarter) = (nth / SLOTS, nth % SLOTS);
        let minutes = 8 * 60 + quarter * 15;
        let first = chrono::NaiveDate::from_ymd_opt(2026, 6, 16).unwrap_or_default();
        let date = first + chrono::Days::new(day as u64);
        let start = format!("{date}T{:02}:{:02}:00-06:00", minutes / 60, minutes % 60);
        // Half of the patients are known.
        Slot { doctor: format!("D{doctor:02}"), start, patient: number / 2 }
    }

    /// Books the first `count` free times of a clinic in one stream.
    fn fill(&self, clinic: &str, count: usize) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let mut command = self.told(&self.direct, &["book", "--input", "-", "--quiet", "--clinic", clinic]);
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        let mut to = std::io::BufWriter::new(child.stdin.take().ok_or("no pipe")?);
        for number in 0..count {
            let Slot { doctor, start, patient } = self.slot(number);
            let (name, phone) = person(patient);
            let body = serde_json::json!({
                "doctor_id": doctor, "slot_start": start, "patient_name": name, "patient_phone": phone,
            });
            writeln!(to, "{body}")?;
        }
        drop(to);
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the stream of {clinic}: {status}").into()) }
    }

    /// The command for a booking.
    pub(crate) fn booking(&self, clinic: &str, slot: &Slot) -> Command {
        let (name, phone) = person(slot.patient);
        let words = ["book", "--json", "--doctor", &slot.doctor, "--at", &slot.start];
        self.turno(&[&words[..], &["--name", &name, "--phone", &phone, "--clinic", clinic]].concat())
    }

    /// A command over the delayed network.
    pub(crate) fn turno(&self, words: &[&str]) -> Command {
        self.told(&self.far, words)
    }

    /// Runs a command without delay; the command must succeed.
    pub(crate) fn set_up(&self, words: &[&str]) -> Result<()> {
        let output = self.told(&self.direct, words).stderr(Stdio::piped()).output()?;
        match output.status.success() {
            true => Ok(()),
            false => {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                Err(format!("turno {}: {said}", words.join(" ")).into())
            }
        }
    }

    fn told(&self, place: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_turno"));
        command.env_clear().env("HOME", self.folder.path()).env("TURNO_DB", place).env("TURNO_NOW", NOW);
        command.env("TURNO_ACTOR", "desk").env("PGPASSWORD", &self.password).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command
    }
}

fn person(number: usize) -> (String, String) {
    (format!("Patient {number}"), format!("+503{}", 70_000_000 + number))
}
