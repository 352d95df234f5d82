//! Alternative times for a refused booking, to pick from without typing the rest again.
//!
//! The request is kept in the state directory for 15 minutes, sealed with the secret file: it holds a
//! patient's name and phone. The line above it is its time, so that any later booking can remove it once
//! expired. It is void if any patient was erased since.

use crate::app::Context;
use crate::app::booking::alternatives::{alternatives, would_help};
use crate::app::booking::request::BookRequest;
use crate::app::calendar::list;
use crate::app::calendar::slots::FreeSlot;
use crate::app::patients::privacy;
use crate::domain::appointment::Other;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::time::Instant;
use crate::input::fields::Raw;
use crate::input::session::Session;
use crate::output::{Format, error, table, view};
use crate::platform::atomic_file;
use crate::platform::atomic_file::Over;
use crate::platform::error::Result;
use crate::platform::folders;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// For how long what was said can be picked up again, in seconds.
const GOOD_FOR: i64 = 15 * 60;
/// What the sealed text is, for the seal.
const COLUMN: &str = "pick";

/// What was said, and what was offered instead.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// When, in Unix seconds.
    at: i64,
    /// The newest entry of the book's log.
    place: i64,
    clinic: Option<String>,
    said: Map<String, Value>,
    offers: Vec<Offer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Offer {
    doctor: Option<String>,
    branch: String,
    at: String,
}

/// Shows what can be booked instead, numbered, and keeps what was said. Nobody is held up by what goes
/// wrong here: the refusal has been told.
pub(crate) fn offer(
    session: &Session,
    context: &mut Context,
    said: &Raw,
    request: &BookRequest,
    refusal: &Refusal,
) {
    let printer = &session.printer;
    if printer.format != Format::Table || printer.quiet || !would_help(refusal.code) {
        return;
    }
    let Ok(offered) = alternatives(context, request) else { return };
    if offered.is_empty() {
        return;
    }
    let views: Vec<Value> = offered.iter().map(view::slot).collect();
    let mut words = table::offers(&views, printer.color_talk);
    if keep(session, context, said, &offered).is_ok() {
        words.push_str(&error::hint(text!("turno-book-pick-1-takes-the-first"), printer.color_talk));
        words.push('\n');
    }
    session.afterword.replace(words);
}

fn keep(session: &Session, context: &mut Context, said: &Raw, offered: &[FreeSlot]) -> Result<()> {
    let offers = offered.iter().map(|free| Offer {
        doctor: free.doctor.as_ref().map(|(id, _)| id.clone()),
        branch: free.branch.0.clone(),
        at: free.zone.rfc3339(free.slot.span.start),
    });
    let kept = Kept {
        at: context.env.now.unix(),
        place: privacy::log_place(context)?,
        clinic: context.env.clinic.clone(),
        said: said.to_map(),
        offers: offers.collect(),
    };
    let text =
        serde_json::to_string(&kept).map_err(|problem| Refusal::new(Code::Internal, problem.to_string()))?;
    let sealed = context.env.secrets.seal(COLUMN, &place(context), &text)?;
    let path = file(session)?;
    let trouble = |problem: std::io::Error| Refusal::new(Code::Internal, problem.to_string());
    folders::make(path.parent().unwrap_or(Path::new(""))).map_err(trouble)?;
    let mut content = format!("{}\n", kept.at).into_bytes();
    content.extend(sealed);
    atomic_file::write(&path, &content, Over::Own)
}

/// What was said before, with the time, doctor and branch of the offer that is picked.
pub(crate) fn pick(session: &Session, context: &mut Context, number: usize, also: Raw) -> Result<Raw> {
    let nothing = || {
        Refusal::invalid("pick", text!("nothing-was-offered-in-the-last-quarter"))
            .hint(text!("book-with-turno-book-doctor-day-time-name"))
    };
    let path = file(session)?;
    let content = std::fs::read(&path).map_err(|_| nothing())?;
    let (_, sealed) = parts(&content).ok_or_else(nothing)?;
    let text = context.env.secrets.open(COLUMN, &place(context), sealed).map_err(|_| nothing())?;
    let kept: Kept = serde_json::from_str(&text).map_err(|_| nothing())?;
    let void = is_old(kept.at, context.env.now) || kept.clinic != context.env.clinic;
    if void || privacy::forgot_since(context, kept.place)? {
        forget(&path);
        return Err(nothing());
    }
    let offer = number.checked_sub(1).and_then(|place| kept.offers.get(place)).ok_or_else(|| {
        Refusal::invalid("pick", text!("there-is-no-offer-there-are", number, count = kept.offers.len()))
    })?;
    let mut said = Raw::from_map(kept.said);
    for field in ["date", "time", "at", "whom", "doctor", "branch", "end"] {
        said.forget(field);
    }
    said.put("at", Some(offer.at.clone()));
    said.put("doctor", offer.doctor.clone());
    said.put("branch", Some(offer.branch.clone()));
    let mut picked = also;
    picked.default_from(&said);
    Ok(picked)
}

/// Removes what was said too long ago to be picked up, whichever book it was said to.
pub(crate) fn tidy(session: &Session, now: Instant) {
    let Ok(path) = file(session) else { return };
    let Ok(content) = std::fs::read(&path) else { return };
    if parts(&content).is_none_or(|(at, _)| is_old(at, now)) {
        forget(&path);
    }
}

/// When it was said, in Unix seconds, and what is sealed.
fn parts(content: &[u8]) -> Option<(i64, &[u8])> {
    let end = content.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = content.split_at(end);
    let at = std::str::from_utf8(line).ok()?.parse().ok()?;
    Some((at, rest.get(1..)?))
}

fn is_old(at: i64, now: Instant) -> bool {
    !(0..=GOOD_FOR).contains(&(now.unix() - at))
}

/// What was said is done, or must not be picked up any more.
pub(crate) fn done(session: &Session) {
    if let Ok(path) = file(session) {
        forget(&path);
    }
}

fn forget(path: &Path) {
    // If it can't be removed, the next request replaces it, and it expires in 15 minutes.
    let _ = std::fs::remove_file(path);
}

fn file(session: &Session) -> Result<PathBuf> {
    Ok(session.config()?.state()?.join("offers"))
}

/// What was said to one book is nothing to another.
fn place(context: &Context) -> String {
    context.store.location().to_string()
}

/// The refusal with the patient of the appointment that is in the way, for people who may know.
pub(crate) fn naming(session: &Session, context: &mut Context, refusal: Refusal) -> Refusal {
    let code = match refusal.details.get("conflicting") {
        Some(Detail::Map(other)) => other.get("code").cloned(),
        _ => None,
    };
    let Some(Detail::Text(code)) = code else { return refusal };
    if session.printer.format != Format::Table || !session.gate.shows_appointments() {
        return refusal;
    }
    // If it can't be read, the line without the patient stays.
    match list::show(context, &code) {
        Ok(visit) => Refusal { about: Some(Other::of(&visit, true).line()), ..refusal },
        Err(_) => refusal,
    }
}
