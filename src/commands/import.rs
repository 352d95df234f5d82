//! `turno import`.

use crate::app::booking::batch::SHARE;
use crate::app::exchange::import;
use crate::app::exchange::import::{Mode, Outcome, Row, WHOLE, Wish};
use crate::commands::import::columns::{Kind, Plan};
use crate::domain::refusal::{Code, Refusal};
use crate::formats::Problem;
use crate::formats::csv::read::{Cells, Rows};
use crate::input::fields::Raw;
use crate::input::session::{Session, in_rows};
use crate::output::import::{ImportColumn, ImportRow, ImportedView};
use crate::output::{Answer, Face, error, json_line, view};
use crate::platform::error::{Result, unless_too_many};
use crate::store::words::Words;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

pub mod columns;
pub(crate) mod fhir;
pub(crate) mod ics;

/// Bring in data from another program
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Take over patients or appointments from a CSV file
    Csv(CsvArgs),
    /// Close a doctor's time by their own calendar, or take over its events as appointments
    Ics(IcsArgs),
    /// Take over doctors, patients and appointments from a Bundle of FHIR R4
    Fhir(FhirArgs),
}

/// How an import goes about it.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// Go the whole way, show how the file was understood, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing where a row is refused [default: below 10000 rows]
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Write each row by itself, whatever becomes of the others [default: from 10000 rows on]
    #[arg(long, conflicts_with = "all_or_nothing")]
    pub per_row: bool,
    /// Write what became of each row into a file, a line of JSON for each
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What every appointment of a file has in common where the file does not say it.
#[derive(Debug, Args, Serialize)]
pub struct ForAllArgs {
    /// The doctor of the rows that name none
    #[arg(long, value_name = "D")]
    pub doctor: Option<String>,
    /// The service of the rows that name none
    #[arg(long, value_name = "S")]
    pub service: Option<String>,
    /// The branch of the rows that name none [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    pub branch: Option<String>,
}

/// `turno import csv`
#[derive(Debug, Args)]
pub struct CsvArgs {
    /// What the file holds
    #[arg(value_enum, value_name = "KIND")]
    pub kind: Kind,
    /// The file; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Which column holds which field, such as phone=Teléfono; the columns of our own files are known
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    pub map: Vec<String>,
    /// What stands between the cells: `,`, `;` or `tab`
    #[arg(long, value_name = "C", default_value = ",", value_parser = separator)]
    pub separator: u8,
    /// What every row has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

/// What the events of a calendar become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Events {
    /// Time that is closed
    Closures,
    /// Appointments
    Appointments,
}

/// `turno import ics`
#[derive(Debug, Args)]
pub struct IcsArgs {
    /// The calendar; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What its events become
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub events: Events,
    /// What every event has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

/// `turno import fhir`
#[derive(Debug, Args)]
pub struct FhirArgs {
    /// The bundle, JSON; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What every appointment has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

fn separator(word: &str) -> Result<u8, String> {
    match word {
        "tab" | "\t" | "\\t" => Ok(b'\t'),
        "," | ";" | "|" => Ok(word.as_bytes().first().copied().unwrap_or(b',')),
        _ => Err(text!("takes-a-comma-a-semicolon-or-tab").into()),
    }
}

/// How many refusals the answer holds; the report has all of them.
const SHOWN: usize = 100;
/// How many rows are shown as they were understood.
const PREVIEW: usize = 3;

pub(crate) fn import(session: &Session, command: ImportCommand) -> Result<Answer> {
    match command {
        ImportCommand::Csv(args) => csv(session, args),
        ImportCommand::Ics(args) => ics::ics(session, args),
        ImportCommand::Fhir(args) => fhir::fhir(session, args),
    }
}

fn csv(session: &Session, args: CsvArgs) -> Result<Answer> {
    let CsvArgs { kind, file, map, separator, for_all, how } = args;
    let for_all = Raw::typed(&for_all);
    let rows = Rows::new(open(&file)?, separator).map_err(|Problem { line, problem }| {
        Refusal::invalid("file", format!("{file}: {problem}"))
            .detail("line", i64::try_from(line).unwrap_or(0))
    })?;
    let plan = Plan::of(kind, rows.header(), &map, &for_all)?;
    let mut preview = Vec::new();
    let rows = rows.map(|Cells { line, cells }| {
        let wish = match cells {
            Ok(cells) => {
                let mut raw = plan.fields(cells);
                if preview.len() < PREVIEW {
                    preview.push(previewed(line, &raw));
                }
                raw.default_from(&for_all);
                Ok(wish(kind, raw))
            }
            Err(problem) => Err(Refusal::invalid("row", problem)),
        };
        Row { line, wish }
    });
    let tally = write(session, &how, rows)?;
    let columns = plan.columns.into_iter().map(|(column, field)| ImportColumn { column, field }).collect();
    let import = kind.into();
    Ok(imported(ImportedView { import, columns: Some(columns), preview: Some(preview), ..tally }))
}

fn wish(kind: Kind, raw: Raw) -> Wish {
    match kind {
        Kind::Patients => Wish::Patient(raw.patient()),
        Kind::Appointments => appointment(raw, None),
    }
}

/// An appointment whose key is the file's, or made of its name there, or of all that the row says.
fn appointment(raw: Raw, name: Option<String>) -> Wish {
    let mut row = raw.to_map();
    // The key is stored in clear, and even a hash would reveal a national ID to somebody who tries all IDs.
    row.remove("national_id");
    let row = Value::Object(row).to_string();
    let mut request = raw.import();
    request.source = request.source.or_else(|| Some("import".to_owned()));
    if request.idempotency_key.is_none() {
        let reference =
            request.external_reference_id.as_ref().map(|reference| format!("reference {reference}"));
        let said = name.or(reference).unwrap_or(row);
        request.idempotency_key = Some(import::key_of(&said));
    }
    Wish::Appointment(Box::new(request))
}

/// A row as it was understood; of a national ID only that there is one.
fn previewed(line: u64, raw: &Raw) -> ImportRow {
    let mut fields = raw.to_map();
    if let Some(id) = fields.get_mut("national_id") {
        *id = "****".into();
    }
    ImportRow { line, fields }
}

/// A file, or stdin for `-`.
pub(crate) fn open(path: &str) -> Result<Box<dyn Read>> {
    if path == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|problem| {
        unless_too_many(Refusal::invalid("file", text!("cant-be-read", path, problem)), &problem)
    })?;
    Ok(Box::new(file))
}

/// Writes the rows down: all of them or none where they are few, else batch by batch.
pub(crate) fn write(
    session: &Session,
    how: &HowArgs,
    rows: impl Iterator<Item = Row>,
) -> Result<ImportedView> {
    write_by(session, how, rows, SHARE)
}

/// The same with so many rows to a batch.
fn write_by(
    session: &Session,
    how: &HowArgs,
    mut rows: impl Iterator<Item = Row>,
    share: usize,
) -> Result<ImportedView> {
    let mut context = session.open_for(Words::default())?;
    context.store.expect_many();
    let mut report = Report::create(how.report.as_deref())?;
    // The names in a file must match exactly, not in part.
    context.env.exact = true;
    let progress = session.progress(&in_rows());
    let at_once = match (how.per_row, how.all_or_nothing) {
        (true, _) => 0,
        (false, true) => usize::MAX,
        (false, false) => WHOLE,
    };
    let first: Vec<Row> = rows.by_ref().take(at_once).collect();
    let next = if first.len() < at_once { None } else { rows.next() };
    let mut tally = ImportedView {
        dry_run: how.dry_run,
        all_or_nothing: !how.per_row && next.is_none(),
        columns: Some(Vec::new()),
        ..ImportedView::default()
    };
    let mode = match (how.dry_run, tally.all_or_nothing) {
        (true, _) => Mode::Rehearsal,
        (false, true) => Mode::Whole,
        (false, false) => Mode::Each,
    };
    let mut rest = first.into_iter().chain(next).chain(rows);
    let share = if tally.all_or_nothing { usize::MAX } else { share };
    // Write even an empty batch, so that access is checked for a file without rows.
    let mut batch: Vec<Row> = rest.by_ref().take(share).collect();
    loop {
        let answers = import::write(&mut context, &batch, mode).map_err(|refusal| {
            report.nothing_told(tally.rows);
            part_way(refusal, tally.rows)
        })?;
        let written =
            mode != Mode::Rehearsal && (mode == Mode::Each || answers.iter().all(std::result::Result::is_ok));
        tally.written |= written;
        for (row, answer) in batch.iter().zip(answers) {
            report.line(row.line, &answer, written)?;
            count(&mut tally, row.line, answer);
        }
        progress.set_position(tally.rows);
        batch = rest.by_ref().take(share).collect();
        if batch.is_empty() {
            break;
        }
    }
    progress.finish_and_clear();
    report.finish()?;
    Ok(tally)
}

fn count(tally: &mut ImportedView, line: u64, answer: Result<Outcome>) {
    tally.rows += 1;
    match answer {
        Ok(Outcome::Added) => tally.added += 1,
        Ok(Outcome::Updated) => tally.updated += 1,
        Ok(Outcome::Known) => tally.known += 1,
        Err(refusal) => {
            tally.refused += 1;
            if tally.refusals.len() < SHOWN {
                tally.refusals.push(error::json(&refusal, Some(line)));
            }
        }
    }
}

/// A refusal by the book itself, after so many rows that stand.
fn part_way(refusal: Refusal, rows: u64) -> Refusal {
    if rows == 0 {
        return refusal;
    }
    refusal
        .part_way(text!("the-rows-before-stand-nothing-after-them"))
        .detail("rows", i64::try_from(rows).unwrap_or(i64::MAX))
}

/// The answer of an import; that something was refused is bad news.
pub(crate) fn imported(view: ImportedView) -> Answer {
    let exit = if view.refused > 0 { Code::AppointmentConflict.exit() } else { 0 };
    Answer { exit, ..Answer::new(view, Face::Import) }
}

/// The file that tells of every row.
struct Report(Option<(BufWriter<File>, PathBuf)>);

impl Report {
    fn create(path: Option<&Path>) -> Result<Report> {
        let Some(path) = path else { return Ok(Report(None)) };
        // The report may hold names and phones: readable only by the owner, and never over an existing file.
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|problem| {
            let what = text!("cant-be-made", path = path.display(), problem);
            unless_too_many(Refusal::invalid("report", what), &problem)
        })?;
        Ok(Report(Some((BufWriter::new(file), path.to_owned()))))
    }

    /// Takes the file back where the import was refused before it told of a row: the same command works
    /// once the cause is gone.
    fn nothing_told(&self, rows: u64) {
        if let (Some((_, path)), 0) = (&self.0, rows) {
            // Ignore errors: the file is empty.
            let _ = std::fs::remove_file(path);
        }
    }

    fn line(&mut self, line: u64, answer: &Result<Outcome>, written: bool) -> Result<()> {
        let Some((file, _)) = &mut self.0 else { return Ok(()) };
        let value = match answer {
            Ok(outcome) => {
                let outcome = if written { outcome.as_str() } else { "not written" };
                json!({ "line": line, "outcome": outcome })
            }
            Err(refusal) => view::json(&error::json(refusal, Some(line))),
        };
        writeln!(file, "{}", json_line(&value)).map_err(|problem| unwritten(&problem))
    }

    fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), |(mut file, _)| file.flush().map_err(|problem| unwritten(&problem)))
    }
}

fn unwritten(problem: &io::Error) -> Refusal {
    Refusal::new(Code::StoreUnavailable, text!("the-report-cant-be-written", problem))
        .hint(text!("what-was-imported-stands-begin-again"))
}
