//! How many instructions the main commands take, as callgrind counts them: a figure that a busy machine
//! does not change. `benches/instructions.toml` keeps them; what strays by more than a twentieth fails.

use crate::books::{Book, DOCTOR, MONDAY, NOW};
use crate::floor;
use crate::plan::Result;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Appointments in the book.
const SIZE: u32 = 1_000;
/// How far a count may stray.
const TOLERANCE: f64 = 0.05;
const HEAD: &str = "\
# Instructions of whole commands on a book of 1,000 appointments, as callgrind counts them in a release
# build on x86-64. `just instructions` holds the program against them, within a twentieth; `just
# instructions --write` writes them anew, with a word on why in the commit.
";
const COMMANDS: [(&str, &[&str]); 11] = [
    ("version", &["--version"]),
    ("list", &["list", "--date", MONDAY, "--json"]),
    ("slots", &["slots", "--doctor", DOCTOR, "--date", MONDAY, "--json"]),
    ("slots_month", &["slots", "--doctor", DOCTOR, "--from", MONDAY, "--to", "2026-07-14", "--json"]),
    ("agenda_week", &["agenda", "--week", "--doctor", DOCTOR, "--json"]),
    ("count", &["count", "--json"]),
    ("remind_due", &["remind", "due", "--json"]),
    (
        "book",
        &[
            "book",
            "--doctor",
            DOCTOR,
            "--date",
            "2026-07-01",
            "--time",
            "09:00",
            "--duration",
            "15",
            "--name",
            "Ana Mejía",
            "--phone",
            "+50370123456",
            "--json",
        ],
    ),
    ("book_from_json", &["book", "--input", "one.json", "--json"]),
    ("slots_first", &["slots", "--first", "1", "--json"]),
    ("report_year", &["report", "volume", "--from", "2025-06-15", "--to", "2026-06-14", "--json"]),
];
const ONE: &str = r#"{"doctor_id":"D001","slot_start":"2026-07-02T09:00:00-06:00",
"patient_name":"Ana Mejía","patient_phone":"+50370123456","external_reference_id":"web-1"}"#;

/// Counts, and checks or writes.
///
/// # Errors
/// Where a count strays, or nothing can be counted.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let counted = count()?;
    match words {
        ["--write"] => Ok(fs::write(file(), written(&counted))?),
        [] => check(&counted),
        other => Err(format!("instructions {} is not known: --write, or nothing", other.join(" ")).into()),
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.toml")
}

fn written(counted: &[(&str, u64)]) -> String {
    counted.iter().fold(HEAD.to_owned(), |mut text, (name, count)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name} = {count}");
        text
    })
}

fn check(counted: &[(&str, u64)]) -> Result<()> {
    let known: BTreeMap<String, u64> = toml::from_str(&fs::read_to_string(file())?)?;
    let mut strayed = Vec::new();
    for &(name, count) in counted {
        let noted = *known.get(name).ok_or_else(|| format!("{name} is not in {}", file().display()))?;
        let change = count as f64 / noted as f64 - 1.0;
        println!("{name:<16} {noted:>12} {count:>12} {:>+7.2}%", change * 100.0);
        if change.abs() > TOLERANCE {
            strayed.push(name);
        }
    }
    if strayed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} strayed by more than {}%: mend it, or say why in the commit that writes the counts anew",
        strayed.join(", "),
        TOLERANCE * 100.0
    )
    .into())
}

fn count() -> Result<Vec<(&'static str, u64)>> {
    let (book, floor) = (Book::kept(SIZE)?, floor::kept(SIZE)?);
    COMMANDS.iter().map(|&(name, words)| Ok((name, instructions(&book, &floor, words)?))).collect()
}

/// Of one command, each time on the same book.
fn instructions(book: &Book, floor: &Path, words: &[&str]) -> Result<u64> {
    let copied = book.copied(floor)?;
    fs::write(copied.book.folder.join("one.json"), ONE)?;
    let said = under_callgrind(&copied.book.turno(NOW, words), &["--callgrind-out-file=/dev/null"])?;
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    counted.ok_or_else(|| format!("callgrind counts nothing:\n{said}").into())
}

/// Gives the command, with callgrind looking on; answers what both say.
///
/// # Errors
/// Where there is no valgrind, or the command fails.
pub(crate) fn under_callgrind(command: &Command, options: &[&str]) -> Result<String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--tool=callgrind").args(options).arg(command.get_program()).args(command.get_args());
    valgrind.current_dir(command.get_current_dir().unwrap_or(Path::new("."))).env_clear();
    valgrind.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    valgrind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = valgrind.stdin(Stdio::null()).output().map_err(|problem| format!("valgrind: {problem}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(said.into_owned());
    }
    Err(format!("{command:?}: {}\n{said}", output.status).into())
}
