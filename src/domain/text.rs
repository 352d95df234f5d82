//! Text folding for comparison, and the limits of stored texts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Maximum characters of a name, label or other short text.
pub const SHORT_LIMIT: usize = 200;
/// Maximum characters of a note, reason or other long text.
pub const LONG_LIMIT: usize = 10_000;

/// Whether the character is invisible (zero-width marks, fillers, tags, selectors) and not needed by
/// supported languages: it would make two different names look alike.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Lower case without accents and invisible characters, words separated by single spaces; for searches.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(
            word.nfd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).flat_map(char::to_lowercase),
        );
    }
    folded
}

/// Whether a part of a name has one or two characters: such a part must begin a word of the name.
pub fn is_short_part(part: &str) -> bool {
    part.chars().count() < 3
}

/// Whether a folded text contains a folded word, or has a word that begins with it where that is short.
pub fn has_part(text: &str, word: &str) -> bool {
    if is_short_part(word) { text.split(' ').any(|own| own.starts_with(word)) } else { text.contains(word) }
}

/// [`fold`] without spaces: names with equal keys count as the same name.
pub fn name_key(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// Whether the folded text contains `word` (a name, number or address) as whole words. A phone number (`+`
/// and digits) also matches by its last digits, whatever separators stand between them.
pub fn mentions(text: &str, word: &str) -> bool {
    let (text, word) = (fold(text), fold(word));
    if word.is_empty() {
        return false;
    }
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let whole = |(at, found): (usize, &str)| {
        let after = at + found.len();
        edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(text.get(after..).and_then(|rest| rest.chars().next()))
    };
    if text.match_indices(word.as_str()).any(whole) {
        return true;
    }
    let phone = word.strip_prefix('+').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(end) = phone.and_then(|digits| digits.get(digits.len().checked_sub(PHONE_END)?..)) else {
        return false;
    };
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    joined.contains(end)
}

/// Digits that identify a phone number without its prefix.
const PHONE_END: usize = 7;

/// The name by which a letter greets: the first word of a full name that is no title (`Dra.`); of `Pérez, Ana`
/// the first word behind the comma.
pub fn first_name(full_name: &str) -> &str {
    let given = full_name.split_once(',').map_or(full_name, |(_, given)| given);
    let all = || given.split_whitespace().chain(full_name.split_whitespace());
    let name = all().find(|word| !word.ends_with('.') && word.chars().any(char::is_alphabetic));
    name.or_else(|| all().next()).unwrap_or(full_name)
}

/// The key by which codes are compared: trimmed, lower case.
pub fn code_key(code: &str) -> String {
    code.trim().to_lowercase()
}

/// Validates a short text: returns it trimmed; one line, not empty, at most [`SHORT_LIMIT`] characters.
pub fn short(text: &str) -> Result<String, String> {
    let text = limited(text, SHORT_LIMIT)?;
    if text.chars().any(|c| c == '\n' || c == '\r') {
        return Err(text!("must-be-a-single-line").into());
    }
    Ok(text)
}

/// Validates a long text: returns it trimmed; not empty, at most [`LONG_LIMIT`] characters.
pub fn long(text: &str) -> Result<String, String> {
    limited(text, LONG_LIMIT)
}

fn limited(text: &str, limit: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(text!("must-not-be-empty").into());
    }
    // PostgreSQL can't store NUL.
    if text.contains('\0') {
        return Err(text!("must-not-contain-a-nul-character").into());
    }
    let length = text.chars().count();
    if length > limit {
        return Err(text!("has-characters-the-limit-is", length, limit));
    }
    Ok(text.to_owned())
}

/// Validates a code given by a user: 1 to 64 visible characters without spaces.
pub fn code(text: &str) -> Result<String, String> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > 64 {
        return Err(text!("must-have-1-to-64-characters").into());
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || is_invisible(c)) {
        return Err(text!("must-not-contain-spaces-control-characters-or-what").into());
    }
    Ok(text.to_owned())
}

/// Validates the form of an e-mail address only: one `@`, a dot in the host, no spaces.
pub fn email(text: &str) -> Result<String, String> {
    let text = short(text)?;
    let well_formed = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.split('.').count() > 1
            && host.split('.').all(|label| !label.is_empty())
            && !host.contains('@')
    }) && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if well_formed { Ok(text) } else { Err(text!("is-not-an-e-mail-address", text)) }
}

/// Validates a national ID: trimmed, 3 to 64 characters. The error never repeats the number.
pub fn national_id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if !(3..=64).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        return Err(text!("must-have-3-to-64-characters").into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_greeted_by_the_first_name() {
        for (full, first) in [
            ("Rosa Mejía", "Rosa"),
            ("  José  Luis Paz", "José"),
            ("Dra. Ana Ruiz", "Ana"),
            ("Mejía López, Rosa María", "Rosa"),
            ("Mejía,", "Mejía,"),
            ("J. R.", "J."),
            ("123", "123"),
            ("山田太郎", "山田太郎"),
            ("", ""),
        ] {
            assert_eq!(first_name(full), first, "{full}");
        }
    }

    #[test]
    fn names_are_the_same_whatever_case_accents_and_spaces() {
        for other in ["juan perez", "JUAN PÉREZ", " Juan   Pérez ", "JuanPérez", "Jua\u{301}n Perez"] {
            assert_eq!(name_key(other), name_key("Juan Pérez"), "{other}");
        }
        assert_eq!(name_key("Juan\u{200b} Pé\u{ad}rez\u{feff}"), name_key("Juan Pérez"));
        assert_ne!(name_key("Juana Pérez"), name_key("Juan Pérez"));
    }

    #[test]
    fn folding_keeps_words_apart() {
        assert_eq!(fold("  María   de los Ángeles "), "maria de los angeles");
    }

    #[test]
    fn one_or_two_letters_begin_a_word_and_more_are_anywhere() {
        for (word, found) in [
            ("r", true),
            ("ru", true),
            ("ruiz", true),
            ("uiz", true),
            ("ui", false),
            ("z", false),
            ("dr", true),
        ] {
            assert_eq!(has_part("dra. ana ruiz", word), found, "{word}");
        }
    }

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(short(&"ñ".repeat(200)).is_ok());
        assert!(short(&"ñ".repeat(201)).is_err());
        assert!(long(&"x".repeat(40_000)).unwrap_err().contains("10000"));
    }

    #[test]
    fn an_address_needs_a_user_and_a_host() {
        for good in ["ana@example.org", "a.b+c@mail.example.org"] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in ["ana", "@example.org", "ana@", "ana@host", "a b@example.org", "a@b@example.org", "a@.org"]
        {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
