//! Access keys.

use crate::app::access::find;
use crate::app::access::gate::check_way_back;
use crate::app::calendar::closure::Bound;
use crate::app::records::{code, edit, free_code, required, solid};
use crate::app::{Context, Desk, Env};
use crate::domain::access::{Key, KeyStatus, Reach, Scope};
use crate::domain::record::Doctor;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::text;
use crate::domain::time::{Instant, add_days, midnight};
use crate::platform::error::Result;
use crate::platform::secrets::{key_hash, new_key};
use crate::store::{Ending, Tx, directory};
use zeroize::Zeroizing;

/// When a key expires, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// After a day, at an instant, or at a time on the clinic's wall clock.
    Until(Bound),
    /// After this many seconds.
    In(i64),
}

/// A key's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct KeyFields {
    /// The person or program that uses the key.
    pub name: Option<String>,
    /// Scopes; an entry may list several, separated by commas.
    pub scopes: Vec<String>,
    /// Restricts the key to this doctor's appointments.
    pub doctor: Option<String>,
    /// When it expires; default: never.
    pub expires: Option<Expiry>,
    /// The code.
    pub code: Option<String>,
}

/// A key with its doctor and its current status.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub key: Key,
    /// The doctor whose appointments it is restricted to.
    pub doctor: Option<Doctor>,
    /// Its current status.
    pub status: KeyStatus,
}

/// A key with its new secret, which is shown only once.
pub struct WithSecret {
    /// The key.
    pub key: KnownKey,
    /// The secret.
    pub secret: Zeroizing<String>,
    /// Scopes without effect on a doctor's key.
    pub idle: Vec<Scope>,
}

/// Creates a key.
pub fn create(context: &mut Context, fields: &KeyFields) -> Result<WithSecret> {
    let secret = new_key()?;
    let key = context.write(Ending::Commit, |tx, env, desk| {
        let mut problems = Problems::default();
        let name = required(&mut problems, "name", fields.name.as_ref(), text::short);
        let scopes = scopes(&mut problems, &fields.scopes);
        let given = solid(&mut problems, "code", fields.code.as_ref(), code);
        let expires_at = problems.take("expires", end(env, &desk, fields.expires)).flatten();
        problems.check()?;
        let doctor =
            fields.doctor.as_deref().map(|word| find::active::<Doctor>(tx, &desk, word)).transpose()?;
        let key = Key {
            id: env.new_id(),
            clinic_id: desk.clinic.id.clone(),
            code: free_code::<Key>(tx, &desk, given, None, "KEY")?,
            name: name.unwrap_or_default(),
            secret_hash: key_hash(&secret),
            scopes,
            sends_by_write: false,
            doctor_id: doctor.as_ref().map(|doctor| doctor.id.clone()),
            expires_at,
            last_used_at: None,
            revoked_at: None,
            active: true,
            created_at: env.now,
        };
        env.create(tx, Some(&desk.clinic.id), "key.created", &key)?;
        Ok(KnownKey { status: key.status(env.now), key, doctor })
    })?;
    let idle = idle(&key.key);
    Ok(WithSecret { key, secret, idle })
}

/// Parses the scopes; each is kept once.
fn scopes(problems: &mut Problems, words: &[String]) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = Vec::new();
    for word in words.iter().flat_map(|word| word.split(',')).map(str::trim) {
        match Scope::parse(word) {
            Ok(scope) if !scopes.contains(&scope) => scopes.push(scope),
            Ok(_) => {}
            Err(problem) => problems.add("scope", problem),
        }
    }
    if scopes.is_empty() {
        problems.add("scope", text!("is-required-what-the-key-may-do"));
    }
    scopes
}

/// The scopes of a doctor's key that no command open to such a key needs.
fn idle(key: &Key) -> Vec<Scope> {
    if key.doctor_id.is_none() {
        return Vec::new();
    }
    let of_use = |scope: &Scope| {
        crate::domain::access::MATRIX
            .iter()
            .any(|row| row.reach == Reach::Appointments && row.scope.is_some_and(|need| scope.implies(need)))
    };
    key.scopes.iter().copied().filter(|scope| !of_use(scope)).collect()
}

/// The instant at which a key expires; none: never.
fn end(env: &Env, desk: &Desk, expiry: Option<Expiry>) -> Result<Option<Instant>, String> {
    let end = match expiry {
        None | Some(Expiry::Never) => return Ok(None),
        Some(Expiry::In(seconds)) => env.now.plus(seconds),
        Some(Expiry::Until(Bound::Day(day))) => {
            desk.zone.latest(midnight(add_days(day.on(desk.today(env)), 1)))
        }
        Some(Expiry::Until(Bound::Wall(wall))) => desk.zone.latest(wall),
        Some(Expiry::Until(Bound::At(instant))) => instant,
    };
    if end <= env.now { Err(text!("is-over-already").into()) } else { Ok(Some(end)) }
}

/// Lists keys by code; with `revoked`, revoked ones too.
pub fn list(context: &mut Context, revoked: bool) -> Result<Vec<KnownKey>> {
    context.read(|tx, env, desk| {
        let keys: Vec<Key> = directory::all(tx, &desk.clinic.id, revoked)?;
        keys.into_iter().map(|key| known(tx, env, key)).collect()
    })
}

/// Returns a key, revoked or not.
pub fn show(context: &mut Context, word: &str) -> Result<KnownKey> {
    context.read(|tx, env, desk| {
        let key = find::exact(tx, &desk, word)?;
        known(tx, env, key)
    })
}

fn known(tx: &mut Tx<'_>, env: &Env, key: Key) -> Result<KnownKey> {
    let doctor = find::named_by(tx, &key.clinic_id, key.doctor_id.as_deref())?;
    Ok(KnownKey { status: key.status(env.now), key, doctor })
}

/// Revokes a key from this commit on; a revoked key stays as it is. Refused for the last admin key of a
/// clinic with `access: keys`.
pub fn revoke(context: &mut Context, word: &str) -> Result<KnownKey> {
    let key = edit(context, word, "key.revoked", |tx, env, desk, key: &mut Key| {
        if key.opens_all(env.now) {
            check_way_back(tx, &desk.clinic, "key", Some(&key.id), env.now)?;
        }
        if key.active {
            (key.active, key.revoked_at) = (false, Some(env.now));
        }
        Ok(())
    })?;
    with_doctor(context, key)
}

/// Gives a key a new secret; the old secret is invalid from this commit on.
pub fn rotate(context: &mut Context, word: &str, expires: Option<Expiry>) -> Result<WithSecret> {
    let secret = new_key()?;
    let key = edit(context, word, "key.rotated", |tx, env, desk, key: &mut Key| {
        let given = find::still_active(key)?;
        if expires.is_some() {
            key.expires_at =
                end(env, desk, expires).map_err(|problem| Refusal::invalid("expires", problem))?;
        }
        if given.opens_all(env.now)
            && let Some(end) =
                key.expires_at.filter(|end| given.expires_at.is_none_or(|before| *end < before))
        {
            // The new expiry must not leave the clinic without an admin key.
            check_way_back(tx, &desk.clinic, "expires", Some(&key.id), end)?;
        }
        if key.status(env.now) == KeyStatus::Expired {
            return Err(Refusal::invalid("expires", text!("is-over-already"))
                .hint(text!("say-until-when-the-new-secret-is-good")));
        }
        key.secret_hash = key_hash(&secret);
        Ok(())
    })?;
    let idle = idle(&key);
    Ok(WithSecret { key: with_doctor(context, key)?, secret, idle })
}

fn with_doctor(context: &mut Context, key: Key) -> Result<KnownKey> {
    let Context { store, env } = context;
    store.read(|tx| known(tx, env, key.clone()))
}
