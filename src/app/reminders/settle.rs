//! Saves results of messages, in short transactions.

use crate::app::reminders::pass::Pass;
use crate::app::reminders::report::Reader;
use crate::app::reminders::updates::Acts;
use crate::app::reminders::{Note, delivery_reports};
use crate::app::{Context, Env};
use crate::domain::record::Patient;
use crate::domain::refusal::Code;
use crate::platform::error::Result;
use crate::store::{Ending, Tx};

/// The actor of audit entries for what a provider reports to a sweep.
pub(crate) const ACTOR: &str = "sweep";
/// Retries of a save while the database is busy, ten seconds each: a result that is not saved means that the
/// message is sent again.
const STUBBORN: usize = 5;

impl<R: Reader> Pass<'_, R> {
    /// Applies updates that could not be saved before, then `acts`, in one short transaction; keeps all if it
    /// fails.
    pub(crate) fn write_down(&mut self, acts: Acts) -> Result<()> {
        self.unwritten.push_back(acts);
        self.unwritten.retain(|acts| !acts.is_empty());
        let Pass { context, unwritten, desk, .. } = self;
        if !unwritten.is_empty() {
            let named: Vec<&str> = unwritten.iter().flat_map(Acts::named).collect();
            write(context, |tx, env| {
                unwritten.iter().try_for_each(|acts| acts.apply_in(tx, env.time()))?;
                match named.is_empty() {
                    true => Ok(()),
                    false => delivery_reports::catch_up(tx, env, &desk.clinic, &named),
                }
            })?;
            unwritten.clear();
        }
        Ok(())
    }
}

/// Runs `work` in a short transaction; retries while the database is busy.
pub(crate) fn write<T>(
    context: &mut Context,
    mut work: impl FnMut(&mut Tx<'_>, &Env) -> Result<T>,
) -> Result<T> {
    let Context { store, env } = context;
    let mut tried = 0;
    loop {
        match store.write_in_clinic(Ending::Commit, |tx| work(tx, env)) {
            Err(refusal) if refusal.code == Code::StoreBusy && tried < STUBBORN => tried += 1,
            answer => return answer,
        }
    }
}

/// Records the patient's opt-out, as the provider reports it, and drops this message. The patient's other
/// messages are dropped when they are due.
pub(crate) fn opt_out(context: &mut Context, note: &Note, drop: &Acts, why: &str) -> Result<()> {
    let Context { store, env } = context;
    store.write_in_clinic(Ending::Commit, |tx| {
        let clinic_id = note.message.clinic_id.as_str();
        if let Some(before) = tx.by_id::<Patient>(clinic_id, &note.visit.patient.id)? {
            let after = Patient { opt_out: true, updated_at: env.now, ..before.clone() };
            if !before.opt_out {
                let words = ("patient.updated", Some(why));
                env.change_as(tx, ACTOR, Some(clinic_id), words, (&before, &after))?;
            }
        }
        drop.apply_in(tx, env.time())
    })
}
