//! Clinics and their settings.

use crate::app::access::gate::check_way_back;
use crate::app::calendar::branch::zone;
use crate::app::records::required;
use crate::app::{Context, Env};
use crate::domain::phone;
use crate::domain::record::{Branch, Clinic};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::settings::{Access, KEYS, Settings};
use crate::domain::text::{self, fold};
use crate::locale::plain;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, directory, meta};

/// A new clinic.
#[derive(Debug, Clone, Default)]
pub struct ClinicRequest {
    /// The name that patients see.
    pub name: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// ISO 3166 country code; default: the zone's.
    pub country: Option<String>,
    /// The code; default: made from the name.
    pub code: Option<String>,
}

/// Creates the first clinic of a new database, and makes it the default.
pub fn init(context: &mut Context, request: &ClinicRequest) -> Result<Clinic> {
    let Context { store, env } = context;
    let path = store.location().to_string();
    // Check before creating a secret that would not belong to this database.
    store.read(|tx| refuse_second(tx, &path))?;
    env.secrets.make()?;
    store.write(Ending::Commit, |tx| {
        refuse_second(tx, &path)?;
        let clinic = add_in(tx, env, request)?;
        meta::set(tx, meta::CHOSEN_CLINIC, &clinic.id)?;
        Ok(clinic)
    })
}

fn refuse_second(tx: &mut Tx<'_>, path: &str) -> Result<()> {
    match directory::clinics(tx)?.first() {
        None => Ok(()),
        Some(clinic) => Err(Refusal::invalid(
            "db",
            match clinic.settings.access {
                Access::Open => text!("holds-the-clinic-already", path, code = clinic.code),
                // The code is not shown to callers without a key.
                Access::Keys => text!("holds-a-clinic-already", path),
            },
        )
        .hint(text!("to-work-with-it-here-copy-secret-key"))),
    }
}

/// Adds a clinic with its branch `main`.
pub fn add(context: &mut Context, request: &ClinicRequest) -> Result<Clinic> {
    let Context { store, env } = context;
    store.write(Ending::Commit, |tx| {
        env.whole_book(tx)?;
        add_in(tx, env, request)
    })
}

/// Validates a request before anything is created.
pub fn check(env: &Env, request: &ClinicRequest) -> Result<()> {
    shape(env, request).map(|_| ())
}

fn shape(env: &Env, request: &ClinicRequest) -> Result<(String, Settings, Option<String>)> {
    let mut problems = Problems::default();
    let name = required(&mut problems, "name", request.name.as_ref(), text::short);
    let timezone = required(&mut problems, "timezone", request.timezone.as_ref(), |word| zone(env, word));
    let mut settings = Settings::new(timezone.as_deref().unwrap_or("UTC"));
    if let Some(country) = &request.country {
        problems.take("country", set_country(&mut settings, country));
    }
    let code = problems.take_opt("code", request.code.as_deref().map(crate::app::records::code));
    problems.check()?;
    Ok((name.unwrap_or_default(), settings, code))
}

fn set_country(settings: &mut Settings, country: &str) -> Result<(), String> {
    settings.set("country", country)?;
    match &settings.country {
        Some(known) if !phone::knows_country(known) => Err(text!("is-not-a-country-such-as-sv", country)),
        _ => Ok(()),
    }
}

pub(crate) fn add_in(tx: &mut Tx<'_>, env: &Env, request: &ClinicRequest) -> Result<Clinic> {
    let (name, settings, code) = shape(env, request)?;
    let code = free_code(tx, code, &name)?;
    let clinic = Clinic { id: env.new_id(), code, name, settings, created_at: env.now };
    env.create(tx, Some(&clinic.id), "clinic.added", &clinic)?;
    let branch = Branch {
        id: env.new_id(),
        clinic_id: clinic.id.clone(),
        code: "main".into(),
        name: clinic.name.clone(),
        timezone: None,
        active: true,
        created_at: env.now,
    };
    env.create(tx, Some(&clinic.id), "branch.added", &branch)?;
    Ok(clinic)
}

fn free_code(tx: &mut Tx<'_>, given: Option<String>, name: &str) -> Result<String> {
    if let Some(code) = given {
        return match directory::clinic(tx, &code)? {
            Some(_) => Err(Refusal::invalid("code", text!("is-another-clinics", code))),
            None => Ok(code),
        };
    }
    let slug = fold(name)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(4)
        .collect::<Vec<_>>()
        .join("-");
    let slug = if slug.is_empty() { "clinic".to_owned() } else { slug };
    let mut code = slug.clone();
    let mut number = 2;
    while directory::clinic(tx, &code)?.is_some() {
        code = format!("{slug}-{number}");
        number += 1;
    }
    Ok(code)
}

/// Lists the clinics that the caller may see, and the id of the default one.
pub fn list(context: &mut Context) -> Result<(Vec<Clinic>, Option<String>)> {
    let Context { store, env } = context;
    store.read(|tx| {
        let clinics = directory::clinics(tx)?;
        let clinics = env.visible(tx, clinics)?;
        Ok((clinics, env.desk_unasked(tx).ok().map(|desk| desk.clinic.id)))
    })
}

/// Returns the clinic named by `word`, else the one that this command works in.
pub fn show(context: &mut Context, word: Option<&str>) -> Result<Clinic> {
    let Context { store, env } = context;
    store.read(|tx| match word {
        Some(word) => env.clinic_of(tx, word),
        None => Ok(env.desk(tx)?.clinic),
    })
}

/// Sets the clinic that commands work in by default.
pub fn choose(context: &mut Context, word: &str) -> Result<Clinic> {
    let Context { store, env } = context;
    store.write(Ending::Commit, |tx| {
        let clinic = env.clinic_of(tx, word)?;
        if clinic.settings.access == Access::Open {
            // The default that is replaced may be a clinic that requires keys.
            env.whole_book(tx)?;
        }
        if meta::get(tx, meta::CHOSEN_CLINIC)?.as_ref() != Some(&clinic.id) {
            meta::set(tx, meta::CHOSEN_CLINIC, &clinic.id)?;
            env.note::<Clinic>(tx, Some(&clinic.id), "clinic.chosen", &clinic.id)?;
        }
        Ok(clinic)
    })
}

/// Changes one setting of the clinic that this command works in.
pub fn set(context: &mut Context, key: &str, value: &str) -> Result<Clinic> {
    let Context { store, env } = context;
    store.write(Ending::Commit, |tx| {
        let before = env.desk(tx)?.clinic;
        let mut after = before.clone();
        take(env, &mut after, key, value).map_err(|problem| {
            let takes = KEYS.iter().find(|(name, _)| *name == key).map(|(_, takes)| *takes);
            let refusal = Refusal::invalid(key, problem);
            match takes {
                Some(takes) => refusal.hint(text!("takes-value", key, takes = plain(takes))),
                None => match likely(key, KEYS.iter().map(|(name, _)| *name)) {
                    Some(name) => refusal.detail("did_you_mean", name).hint(text!(
                        "did-you-mean-turno-clinic-set",
                        name,
                        value
                    )),
                    None => refusal.hint(text!("turno-clinic-show-lists-the-settings")),
                },
            }
        })?;
        check_way_back(tx, &after, key, None, env.now)?;
        env.change(tx, Some(&after.id), "clinic.updated", None, (&before, &after))?;
        Ok(after)
    })
}

/// Changes a setting or the name, after the checks that need more than the settings.
pub(crate) fn take(env: &Env, clinic: &mut Clinic, key: &str, value: &str) -> Result<(), String> {
    match key {
        "name" => text::short(value).map(|name| clinic.name = name),
        "timezone" => match env.zones.get(value.trim()) {
            Ok(zone) => clinic.settings.set(key, zone.name()),
            Err(_) => Err(text!("is-not-an-iana-time-zone-2", name = value)),
        },
        "country" => set_country(&mut clinic.settings, value),
        "reminder_channels" => clinic
            .settings
            .set(key, value)
            .and_then(|()| env.check_channels(&clinic.settings.reminder_channels)),
        _ => clinic.settings.set(key, value),
    }
}

fn likely<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // The same threshold as in the argument parser's suggestions.
    const NEAR: f64 = 0.7;
    let likeness = |name: &str| strsim::jaro(&word.to_lowercase().replace('-', "_"), name);
    names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > NEAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}
