//! The audit log, the database itself, completions and the manual.

use crate::app::upkeep::{audit, backup as backups, check, copy, rezone};
use crate::app::when::When;
use crate::commands::answers::rows;
use crate::commands::privacy::{self, PurgeArgs, ScrubArgs};
use crate::commands::schema::SchemaArgs;
use crate::commands::{backup, completion, examples};
use crate::domain::refusal::{Code, Refusal};
use crate::input::session::{Ended, Session, Stop, ending, in_percent};
use crate::input::values;
use crate::output::outbox::{EntriesRead, PathView};
use crate::output::{Answer, Face, Format, lists, outbox, schema, view};
use crate::platform::error::Result;
use crate::store::check::Finding;
use crate::store::{Location, Store};
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use clap_complete::Shell;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// See who changed what, and when
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Show the newest entries
    Log(LogArgs),
    /// Hold every entry against the chain
    Verify {
        /// Compare every record with its last state in the log, too
        #[arg(long)]
        records: bool,
    },
}

/// `turno audit log`
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Of that record: an appointment's code, a patient's or another record's code, name or phone, or any id
    #[arg(long, value_name = "RECORD")]
    pub record: Option<String>,
    /// By that actor
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// Of that act, such as patient.shown, or of all acts on that kind of record, such as patient
    #[arg(long, value_name = "ACT")]
    pub action: Option<String>,
    /// Not before that day or moment
    #[arg(long, value_name = "T", value_parser = values::since)]
    pub since: Option<When>,
    /// Not after that day or moment
    #[arg(long, value_name = "T", value_parser = values::until)]
    pub until: Option<When>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: i64,
}

/// Look after the book: check, back up, restore, copy
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Print where the book is
    Path,
    /// Tell what the book is made of
    Info,
    /// Check that the book holds together
    Check,
    /// Copy a whole book into a place that holds none
    Copy(CopyArgs),
    /// Write the book as of one moment into a file, while others go on
    Backup(backup::BackupArgs),
    /// Put the book of a file in the place of this one, which is kept aside
    Restore(backup::RestoreArgs),
    /// Hold coming appointments against the zone rules of today: their wall clock stays
    Rezone {
        /// Tell what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Give the book a new secret: what is sealed and signed under the old one is written anew
    RotateSecret,
    /// Take out what is older than it has to be: visits, and patients without any
    Purge(PurgeArgs),
    /// Write anew what erasures have left in free pages: on a server, who reads has to wait meanwhile
    Scrub(ScrubArgs),
}

/// `turno db copy`
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The book to copy: a path or a postgres:// URL; --db plays no part
    #[arg(value_name = "FROM", value_parser = NonEmptyStringValueParser::new())]
    pub from: String,
    /// Where to: a file that is not there yet, or an empty database
    #[arg(value_name = "TO", value_parser = NonEmptyStringValueParser::new())]
    pub to: String,
}

/// Print a shell's completions
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Print the manual, or write its pages into a directory
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for each command into that directory
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

pub(crate) fn audit(session: &Session, command: AuditCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    match command {
        AuditCommand::Log(args) => {
            let env = &context.env;
            let desk = context.store.read(|tx| env.desk(tx))?;
            let (now, zone) = (desk.now(env), &desk.zone);
            let request = audit::LogRequest {
                record: args.record,
                actor: args.actor,
                action: args.action,
                since: args.since.map(|when| when.about(zone, now)),
                until: args.until.map(|when| when.about(zone, now)),
                limit: args.limit,
            };
            let (entries, zone) = audit::log(context, &request)?;
            let views: Vec<_> = entries.iter().map(|entry| outbox::entry(entry, &zone)).collect();
            Ok(Answer::new(view::list("entries", &views), Face::Log))
        }
        AuditCommand::Verify { records } => {
            let (entries, finding) = audit::verify(context)?;
            let mut findings: Vec<_> = finding.into_iter().collect();
            let mut read = EntriesRead { entries, records: None, records_in_part: None };
            let mut in_part = 0;
            if records {
                let compared = audit::compare(context)?;
                in_part = compared.in_part;
                (read.records, read.records_in_part) = (Some(compared.records), Some(in_part));
                findings.extend(compared.findings);
            }
            let value = view::json(&outbox::findings(&findings));
            let answer = found(view::with(value, &read), findings.is_empty());
            Ok(match in_part {
                0 => answer,
                _ => answer.hint(text!("of-records-the-log-tells-a-part", in_part)),
            })
        }
    }
}

pub(crate) fn db(session: &Session, command: &DbCommand) -> Result<Answer> {
    match command {
        DbCommand::Path => {
            let book = session.location()?;
            Ok(Answer::new(PathView { path: book.to_string() }, Face::Field("path")))
        }
        DbCommand::Info => {
            let info = check::info(&mut session.open()?)?;
            Ok(Answer::new(outbox::info(&info), Face::Record))
        }
        DbCommand::Check => {
            let findings = check::check(&mut session.open()?)?;
            if session.printer.format != Format::Json {
                let warnings = findings.iter().filter(|finding| finding.is_warning());
                warnings.for_each(|warning| session.printer.warning(&warning.message));
            }
            Ok(found(outbox::findings(&findings), findings.iter().all(Finding::is_warning)))
        }
        DbCommand::Copy(args) => copy_book(session, args),
        DbCommand::Purge(args) => privacy::purge(session, args),
        DbCommand::Scrub(args) => privacy::scrub(session, args),
        DbCommand::Backup(args) => backup::backup(session, args),
        DbCommand::Restore(args) => backup::restore(session, args),
        DbCommand::RotateSecret => backup::rotate_secret(session),
        DbCommand::Rezone { dry_run } => {
            let mut context = session.open()?;
            let found = rezone::rezone(&mut context, ending(*dry_run))?;
            let overlaps = found.iter().filter(|one| one.outcome == rezone::Outcome::Overlaps).count();
            let answer =
                Answer::new(crate::output::backup::rezoned(&found, *dry_run), Face::Rows(&lists::REZONED));
            Ok(match overlaps {
                0 => answer,
                some => answer.hint(text!("overlap-another-visit-of-their-doctor-now-tell", some)),
            })
        }
    }
}

fn copy_book(session: &Session, CopyArgs { from, to }: &CopyArgs) -> Result<Answer> {
    let env = session.env(session.config()?)?;
    let secrets = &env.secrets;
    let (from, to) = (Location::named(from)?, Location::named(to)?);
    copy::refuse_same(&from, &to)?;
    let place = from;
    let mut from = Store::open(&place)?;
    // Access is checked against the source, whatever --db is.
    let _ = session.book.set(place);
    from.read(|tx| env.whole_book(tx))?;
    // Read the source before creating the target, so that a failure leaves no file behind.
    let rows = copy::rows(&mut from)?;
    let mut to = Store::create(&to)?;
    let bar = session.progress(&in_percent());
    // Each row counts twice: it is written and read back.
    bar.set_length(2 * rows);
    let copied = copy::copy(&mut from, &mut to, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    let copied = copied?;
    backups::note(&mut from, &env, "book.copied", &copied.to);
    Ok(Answer::new(outbox::copied(&copied), Face::Record)
        .hint(match copy::opens_with(&mut from, secrets)? {
            true => text!("the-copy-opens-with-the-same-secret-file", path = secrets.path().display()),
            false => text!("the-copy-opens-with-the-secret-file").to_owned(),
        })
        .hint(text!("from-now-on-write-to-one")))
}

/// Findings are the result, not an error; the exit status tells that there are some.
fn found(findings: impl Serialize, ok: bool) -> Answer {
    let exit = if ok { 0 } else { Code::StoreCorrupt.exit() };
    Answer { exit, ..Answer::new(findings, Face::Findings) }
}

/// Lists the schemas, or prints one: for people over many lines, for programs on one.
pub(crate) fn schema(session: &Session, args: &SchemaArgs) -> Ended {
    let Some(name) = &args.name else {
        session.printer.answer(&rows(&schema::SCHEMAS, &schema::list(session.printer.format)))?;
        return Ok(0);
    };
    // The parser accepts only known names.
    let document = schema::document(name).unwrap_or_default();
    match session.printer.format {
        Format::Table => session.printer.raw(&format!("{document:#}\n"))?,
        Format::Json | Format::Csv => session.printer.answer(&Answer::new(document, Face::Json))?,
    }
    Ok(0)
}

pub(crate) fn completions(session: &Session, args: &CompletionsArgs) -> Ended {
    session.printer.raw(&completion::script(args.shell)?)?;
    Ok(0)
}

pub(crate) fn man(session: &Session, args: ManArgs) -> Ended {
    match args.dir {
        None => session.printer.raw(&page(crate::commands::command()).map_err(Stop::Output)?)?,
        Some(dir) => {
            let mut command = crate::commands::command();
            command.build();
            fs::create_dir_all(&dir)
                .and_then(|()| pages(&command, &dir))
                .map_err(|problem| Refusal::invalid("dir", format!("{}: {problem}", dir.display())))?;
        }
    }
    Ok(0)
}

/// Writes the page of a command and of those below it.
fn pages(command: &clap::Command, dir: &Path) -> std::io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        pages(inner, dir)?;
    }
    let name = clap_mangen::Man::new(command.clone()).get_filename();
    fs::write(dir.join(name), page(command.clone())?)
}

/// One page; examples have a section of their own, and their lines stay as they are.
fn page(command: clap::Command) -> std::io::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let Some((before, after)) = text.split_once(&format!(".SH EXTRA\n{}\n", examples::HEADING)) else {
        return Ok(text);
    };
    let (examples, rest) = match after.find("\n.SH ") {
        Some(end) => after.split_at(end + 1),
        None => (after, ""),
    };
    Ok(format!("{before}.SH EXAMPLES\n.nf\n{examples}.fi\n{rest}"))
}
