//! Fake channels, and a desk with a book that its sweeps run on.

use crate::app::reminders::orders::Orders;
use crate::app::reminders::report::{Reader, Swept, Tally};
use crate::app::reminders::sweep::{start, sweep};
use crate::app::{Context, Env};
use crate::delivery::channel::{Channel, Letter, Outcome};
use crate::delivery::{Opener, Ways};
use crate::domain::appointment::Appointment;
use crate::domain::fixtures::at;
use crate::domain::record::Clinic;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::MessageStatus;
use crate::platform::error::Result;
use crate::platform::secrets::Secrets;
use crate::platform::zones::Zones;
use crate::store::Ending;
use crate::store::fixtures::far::{Fails, far};
use crate::store::fixtures::{Folder, Shelf, change, reminder, visit};
use crate::store::outbox::Message;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

/// The outcome of a letter on a fake channel.
pub(super) type Mood = dyn Fn(&Letter) -> Outcome + Send + Sync;

/// A channel that records the ids of its letters.
pub(super) struct Fake {
    pub(super) mood: Box<Mood>,
    pub(super) given: Mutex<Vec<String>>,
}

impl Fake {
    pub(super) fn given(&self) -> Vec<String> {
        self.given.lock().unwrap().clone()
    }
}

pub(super) struct Handle(Arc<Fake>);

impl Channel for Handle {
    fn send(&self, letter: &Letter) -> Outcome {
        self.0.given.lock().unwrap().push(letter.message_id.clone());
        (self.0.mood)(letter)
    }
}

/// Fake channels by name.
#[derive(Default)]
pub(super) struct Fakes(BTreeMap<String, Arc<Fake>>);

impl Fakes {
    pub(super) fn with(
        mut self,
        name: &str,
        mood: impl Fn(&Letter) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        self.0.insert(name.into(), Arc::new(Fake { mood: Box::new(mood), given: Mutex::default() }));
        self
    }

    pub(super) fn given(&self, name: &str) -> Vec<String> {
        self.0[name].given()
    }
}

impl Opener for Fakes {
    fn open(&self, name: &str) -> Result<Box<dyn Channel>> {
        let known = self.0.get(name).ok_or_else(|| Refusal::invalid("channels", "there is none such"))?;
        Ok(Box::new(Handle(Arc::clone(known))))
    }

    fn is_mail(&self, _: &str) -> bool {
        false
    }
}

/// A reader that fails after `enough` results.
pub(super) struct Kept {
    pub(super) swept: Vec<Swept>,
    pub(super) enough: usize,
    pub(super) along: bool,
}

impl Reader for Kept {
    type Problem = Refusal;

    fn reads_along(&self) -> bool {
        self.along
    }

    fn take(&mut self, swept: &[Swept]) -> Result<()> {
        if self.swept.len() + swept.len() > self.enough {
            return Err(Refusal::new(Code::Internal, "the reader is gone"));
        }
        self.swept.extend(swept.iter().cloned());
        Ok(())
    }

    fn warn(&mut self, _: &str) {}
}

/// A clinic with visits of Rosa's at 14:00, each with a reminder at 12:00.
pub(super) struct Desk {
    pub(super) context: Context,
    pub(super) _shelf: Shelf<Folder>,
    pub(super) folder: tempfile::TempDir,
}

impl Desk {
    pub(super) fn open(channels: &str, visits: usize) -> Desk {
        let (shelf, store) = Shelf::<Folder>::with_clinic().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::new(folder.path().join("secret.key"));
        secrets.make().unwrap();
        let now = at("2026-06-15T12:00:00-06:00");
        let env = Env::new(now, Some("desk".into()), Some("clinic".into()), None, Zones::new(None), secrets);
        let mut desk = Desk { context: Context { store, env }, _shelf: shelf, folder };
        desk.edit("clinic", |clinic: &mut Clinic| {
            clinic.settings.set("reminder_channels", channels).unwrap()
        });
        desk.context
            .store
            .write(Ending::Commit, |tx| {
                for n in 0..visits {
                    let id = format!("v{n:04}");
                    // Overbooked, so that the visits may overlap.
                    let visit = Appointment { overbooked: true, ..visit(&id, "14:00", "14:30") };
                    tx.insert(&visit)?;
                    tx.insert(&reminder(&format!("m{n:04}"), &id, "12:00"))?;
                }
                Ok(())
            })
            .unwrap();
        desk
    }

    pub(super) fn edit<T: crate::store::record::Stored + Clone>(
        &mut self,
        id: &str,
        edit: impl FnOnce(&mut T),
    ) {
        let before: T = self
            .context
            .store
            .read(|tx| Ok(tx.select::<T>("WHERE id = ?1", crate::store::params![id])?.remove(0)))
            .unwrap();
        let mut after = before.clone();
        edit(&mut after);
        change(&mut self.context.store, &before, &after).unwrap();
    }

    pub(super) fn at(&mut self, time: &str) {
        self.context.env.now = at(&format!("2026-06-15T{time}-06:00"));
    }

    pub(super) fn run(
        &mut self,
        fakes: &Fakes,
        workers: usize,
        reader: &mut impl Reader<Problem = Refusal>,
    ) -> Result<Tally> {
        let ways = Ways::new(fakes);
        let orders = Orders { ways: &ways, workers, limit: None };
        let start = start(&mut self.context)?;
        sweep(&mut self.context, start, &orders, reader, |_| Ok(()))
    }

    /// The same clinic with a far-away database; also returns the number of waits and the statement to fail.
    pub(super) fn far_away(mut self) -> (Desk, Arc<AtomicUsize>, Fails) {
        let Context { store, env } = self.context;
        let (store, waits, fails) = far(store);
        self.context = Context { store, env };
        (self, waits, fails)
    }

    pub(super) fn sweep(&mut self, fakes: &Fakes, workers: usize) -> (Tally, Vec<Swept>) {
        let mut reader = Kept { swept: Vec::new(), enough: usize::MAX, along: true };
        let tally = self.run(fakes, workers, &mut reader).unwrap();
        (tally, reader.swept)
    }

    pub(super) fn message(&mut self, id: &str) -> Message {
        self.context.store.read(|tx| Ok(tx.by_id("clinic", id)?)).unwrap().unwrap()
    }

    pub(super) fn count(&mut self, status: MessageStatus) -> usize {
        let all = |tx: &mut crate::store::Tx<'_>| Ok(tx.select::<Message>("", &[])?);
        let all = self.context.store.read(all).unwrap();
        all.into_iter().filter(|message| message.status == status && message.lease.is_none()).count()
    }
}
