//! Access keys: lets callers in to clinics with `access: keys` and records denials.
//!
//! [`Env::desk`] checks the key in each transaction of a command. Open clinics need no key.

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

/// Seconds until a key's last use is recorded again.
const NOTED_FOR: i64 = 60;
/// Seconds in which an identical denial is recorded only once.
const DENIED_EVERY: i64 = 60;

/// The access check of one command, for clinics with `access: keys`.
pub struct Gate {
    need: Need,
    given: OnceCell<KeySource>,
    /// Hashes of `given`, computed at the first use.
    hashes: OnceCell<Vec<Vec<u8>>>,
    /// The accepted key.
    let_in: RefCell<Option<Key>>,
    turned_away: RefCell<Option<TurnedAway>>,
}

#[derive(Clone, Default)]
struct TurnedAway {
    clinic_id: Option<String>,
    key: Option<Key>,
}

impl Gate {
    /// Creates the gate of a command that needs `need`.
    pub fn new(need: Need) -> Self {
        Gate {
            need,
            given: OnceCell::new(),
            hashes: OnceCell::new(),
            let_in: RefCell::default(),
            turned_away: RefCell::default(),
        }
    }

    /// Returns what the command needs.
    pub fn need(&self) -> &Need {
        &self.need
    }

    /// Sets the source of the caller's keys; the source is read when the first clinic requires a key.
    pub fn present(&self, key: KeySource) {
        // A second call is ignored.
        let _ = self.given.set(key);
    }

    /// Returns whether a denial or a use of a key must be recorded.
    pub fn has_news(&self, refusal: Option<&Refusal>, now: Instant) -> bool {
        match refusal {
            Some(refusal) if is_denial(refusal.code) => true,
            _ => self.let_in.borrow().as_ref().is_some_and(|key| is_stale(key, now)),
        }
    }

    /// Returns whether the refusal applies to the whole command, so that its other parts would fail too.
    pub fn stops(&self, refusal: &Refusal) -> bool {
        refusal.code == Code::Unauthorized
            || (refusal.code == Code::InsufficientScope && self.let_in.borrow().is_none())
    }

    /// Returns the hashes of the caller's keys.
    pub fn hashes(&self) -> Result<&[Vec<u8>]> {
        if self.hashes.get().is_none() {
            let keys = self.given.get().map_or_else(|| Ok(Vec::new()), KeySource::read)?;
            let _ = self.hashes.set(keys.iter().map(|key| key_hash(key)).collect());
        }
        Ok(self.hashes.get().map_or(&[], Vec::as_slice))
    }

    /// Returns whether the caller may read appointments, their notes and their patients' names.
    pub fn shows_appointments(&self) -> bool {
        self.gives_leave(Scope::AppointmentsRead)
    }

    /// Returns whether the caller may read patient records.
    pub fn shows_patients(&self) -> bool {
        self.gives_leave(Scope::PatientsRead)
    }

    /// Returns whether the caller may read patients' answers.
    pub fn shows_replies(&self) -> bool {
        self.gives_leave(Scope::RepliesRead)
    }

    fn gives_leave(&self, scope: Scope) -> bool {
        match self.let_in.borrow().as_ref() {
            Some(key) => key.require(scope).is_ok(),
            None => self.turned_away.borrow().is_none(),
        }
    }

    fn turn_away(&self, clinic_id: Option<&str>, key: Option<Key>) {
        // Do not record another clinic's key.
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
    /// Checks the caller's key for a clinic; returns the key, or `None` if access is open.
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

    /// Returns the stored key that matches one of the caller's keys, preferably a key of the clinic.
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

    /// Checks access for a command on the whole book: every clinic with `access: keys` needs a key.
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

    /// Returns the clinics that the caller may see: open ones and those of a valid key; refuses if there are
    /// none.
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

    /// Returns the refusal for an unknown clinic. If any clinic requires a key, the refusal reads like that
    /// for a missing key, so that callers cannot find out which clinics exist.
    pub(crate) fn no_such_clinic(&self, tx: &mut Tx<'_>, word: &str) -> Refusal {
        match directory::clinics(tx) {
            Ok(clinics) if clinics.iter().any(is_locked) => self.unauthorized(None, None),
            Ok(_) => Refusal::not_found("clinic", word),
            Err(problem) => problem.into(),
        }
    }
}

impl Desk {
    /// Refuses if the caller's key lacks the scope.
    pub fn require(&self, scope: Scope) -> Result<()> {
        self.key.as_ref().map_or(Ok(()), |key| key.require(scope))
    }

    /// Returns whether the caller may see all patients of the clinic, not only those of visible appointments.
    pub fn shows_patients(&self) -> bool {
        self.own_doctor().is_none() && self.require(Scope::PatientsRead).is_ok()
    }

    /// Returns the id of the doctor that the caller's key is limited to, if any.
    pub fn own_doctor(&self) -> Option<&str> {
        self.key.as_ref().and_then(|key| key.doctor_id.as_deref())
    }

    /// Refuses appointments of another or no doctor if the caller's key is limited to a doctor.
    pub fn check_doctor(&self, doctor_id: Option<&str>) -> Result<()> {
        match self.own_doctor() {
            Some(own) if doctor_id != Some(own) => Err(not_this_keys()),
            _ => Ok(()),
        }
    }

    /// Returns whether the caller may access a patient. A key limited to a doctor reaches patients who have
    /// or had an appointment with that doctor, or are on the waiting list for that doctor.
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

    /// Returns whether the caller may overwrite patient data and not only add to it; a key limited to a
    /// doctor may not.
    pub fn may_correct_patients(&self) -> bool {
        self.own_doctor().is_none() && self.require(Scope::PatientsWrite).is_ok()
    }

    /// Returns the doctor to filter by: the named one, else the one that the caller's key is limited to.
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

/// Refuses if no valid key but `except` could administer a clinic with `access: keys`.
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

/// Records a denial in the audit log. Identical denials are recorded once a minute, so that retries cannot
/// fill the disk. The caller ignores errors: the refusal is reported in any case.
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
    // A valid key is the actor; otherwise the actor is the name that the caller gives.
    let known = key.as_ref().filter(|_| refusal.code != Code::Unauthorized).map(Key::actor);
    // Search only this minute: `now` can be given, so entries may carry a later time.
    let from = env.now.plus(-env.now.unix().rem_euclid(DENIED_EVERY));
    let minute = (from, from.plus(DENIED_EVERY));
    let is_said = |tx: &mut Tx<'_>| Ok(audit::said_between(tx, clinic_id.as_deref(), DENIED, &said, minute)?);
    // Check in a read transaction first, so that retries do not wait for the write lock.
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

const DENIED: &str = "access.denied";

/// Records the use of the accepted key, at most once a minute. The caller ignores errors.
pub fn note_use(context: &mut Context) -> Result<()> {
    let Context { store, env } = context;
    let key = env.gate.let_in.borrow().clone().filter(|key| is_stale(key, env.now));
    match key {
        Some(key) => store.write_in_clinic(Ending::Commit, |tx| Ok(keys::used(tx, &key.id, env.now)?)),
        None => Ok(()),
    }
}
