//! Finds records by id, code, or unambiguous name or phone; typed words may also be a part of these.

use crate::app::access::partial_match;
pub use crate::app::access::visits::{exact_visit, visit, visit_for, with_zone, with_zones};
use crate::app::patients::patient_match::kept_of;
use crate::app::{Desk, Env};
use crate::domain::access::Key;
use crate::domain::ids;
use crate::domain::phone;
use crate::domain::record::{Branch, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::series::Series;
use crate::domain::waitlist::{Entry, Standing};
use crate::domain::webhook::Webhook;
use crate::domain::window::{Closure, Window};
use crate::platform::error::{Result, StoreError};
use crate::store::record::Stored;
use crate::store::{Tx, directory, patients};
use std::collections::BTreeMap;

/// A record that people refer to by a word; some kinds have only a code.
pub trait Spoken: Stored {
    /// The short code.
    fn code(&self) -> &str;
    /// The full name; the code for kinds without a name.
    fn label(&self) -> &str;
    /// False if retired.
    fn active(&self) -> bool;
    /// The id of the record that this one was merged into, if any.
    fn successor(&self) -> Option<&str> {
        None
    }
    /// Returns a word without a match in a form that a refusal may repeat.
    fn repeatable(_: &Desk, word: &str) -> String {
        word.to_owned()
    }
    /// Returns whether the caller's key reaches the record; a record out of reach counts as missing.
    fn is_within_reach(&self, _: &mut Tx<'_>, _: &Desk) -> Result<bool> {
        Ok(true)
    }
    /// Returns the active records with this name.
    fn by_name(_: &mut Tx<'_>, _: &Desk, _: &str) -> Result<Vec<Self>, StoreError> {
        Ok(Vec::new())
    }
    /// Returns the active records with this part in their name or code.
    fn by_part(_: &mut Tx<'_>, _: &Desk, _: &str) -> Result<Vec<Self>, StoreError> {
        Ok(Vec::new())
    }
}

macro_rules! spoken {
    ($kind:ty, $label:ident, $active:expr $(, $by_name:path $(, $by_part:path)?)?) => {
        impl Spoken for $kind {
            fn code(&self) -> &str {
                &self.code
            }
            fn label(&self) -> &str {
                &self.$label
            }
            fn active(&self) -> bool {
                $active(self)
            }
            $(fn by_name(
                tx: &mut Tx<'_>,
                desk: &Desk,
                name: &str,
            ) -> Result<Vec<Self>, StoreError> {
                $by_name(tx, &desk.clinic.id, name)
            }
            $(fn by_part(
                tx: &mut Tx<'_>,
                desk: &Desk,
                part: &str,
            ) -> Result<Vec<Self>, StoreError> {
                $by_part(tx, desk, part)
            })?)?
        }
    };
}
spoken!(Branch, name, |it: &Branch| it.active, directory::named, partial_match::of_directory);
spoken!(Doctor, full_name, |it: &Doctor| it.active, directory::named, partial_match::of_directory);
spoken!(Service, name, |it: &Service| it.active, directory::named, partial_match::of_directory);
spoken!(Key, name, |it: &Key| it.active, directory::named);
spoken!(Window, code, |it: &Window| it.active);
spoken!(Closure, code, |it: &Closure| it.active);
spoken!(Webhook, code, |it: &Webhook| it.active);
spoken!(Entry, code, |it: &Entry| it.status == Standing::Waiting);

impl Spoken for Series {
    fn code(&self) -> &str {
        &self.code
    }
    fn label(&self) -> &str {
        &self.code
    }
    fn active(&self) -> bool {
        true
    }
    /// A series has no name of its own: it goes by its patient's.
    fn by_part(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<Self>, StoreError> {
        partial_match::series(tx, desk, part)
    }
}

impl Spoken for Patient {
    fn code(&self) -> &str {
        &self.code
    }
    fn label(&self) -> &str {
        &self.full_name
    }
    fn active(&self) -> bool {
        self.active
    }
    fn successor(&self) -> Option<&str> {
        self.merged_into.as_deref()
    }
    fn is_within_reach(&self, tx: &mut Tx<'_>, desk: &Desk) -> Result<bool> {
        desk.reaches(tx, self)
    }
    /// Masks a number that is not a phone, because it may be a national ID.
    fn repeatable(desk: &Desk, word: &str) -> String {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if digits < 5 || phone::normalise(word, desk.clinic.settings.country.as_deref()).is_ok() {
            return word.to_owned();
        }
        masked(word)
    }
    fn by_name(tx: &mut Tx<'_>, desk: &Desk, name: &str) -> Result<Vec<Self>, StoreError> {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 5
            && let Ok(phone) = phone::normalise(name, desk.clinic.settings.country.as_deref())
        {
            let same = patients::with_phone(tx, &desk.clinic.id, &phone)?;
            return kept_of(tx, desk, same);
        }
        let same = patients::with_search_key(tx, &desk.clinic.id, name)?;
        kept_of(tx, desk, same)
    }
    fn by_part(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<Self>, StoreError> {
        partial_match::of_patients(tx, desk, part)
    }
}

/// Replaces a hidden text.
pub const MASK: &str = "****";

/// Returns the mask and the last two characters; the mask does not reveal the length.
pub fn masked(plain: &str) -> String {
    let count = plain.chars().count();
    let tail: String = plain.chars().skip(count.saturating_sub(2)).collect();
    format!("{MASK}{tail}")
}

/// Finds a record, retired or not; if nothing matches and [`Desk::exact`] is not set, by a part of its name
/// or code.
pub fn any<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<T> {
    named(tx, desk, word, !desk.exact)
}

/// Finds a record, retired or not, and never by a part: for changes that cannot be undone.
pub fn exact<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<T> {
    named(tx, desk, word, false)
}

fn named<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, word: &str, or_part: bool) -> Result<T> {
    let word = word.trim();
    let clinic_id = &desk.clinic.id;
    if ids::is_id(word) {
        let found = tx.by_id(clinic_id, &word.to_lowercase())?;
        let found = within_reach(tx, desk, found)?.pop();
        return found.ok_or_else(|| Refusal::not_found(T::KIND, word));
    }
    let coded = tx.by_code(clinic_id, word)?;
    if let Some(found) = within_reach(tx, desk, coded)?.pop() {
        return Ok(found);
    }
    let mut named = T::by_name(tx, desk, word)?;
    if named.is_empty() && or_part {
        named = T::by_part(tx, desk, word)?;
    }
    let mut named = within_reach(tx, desk, named)?;
    match (named.pop(), named.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Refusal::not_found(T::KIND, &T::repeatable(desk, word))),
        (Some(last), _) => {
            named.push(last);
            Err(if T::KIND == Patient::KIND && !desk.shows_patients() {
                ambiguous_patient(word)
            } else {
                ambiguous(&T::repeatable(desk, word), &named)
            })
        }
    }
}

fn within_reach<T: Spoken>(
    tx: &mut Tx<'_>,
    desk: &Desk,
    found: impl IntoIterator<Item = T>,
) -> Result<Vec<T>> {
    let mut reached = Vec::new();
    for record in found {
        if record.is_within_reach(tx, desk)? {
            reached.push(record);
        }
    }
    Ok(reached)
}

/// Finds a record and follows merges; refuses a retired one.
pub fn active<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<T> {
    let found = any(tx, desk, word)?;
    let found: T = current(tx, desk, found)?;
    if found.active() { Ok(found) } else { Err(retired::<T>(word)) }
}

/// Returns the record that this one was finally merged into, or the record itself.
pub fn current<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, record: T) -> Result<T> {
    let mut record = record;
    while let Some(id) = record.successor() {
        match tx.by_id(&desk.clinic.id, id)? {
            Some(next) => record = next,
            None => break,
        }
    }
    Ok(record)
}

/// Loads the record with this id, if there is an id.
pub fn named_by<T: Stored>(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    id: Option<&str>,
) -> Result<Option<T>, StoreError> {
    id.map_or(Ok(None), |id| tx.by_id(clinic_id, id))
}

/// Returns a copy of the record, or refuses if it is retired.
pub fn still_active<T: Spoken + Clone>(record: &T) -> Result<T> {
    if record.active() { Ok(record.clone()) } else { Err(retired::<T>(record.code())) }
}

fn retired<T: Spoken>(word: &str) -> Refusal {
    Refusal::new(Code::ResourceNotFound, text!("is-retired", kind = T::KIND, word))
        .detail("kind", T::KIND)
        .detail("given", word)
        .hint(text!("turno-list-shows-the-active-ones", kind = T::KIND))
}

/// Lists no candidates: the caller may not see patients.
fn ambiguous_patient(word: &str) -> Refusal {
    Refusal::new(Code::Ambiguous, text!("names-several-patients", word))
        .detail("candidates", Detail::List(Vec::new()))
        .hint(text!("say-which-by-their-code-or-id"))
}

fn ambiguous<T: Spoken>(word: &str, found: &[T]) -> Refusal {
    let shown = &found[..found.len().min(partial_match::SHOWN)];
    let candidates = shown.iter().map(|record| {
        Detail::Map(BTreeMap::from([
            ("id".to_owned(), record.id().into()),
            ("code".to_owned(), record.code().into()),
            ("name".to_owned(), record.label().into()),
        ]))
    });
    // Generated codes mean nothing to people, so add the name.
    let named: Vec<String> =
        shown.iter().map(|record| format!("{} ({})", record.code(), record.label())).collect();
    refuse_several(word, &format!("{}s", T::KIND), (candidates.collect(), found.len()), &named)
}

pub(super) fn refuse_several(
    word: &str,
    kind: &str,
    (candidates, found): (Vec<Detail>, usize),
    named: &[String],
) -> Refusal {
    let hidden = i64::try_from(found.saturating_sub(candidates.len())).unwrap_or(i64::MAX);
    Refusal::new(Code::Ambiguous, text!("names-several", word, found, kind = crate::locale::word(kind)))
        .detail("candidates", Detail::List(candidates))
        .detail("more", hidden)
        .hint(partial_match::say_which(&named.join(", "), found))
}

/// Finds the branch: the named one, else the workstation's, else the only one. If there are several, one must
/// be named (as in the Bio Ecko and HuskyVoice APIs).
pub fn branch(tx: &mut Tx<'_>, env: &Env, desk: &Desk, named: Option<&str>) -> Result<Branch> {
    if let Some(word) = named.or(env.branch.as_deref()) {
        return active(tx, desk, word);
    }
    let mut branches = directory::branches(tx, &desk.clinic.id)?;
    match (branches.pop(), branches.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Refusal::not_found("branch", "main")),
        (Some(last), _) => {
            branches.push(last);
            let codes: Vec<&str> = branches.iter().map(|branch| branch.code.as_str()).collect();
            Err(Refusal::invalid("branch", text!("is-required-the-clinic-has-several-2"))
                .hint(text!("name-one-with-branch", all = codes.join(", "))))
        }
    }
}

/// Finds an active service; the refusal of an unknown one lists the existing names.
pub fn service(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Service> {
    match active::<Service>(tx, desk, word) {
        Err(refusal) if refusal.code == Code::ResourceNotFound => {
            let all: Vec<Service> = directory::all(tx, &desk.clinic.id, false)?;
            let names: Vec<String> = all.into_iter().map(|service| service.name).collect();
            Err(Refusal::new(Code::InvalidAppointmentType, text!("there-is-no-service", word))
                .detail("available", names)
                .hint(text!("turno-service-list-shows-the-services")))
        }
        answer => answer,
    }
}
