//! Telephone numbers in E.164, normalised with the clinic's country.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use std::sync::LazyLock;

/// Loads the tables of all countries' numbers, which takes milliseconds: the first number that is read does it, too.
pub fn load_tables() {
    LazyLock::force(&PHONE_NUMBER_UTIL);
}

/// The number in E.164 (`+50377654321`), read as a person in that country would write it.
///
/// `country` is an ISO 3166 code such as `SV`; without one only numbers with `+` are read.
pub fn normalise(text: &str, country: Option<&str>) -> Result<String, String> {
    let text = text.trim();
    // Libraries read letters as the digits on a keypad: +5037765XXXX would become a number.
    if text.chars().any(char::is_alphabetic) {
        return Err(text!("has-letters-in-it-a-phone-has-digits", text));
    }
    if text.chars().count() > 40 {
        return Err(text!("is-too-long-for-a-phone-number").into());
    }
    let not_a_phone = || match country {
        Some(country) => text!("is-not-a-phone-number-country", text, country),
        None => text!("is-not-a-phone-number-write", text),
    };
    let number = PHONE_NUMBER_UTIL.parse(text, country.and_then(region)).map_err(|_| not_a_phone())?;
    // Possible, not valid: numbering plans change faster than the metadata, and a clinic must
    // be able to write down the number that the patient really has.
    if !PHONE_NUMBER_UTIL.is_possible_number(&number) {
        return Err(not_a_phone());
    }
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

fn region(country: &str) -> Option<Region> {
    country.parse().ok()
}

/// Whether the country is one whose numbers are known.
pub fn knows_country(country: &str) -> bool {
    region(country).is_some_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_country_writes_them() {
        for (text, country, expected) in [
            ("+50377654321", None, "+50377654321"),
            ("7765-4321", Some("SV"), "+50377654321"),
            ("503 7765 4321", Some("SV"), "+50377654321"),
            ("612 345 678", Some("ES"), "+34612345678"),
            ("(212) 555-0123", Some("US"), "+12125550123"),
            ("+91 98400 12345", Some("SV"), "+919840012345"),
            ("+541143211234", Some("SV"), "+541143211234"),
            (" +503 7765-4321 ", None, "+50377654321"),
        ] {
            assert_eq!(normalise(text, country), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_phone_is_refused() {
        for text in ["", "12", "+5037765XXXX", "1-800-FLOWERS", "phone", "+999999999999999999", "7765-4321"] {
            assert!(normalise(text, None).is_err(), "{text}");
        }
    }
}
