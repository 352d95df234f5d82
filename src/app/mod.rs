//! USE CASES: a request in, an outcome or a refusal out, each in one transaction.

pub mod access;
pub mod agenda;
pub mod alternatives;
pub mod asking;
pub mod audit;
pub mod backup;
pub mod batch;
pub mod book;
pub mod change;
pub mod check;
pub mod copy;
pub mod find;
pub mod known;
pub mod list;
pub mod placing;
pub mod privacy;
pub mod queue;
pub mod remind;
pub mod report;
pub mod reschedule;
pub mod restore;
pub mod rezone;
pub mod setup;
pub mod slots;
pub mod status;
pub mod update;
pub mod webhook;
pub mod when;
pub mod why;

use crate::domain::access::{Key, Need, claimed_actor};
use crate::domain::ids;
use crate::domain::record::Clinic;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::settings::PRINT;
use crate::domain::time::{Instant, Zone};
use crate::error::Result;
use crate::secrets::{Secrets, hex, random};
use crate::store::audit::{Draft, append, change, image, last};
use crate::store::record::Stored;
use crate::store::{Store, Tx, directory, meta};
use crate::zones::Zones;
use access::Gate;
use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

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
    /// The actor where a key was asked for; none of the caller's saying.
    key_actor: OnceCell<String>,
    /// What stands between this command and the clinics with `access: keys`.
    pub gate: Rc<Gate>,
    secret_is_right: Cell<bool>,
    /// Whether now was given, and not read from the system's clock.
    pub now_is_given: bool,
    /// What is to be said once the answer is.
    pub warnings: Rc<RefCell<Vec<String>>>,
}

/// Refuses the name of a channel that can't be sent by.
pub type ChannelCheck = Box<dyn Fn(&str) -> Result<()>>;

/// The clinic that a command works in.
pub struct Desk {
    /// The clinic.
    pub clinic: Clinic,
    /// The rules of its zone.
    pub zone: Zone,
    /// The key that was let in; none where access is open.
    pub key: Option<Key>,
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
        let actor = actor.map(claimed_actor).map_or_else(OnceCell::new, OnceCell::from);
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
            key_actor: OnceCell::new(),
            // Until somebody says what the command needs, it needs everything.
            gate: Rc::new(Gate::new(Need::of("", |_| false))),
            secret_is_right: Cell::new(false),
            now_is_given: true,
            warnings: Rc::default(),
        }
    }

    /// The time by now, for work that takes its time: what passed since the command's start is
    /// added to when it started.
    pub fn time(&self) -> Instant {
        self.now.plus(i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// Who is recorded in the audit log: the key that was let in, else who the caller says they are,
    /// else the system's user, which is asked only when something is written.
    pub fn actor(&self) -> &str {
        self.key_actor.get().unwrap_or_else(|| self.actor.get_or_init(crate::config::system_user))
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

    /// The clinic that this command works in: the one named, the chosen one, or the only one. With
    /// `access: keys` the caller must be let in.
    ///
    /// # Errors
    /// `RESOURCE_NOT_FOUND` where there is none such, `AMBIGUOUS` where there are several;
    /// `UNAUTHORIZED`, `INSUFFICIENT_SCOPE` and `FORBIDDEN` where the caller is not let in.
    pub fn desk(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        let key = self.let_in(tx, &clinic)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key })
    }

    /// The same once more, for the rest of what was begun when the caller was let in: a sweep that
    /// is under way, and showing what was done.
    ///
    /// # Errors
    /// As [`Env::desk`], but nobody is asked for a key.
    pub fn desk_unasked(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key: None })
    }

    /// The clinic of that word, to which the caller must be let in.
    ///
    /// # Errors
    /// As [`Env::desk`].
    pub fn clinic_of(&self, tx: &mut Tx<'_>, word: &str) -> Result<Clinic> {
        let clinic = self.find_clinic(tx, word)?;
        self.let_in(tx, &clinic)?;
        Ok(clinic)
    }

    fn find_clinic(&self, tx: &mut Tx<'_>, word: &str) -> Result<Clinic> {
        match directory::clinic(tx, word)? {
            Some(clinic) => Ok(clinic),
            None => Err(self.no_such_clinic(tx, word)),
        }
    }

    fn usual_clinic(&self, tx: &mut Tx<'_>) -> Result<Clinic> {
        if let Some(word) = &self.clinic {
            return self.find_clinic(tx, word);
        }
        if let Some(id) = meta::get(tx, meta::CHOSEN_CLINIC)?
            && let Some(clinic) = directory::clinic(tx, &id)?
        {
            return Ok(clinic);
        }
        let clinics = directory::clinics(tx)?;
        let mut clinics = self.visible(tx, clinics)?;
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
        self.log(tx, self.draft::<T>(clinic_id, action, record.id(), None, (None, Some(image(record)))))?;
        Ok(())
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
        self.log(tx, self.draft::<T>(clinic_id, action, record_id, None, (None, None)))?;
        Ok(())
    }

    /// Writes an audit entry for an act that is told by facts of its own (a JSON object) and not by
    /// the fields of the record. Answers its place in the log.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn note_facts<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record_id: &str,
        facts: String,
    ) -> Result<i64> {
        self.log(tx, self.draft::<T>(clinic_id, action, record_id, None, (None, Some(facts))))
    }

    /// Writes an audit entry for an act on the book as a whole.
    ///
    /// # Errors
    /// When the book refuses it.
    pub fn note_book(&self, tx: &mut Tx<'_>, action: &str, note: &str) -> Result<()> {
        let (kind, record_id, note) = ("book", "book", Some(note));
        let (at, actor) = (self.now, self.actor());
        self.log(
            tx,
            Draft { at, actor, clinic_id: None, action, kind, record_id, note, before: None, after: None },
        )?;
        Ok(())
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

    fn log(&self, tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<i64> {
        if !tx.has_entry() {
            // A book that was restored meanwhile may be one of another secret.
            self.secret_is_right.set(false);
            self.mind_the_clock(tx)?;
        }
        self.check_secret(tx)?;
        let key = self.secrets.audit_key()?;
        let salt = hex(&random::<16>()?);
        Ok(append(tx, &draft, &salt, |bytes| key.sign(bytes))?)
    }

    /// Says so where the system's clock is behind the book: such a change is not written silently. It
    /// is written, though: one wrong entry must not lock a clinic out. A time that was given is taken at
    /// its word.
    fn mind_the_clock(&self, tx: &mut Tx<'_>) -> Result<()> {
        const TOLERATED: i64 = 60;
        if self.now_is_given {
            return Ok(());
        }
        if let Some((_, newest)) = last(tx)? {
            let behind = newest.unix() - self.time().unix();
            if behind > TOLERATED {
                self.warn(format!(
                    "the clock is {} behind the book's newest entry; if it is wrong, set it, and look at `turno audit log`",
                    roughly(behind)
                ));
            }
        }
        Ok(())
    }

    /// Keeps words that are said once the answer is.
    pub fn warn(&self, words: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&words) {
            warnings.push(words);
        }
    }

    /// Makes sure, once per transaction, that the secret file is the one that the book was made with.
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

/// A length of time in words, of seconds.
fn roughly(seconds: i64) -> String {
    match seconds / 60 {
        minutes @ ..120 => format!("{minutes} minutes"),
        minutes @ ..2880 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / 1440),
    }
}
