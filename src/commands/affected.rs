//! Shows the appointments that a change of the calendar affects before it is saved.

use crate::app::Context;
use crate::app::calendar::affected::{Care, Minded};
use crate::commands::answers::rows;
use crate::domain::appointment::Visit;
use crate::domain::refusal::Refusal;
use crate::input::prompts;
use crate::input::session::{Session, ending};
use crate::output::view::HitsView;
use crate::output::{Answer, Face, lists, table, view};
use crate::platform::error::Result;
use crate::store::Ending;
use clap::Args;
use serde_json::Value;

/// Makes the change, once whom it hits was shown: on a terminal that is a question, with a word on what
/// else there is.
pub(crate) fn minding<T>(
    session: &Session,
    context: &mut Context,
    (args, tip): (CareArgs, Option<&str>),
    change: impl Fn(&mut Context, Care<'_>) -> Result<Minded<T>>,
) -> Result<Minded<T>> {
    if args.dry_run || args.yes || !session.may_ask() {
        return change(context, Care { ending: ending(args.dry_run), agreed: None });
    }
    let would = change(context, Care { ending: Ending::Rollback, agreed: None })?;
    if !would.hits.is_empty() {
        let shown = rows(&lists::APPOINTMENTS, &views(session, &would.hits));
        session.printer.talk(&format!("{}:\n", sentence(would.hits.len())));
        session.printer.talk(&table::text(&shown, session.printer.color_talk));
        tip.into_iter().for_each(|tip| session.printer.hint(tip));
        if !prompts::agrees_or_leaves(session, text!("save-it"), false) {
            return Err(Refusal::invalid("yes", text!("was-not-said-nothing-was-saved")));
        }
    }
    let agreed: Vec<String> = would.hits.iter().map(|visit| visit.appointment.id.clone()).collect();
    change(context, Care { ending: Ending::Commit, agreed: Some(&agreed) })
}

/// The record as the answer, with the appointments that its change hits.
pub(crate) fn answer(session: &Session, record: Answer, hits: &[Visit], dry_run: bool) -> Answer {
    let value = view::with(record.value, &HitsView { appointments: views(session, hits) });
    let value = view::with(value, &view::dry_run(dry_run));
    let mut answer = Answer { face: Face::Minded, value, ..record };
    if !hits.is_empty() {
        answer = answer.hint(sentence(hits.len()));
    }
    if dry_run { answer.hint(text!("dry-run-nothing-was-written")) } else { answer }
}

fn sentence(count: usize) -> String {
    match count {
        1 => text!("this-hits-1-appointment-which-stays-until-you").to_owned(),
        count => text!("this-hits-appointments-which-stay-until-you-move", count),
    }
}

/// Who may not see whom appointments are for is not told of it here either.
pub(crate) fn views(session: &Session, hits: &[Visit]) -> Vec<Value> {
    let veil = if session.gate.shows_appointments() { |value| value } else { view::veiled };
    hits.iter().map(|visit| veil(view::json(&view::appointment(visit)))).collect()
}

/// What is done about the appointments that a change hits.
#[derive(Debug, Clone, Copy, Args)]
pub struct CareArgs {
    /// Tell whose appointments it hits, and save nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Save it without being asked, whoever it hits
    #[arg(long)]
    pub yes: bool,
}
