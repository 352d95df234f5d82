//! Finds records by a part of their name, code or phone, for people who type.

use crate::app::Desk;
use crate::app::access::find::Spoken;
use crate::domain::access::Scope;
use crate::domain::meant::Purpose;
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::series::Series;
use crate::domain::text::{code_key, fold, has_part};
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::appointments::of_patients::{self, Side};
use crate::store::appointments::visit::Joined;
use crate::store::patients::Likeness;
use crate::store::{self, Tx, directory, patients};

/// Maximum number of candidates shown.
pub const SHOWN: usize = 10;
/// Maximum number of patients counted.
const COUNTED: i64 = 100;
/// Minimum length of the beginning of an appointment's code, in characters.
pub const SHORTEST: usize = 2;
/// How far back an appointment may have ended to be of today wherever the branch is, in seconds.
const RECENT: i64 = 36 * 3600;
/// Minimum number of digits of the end of a phone.
const LAST_DIGITS: usize = 4;

/// Returns the records whose name or code contains every word of `part`; one or two letters must begin a word. Loads
/// all records of the kind.
pub fn of_directory<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<T>, StoreError> {
    let part = fold(part);
    if part.is_empty() {
        return Ok(Vec::new());
    }
    let mut all: Vec<T> = directory::all(tx, &desk.clinic.id, false)?;
    all.retain(|record| {
        let (name, code) = (fold(record.label()), code_key(record.code()));
        part.split(' ').all(|word| has_part(&name, word) || has_part(&code, word))
    });
    Ok(all)
}

/// Returns the patients whose name or code contains every word, or whose phone ends with the digits. Returns
/// none if the caller may not see patients: partial matches would reveal who is a patient.
pub fn of_patients(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<Patient>, StoreError> {
    let like = likeness(desk, part);
    // A complete number that no patient has is not taken as the end of another one.
    if !desk.shows_patients() || like.phone.is_some() || (like.name.is_empty() && like.digits.is_none()) {
        return Ok(Vec::new());
    }
    patients::by_part(tx, &desk.clinic.id, &like, COUNTED)
}

/// Returns the appointments of the patients that the word stands for: those to come and, for a purpose that looks
/// back, past ones. Who may read appointments sees their patients' names, so that a part tells nothing new; a key
/// limited to a doctor gets that doctor's appointments only, and a key that may not read appointments none.
pub fn visits(
    tx: &mut Tx<'_>,
    desk: &Desk,
    word: &str,
    (purpose, now): (Purpose, Instant),
) -> Result<Vec<Joined>, StoreError> {
    if desk.require(Scope::AppointmentsRead).is_err() {
        return Ok(Vec::new());
    }
    let like = likeness(desk, word);
    if like.name.is_empty() {
        return Ok(Vec::new());
    }
    let (clinic_id, who) = (&desk.clinic.id, (&like, desk.own_doctor()));
    let recently = now.plus(-RECENT);
    let recent = of_patients::of_patients_like(tx, clinic_id, who, Side::EndAfter(recently));
    let looks_back = matches!(purpose, Purpose::Show | Purpose::Write);
    // Ask both questions before the first `?`: a remote database gets them in one round trip.
    let past = match looks_back {
        true => of_patients::of_patients_like(tx, clinic_id, who, Side::EndBefore(recently)),
        false => Ok(Vec::new()),
    };
    let mut found = recent?;
    found.extend(past?);
    // A key limited to a doctor may not learn of namesakes elsewhere, so that whole names come first here.
    let is_whole = |joined: &Joined| {
        let Patient { code, full_name, phone, .. } = joined.patient.as_ref();
        code_key(code) == like.code || fold(full_name) == like.name || Some(phone) == like.phone.as_ref()
    };
    if found.iter().any(is_whole) {
        found.retain(is_whole);
    }
    Ok(found)
}

/// Returns the series of the patients that the word stands for: those with appointments that may still take place, else
/// all. Keys as for [`visits`].
pub fn series(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Vec<Series>, StoreError> {
    let like = likeness(desk, word);
    if like.name.is_empty() || desk.require(Scope::AppointmentsRead).is_err() {
        return Ok(Vec::new());
    }
    let (clinic_id, who) = (&desk.clinic.id, (&like, desk.own_doctor()));
    // Ask both questions before the first `?`: a remote database gets them in one round trip.
    let open = store::series::of_patients_like(tx, clinic_id, who, true);
    let all = store::series::of_patients_like(tx, clinic_id, who, false);
    let open = open?;
    if open.is_empty() { all } else { Ok(open) }
}

fn likeness(desk: &Desk, word: &str) -> Likeness {
    let number = word.bytes().filter(u8::is_ascii_digit).count() >= 5;
    let phone =
        if number { phone::normalise(word, desk.clinic.settings.country.as_deref()).ok() } else { None };
    let digits = if phone.is_none() { last_digits(word) } else { None };
    Likeness { name: fold(word), code: code_key(word), phone, digits }
}

/// Returns the digits of a word that consists only of digits and separators, if there are enough.
fn last_digits(word: &str) -> Option<String> {
    let between = |c: char| " -.()".contains(c);
    let digits: String = word.chars().filter(|c| !between(*c)).collect();
    (digits.len() >= LAST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// Returns the word as the stored beginning of a code, if possible. Codes have no U, which looks like V.
pub fn code_prefix(word: &str) -> Option<String> {
    let prefix = word.to_ascii_uppercase().replace('U', "V");
    let fits = (SHORTEST..=6).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(prefix)
}

/// Returns the length of the common beginning of two codes.
pub fn shared(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

/// Returns the hint for an ambiguous word: the codes shown, and how many more records match.
pub fn say_which(codes: &str, found: usize) -> String {
    match found.saturating_sub(SHOWN) {
        0 => text!("say-which-by-its-code", codes),
        more if i64::try_from(found).unwrap_or(i64::MAX) >= COUNTED => {
            text!("say-which-by-its-code-and-more-at-least", codes, more)
        }
        more => text!("say-which-by-its-code-and-more", codes, more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_digits_are_four_at_least_and_nothing_else() {
        for (word, digits) in [
            ("4321", Some("4321")),
            ("54-321", Some("54321")),
            ("321", None),
            ("+4321", None),
            ("A4321", None),
        ] {
            assert_eq!(last_digits(word).as_deref(), digits, "{word}");
        }
    }

    #[test]
    fn a_codes_beginning_has_two_characters_at_least() {
        for (word, prefix) in [
            ("k7", Some("K7")),
            ("ku7", Some("KV7")),
            ("K7QF3M", Some("K7QF3M")),
            ("k", None),
            ("K7QF3M4", None),
            ("k%", None),
            ("k7 q", None),
            ("ñk", None),
        ] {
            assert_eq!(code_prefix(word).as_deref(), prefix, "{word}");
        }
    }
}
