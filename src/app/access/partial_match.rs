//! Records by a part of their name, code or phone, for people who type.

use crate::app::Desk;
use crate::app::access::find::Spoken;
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::text::{code_key, fold};
use crate::platform::error::StoreError;
use crate::store::{Tx, directory, patients};

/// So many candidates are shown of those that a part names.
pub const SHOWN: usize = 10;
/// Beyond so many patients nobody counts on.
const COUNTED: i64 = 100;
/// A part has so many characters at least, and a patient's one more.
pub const SHORTEST: usize = 2;
/// So many last digits of a phone stand for it.
const LAST_DIGITS: usize = 4;

/// The records of a small kind whose name or code holds every word.
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

/// The patients whose name or code holds every word, or whose phone ends with the digits. Who may not
/// see patients names them in full: else the answers would tell who there is.
pub fn of_patients(tx: &mut Tx<'_>, desk: &Desk, part: &str) -> Result<Vec<Patient>, StoreError> {
    // A whole number that nobody has is not the end of another one.
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

/// The digits of a word that has nothing but digits and what stands between them, if there are enough.
fn last_digits(word: &str) -> Option<String> {
    let between = |c: char| " -.()".contains(c);
    let digits: String = word.chars().filter(|c| !between(*c)).collect();
    (digits.len() >= LAST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// The beginning of an appointment's code as it is stored, if the word can be one. Made codes have no U,
/// which is what a V looks like.
pub fn code_prefix(word: &str) -> Option<String> {
    let prefix = word.to_ascii_uppercase().replace('U', "V");
    let fits = (SHORTEST..=6).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(prefix)
}

/// How many characters two codes begin with alike.
pub fn shared(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

/// How to say which of several is meant: by one of the codes shown, and how many more there are.
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
