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
pub mod replies;
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

/// What a use case works with: the store and everything else.
pub struct Context {
    /// The book's store.
    pub store: Store,
    /// Everything else.
    pub env: Env,
}

/// Everything that a use case needs besides the store.
pub struct Env {
    /// The time of the command; read once.
    pub now: Instant,
    /// The clinic that was named for this command.
    pub clinic: Option<String>,
    /// The branch of this workstation, or the one named for this command.
    pub branch: Option<String>,
    /// Time zone rules.
    pub zones: Zones,
    /// The secret file.
    pub secrets: Secrets,
    /// Refuses a channel that this workstation cannot send by.
    pub check_channel: ChannelCheck,
    /// Returns whether a channel sends e-mail and not to a phone.
    pub is_mail: MailCheck,
    /// The directory of the clinics' own templates.
    pub templates: Option<PathBuf>,
    /// Start of the command on a monotonic clock.
    begun: std::time::Instant,
    ids: ContextV7,
    /// Random seed of the command's generated codes.
    seed: OnceCell<[u8; 16]>,
    actor: OnceCell<String>,
    /// The actor according to the accepted key; overrides `actor`.
    key_actor: OnceCell<String>,
    /// The access check for clinics with `access: keys`.
    pub gate: Rc<Gate>,
    /// Who acts in the place of the caller, while a patient's answer is followed.
    acting: Cell<Option<&'static str>>,
    secret_is_right: Cell<bool>,
    /// Whether `now` was given and not read from the system clock.
    pub now_is_given: bool,
    /// Warnings to print after the result.
    pub warnings: Rc<RefCell<Vec<String>>>,
    /// Whether records are found only by full id, code or name, as programs use them; people may type a part.
    pub exact: bool,
    /// Whether a person at a terminal is asked before an appointment that was found by name is changed.
    pub confirms: bool,
}

impl Context {
    /// Runs `work` in a read transaction in the command's clinic.
    fn read<T>(&mut self, mut work: impl FnMut(&mut Tx<'_>, &Env, Desk) -> Result<T>) -> Result<T> {
        let Context { store, env } = self;
        store.read(|tx| {
            let desk = env.desk(tx)?;
            work(tx, env, desk)
        })
    }

    /// Runs `work` in a write transaction in the command's clinic; see [`Store::write_in_clinic`].
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

/// Refuses a channel that cannot be used.
pub type ChannelCheck = Box<dyn Fn(&str) -> Result<()>>;

/// Returns whether a channel sends e-mail.
pub type MailCheck = Box<dyn Fn(&str) -> bool>;

/// The clinic that a command works in.
pub struct Desk {
    /// The clinic.
    pub clinic: Clinic,
    /// The clinic's time zone.
    pub zone: Zone,
    /// The accepted key; `None` if access is open.
    pub key: Option<Key>,
    /// As [`Env::exact`].
    pub exact: bool,
}

impl Desk {
    /// Returns the command's time and how the clinic writes dates.
    pub fn now(&self, env: &Env) -> Now {
        Now { at: env.now, month_first: self.clinic.settings.writes_month_first() }
    }

    /// Returns today's date at the clinic.
    pub fn today(&self, env: &Env) -> Today {
        self.now(env).today(&self.zone)
    }
}

impl Env {
    /// Creates the environment; without `actor`, the actor is the system's user.
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
            // Until the command is known, require the `admin` scope.
            gate: Rc::new(Gate::new(Need::of("", |_| false))),
            acting: Cell::new(None),
            secret_is_right: Cell::new(false),
            now_is_given: true,
            warnings: Rc::default(),
            exact: true,
            confirms: false,
        }
    }

    /// Returns the current time, for long work: `now` plus the time since the command's start.
    pub fn time(&self) -> Instant {
        self.now.plus(i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// Returns the actor for the audit log: the accepted key, else the name that the caller gives, else the
    /// system's user, who is looked up only when needed.
    pub fn actor(&self) -> &str {
        if let Some(acting) = self.acting.get() {
            return acting;
        }
        self.key_actor.get().unwrap_or_else(|| self.actor.get_or_init(crate::platform::config::system_user))
    }

    /// Runs `work` with another actor in the audit log.
    pub(crate) fn acting_as<T>(&self, actor: &'static str, work: impl FnOnce() -> T) -> T {
        let before = self.acting.replace(Some(actor));
        let done = work();
        self.acting.set(before);
        done
    }

    /// Checks that this workstation can send by each of these channels.
    pub fn check_channels(&self, names: &[String]) -> Result<(), String> {
        names.iter().try_for_each(|name| match (self.check_channel)(name) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(text!("takes-no", name, in_a_line = refusal.in_a_line())),
        })
    }

    /// Returns a new UUIDv7. Ids of one command sort in order of creation, so that its rows are close
    /// together in the indexes.
    pub fn new_id(&self) -> String {
        let seconds = u64::try_from(self.now.unix()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(&self.ids, seconds, 0)).to_string()
    }

    /// Generates a code from `purpose` and `draw`. A rerun of the work gives the same code, so that queries
    /// about the code can be prefetched.
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

    /// Returns the clinic that this command works in (the named, the chosen or the only one) and checks the
    /// caller's access to it.
    pub fn desk(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        tx.work_in(&clinic.id)?;
        let key = self.let_in(tx, &clinic)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key, exact: self.exact })
    }

    /// Like [`Env::desk`] without the access check, for work that began with one: a running sweep, or showing
    /// what was done.
    pub fn desk_unasked(&self, tx: &mut Tx<'_>) -> Result<Desk> {
        let clinic = self.usual_clinic(tx)?;
        tx.work_in(&clinic.id)?;
        let zone = self.zones.get(&clinic.settings.timezone)?;
        Ok(Desk { clinic, zone, key: None, exact: self.exact })
    }

    /// Finds a clinic and checks the caller's access to it.
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

    /// Returns a branch's time zone: its own, or the clinic's.
    pub fn branch_zone(&self, desk: &Desk, branch: &crate::domain::record::Branch) -> Result<Zone> {
        branch.timezone.as_deref().map_or_else(|| Ok(desk.zone.clone()), |name| self.zones.get(name))
    }
}

/// Accepts only `print`: no other channel works without configuration.
fn only_print(name: &str) -> Result<()> {
    if name == PRINT { Ok(()) } else { Err(Refusal::invalid("channels", text!("there-is-no-channel", name))) }
}
