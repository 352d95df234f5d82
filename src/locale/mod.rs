//! The language of texts for people: Spanish if the system's locale is Spanish, else English. JSON and CSV
//! are always English.
//!
//! The Fluent files beside this module hold all texts, under the same ids in each language.

use chrono::{Datelike, NaiveDate};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The text with the given id in the current language: a `&'static str`, or with arguments a `String`.
///
/// `name` and `name = value` are inserted as displayed. Numbers after a semicolon choose the plural form:
/// `text!("imported-rows", kind; rows = 1)`.
macro_rules! text {
    ($id:literal) => { $crate::locale::plain($id) };
    ($id:literal, $($name:ident $(= $value:expr)?),+ $(; $($number:ident = $count:expr),+)? $(,)?) => {
        $crate::locale::filled($id, &[
            $((stringify!($name), text!(@value $name $(= $value)?))),+
            $(, $((stringify!($number), fluent_bundle::FluentValue::from($count))),+)?
        ])
    };
    ($id:literal; $($number:ident = $count:expr),+ $(,)?) => {
        $crate::locale::filled($id, &[$((stringify!($number), fluent_bundle::FluentValue::from($count))),+])
    };
    (@value $name:ident) => { text!(@value $name = $name) };
    (@value $name:ident = $value:expr) => { fluent_bundle::FluentValue::from($value.to_string()) };
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The default, and always that of JSON and CSV.
    #[default]
    English,
    /// For a Spanish locale.
    Spanish,
}

impl Language {
    /// The language of a POSIX locale such as `es_SV.UTF-8`: English unless the locale is Spanish.
    pub fn of(locale: Option<&str>) -> Language {
        let language = locale.unwrap_or_default().split(['_', '.', '@', '-']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("es") { Language::Spanish } else { Language::English }
    }
}

/// Whether the language is Spanish. One per process, as texts are made in every layer.
static SPANISH: AtomicBool = AtomicBool::new(false);

/// Sets the language of all texts from now on.
pub fn speak(language: Language) {
    SPANISH.store(language == Language::Spanish, Ordering::Relaxed);
}

/// The current language.
pub fn language() -> Language {
    if SPANISH.load(Ordering::Relaxed) { Language::Spanish } else { Language::English }
}

type Bundle = FluentBundle<FluentResource>;

macro_rules! files {
    ($language:literal) => {
        files!($language; "answers", "book", "channels", "desk", "faces", "fhir", "hours", "listen", "replies", "rules", "setup", "talk", "today", "traffic")
    };
    ($language:literal; $($subject:literal),+) => {
        [$(include_str!(concat!($language, "/", $subject, ".ftl"))),+]
    };
}

/// The texts of the current language, parsed at the first use.
fn bundle() -> &'static Bundle {
    static ENGLISH: OnceLock<Bundle> = OnceLock::new();
    static SPANISH: OnceLock<Bundle> = OnceLock::new();
    match language() {
        Language::English => ENGLISH.get_or_init(|| read("en", &files!("en"))),
        Language::Spanish => SPANISH.get_or_init(|| read("es", &files!("es"))),
    }
}

fn read(language: &str, files: &[&str]) -> Bundle {
    // The language decides the plural forms; both names are valid.
    let mut bundle = Bundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
    // Isolation marks around arguments show up on some terminals.
    bundle.set_use_isolating(false);
    for file in files {
        // A test parses every file; of a damaged one, keep the texts that can be read.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The id of a text of the help, made of the English one.
pub fn help_id(english: &str) -> String {
    let mut id = String::from("help-");
    for c in english.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

/// A text of the help in the current language, given the English one or its id. What is not translated stays
/// as it is; a test looks for that.
pub fn help_text(english: &str) -> String {
    static ENGLISH: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    static SPANISH: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let texts = match language() {
        Language::English => ENGLISH.get_or_init(|| help_catalogue(Language::English)),
        Language::Spanish => SPANISH.get_or_init(|| help_catalogue(Language::Spanish)),
    };
    let text = texts.get(english).or_else(|| texts.get(&help_id(english)));
    text.cloned().unwrap_or_else(|| english.to_owned())
}

/// The texts of the help by their ids. They are apart from the others, as only the help needs them, and
/// hold no arguments.
pub(crate) fn help_catalogue(language: Language) -> BTreeMap<String, String> {
    let file = match language {
        Language::English => include_str!("en/help.ftl"),
        Language::Spanish => include_str!("es/help.ftl"),
    };
    let pairs = file.lines().filter_map(|line| line.split_once(" = "));
    pairs.map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
}

/// A text without arguments, or the id if there is none; use `text!`.
pub fn plain(id: &'static str) -> &'static str {
    let pattern = bundle().get_message(id).and_then(|message| message.value());
    match pattern.map(|pattern| bundle().format_pattern(pattern, None, &mut Vec::new())) {
        Some(Cow::Borrowed(text)) => text,
        _ => id,
    }
}

/// A text with arguments, or the id if there is none; use `text!`.
pub fn filled(id: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
    let arguments = arguments.iter().cloned().collect();
    formatted(id, Some(&arguments)).unwrap_or_else(|| id.to_owned())
}

/// Translates a word that is only known at run time, such as a status or a kind of record. Returns an unknown
/// word as it is.
pub fn word(word: &str) -> String {
    formatted(word, None).unwrap_or_else(|| word.to_owned())
}

fn formatted(id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle().get_message(id)?.value()?;
    // A missing argument is shown as its name. A test compares the arguments of every use.
    Some(bundle().format_pattern(pattern, arguments, &mut Vec::new()).into_owned())
}

const DAYS: [(&str, &str); 7] = [
    ("lunes", "lun"),
    ("martes", "mar"),
    ("miércoles", "mié"),
    ("jueves", "jue"),
    ("viernes", "vie"),
    ("sábado", "sáb"),
    ("domingo", "dom"),
];
const MONTHS: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];

/// Formats a date by `%A`, `%a`, `%b` and others, with the current language's names of days and months.
pub fn dated(date: NaiveDate, format: &str) -> String {
    match language() {
        Language::English => date.format(format).to_string(),
        Language::Spanish => in_spanish(date, format),
    }
}

fn in_spanish(date: NaiveDate, format: &str) -> String {
    let (day, short) = DAYS.get(date.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
    let format = format.replace("%A", day).replace("%a", short).replace("%b", month);
    date.format(&format).to_string()
}

#[cfg(test)]
mod tests;
