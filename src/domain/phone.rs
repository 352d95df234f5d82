//! Telephone numbers in E.164, normalised with the clinic's country.
//!
//! The library knows how people all over the world write numbers, and takes milliseconds to remember it.
//! A number that is written out in full, or as it is dialled at home, needs less: [`plain`] reads that,
//! and answers what the library would.

mod plans;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// The number in E.164 (`+50377654321`), read as a person in that country would write it.
///
/// `country` is an ISO 3166 code such as `SV`; without one only numbers with `+` are read.
///
/// # Errors
/// What is wrong with it, in words.
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
    if let Some(number) = plain(text, country) {
        return Ok(number);
    }
    read(text, country).ok_or_else(not_a_phone)
}

/// Whether [`normalise`] reads a number with `+` without the library's tables, in whichever country.
pub fn is_plain(text: &str) -> bool {
    plain(text.trim(), None).is_some()
}

/// What the library reads.
fn read(text: &str, country: Option<&str>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(text, country.and_then(region)).ok()?;
    // Possible, not valid: numbering plans change faster than the metadata, and a clinic must
    // be able to write down the number that the patient really has.
    let possible = PHONE_NUMBER_UTIL.is_possible_number(&number);
    possible.then(|| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

/// How numbers of a region are built.
struct Plan {
    /// ISO 3166, or `001`.
    region: &'static [u8],
    /// What stands behind the `+`.
    code: u16,
    /// Whether numbers with that calling code are first of all this region's.
    main: bool,
    /// The bit of each length that a number may have without its calling code.
    lengths: u32,
    /// The bit of each digit that a prefix may begin with which does not belong to the number.
    prefixes: u16,
    /// The same for numbers that are dialled at home, where one may lead abroad, too.
    prefixes_at_home: u16,
}

impl Plan {
    const fn main(
        region: &'static [u8],
        code: u16,
        lengths: &[u32],
        prefixes: &[u8],
        prefixes_at_home: &[u8],
    ) -> Plan {
        let (mut bits, mut at) = (0, 0);
        while at < lengths.len() {
            bits |= 1 << lengths[at];
            at += 1;
        }
        let (prefixes, prefixes_at_home) = (digits(prefixes), digits(prefixes_at_home));
        Plan { region, code, main: true, lengths: bits, prefixes, prefixes_at_home }
    }

    /// Of a region whose calling code is first of all another's.
    const fn beside(self) -> Plan {
        Plan { main: false, ..self }
    }
}

const fn digits(text: &[u8]) -> u16 {
    let (mut bits, mut at) = (0, 0);
    while at < text.len() {
        bits |= 1 << (text[at] - b'0');
        at += 1;
    }
    bits
}

/// A number of a possible length with nothing before it that may not belong to it. Nothing for any other:
/// that is the library's to read.
fn plain(text: &str, country: Option<&str>) -> Option<String> {
    let (whole, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let written = rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let number: String = rest.chars().filter(char::is_ascii_digit).collect();
    if !written || number.len() < 5 {
        return None;
    }
    let (plan, national) = if whole {
        // No calling code begins with another one, nor with a zero.
        (1..=3).filter(|_| !number.starts_with('0')).find_map(|length| {
            let code: u16 = number[..length].parse().ok()?;
            let plan = plans::PLANS.iter().find(|plan| plan.main && plan.code == code)?;
            Some((plan, &number[length..]))
        })?
    } else {
        let home = country.filter(|country| *country != "001")?.as_bytes();
        let plan = plans::PLANS.iter().find(|plan| plan.region == home)?;
        // May be its calling code, without the sign that says so.
        if number.starts_with(&plan.code.to_string()) {
            return None;
        }
        (plan, number.as_str())
    };
    let prefixes = if whole { plan.prefixes } else { plan.prefixes_at_home };
    let first = national.bytes().next()?;
    let fits = national.len() < 32 && plan.lengths & (1 << national.len()) != 0;
    (fits && prefixes & digits(&[first]) == 0).then(|| format!("+{}{national}", plan.code))
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
    use proptest::prelude::*;

    /// Whatever is read without the library is what the library reads.
    #[track_caller]
    fn is_the_librarys(text: &str, country: Option<&str>) {
        if let Some(number) = plain(text, country) {
            assert_eq!(Some(number), read(text, country), "{text} in {country:?}");
        }
    }

    #[test]
    fn most_numbers_need_no_library() {
        for (text, country) in
            [("+50370123456", None), ("7012-3456", Some("SV")), ("612 345 678", Some("ES"))]
        {
            assert!(plain(text, country).is_some(), "{text}");
        }
        // Has its country's code, a prefix, a way abroad, or a sign of its own before it.
        for text in ["50370123456", "+1 1 212 555 0123", "0050370123456", "(7012) 3456", "7012 3456 x1"] {
            assert_eq!(plain(text, Some("SV")), None, "{text}");
        }
    }

    #[test]
    fn every_country_has_its_plan() {
        let known: Vec<Region> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
        assert!(known.len() > 200);
        for known in known {
            let plan = plans::PLANS.iter().find(|plan| plan.region == known.to_string().as_bytes());
            let code = plan.map(|plan| i32::from(plan.code));
            assert_eq!(code, PHONE_NUMBER_UTIL.get_country_code_for_region(known), "{known:?}");
        }
    }

    #[test]
    fn every_plan_is_the_librarys() {
        // Of each length, with each beginning of two digits, and four tails.
        for plan in plans::PLANS {
            let country = std::str::from_utf8(plan.region).ok().filter(|region| *region != "001");
            for length in (2..=17).filter(|length| plan.lengths & (1 << length) != 0) {
                for (beginning, tail) in (0..100).flat_map(|two| (0..4_u64).map(move |tail| (two, tail))) {
                    let scattered = (beginning * 31 + tail + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    let tail = format!("{:017}", scattered % 100_000_000_000_000_000);
                    let number = &format!("{beginning:02}{tail}")[..length];
                    is_the_librarys(number, country);
                    if plan.main {
                        is_the_librarys(&format!("+{}{number}", plan.code), country);
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_is_read_without_the_library_is_what_it_reads(
            text in r"\+?[0-9]([0-9 -]|[0-9]){2,16}",
            plan in 0..plans::PLANS.len(),
        ) {
            let country = std::str::from_utf8(plans::PLANS[plan].region).ok();
            is_the_librarys(&text, country);
            is_the_librarys(&text, None);
        }
    }

    #[test]
    fn numbers_are_read_as_the_country_writes_them() {
        for (text, country, expected) in [
            ("+50377654321", None, "+50377654321"),
            ("7765-4321", Some("SV"), "+50377654321"),
            ("503 7765 4321", Some("SV"), "+50377654321"),
            ("612 345 678", Some("ES"), "+34612345678"),
            ("(212) 555-0123", Some("US"), "+12125550123"),
            ("+91 98400 12345", Some("SV"), "+919840012345"),
        ] {
            assert_eq!(normalise(text, country), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_number_that_may_begin_with_a_prefix_is_the_librarys_to_read() {
        assert!(is_plain("+50377654321") && is_plain(" +503 7765-4321"));
        // In Argentina any digit may begin one.
        let buenos_aires = "+541143211234";
        assert!(!is_plain(buenos_aires));
        assert_eq!(normalise(buenos_aires, Some("SV")), Ok(buenos_aires.to_owned()));
    }

    #[test]
    fn what_is_no_phone_is_refused() {
        for text in ["", "12", "+5037765XXXX", "1-800-FLOWERS", "phone", "+999999999999999999", "7765-4321"] {
            assert!(normalise(text, None).is_err(), "{text}");
        }
    }
}
