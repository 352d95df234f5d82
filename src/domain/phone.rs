//! Phone numbers in E.164, normalised with the clinic's country.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use std::sync::LazyLock;

/// Loads the numbering tables (takes milliseconds); otherwise the first [`normalise`] loads them.
pub fn load_tables() {
    LazyLock::force(&PHONE_NUMBER_UTIL);
}

/// Normalises a number to E.164 (`+50377654321`). `country` is the ISO 3166 code (`SV`) of national numbers;
/// without it only numbers with `+` are accepted.
pub fn normalise(text: &str, country: Option<&str>) -> Result<String, String> {
    let text = text.trim();
    // The library reads letters as keypad digits: +5037765XXXX would become a number.
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
    // Check only that the number is possible: the metadata lags behind the numbering plans.
    if !PHONE_NUMBER_UTIL.is_possible_number(&number) {
        return Err(not_a_phone());
    }
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

fn region(country: &str) -> Option<Region> {
    country.parse().ok()
}

/// Whether the country's numbering plan is known.
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
