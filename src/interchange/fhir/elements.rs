//! Data types of FHIR R4: <https://hl7.org/fhir/R4/datatypes.html>

use super::names::{of_ours, urn};
use serde::{Deserialize, Serialize};

/// A text as FHIR has it: no control characters but tab and line ends, no other space than the plain one,
/// and nothing at all where there would be nothing to see.
/// <https://hl7.org/fhir/R4/datatypes.html#string>
pub fn text(text: &str) -> Option<String> {
    let kept = |c: char| match c {
        '\t' | '\r' | '\n' => Some(c),
        c if c.is_control() => None,
        // Some take these for spaces, and FHIR knows one.
        c if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{180e}') => Some(' '),
        c => Some(c),
    };
    let text: String = text.chars().filter_map(kept).collect();
    if text.trim().is_empty() { None } else { Some(text) }
}

/// When the record last changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// RFC 3339, with seconds and offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<String>,
}

impl Meta {
    /// Last changed then.
    pub fn updated(at: String) -> Option<Meta> {
        Some(Meta { last_updated: Some(at) })
    }
}

/// What FHIR has no element for: one value, or extensions of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// What it is.
    pub url: String,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_string: Option<String>,
    /// A word of a fixed set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_code: Option<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_boolean: Option<bool>,
    /// A number of 32 bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_integer: Option<i64>,
    /// A date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_date: Option<String>,
    /// An instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_instant: Option<String>,
}

/// Extensions of ours, one after the other; what has nothing to say adds none.
#[derive(Debug, Default)]
pub struct Extensions(Vec<Extension>);

impl Extensions {
    fn add(mut self, name: &str, fill: impl FnOnce(&mut Extension)) -> Self {
        let mut extension = Extension { url: of_ours(name), ..Extension::default() };
        fill(&mut extension);
        self.0.push(extension);
        self
    }

    /// A text.
    #[must_use]
    pub fn string(self, name: &str, value: Option<&str>) -> Self {
        match value.and_then(text) {
            Some(value) => self.add(name, |it| it.value_string = Some(value)),
            None => self,
        }
    }

    /// A word of a fixed set.
    #[must_use]
    pub fn code(self, name: &str, value: &str) -> Self {
        self.add(name, |it| it.value_code = Some(value.to_owned()))
    }

    /// Yes; a no is not worth a word.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        if value { self.add(name, |it| it.value_boolean = Some(true)) } else { self }
    }

    /// A number that fits 32 bits.
    #[must_use]
    pub fn integer(self, name: &str, value: Option<i64>) -> Self {
        match value.filter(|value| i32::try_from(*value).is_ok()) {
            Some(value) => self.add(name, |it| it.value_integer = Some(value)),
            None => self,
        }
    }

    /// A date.
    #[must_use]
    pub fn date(self, name: &str, value: Option<chrono::NaiveDate>) -> Self {
        match value {
            Some(value) => self.add(name, |it| it.value_date = Some(value.to_string())),
            None => self,
        }
    }

    /// An instant, RFC 3339.
    #[must_use]
    pub fn instant(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.add(name, |it| it.value_instant = Some(value)),
            None => self,
        }
    }

    /// All of them.
    pub fn done(self) -> Vec<Extension> {
        self.0
    }
}

/// A number or word by which somebody knows the record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Identifier {
    /// Whose numbers these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// One of our identifiers, if it says anything.
pub fn identifier(system: &str, value: Option<&str>) -> Option<Identifier> {
    Some(Identifier { system: Some(of_ours(system)), value: Some(text(value?)?) })
}

/// What somebody is called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HumanName {
    /// All of it, as it is written: who cuts names apart guesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `official`, `usual`, `old` …; others write it.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The family's part, where others cut it apart …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// … and the given part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
}

/// A name, if there is one.
pub fn human_name(name: &str) -> Vec<HumanName> {
    text(name).map(|name| HumanName { text: Some(name), ..HumanName::default() }).into_iter().collect()
}

/// How somebody is reached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// `phone` or `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The number or address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `home`, `mobile`, `old` …; others write it.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

/// A code of a system.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coding {
    /// Whose codes these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it says in words; others write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

/// A notion: codes for it, and words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CodeableConcept {
    /// As codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coding: Vec<Coding>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A notion in words, if there are any.
pub fn in_words(words: Option<&str>) -> Option<CodeableConcept> {
    Some(CodeableConcept { coding: Vec::new(), text: Some(text(words?)?) })
}

/// A code of that system.
pub fn coded(system: String, code: &str) -> Coding {
    Coding { system: Some(system), code: Some(code.to_owned()), display: None }
}

/// Another resource of the same bundle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Its entry's `fullUrl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

/// The resource of that id.
pub fn refer(id: &str, display: Option<&str>) -> Reference {
    Reference { reference: Some(urn(id)), display: display.and_then(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_letters_and_lines_and_loses_what_fhir_has_no_place_for() {
        for (given, kept) in [
            ("Ana Mejía, ñ; 漢字 🌺", Some("Ana Mejía, ñ; 漢字 🌺")),
            ("one\r\ntwo\tthree", Some("one\r\ntwo\tthree")),
            ("red\u{1b}[31m\u{0}", Some("red[31m")),
            ("a\u{a0}b\u{3000}c\u{85}", Some("a b c")),
            ("", None),
            (" \n\u{a0}", None),
            ("\u{7}", None),
        ] {
            assert_eq!(text(given).as_deref(), kept, "{given:?}");
        }
    }
}
