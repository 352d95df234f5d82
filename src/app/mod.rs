//! Use cases: a request in, an outcome or a refusal out, each in one transaction.

pub mod access;
mod audited_writes;
pub mod booking;
pub mod calendar;
pub mod change;
pub mod exchange;
pub mod paging;
pub mod patients;
pub mod records;
pub mod reminders;
pub mod upkeep;
pub mod waitlist;
pub mod when;

use crate::domain::access::{Key, Need, claimed_actor};
use crate::domain::ids;
use crate::domain::record::Clinic;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::settings::PRINT;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::platform::secrets::{Secrets, fingerprint, random};
use crate::platform::zones::Zones;
use crate::store::{Ending, Store, Tx, directory, meta};
use access::gate::Gate;
use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use uuid::{ContextV7, Timestamp, Uuid};
use when::{Now, Today};

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
    /// Whether a channel reaches patients by mail, and not at their phones.
    pub is_mail: MailCheck,
    /// Where the clinics' own templates are.
    pub templates: Option<PathBuf>,
    /// Since when this command runs, on a clock that nobody sets.
    begun: std::time::Instant,
    ids: ContextV7,
    /// What this command's codes are made of.
    seed: OnceCell<[u8; 16]>,
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
    /// Records go by their whole names alone, as what a program sends does; a person may say a part.
    pub exact: bool,
}

impl Context {
    /// Reads in the command's clinic.
    fn read<T>(&mut self, mut work: impl FnMut(&mut Tx<'_>, &Env, Desk) -> Result<T>) -> Result<T> {
        let Context { store, env } = self;
        store.read(|tx| {
            let desk = env.desk(tx)?;
            work(tx, env, desk)
        })
    }

    /// Writes in the command's clinic, as [`Store::write_in_clinic`] does.
    fn write<T>(
        &mut self,
        ending: Ending,
        mut work: impl FnMut(&mut Tx<'_>, &Env, Desk) -> Result<T>,
    ) -> Result<T> {
        let Context { store, env } = self;
        store.write_in_clinic(ending, |tx| {
            let desk = env.desk(tx)?;
            work(tx, env, desk)
        })
    }
}

/// Refuses the name of a channel that can't be sent by.
pub type ChannelCheck = Box<dyn Fn(&str) -> Result<()>>;

/// Tells channels of mail from the others.
pub type MailCheck = Box<dyn Fn(&str) -> bool>;

/// The clinic that a command works in.
pub struct Desk {
    /// The clinic.
    pub clinic: Clinic,
    /// The rules of its zone.
    pub zone: Zone,
    /// The key that was let in; none where access is open.
    pub key: Option<Key>,
    /// Records go by their whole names alone.
    pub exact: bool,
}

impl Desk {
    /// The command's moment, as days that are said are read in this clinic.
    pub fn now(&self, env: &Env) -> Now {
        Now { at: env.now, month_first: self.clinic.settings.writes_month_first() }
    }

    /// Today at the clinic.
    pub fn today(&self, env: &Env) -> Today {
        self.now(env).today(&self.zone)
    }
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
            is_mail: Box::new(|_| false),
            templates: None,
            begun: std::time::Instant::now(),
            ids: ContextV7::new(),
            seed: OnceCell::new(),
            actor,
            key_actor: OnceCell::new(),
            // Until somebody says what the command needs, it needs everything.
            gate: Rc::new(Gate::new(Need::of("", |_| false))),
            secret_is_right: Cell::new(false),
            now_is_given: true,
            warnings: Rc::default(),
            exact: true,
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
        self.key_actor.get().unwrap_or_else(|| self.actor.get_or_init(crate::platform::config::system_user))
    }

    /// Makes sure that messages can be sent by each of these channels from this workstation.
    pub fn check_channels(&self, names: &[String]) -> Result<(), String> {
        names.iter().try_for_each(|name| match (self.check_channel)(name) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(text!("takes-no", name, in_a_line = refusal.in_a_line())),
        })
    }

    /// A new id: those of one command sort in the order they are made in, so that what a stream of bookings
    /// writes lies side by side in the indexes.
    pub fn new_id(&self) -> String {
        let seconds = u64::try_from(self.now.unix()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(&self.ids, seconds, 0)).to_string()
    }

    /// A code made up for that purpose, another one at each draw; the same where the work is run again, so that what
    /// it asks about it can be foreseen.
    pub fn new_code(&self, purpose: &str, draw: u32) -> Result<String> {
        let seed = match self.seed.get() {
            Some(seed) => seed,
            None => {
                let seed = random()?;
                self.seed.get_or_init(|| seed)
            }
        };
        let made = fingerprint(&format!("{seed:?} {draw} {purpose}"));
        // A fingerprint has 64 hexadecimal digits.
        let drawn = u64::from_str_radix(&made[..16], 16).unwrap_or_default();
        Ok(ids::new_code(drawn.to_le_bytes()))
    }

    /// The clinic that this command works in: the one named, the chosen one, or the only one. With
    /// `access: keys` the caller must be let in.
    pub fn desk(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        tx.work_in(&clinic.id)?;
        let key = self.let_in(tx, &clinic)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key, exact: self.exact })
    }

    /// The same once more, for the rest of what was begun when the caller was let in: a sweep that
    /// is under way, and showing what was done.
    pub fn desk_unasked(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        tx.work_in(&clinic.id)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key: None, exact: self.exact })
    }

    /// The clinic of that word, to which the caller must be let in.
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
        if let Some(clinic) = directory::clinic_of(tx, meta::CHOSEN_CLINIC)? {
            return Ok(clinic);
        }
        let clinics = directory::clinics(tx)?;
        let mut clinics = self.visible(tx, clinics)?;
        match (clinics.pop(), clinics.len()) {
            (Some(only), 0) => Ok(only),
            (None, _) => Err(Refusal::new(Code::ResourceNotFound, text!("the-book-has-no-clinic-yet"))
                .hint(text!("make-one-with-turno-clinic-add-name-n"))),
            (Some(last), _) => {
                clinics.push(last);
                let codes: Vec<Detail> =
                    clinics.into_iter().map(|clinic| Detail::Text(clinic.code)).collect();
                Err(Refusal::new(Code::Ambiguous, text!("the-book-has-several-clinics"))
                    .detail("candidates", Detail::List(codes))
                    .hint(text!("name-one-with-clinic-or-choose-one")))
            }
        }
    }

    /// The zone of a branch: its own, or the clinic's.
    pub fn branch_zone(&self, desk: &Desk, branch: &crate::domain::record::Branch) -> Result<Zone> {
        branch.timezone.as_deref().map_or_else(|| Ok(desk.zone.clone()), |name| self.zones.get(name))
    }
}

/// A workstation without a configuration prints.
fn only_print(name: &str) -> Result<()> {
    if name == PRINT { Ok(()) } else { Err(Refusal::invalid("channels", text!("there-is-no-channel", name))) }
}
