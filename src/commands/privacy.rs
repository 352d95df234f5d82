//! Export, merge and erasure of patients' data, and its deletion by age.

use crate::app::Context;
use crate::app::patients::privacy::merge::Merged;
use crate::app::patients::privacy::{erase, export, merge, purge, scrub};
use crate::commands::export::Target;
use crate::domain::age::Age;
use crate::domain::refusal::{Code, Refusal};
use crate::formats::appointment::True;
use crate::input::session::{Session, in_percent};
use crate::input::{pick, prompts};
use crate::output::privacy::Sealed;
use crate::output::{Answer, Face, json_line, privacy, table, view};
use crate::platform::atomic_file;
use crate::platform::atomic_file::Over;
use crate::platform::error::Result;
use crate::store::Ending;
use crate::store::engine::Scrub;
use clap::Args;

/// Writes down all that is held of a person: JSON whatever the format, as it is for programs and
/// archives.
pub(crate) fn export(context: &mut Context, args: &ExportArgs) -> Result<Answer> {
    let Some(path) = &args.target.out else {
        let export = export::export(context, &args.patient)?;
        return Ok(Answer::new(privacy::export(&export), Face::Json));
    };
    let over = if args.target.force { Over::Export } else { Over::Nothing };
    atomic_file::refuse_taken(path, over)?;
    let export = export::export(context, &args.patient)?;
    atomic_file::write(path, (json_line(&privacy::export(&export)) + "\n").as_bytes(), over)?;
    Ok(Answer::new(privacy::exported(&export, path), Face::Record)
        .hint(text!("the-file-holds-everything-in-clear-hand")))
}

/// Makes one of two records, takes that back, or makes it final.
pub(crate) fn merge(session: &Session, context: &mut Context, args: &MergeArgs) -> Result<Answer> {
    let zone = crate::commands::answers::clinic_zone(context)?;
    let answer = |merged: &Merged, dry_run: bool| {
        let veil = !session.gate.shows_patients();
        let value = view::json(&privacy::merged(merged, &zone, veil));
        Answer::new(view::with(value, &view::dry_run(dry_run)), Face::Merge)
    };
    if let Some(word) = &args.undo {
        return Ok(answer(&merge::undo(context, word)?, false));
    }
    if let Some(word) = &args.seal {
        let answer = answer(&merge::seal(context, word)?, false);
        let value = view::with(answer.value, &Sealed { sealed: Some(True) });
        return Ok(Answer { value, ..answer });
    }
    let (kept, other) =
        (args.kept.as_deref().unwrap_or_default(), args.merged.as_deref().unwrap_or_default());
    if args.dry_run || (!args.force && session.may_ask()) {
        let would = merge::merge(context, kept, other, Ending::Rollback)?;
        merge::note_shown(context, &would)?;
        if args.dry_run {
            return Ok(answer(&would, true));
        }
        session.printer.talk(&table::text(&answer(&would, false), session.printer.color_talk));
        if !prompts::agrees_or_leaves(session, text!("make-one-of-them"), false) {
            return Err(Refusal::invalid("force", text!("was-not-confirmed-nothing-was-changed")));
        }
    }
    let merged = merge::merge(context, kept, other, Ending::Commit)?;
    let code = &merged.merged.patient.code;
    Ok(answer(&merged, false).hint(text!("turno-patient-merge-undo-takes-it-back-seal", code)))
}

/// Takes a person out of the book, once that is confirmed.
pub(crate) fn erase(session: &Session, context: &mut Context, args: &EraseArgs) -> Result<Answer> {
    if args.dry_run {
        let would = erase::erase(context, &args.patient, Ending::Rollback)?;
        return Ok(Answer::new(privacy::erased(&would, None), Face::Record));
    }
    // Finish an earlier erasure first, even if this one is then refused.
    let _ = scrub::finish(context)?;
    if !args.force {
        let would = erase::erase(context, &args.patient, Ending::Rollback)?;
        if would.changed {
            let gone = &would.gone;
            let what = text!(
                "patient-name-phone-e-mail-and-national-id",
                code = would.patient.code,
                visits = gone.visits,
                messages = gone.companions.messages,
                events = gone.companions.events,
                entries = gone.entries
            );
            confirm(session, &what, &would.patient.code)?;
        }
    }
    let erased = erase::erase(context, &args.patient, Ending::Commit)?;
    pick::done(session);
    let (scrubbed, hints) = finish(session, context)?;
    let answer = Answer::new(privacy::erased(&erased, Some(scrubbed)), Face::Record);
    Ok(hints.into_iter().fold(answer, Answer::hint))
}

/// Takes out what is older than it has to be, once that is confirmed.
pub(crate) fn purge(session: &Session, args: &PurgeArgs) -> Result<Answer> {
    let context = &mut session.open()?;
    if args.dry_run {
        let would = purge::rehearse(context, args.older_than)?;
        return Ok(Answer::new(privacy::purged(&would, None), Face::Record));
    }
    let _ = scrub::finish(context)?;
    let would = purge::rehearse(context, args.older_than)?;
    if !args.force {
        let gone = &would.gone;
        let what = text!(
            "clinic-visits-that-ended-before-with-messages",
            clinic = would.clinic,
            visits = gone.visits,
            before = would.zone.rfc3339(would.before),
            messages = gone.companions.messages,
            events = gone.companions.events,
            patients = would.patients
        );
        confirm(session, &what, &would.clinic)?;
    }
    let bar = session.progress(&in_percent());
    bar.set_length(would.gone.visits);
    let purged = purge::purge(context, args.older_than, &|visits| bar.set_position(visits));
    bar.finish_and_clear();
    let purged = purged?;
    pick::done(session);
    let (scrubbed, hints) = finish(session, context)?;
    let answer = Answer::new(privacy::purged(&purged, Some(scrubbed)), Face::Record);
    Ok(hints.into_iter().fold(answer, Answer::hint))
}

/// Writes the book anew after erasures, once it is confirmed that its readers wait.
pub(crate) fn scrub(session: &Session, args: &ScrubArgs) -> Result<Answer> {
    let context = &mut session.open()?;
    let pending = scrub::pending(context)?;
    if args.dry_run {
        return Ok(Answer::new(privacy::scrubbed(pending.as_ref(), None), Face::Record));
    }
    if let Some(largest) = pending.as_ref().and_then(|pending| pending.locked.first())
        && !args.force
    {
        if !session.may_ask() {
            return Err(Refusal::invalid("force", text!("is-required-who-reads-has-to-wait"))
                .hint(text!("dry-run-shows-which-tables-force-lets")));
        }
        let tables: Vec<_> =
            pending.iter().flat_map(|pending| &pending.locked).map(|locked| locked.table.as_str()).collect();
        session.printer.warning(&text!(
            "who-reads-or-writes-a-table-waits-while",
            tables = tables.join(", "),
            largest = largest.table,
            seconds = privacy::wait_seconds(largest)
        ));
        if !prompts::agrees_or_leaves(session, text!("write-them-anew"), false) {
            return Err(Refusal::invalid("force", text!("was-not-confirmed-nothing-was-changed")));
        }
    }
    let scrub = scrub::run(context)?;
    if let Scrub::Waits(why) = scrub {
        return Err(Refusal::new(Code::StoreBusy, text!("what-was-erased-may-still-be-in-free", why)));
    }
    let answer = Answer::new(privacy::scrubbed(pending.as_ref(), Some(true)), Face::Record);
    Ok(beyond(context, &scrub).into_iter().fold(answer, Answer::hint))
}

/// Says what will go, and lets it go on only for who types that word.
fn confirm(session: &Session, what: &str, word: &str) -> Result<()> {
    let unconfirmed = |problem: &str| {
        Refusal::invalid("force", problem.to_owned()).hint(text!("dry-run-shows-what-would-go-force-lets"))
    };
    if !session.may_ask() {
        return Err(unconfirmed(text!("is-required-what-goes-cant-be-brought-back")));
    }
    session.printer.warning(what);
    if prompts::types(word) { Ok(()) } else { Err(unconfirmed(text!("or-the-code-typed"))) }
}

/// Writes the book anew, where that can be done at once. What stands in the way is a warning: what was erased
/// is erased all the same.
fn finish(session: &Session, context: &mut Context) -> Result<(bool, Vec<String>)> {
    let mut hints = vec![text!("backups-and-copies-of-the-book-hold-what").to_owned()];
    let Some(scrub) = scrub::finish(context)? else {
        hints.push(text!("the-servers-tables-still-hold-what-was-taken-out").to_owned());
        return Ok((false, hints));
    };
    if let Scrub::Waits(why) = &scrub {
        session.printer.warning(&text!("what-was-erased-may-still-be-in-free", why));
    }
    hints.extend(beyond(context, &scrub));
    Ok((!matches!(scrub, Scrub::Waits(_)), hints))
}

/// What no scrub of ours reaches.
fn beyond(context: &Context, scrub: &Scrub) -> Vec<String> {
    let mut hints = Vec::new();
    if context.store.location().is_server() {
        hints.push(text!("the-servers-own-write-ahead-log-and-backups").to_owned());
    }
    if *scrub == Scrub::ButSamples {
        hints.push(text!("the-servers-samples-of-columns-may-hold-some").to_owned());
    }
    hints
}

/// `turno db purge`
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// What ended longer ago than that: 10y, 18mo, 52w or 90d
    #[arg(long, value_name = "AGE", value_parser = Age::parse)]
    pub older_than: Age,
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
    /// Say what would go, and leave it
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
}

/// `turno db scrub`
#[derive(Debug, Args)]
pub struct ScrubArgs {
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
    /// Say which tables keep readers out and for how long, about, and leave them
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
}

/// `turno patient erase`
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// Which one: id, code, name or phone
    #[arg(value_name = "PATIENT")]
    pub patient: String,
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
    /// Say what would go, and leave it
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
}

/// `turno patient export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Which one: id, code, name or phone
    #[arg(value_name = "PATIENT")]
    pub patient: String,
    /// Where it goes.
    #[command(flatten)]
    pub target: Target,
}

/// `turno patient merge`
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The record to keep: id, code, name or phone
    #[arg(value_name = "KEPT", required_unless_present_any = ["undo", "seal"])]
    pub kept: Option<String>,
    /// The record that is the same person
    #[arg(value_name = "OTHER", required_unless_present_any = ["undo", "seal"])]
    pub merged: Option<String>,
    /// Take the merge of that record back
    #[arg(long, value_name = "OTHER", conflicts_with_all = ["kept", "merged", "seal", "dry_run"])]
    pub undo: Option<String>,
    /// Make the merge of that record final
    #[arg(long, value_name = "OTHER", conflicts_with_all = ["kept", "merged", "dry_run"])]
    pub seal: Option<String>,
    /// Show what would become of them, and leave it
    #[arg(long, conflicts_with = "force")]
    pub dry_run: bool,
    /// Without asking
    #[arg(long, visible_alias = "yes")]
    pub force: bool,
}
