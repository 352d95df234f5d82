//! Webhook endpoints.

use crate::app::exchange::webhook::{OLD_SECRET, SECRET};
use crate::app::records::{code, edit, free_code, solid};
use crate::app::{Context, Env};
use crate::delivery::webhook::signature::secret_text;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::time::parse_duration;
use crate::domain::webhook::{Event, Webhook, url};
use crate::platform::error::Result;
use crate::platform::secrets::random;
use crate::store::{Ending, deliveries};
use zeroize::Zeroizing;

/// Default time for which the old secret also signs after a rotation, in seconds.
const OVERLAP: i64 = 86_400;
/// Maximum of that time, in seconds.
const LONGEST_OVERLAP: i64 = 30 * 86_400;

/// An endpoint's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct WebhookFields {
    /// The URL that receives events.
    pub url: Option<String>,
    /// Event filter; `all` for every event. Empty: all, or unchanged.
    pub events: Vec<String>,
    /// Whether events carry ids only instead of the whole appointment.
    pub thin: Option<bool>,
    /// Whether private addresses are allowed.
    pub allow_private: Option<bool>,
    /// The code.
    pub code: Option<String>,
    /// Whether it is enabled.
    pub enabled: Option<bool>,
}

/// An endpoint with its new secret, which is shown only once.
pub struct WithSecret {
    /// The endpoint.
    pub webhook: Webhook,
    /// The secret.
    pub secret: Zeroizing<String>,
}

/// Applies the given fields except the code.
fn take(problems: &mut Problems, fields: &WebhookFields, webhook: &mut Webhook) {
    webhook.thin = fields.thin.unwrap_or(webhook.thin);
    webhook.allow_private = fields.allow_private.unwrap_or(webhook.allow_private);
    let given = fields.url.as_deref().unwrap_or(&webhook.url);
    // Validated also if only `allow_private` changes.
    match url(given, webhook.allow_private) {
        Ok(url) => webhook.url = url,
        Err(problem) => problems.add("url", problem),
    }
    if !fields.events.is_empty() {
        webhook.events = events(problems, &fields.events);
    }
}

/// Parses the event filter, each event once; an empty list means all.
fn events(problems: &mut Problems, words: &[String]) -> Vec<Event> {
    let mut events = Vec::new();
    let mut unknown = Vec::new();
    let mut all = false;
    for word in words.iter().flat_map(|word| word.split(',')).map(str::trim) {
        match Event::parse(word) {
            _ if word.eq_ignore_ascii_case("all") => all = true,
            Ok(event) if !events.contains(&event) => events.push(event),
            Ok(_) => {}
            Err(problem) if unknown.is_empty() => unknown.push(problem),
            Err(_) => unknown.push(text!("nor-is", word)),
        }
    }
    if !unknown.is_empty() {
        problems.add("event", unknown.join("; "));
    }
    if all { Vec::new() } else { events }
}

/// Adds an endpoint.
pub fn add(context: &mut Context, fields: &WebhookFields) -> Result<WithSecret> {
    let secret = secret_text(&random()?);
    let webhook = context.write(Ending::Commit, |tx, env, desk| {
        let mut problems = Problems::default();
        let given = solid(&mut problems, "code", fields.code.as_ref(), code);
        let id = env.new_id();
        let mut webhook = Webhook {
            secret: env.secrets.seal(SECRET, &id, &secret)?,
            id,
            clinic_id: desk.clinic.id.clone(),
            active: true,
            created_at: env.now,
            ..Webhook::default()
        };
        if fields.url.is_none() {
            problems.add("url", text!("is-required"));
        }
        take(&mut problems, fields, &mut webhook);
        problems.check()?;
        webhook.code = free_code::<Webhook>(tx, &desk, given, None, "HOOK")?;
        env.create(tx, Some(&desk.clinic.id), "webhook.added", &webhook)?;
        Ok(webhook)
    })?;
    Ok(WithSecret { webhook, secret })
}

/// Changes an endpoint.
pub fn set(context: &mut Context, word: &str, fields: &WebhookFields) -> Result<Webhook> {
    edit(context, word, "webhook.updated", |tx, env, desk, webhook: &mut Webhook| {
        let mut problems = Problems::default();
        let given = solid(&mut problems, "code", fields.code.as_ref(), code);
        take(&mut problems, fields, webhook);
        problems.check()?;
        if given.is_some() {
            webhook.code = free_code::<Webhook>(tx, desk, given, Some(&webhook.id), "HOOK")?;
        }
        match fields.enabled {
            Some(true) => {
                (webhook.disabled_at, webhook.disabled_reason) = (None, None);
                webhook.held_until = None;
            }
            Some(false) if webhook.disabled_at.is_none() => {
                let why = text!("it-was-switched-off");
                (webhook.disabled_at, webhook.disabled_reason) = (Some(env.now), Some(why.to_owned()));
                deliveries::drop_pending(tx, &webhook.id, why, env.now)?;
            }
            Some(false) | None => {}
        }
        Ok(())
    })
}

/// Retires an endpoint, and drops its pending deliveries.
pub fn remove(context: &mut Context, word: &str) -> Result<Webhook> {
    edit(context, word, "webhook.retired", |tx, env, _, webhook: &mut Webhook| {
        webhook.active = false;
        deliveries::drop_pending(tx, &webhook.id, text!("the-endpoint-was-removed"), env.now)?;
        Ok(())
    })
}

/// Gives an endpoint a new secret; the old one also signs for `overlap` (default: one day).
pub fn rotate(context: &mut Context, word: &str, overlap: Option<&str>) -> Result<WithSecret> {
    let overlap = overlap.map_or(Ok(OVERLAP), |given| {
        parse_duration(given).and_then(|seconds| {
            if seconds <= LONGEST_OVERLAP {
                Ok(seconds)
            } else {
                Err(text!("is-more-than-days", given, days = LONGEST_OVERLAP / 86_400))
            }
        })
    });
    let overlap = overlap.map_err(|problem| Refusal::invalid("overlap", problem))?;
    let secret = secret_text(&random()?);
    let webhook = edit(context, word, "webhook.rotated", |_, env, _, webhook: &mut Webhook| {
        (webhook.old_secret, webhook.old_secret_until) = (None, None);
        if overlap > 0 {
            webhook.old_secret = Some(moved(env, webhook)?);
            webhook.old_secret_until = Some(env.now.plus(overlap));
        }
        webhook.secret = env.secrets.seal(SECRET, &webhook.id, &secret)?;
        Ok(())
    })?;
    Ok(WithSecret { webhook, secret })
}

fn moved(env: &Env, webhook: &Webhook) -> Result<Vec<u8>> {
    let secret = env.secrets.open(SECRET, &webhook.id, &webhook.secret)?;
    env.secrets.seal(OLD_SECRET, &webhook.id, &secret)
}
