//! UUIDv7 ids for programs, short codes for people.

use uuid::Uuid;

/// Letters and digits without look-alikes: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
const ALPHABET: &[u8; 24] = b"34679ACDEFGHJKMNPQRTVWXY";

/// Generates a code: six characters of the alphabet.
pub fn new_code(random: [u8; 8]) -> String {
    let mut rest = u64::from_le_bytes(random);
    let mut code = String::with_capacity(6);
    for _ in 0..6 {
        let letter = ALPHABET[usize::try_from(rest % 24).unwrap_or(0)];
        code.push(char::from(letter));
        rest /= 24;
    }
    code
}

/// Whether a patient's code has the generated form `P-XXXXXX`, which reveals nothing about the patient.
pub fn is_made_patient_code(code: &str) -> bool {
    code.strip_prefix("P-").is_some_and(is_made_code)
}

/// Whether a code has the form of a generated appointment code.
pub fn is_made_code(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|letter| ALPHABET.contains(&letter))
}

/// Whether the word is a UUID; such a word is never looked up as a code or name.
pub fn is_id(word: &str) -> bool {
    word.len() == 36 && Uuid::try_parse(word).is_ok()
}

/// The idempotency key used if none is given, e.g. `MANUAL_0199…` (dashboard API): the source and the
/// appointment's id, not derived from content.
pub fn made_key(source: &str, appointment_id: &str) -> String {
    format!("{}_{}", source.to_uppercase(), appointment_id.replace('-', ""))
}

/// The appointment's id in a generated key, if it has that form.
pub fn id_in_made_key(key: &str) -> Option<String> {
    let (_, digits) = key.rsplit_once('_')?;
    if digits.len() != 32 {
        return None;
    }
    Uuid::try_parse(digits).ok().map(|id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0000000f-4240-7001-8000-000000000000";

    #[test]
    fn codes_have_six_clear_characters() {
        for seed in 0..1000_u64 {
            let code = new_code((seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes());
            assert_eq!(code.len(), 6);
            assert!(code.bytes().all(|c| ALPHABET.contains(&c)), "{code}");
        }
    }

    #[test]
    fn a_made_key_leads_back_to_its_appointment() {
        let key = made_key("whatsapp", ID);
        assert!(key.starts_with("WHATSAPP_"));
        assert_eq!(id_in_made_key(&key).as_deref(), Some(ID));
        assert_eq!(id_in_made_key("order-17"), None);
    }

    #[test]
    fn only_codes_that_are_made_tell_nothing_of_a_patient() {
        assert!(is_made_patient_code(&format!("P-{}", new_code([7; 8]))));
        for given in
            ["JUANA", "P-JUANA1", "P-K7QF3", "P-K7QF3MM", "p-K7QF3M", "P-k7qf3m", "P-", "PAT-2026-00123"]
        {
            assert!(!is_made_patient_code(given), "{given}");
        }
    }
}
