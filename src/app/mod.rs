//! USE CASES: a request in, an outcome or a refusal out, each in one transaction.

pub mod agenda;
pub mod alternatives;
pub mod audit;
pub mod batch;
pub mod book;
pub mod change;
pub mod check;
pub mod copy;
pub mod find;
pub mod known;
pub mod list;
pub mod placing;
pub mod queue;
pub mod remind;
pub mod report;
pub mod reschedule;
pub mod setup;
pub mod slots;
pub mod status;
pub mod update;
pub mod webhook;
pub mod when;
pub mod why;

use crate::domain::ids;
use crate::domain::record::Clinic;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::settings::PRINT;
use crate::domain::time::{Instant, Zone};
use crate::error::Result;
use crate::secrets::{Secrets, random};
use crate::store::audit::{Draft, append, change, image};
use crate::store::record::Stored;
use crate::store::{Store, Tx, directory, meta};
use crate::zones::Zones;
use std::cell::{Cell, OnceCell};
use std::path::PathBuf;

/// What a use case works with: the book, and everything else.
pub struct Context {
    /// The book.
    pub store: Store,
    /// Everything else.
    pub env: Env,
}

/// Everything that a use case needs to know besides the book.
pub struct Env {
    /// Now; read once per command.
    pub now: Instant,
    /// The clinic that was named for this command.
    pub clinic: Option<String>,
    /// The branch that this workstation stands in, or that was named.
    pub branch: Option<String>,
    /// Zone rules.
    pub zones: Zones,
    /// The secret file.
    pub secrets: Secrets,
    /// Refuses the name of a channel that this workstation can't send by.
    pub check_channel: ChannelCheck,
    /// Where the clinics' own templates are.
    pub templates: Option<PathBuf>,
    /// Since when this command runs, on a clock that nobody sets.
    begun: std::time::Instant,
    actor: OnceCell<String>,
    secret_is_right: Cell<bool>,
}

/// Refuses the name of a channel that can't be sent by.
pub type ChannelCheck = Box<dyn Fn(&str) -> Result<()>>;

/// The clinic that a command works in.
pub struct Desk {
    /// The clinic.
    pub clinic: Clinic,
    /// The rules of its zone.
    pub zone: Zone,
}

impl Env {
    /// What a command knows at its start. Without a named actor it is the system's user.
    pub fn new(
        now: Instant,
        actor: Option<String>,
        clinic: Option<String>,
        branch: Option<String>,
        zones: Zones,
        secrets: Secrets,
    ) -> Self {
        let actor = actor.map_or_else(OnceCell::new, OnceCell::from);
        Env {
            now,
            clinic,
            branch,
            zones,
            secrets,
            check_channel: Box::new(only_print),
            templates: None,
            begun: std::time::Instant::now(),
            actor,
            secret_is_right: Cell::new(false),
        }
    }

    /// The time by now, for work that takes its time: what passed since the command's start is
    /// added to when it started.
    pub fn time(&self) -> Instant {
        self.now.plus(i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// Who is recorded in the audit log. The system is asked only when something is written.
    pub fn actor(&self) -> &str {
        self.actor.get_or_init(crate::config::system_user)
    }

    /// Makes sure that messages can be sent by each of these channels from this workstation.
    ///
    /// # Errors
    /// What is wrong with the first by which they can't, in words.
    pub fn check_channels(&self, names: &[String]) -> std::result::Result<(), String> {
        names.iter().try_for_each(|name| match (self.check_channel)(name) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(format!("takes no \"{name}\": {}", refusal.in_a_line())),
        })
    }

    /// A new id.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn new_id(&self) -> Result<String> {
        Ok(ids::new_id(self.now, random()?))
    }

    /// The clinic that this command works in: the one named, the chosen one, or the only one.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND` where there is none such, `AMBIGUOUS` where there are several.
    pub fn desk(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = match &self.clinic {
            Some(word) => directory::clinic(tx, word)?.ok_or_else(|| Refusal::not_found("clinic", word))?,
            None => self.usual_clinic(tx)?,
        };
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone })
    }

    fn usual_clinic(&self, tx: &mut Tx<'_>) -> Result<Clinic> {
        if let Some(id) = meta::get(tx, meta::CHOSEN_CLINIC)?
            && let Some(clinic) = directory::clinic(tx, &id)?
        {
            return Ok(clinic);
        }
        let mut clinics = directory::clinics(tx)?;
        match (clinics.pop(), clinics.len()) {
            (Some(only), 0) => Ok(only),
            (None, _) => Err(Refusal::new(Code::ResourceNotFound, "the book has no clinic yet")
                .hint("make one with `turno clinic add --name N --timezone TZ`")),
            (Some(last), _) => {
                clinics.push(last);
                let codes: Vec<Detail> =
                    clinics.into_iter().map(|clinic| Detail::Text(clinic.code)).collect();
                Err(Refusal::new(Code::Ambiguous, "the book has several clinics")
                    .detail("candidates", Detail::List(codes))
                    .hint("name one with --clinic, or choose one with `turno clinic use CODE`"))
            }
        }
    }

    /// The zone of a branch: its own, or the clinic's.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` where nobody knows it (any more).
    pub fn branch_zone(&self, desk: &Desk, branch: &crate::domain::record::Branch) -> Result<Zone> {
        branch.timezone.as_deref().map_or_else(|| Ok(desk.zone.clone()), |name| self.zones.get(name))
    }

    /// Writes a new record down, with its audit entry.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn create<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record: &T,
    ) -> Result<()> {
        tx.insert(record)?;
        self.log(tx, self.draft::<T>(clinic_id, action, record.id(), None, (None, Some(image(record)))))
    }

    /// Writes down what differs, with its audit entry. Answers whether anything did.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn change<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        note: Option<&str>,
        (before, after): (&T, &T),
    ) -> Result<bool> {
        self.change_as(tx, self.actor(), clinic_id, (action, note), (before, after))
    }

    /// The same in another's name: what a sweep learns is nobody's doing at this workstation.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn change_as<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        actor: &str,
        clinic_id: Option<&str>,
        (action, note): (&str, Option<&str>),
        (before, after): (&T, &T),
    ) -> Result<bool> {
        let Some((old, new)) = change(before, after) else { return Ok(false) };
        tx.update(before, after)?;
        let images = (Some(old), Some(new));
        let draft = self.draft::<T>(clinic_id, action, after.id(), note, images);
        self.log(tx, Draft { actor, ..draft })?;
        Ok(true)
    }

    /// Writes an audit entry for an act that changes no field of the record.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn note<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record_id: &str,
    ) -> Result<()> {
        self.log(tx, self.draft::<T>(clinic_id, action, record_id, None, (None, None)))
    }

    fn draft<'a, T: Stored>(
        &'a self,
        clinic_id: Option<&'a str>,
        action: &'a str,
        record_id: &'a str,
        note: Option<&'a str>,
        (before, after): (Option<String>, Option<String>),
    ) -> Draft<'a> {
        Draft {
            at: self.now,
            actor: self.actor(),
            clinic_id,
            action,
            kind: T::KIND,
            record_id,
            note,
            before,
            after,
        }
    }

    fn log(&self, tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<()> {
        self.check_secret(tx)?;
        let key = self.secrets.audit_key()?;
        Ok(append(tx, &draft, |bytes| key.sign(bytes))?)
    }

    /// Makes sure, once per command, that the secret file is the one that the book was made with.
    ///
    /// # Errors
    /// `STORE_UNAVAILABLE` where it is missing or another one.
    pub fn check_secret(&self, tx: &mut Tx<'_>) -> Result<()> {
        if self.secret_is_right.get() {
            return Ok(());
        }
        let own = self.secrets.fingerprint()?;
        match meta::get(tx, meta::SECRET_CHECK)? {
            Some(noted) if noted != own => {
                let file = self.secrets.path().display();
                return Err(Refusal::new(
                    Code::StoreUnavailable,
                    format!("the secret file {file} is not the one that this book was made with"),
                )
                .hint("name the right one with TURNO_SECRET_FILE"));
            }
            Some(_) => self.secret_is_right.set(true),
            // Not known to last yet: the next change looks again.
            None => meta::set(tx, meta::SECRET_CHECK, &own)?,
        }
        Ok(())
    }
}

/// A workstation without a configuration prints.
fn only_print(name: &str) -> Result<()> {
    if name == PRINT {
        Ok(())
    } else {
        Err(Refusal::invalid("channels", format!("there is no channel \"{name}\"")))
    }
}
