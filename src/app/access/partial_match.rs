//! Finds records by a part of their name, code or phone, for people who type.

use crate::app::Desk;
use crate::app::access::find::Spoken;
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::text::{code_key, fold};
use crate::platform::error::StoreError;
use crate::store::{Tx, directory, patients};

/// Maximum number of candidates shown.
pub const SHOWN: usize = 10;
/// Maximum number of patients counted.
const COUNTED: i64 = 100;
/// Minimum length of a part, in characters; a part of a patient's name or code needs one more.
pub const SHORTEST: usize = 2;
/// Minimum number of digits of the end of a phone.
const LAST_DIGITS: usize = 4;

/// Returns the records whose name or code contains every word of `part`; loads all records of the kind.
pub fn of_directory<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<T>, StoreError> {
    let part = fold(part);
    if part.chars().count() < SHORTEST {
        return Ok(Vec::new());
    }
    let mut all: Vec<T> = directory::all(tx, &desk.clinic.id, false)?;
    all.retain(|record| {
        let (name, code) = (fold(record.label()), code_key(record.code()));
        part.split(' ').all(|word| name.contains(word) || code.contains(word))
    });
    Ok(all)
}

/// Returns the patients whose name or code contains every word, or whose phone ends with the digits. Returns
/// none if the caller may not see patients: partial matches would reveal who is a patient.
pub fn of_patients(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<Patient>, StoreError> {
    // A complete number that no patient has is not taken as the end of another one.
    let whole_phone = phone::normalise(part, desk.clinic.settings.country.as_deref()).is_ok();
    if !desk.shows_patients() || whole_phone {
        return Ok(Vec::new());
    }
    let digits = last_digits(part);
    let part = fold(part);
    let words: Vec<String> = part.split(' ').map(str::to_owned).collect();
    let long_enough = part.chars().count() > SHORTEST;
    if digits.is_none() && !long_enough {
        return Ok(Vec::new());
    }
    patients::by_part(tx, &desk.clinic.id, &words, digits.as_deref(), COUNTED)
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
