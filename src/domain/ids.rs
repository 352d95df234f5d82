//! Ids and codes: UUIDv7 for programs, six clear characters for people.

use crate::domain::time::Instant;
use std::cell::Cell;
use uuid::Uuid;

/// Letters and digits that can't be mistaken for one another on paper or on the telephone:
/// no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
const ALPHABET: &[u8; 24] = b"34679ACDEFGHJKMNPQRTVWXY";

/// Makes ids, sortable by the second that they are made in and, of one command, in the order they are made in
/// (RFC 9562, version 7, with the counter of its section 6.2, method 1).
///
/// So what one command writes lies side by side in the indexes that begin with an id: a stream of bookings
/// changes far fewer pages of a large book than it would with ids that are nothing but random.
#[derive(Debug, Default)]
pub struct Ids {
    /// The counter of the last one.
    last: Cell<Option<u64>>,
}

impl Ids {
    /// How many bits it counts in.
    const COUNTER: u32 = 42;
    /// How many of them stand in front of the variant's bits.
    const IN_FRONT: u32 = 12;

    /// A new id. `random` fills what the instant and the counter leave open, and is where that begins.
    pub fn next(&self, now: Instant, random: [u8; 10]) -> String {
        let millis = millis(now);
        let count = self.last.get().map_or_else(|| beginning(&random), |last| last + 1);
        self.last.set(Some(count));
        let behind = Self::COUNTER - Self::IN_FRONT;
        let (in_front, rest) = (count >> behind, count & ((1 << behind) - 1));
        // The version's four bits and the variant's two are put over it.
        let [_, _, counter @ ..] = (in_front << 32 | rest).to_be_bytes();
        let mut filling = random;
        filling[..counter.len()].copy_from_slice(&counter);
        uuid::Builder::from_unix_timestamp_millis(millis, &filling).into_uuid().to_string()
    }
}

/// What a UUIDv7 counts its time in, from 1970 on.
fn millis(at: Instant) -> u64 {
    u64::try_from(at.unix()).unwrap_or(0).saturating_mul(1000)
}

/// Where a counter begins: in its lower half, so that no command comes to its end.
fn beginning(random: &[u8; 10]) -> u64 {
    let [a, b, c, d, e, f, ..] = *random;
    u64::from_be_bytes([0, 0, a, b, c, d, e, f]) & ((1 << (Ids::COUNTER - 1)) - 1)
}

/// A made code: six characters drawn from the clear alphabet.
pub fn new_code(random: [u8; 8]) -> String {
    let mut rest = u64::from_le_bytes(random);
    let mut code = String::with_capacity(6);
    for _ in 0..6 {
        // The index is below the alphabet's length, so it is there and fits.
        let letter = ALPHABET[usize::try_from(rest % 24).unwrap_or(0)];
        code.push(char::from(letter));
        rest /= 24;
    }
    code
}

/// Whether a patient's code is of the form that is made where none is given: it tells nothing of them.
pub fn is_made_patient_code(code: &str) -> bool {
    code.strip_prefix("P-").is_some_and(is_made_code)
}

/// Whether a code is of the form of those that are made for appointments.
pub fn is_made_code(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|letter| ALPHABET.contains(&letter))
}

/// Whether the word has the form of an id; then it is never looked up as a code or name.
pub fn is_id(word: &str) -> bool {
    word.len() == 36 && Uuid::try_parse(word).is_ok()
}

/// The idempotency key that is made when none is given, e.g. `MANUAL_0199…` (dashboard API).
///
/// It is the appointment's own id behind the booking's source, never derived from content.
pub fn made_key(source: &str, appointment_id: &str) -> String {
    let mut key = String::with_capacity(source.len() + 1 + appointment_id.len());
    key.extend(source.chars().flat_map(char::to_uppercase));
    key.push('_');
    // Where a UUID has its digits: each visit of a list has such a key, and to look for the hyphens took longer.
    let digits = [0..8, 9..13, 14..18, 19..23, 24..36];
    key.extend(digits.into_iter().filter_map(|piece| appointment_id.get(piece)));
    key
}

/// The appointment id inside a made key, if it is one.
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
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn new_id(now: i64, random: [u8; 10]) -> String {
        Ids::default().next(Instant::from_unix(now), random)
    }

    #[test]
    fn ids_sort_by_time() {
        let earlier = new_id(1_000, [0xff; 10]);
        let later = new_id(1_001, [0; 10]);
        assert!(earlier < later);
        assert!(is_id(&earlier) && !is_id("pat_5x8y2z4a6b"));
    }

    #[test]
    fn the_counter_goes_on_over_the_bits_of_the_variant() {
        let second = |random: [u8; 10]| {
            let ids = Ids::default();
            let first = ids.next(Instant::from_unix(1_000), random);
            let second = ids.next(Instant::from_unix(1_000), [0; 10]);
            assert!(first < second, "{first} {second}");
            second
        };
        for (random, expected) in [
            ([0, 0, 0x3f, 0xff, 0xff, 0xff, 0, 0, 0, 0], "0000000f-4240-7001-8000-000000000000"),
            ([0, 0, 0x3f, 0xff, 0xff, 0xfe, 0, 0, 0, 0], "0000000f-4240-7000-bfff-ffff00000000"),
            // The highest that one begins with: its upper half is still free.
            ([0xff; 10], "0000000f-4240-7800-8000-000000000000"),
        ] {
            assert_eq!(second(random), expected);
        }
    }

    proptest! {
        #[test]
        fn ids_of_one_command_sort_in_their_order(randoms in vec(any::<[u8; 10]>(), 2..100)) {
            let ids = Ids::default();
            let made: Vec<String> =
                randoms.iter().map(|random| ids.next(Instant::from_unix(1_000), *random)).collect();
            prop_assert!(made.is_sorted_by(|one, next| one < next));
            for (id, random) in made.iter().zip(&randoms) {
                let id = Uuid::try_parse(id).unwrap();
                prop_assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
                // What is behind the counter is as random as it was given.
                prop_assert_eq!(&id.as_bytes()[12..], &random[6..]);
            }
        }

        #[test]
        fn two_commands_of_one_second_make_different_ids(one: [u8; 10], other: [u8; 10]) {
            // Seven bits of the 80 have no place: the version's, the variant's and the counter's first.
            let telling = |[a, rest @ ..]: [u8; 10]| (a & 0x01, rest);
            prop_assume!(telling(one) != telling(other));
            prop_assert_ne!(new_id(1_000, one), new_id(1_000, other));
        }
    }

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
        let id = new_id(1_000, [7; 10]);
        let key = made_key("whatsapp", &id);
        assert!(key.starts_with("WHATSAPP_"));
        assert_eq!(id_in_made_key(&key), Some(id));
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
