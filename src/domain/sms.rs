//! The length of text messages (SMS): the GSM 7-bit alphabet, segments, and accents that cost a segment.
//!
//! A text of letters of GSM 03.38 has 160 places in one segment, any other text 70 units of UTF-16. A longer
//! text goes out in several segments, each with a header that takes some places. Providers bill each segment.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How a text is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// GSM 03.38, seven bits to a character.
    Gsm7,
    /// UTF-16.
    Ucs2,
}

impl Coding {
    /// Places in a text of one segment, and in each segment of a longer text.
    fn room(self) -> (usize, usize) {
        match self {
            Coding::Gsm7 => (160, 153),
            Coding::Ucs2 => (70, 67),
        }
    }
}

/// The length of a text as a text message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How it is coded.
    pub coding: Coding,
    /// The number of segments; an empty text has one.
    pub segments: usize,
}

/// The characters of GSM 03.38 that ASCII lacks.
const BASIC: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
/// The characters of ASCII that GSM 03.38 codes as two, and the euro sign.
const DOUBLE: &str = "^{}\\[~]|\u{c}€";

/// The places that a character takes in the GSM alphabet; `None` if the alphabet lacks it.
fn places(c: char) -> Option<usize> {
    match c {
        '`' => None,
        _ if DOUBLE.contains(c) => Some(2),
        ' '..='~' | '\n' | '\r' => Some(1),
        _ if BASIC.contains(c) => Some(1),
        _ => None,
    }
}

/// Whether the GSM alphabet has every character of the text.
pub fn is_gsm(text: &str) -> bool {
    text.chars().all(|c| places(c).is_some())
}

/// The coding and the segments of a text.
pub fn length(text: &str) -> Length {
    let units: Option<Vec<usize>> = text.chars().map(places).collect();
    let (coding, units) = match units {
        Some(units) => (Coding::Gsm7, units),
        None => (Coding::Ucs2, text.chars().map(char::len_utf16).collect()),
    };
    Length { coding, segments: segments(coding, &units) }
}

/// A character of two units is never split between two segments.
fn segments(coding: Coding, units: &[usize]) -> usize {
    let (single, each) = coding.room();
    if units.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut segments, mut taken) = (1, 0);
    for unit in units {
        if taken + unit > each {
            (segments, taken) = (segments + 1, 0);
        }
        taken += unit;
    }
    segments
}

/// The text in the GSM alphabet where it has a like character: without accents that the alphabet lacks (`í`,
/// but not `é` or `ñ`), with straight quotes and plain dashes. Other characters stay.
pub fn in_gsm(text: &str) -> String {
    text.nfc().map(like).collect()
}

/// The like text of one character.
fn like(c: char) -> String {
    if places(c).is_some() {
        return c.to_string();
    }
    match c {
        '‘' | '’' | '`' | '´' => return "'".into(),
        '“' | '”' | '«' | '»' => return "\"".into(),
        '–' | '—' | '‐' | '‑' => return "-".into(),
        '…' => return "...".into(),
        '\u{a0}' | '\u{202f}' | '\t' => return " ".into(),
        'º' => return "o".into(),
        'ª' => return "a".into(),
        _ => {}
    }
    let bare: String = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)).collect();
    if !bare.is_empty() && is_gsm(&bare) { bare } else { c.to_string() }
}

/// [`in_gsm`] if that saves a segment, else the text as it is.
pub fn thrifty(text: String) -> String {
    let plain = in_gsm(&text);
    if length(&plain).segments < length(&text).segments { plain } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gsm(segments: usize) -> Length {
        Length { coding: Coding::Gsm7, segments }
    }

    fn ucs(segments: usize) -> Length {
        Length { coding: Coding::Ucs2, segments }
    }

    #[test]
    fn segments_are_counted_as_providers_do() {
        for (text, expected) in [
            (String::new(), gsm(1)),
            ("Hola Ana, ¿viene mañana? ¡Sí!".replace('í', "i"), gsm(1)),
            ("a".repeat(160), gsm(1)),
            ("a".repeat(161), gsm(2)),
            ("a".repeat(306), gsm(2)),
            ("a".repeat(307), gsm(3)),
            ("ñ".repeat(160), gsm(1)),
            ("€".repeat(80), gsm(1)),
            ("€".repeat(81), gsm(2)),
            // 76 signs of two places leave one place empty in a segment of 153.
            ("€".repeat(152), gsm(2)),
            ("€".repeat(153), gsm(3)),
            ("í".into(), ucs(1)),
            ("í".repeat(70), ucs(1)),
            ("í".repeat(71), ucs(2)),
            ("í".repeat(134), ucs(2)),
            ("í".repeat(135), ucs(3)),
            (format!("{}í", "a".repeat(70)), ucs(2)),
            ("😀".repeat(35), ucs(1)),
            ("😀".repeat(36), ucs(2)),
            // 33 signs of two units leave one unit empty in a segment of 67.
            ("😀".repeat(66), ucs(2)),
            ("😀".repeat(67), ucs(3)),
        ] {
            assert_eq!(length(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_alphabet_has_128_characters_and_ten_more() {
        let basic = (0..0x1_0000).filter_map(char::from_u32).filter(|c| places(*c) == Some(1)).count();
        let double = (0..0x1_0000).filter_map(char::from_u32).filter(|c| places(*c) == Some(2)).count();
        // One of the 128 codes is the escape to the second table.
        assert_eq!((basic, double), (127, 10));
    }

    #[test]
    fn what_the_alphabet_lacks_is_written_by_what_is_like_it() {
        for (text, like) in [
            ("Clínica José Núñez", "Clinica José Nuñez"),
            ("SÁBADO sábado", "SABADO sabado"),
            ("“Sol” – 3.º…", "\"Sol\" - 3.o..."),
            ("Çelik ç", "Çelik c"),
            ("山田 ł", "山田 ł"),
        ] {
            assert_eq!(in_gsm(text), like);
        }
        assert_eq!(thrifty("sí".into()), "sí", "nothing is saved");
        let long = format!("sí {}", "a".repeat(80));
        assert_eq!(thrifty(long.clone()), long.replace('í', "i"));
        let foreign = format!("山 sí {}", "a".repeat(80));
        assert_eq!(thrifty(foreign.clone()), foreign, "it needs UTF-16 all the same");
    }

    proptest! {
        #[test]
        fn a_thrifty_text_is_never_longer(text in "[a-zñáíóúé€😀 ]{0,400}") {
            prop_assert!(length(&thrifty(text.clone())).segments <= length(&text).segments);
        }
    }
}
