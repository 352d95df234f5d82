//! Access keys at work: who is let in to a clinic with `access: keys`, and who was turned away.
//!
//! A clinic is asked for through [`Env::desk`], so that is where a key is asked for: inside the
//! command's own transaction, each time anew. Where a clinic's access is open nothing is asked.

use crate::app::access::find;
use crate::app::{Context, Desk, Env};
use crate::domain::access::{Key, KeyStatus, Need, Scope, not_this_keys};
use crate::domain::record::{Clinic, Doctor, Patient};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::Access;
use crate::domain::time::Instant;
use crate::domain::waitlist::{Entry, Standing};
use crate::platform::config::KeySource;
use crate::platform::error::Result;
use crate::platform::secrets::key_hash;
use crate::store::appointments::list::{self, Filter};
use crate::store::audit::{self, Draft};
use crate::store::{Ending, Tx, directory, keys, waitlist};
use serde_json::json;
use std::cell::{OnceCell, RefCell};

/// How old the note of a key's last use may grow, in seconds.
const NOTED_FOR: i64 = 60;
/// Denials that say the same are written down once in so many seconds.
const DENIED_EVERY: i64 = 60;

/// What stands between a command and the clinics with `access: keys`.
pub struct Gate {
    need: Need,
    given: OnceCell<KeySource>,
    /// The hashes of the keys that were given.
    hashes: OnceCell<Vec<Vec<u8>>>,
    /// The key that was let in.
    let_in: RefCell<Option<Key>>,
    /// Who was turned away, from which clinic.
    turned_away: RefCell<Option<TurnedAway>>,
}

#[derive(Clone, Default)]
struct TurnedAway {
    clinic_id: Option<String>,
    key: Option<Key>,
}

impl Gate {
    /// The gate of a command that needs this.
    pub fn new(need: Need) -> Self {
        Gate {
            need,
            given: OnceCell::new(),
            hashes: OnceCell::new(),
            let_in: RefCell::default(),
            turned_away: RefCell::default(),
        }
    }

    /// Says where the key is that the caller presents. It is not read before a clinic asks for it.
    pub fn present(&self, key: KeySource) {
        // Told twice, it is the same.
        let _ = self.given.set(key);
    }

    /// Whether something is to be written down about this command's key or its refusal.
    pub fn has_news(&self, refusal: Option<&Refusal>, now: Instant) -> bool {
        match refusal {
            Some(refusal) if is_denial(refusal.code) => true,
            _ => self.let_in.borrow().as_ref().is_some_and(|key| is_stale(key, now)),
        }
    }

    /// Whether the refusal is of the command as a whole: no part of it will fare better.
    pub fn stops(&self, refusal: &Refusal) -> bool {
        refusal.code == Code::Unauthorized
            || (refusal.code == Code::InsufficientScope && self.let_in.borrow().is_none())
    }

    /// The hashes of the keys that are presented.
    pub fn hashes(&self) -> Result<&[Vec<u8>]> {
        if self.hashes.get().is_none() {
            let keys = self.given.get().map_or_else(|| Ok(Vec::new()), KeySource::read)?;
            let _ = self.hashes.set(keys.iter().map(|key| key_hash(key)).collect());
        }
        Ok(self.hashes.get().map_or(&[], Vec::as_slice))
    }

    /// Whether the caller may read what others wrote about appointments, and who they are for.
    pub fn shows_appointments(&self) -> bool {
        self.gives_leave(Scope::AppointmentsRead)
    }

    /// Whether the caller may read what is known of patients.
    pub fn shows_patients(&self) -> bool {
        self.gives_leave(Scope::PatientsRead)
    }

    fn gives_leave(&self, scope: Scope) -> bool {
        match self.let_in.borrow().as_ref() {
            Some(key) => key.require(scope).is_ok(),
            None => self.turned_away.borrow().is_none(),
        }
    }

    fn turn_away(&self, clinic_id: Option<&str>, key: Option<Key>) {
        // Of another clinic's key nothing is said.
        let key = key.filter(|key| clinic_id.is_none_or(|clinic_id| clinic_id == key.clinic_id));
        let clinic_id = clinic_id.map(str::to_owned).or_else(|| key.as_ref().map(|k| k.clinic_id.clone()));
        self.let_in.replace(None);
        self.turned_away.replace(Some(TurnedAway { clinic_id, key }));
    }
}

fn is_denial(code: Code) -> bool {
    matches!(code, Code::Unauthorized | Code::InsufficientScope | Code::Forbidden)
}

fn is_stale(key: &Key, now: Instant) -> bool {
    let unused = |last: Instant| !(0..NOTED_FOR).contains(&(now.unix() - last.unix()));
    key.last_used_at.is_none_or(unused)
}

fn is_locked(clinic: &Clinic) -> bool {
    clinic.settings.access == Access::Keys
}

impl Env {
    /// Lets the caller in to a clinic; answers the key that did, none where access is open.
    pub(crate) fn let_in(&self, tx: &mut Tx<'_>, clinic: &Clinic) -> Result<Option<Key>> {
        if !is_locked(clinic) {
            return Ok(None);
        }
        let key = self.presented(tx, Some(&clinic.id))?;
        let good = match key {
            Some(key) if key.clinic_id == clinic.id && key.status(self.now) == KeyStatus::Active => key,
            other => return Err(self.unauthorized(Some(&clinic.id), other)),
        };
        if let Err(refusal) = good.check(&self.gate.need) {
            self.gate.turn_away(Some(&clinic.id), Some(good));
            return Err(refusal);
        }
        let _ = self.key_actor.set(good.actor());
        self.gate.let_in.replace(Some(good.clone()));
        self.gate.turned_away.replace(None);
        Ok(Some(good))
    }

    /// The key that the caller presents, if the book knows it: of several the clinic's own.
    fn presented(&self, tx: &mut Tx<'_>, clinic_id: Option<&str>) -> Result<Option<Key>> {
        let hashes = self.gate.hashes().inspect_err(|_| self.gate.turn_away(clinic_id, None))?;
        let mut first = None;
        for hash in hashes {
            let key = keys::with_hash(tx, hash)?;
            if clinic_id.is_some() && key.as_ref().is_some_and(|key| clinic_id == Some(&key.clinic_id)) {
                return Ok(key);
            }
            first = first.or(key);
        }
        Ok(first)
    }

    fn unauthorized(&self, clinic_id: Option<&str>, key: Option<Key>) -> Refusal {
        let known = key.filter(|key| clinic_id == Some(key.clinic_id.as_str()));
        let given = self.gate.hashes().is_ok_and(|hashes| !hashes.is_empty());
        let message = match known.as_ref().map(|key| key.status(self.now)) {
            Some(KeyStatus::Expired) => text!("the-access-key-has-expired"),
            Some(KeyStatus::Revoked) => text!("the-access-key-was-revoked"),
            _ if given => text!("the-access-key-is-not-one-that-opens"),
            _ => text!("an-access-key-is-needed-here-and-none"),
        };
        self.gate.turn_away(clinic_id, known);
        Refusal::new(Code::Unauthorized, message).hint(text!("put-the-key-into-turno_key-or-into"))
    }

    /// Lets the caller do what concerns the book as a whole: of every clinic of it that has
    /// `access: keys` a key is needed.
    pub fn whole_book(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut clinics = directory::clinics(tx)?;
        clinics.retain(is_locked);
        for clinic in &clinics {
            let key = self.presented(tx, Some(&clinic.id))?;
            if key.is_none_or(|key| key.clinic_id != clinic.id) {
                let refusal = self.unauthorized(None, None);
                return Err(match clinics.len() {
                    1 => refusal,
                    _ => refusal.hint(text!("this-is-about-the-book-as-a-whole")),
                });
            }
            self.let_in(tx, clinic)?;
        }
        Ok(())
    }

    /// Those of the clinics that the caller may know of: the open ones, and the one of the key.
    pub fn visible(&self, tx: &mut Tx<'_>, clinics: Vec<Clinic>) -> Result<Vec<Clinic>> {
        if !clinics.iter().any(is_locked) {
            return Ok(clinics);
        }
        let mut seen = Vec::new();
        for clinic in clinics {
            let key = self.presented(tx, Some(&clinic.id))?;
            let good = |key: &Key| key.clinic_id == clinic.id && key.status(self.now) == KeyStatus::Active;
            if key.as_ref().is_some_and(good) {
                self.let_in(tx, &clinic)?;
                seen.push(clinic);
            } else if !is_locked(&clinic) {
                seen.push(clinic);
            }
        }
        if seen.is_empty() { Err(self.unauthorized(None, None)) } else { Ok(seen) }
    }

    /// The refusal of a clinic that is not there. Where one that is there would ask for a key, it
    /// reads like that one's: nobody learns which clinics a book has.
    pub(crate) fn no_such_clinic(&self, tx: &mut Tx<'_>, word: &str) -> Refusal {
        match directory::clinics(tx) {
            Ok(clinics) if clinics.iter().any(is_locked) => self.unauthorized(None, None),
            Ok(_) => Refusal::not_found("clinic", word),
            Err(problem) => problem.into(),
        }
    }
}

impl Desk {
    /// Refuses what the caller's key gives no leave for.
    pub fn require(&self, scope: Scope) -> Result<()> {
        self.key.as_ref().map_or(Ok(()), |key| key.require(scope))
    }

    /// Whether the caller may see the clinic's patients, beyond those of appointments that they see.
    pub fn shows_patients(&self) -> bool {
        self.own_doctor().is_none() && self.require(Scope::PatientsRead).is_ok()
    }

    /// The doctor whose appointments alone the caller acts on.
    pub fn own_doctor(&self) -> Option<&str> {
        self.key.as_ref().and_then(|key| key.doctor_id.as_deref())
    }

    /// Refuses appointments of another doctor, and those of none, where the caller has one.
    pub fn check_doctor(&self, doctor_id: Option<&str>) -> Result<()> {
        match self.own_doctor() {
            Some(own) if doctor_id != Some(own) => Err(not_this_keys()),
            _ => Ok(()),
        }
    }

    /// Whether the caller may reach a patient: a doctor's key reaches those who have or had an appointment
    /// with that doctor, or wait for one.
    pub fn reaches(&self, tx: &mut Tx<'_>, patient: &Patient) -> Result<bool> {
        let Some(own) = self.own_doctor() else { return Ok(true) };
        let kept = find::current(tx, self, patient.clone())?;
        let mut waits = waitlist::of_patient(tx, &patient.id)?;
        waits.extend(waitlist::of_patient(tx, &kept.id)?);
        let waits_for_own =
            |entry: &Entry| entry.status == Standing::Waiting && entry.doctor_id.as_deref() == Some(own);
        if waits.iter().any(waits_for_own) {
            return Ok(true);
        }
        let filter =
            Filter { patient_id: Some(kept.id), doctor_id: Some(own.to_owned()), ..Filter::default() };
        Ok(list::count(tx, &self.clinic.id, &filter)? > 0)
    }

    /// Whether the caller may change what is known of patients, and not only add to it. Their records are the clinic's: a
    /// doctor's key changes none.
    pub fn may_correct_patients(&self) -> bool {
        self.own_doctor().is_none() && self.require(Scope::PatientsWrite).is_ok()
    }

    /// The doctor that a question is about: the one that was named, or the caller's own.
    pub fn doctor_asked(
        &self,
        tx: &mut Tx<'_>,
        named: Option<&str>,
        find: impl Fn(&mut Tx<'_>, &Desk, &str) -> Result<Doctor>,
    ) -> Result<Option<Doctor>> {
        let found = named.or(self.own_doctor()).map(|word| find(tx, self, word)).transpose()?;
        if let Some(doctor) = &found {
            self.check_doctor(Some(&doctor.id))?;
        }
        Ok(found)
    }
}

/// Makes sure that somebody can get back in, before a clinic asks for keys or goes on doing so.
pub fn check_way_back(
    tx: &mut Tx<'_>,
    clinic: &Clinic,
    field: &str,
    except: Option<&str>,
    now: Instant,
) -> Result<()> {
    if !is_locked(clinic) {
        return Ok(());
    }
    let keys: Vec<Key> = directory::all(tx, &clinic.id, false)?;
    if keys.iter().any(|key| Some(key.id.as_str()) != except && key.opens_all(now)) {
        return Ok(());
    }
    Err(Refusal::invalid(field, text!("nobody-could-get-back-in-the-clinic-would"))
        .hint(text!("make-one-first-turno-key-create-name-n")))
}

/// Writes down that somebody was turned away. Denials that say the same are written once in a
/// minute, so that trying again fills no disk.
/// Where the book can't be written, the refusal stands all the same.
pub fn note_denial(context: &mut Context, refusal: &Refusal) -> Result<()> {
    if !is_denial(refusal.code) {
        return Ok(());
    }
    let Context { store, env } = context;
    let let_in = env.gate.let_in.borrow().clone();
    let TurnedAway { clinic_id, key } = match let_in {
        Some(key) => TurnedAway { clinic_id: Some(key.clinic_id.clone()), key: Some(key) },
        None => env.gate.turned_away.borrow().clone().unwrap_or_default(),
    };
    let said = json!({
        "command": env.gate.need.command,
        "code": refusal.code.as_str(),
        "key": key.as_ref().map(|key| &key.code),
    });
    let said = said.to_string();
    // A key that is good goes by its own name; anybody else by the one that they say.
    let known = key.as_ref().filter(|_| refusal.code != Code::Unauthorized).map(Key::actor);
    // By the caller's clock, which may be given: an entry of another minute, be it a later one, is no
    // reason to say nothing.
    let from = env.now.plus(-env.now.unix().rem_euclid(DENIED_EVERY));
    let minute = (from, from.plus(DENIED_EVERY));
    let is_said = |tx: &mut Tx<'_>| Ok(audit::said_between(tx, clinic_id.as_deref(), DENIED, &said, minute)?);
    // Who tries again and again holds up nobody who writes.
    if store.read(is_said)? {
        return Ok(());
    }
    store.write(Ending::Commit, |tx| {
        if is_said(tx)? {
            return Ok(());
        }
        let draft = Draft {
            at: env.now,
            actor: known.as_deref().unwrap_or_else(|| env.actor()),
            clinic_id: clinic_id.as_deref(),
            action: DENIED,
            kind: "key",
            record_id: key.as_ref().map_or("", |key| key.id.as_str()),
            note: None,
            before: None,
            after: Some(said.clone()),
        };
        env.log(tx, draft).map(|_| ())
    })
}

/// What the audit log calls it when somebody was turned away.
const DENIED: &str = "access.denied";

/// Notes when the key was last let in, at most once a minute.
/// Where the book can't be written, what the command did stands all the same.
pub fn note_use(context: &mut Context) -> Result<()> {
    let Context { store, env } = context;
    let key = env.gate.let_in.borrow().clone().filter(|key| is_stale(key, env.now));
    match key {
        Some(key) => store.write_in_clinic(Ending::Commit, |tx| Ok(keys::used(tx, &key.id, env.now)?)),
        None => Ok(()),
    }
}
