//! The texts of messages in Spanish and English, and a clinic's own templates.
//!
//! A message states who, when (weekday, date, time, zone), where, how to confirm or cancel, and how to opt
//! out. The built-in texts never state why the patient comes: others may see the phone.

mod answers;
mod bounds;
mod overrides;
mod samples;
mod words;

pub use answers::{Says, answer};
pub use overrides::{Broken, Folder};
pub use samples::check;
pub use words::Language;

use crate::delivery::Outgoing;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::Kind;
use crate::platform::error::Result;
use minijinja::{Environment, Error, Value};
use std::collections::BTreeMap;

/// The two parts of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The text.
    Text,
    /// The subject, for channels that have one.
    Subject,
}

impl Part {
    /// Both parts.
    pub const ALL: [Part; 2] = [Part::Text, Part::Subject];

    /// The part's name in a template's file name.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Text => "txt",
            Part::Subject => "subject",
        }
    }
}

/// A rendered message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The language of the texts.
    pub language: Language,
    /// The text.
    pub text: String,
    /// The subject.
    pub subject: String,
    /// The clinic's own templates that failed; the built-in ones were used instead.
    pub broken: Vec<Broken>,
}

/// The templates, read once per sweep.
pub struct Wording {
    environment: Environment<'static>,
    /// The clinic's own templates by file name; an error for those that can't be used.
    own_files: BTreeMap<String, Result<(), Broken>>,
}

impl Wording {
    /// Loads the built-in templates, and the clinic's own from `folder`.
    pub fn new(folder: Option<&Folder>) -> Result<Self> {
        let mut environment = bounds::environment();
        for (name, template) in BUILT_IN {
            environment.add_template(name, template).map_err(|problem| internal(&problem))?;
        }
        let mut own_files = BTreeMap::new();
        for (name, source) in folder.map(Folder::templates).unwrap_or_default() {
            let added = source.and_then(|source| {
                bounds::look(&source)
                    .and_then(|()| environment.add_template_owned(name.clone(), source))
                    .map_err(|problem| Broken::new(&name, &problem))
            });
            own_files.insert(name, added);
        }
        Ok(Wording { environment, own_files })
    }

    /// Renders the message in the patient's language, else the clinic's.
    pub fn say(&self, outgoing: &Outgoing<'_>) -> Result<Said> {
        let language = language(outgoing);
        let mut broken = Vec::new();
        let mut part = |part: Part| match self.own(outgoing, language, part) {
            Some(Ok(text)) => Ok(text),
            Some(Err(problem)) => {
                broken.push(problem);
                self.built_in(outgoing, language, part)
            }
            None => self.built_in(outgoing, language, part),
        };
        let (text, subject) = match outgoing.answer {
            Some(answer) => (answer.to_owned(), part(Part::Subject)?),
            None => (part(Part::Text)?, part(Part::Subject)?),
        };
        Ok(Said { language, text, subject, broken })
    }

    /// Renders the clinic's own template; `None` if there is none.
    fn own(&self, outgoing: &Outgoing<'_>, language: Language, part: Part) -> Option<Result<String, Broken>> {
        let name = file_name(language, outgoing.kind, part);
        let readable = self.own_files.get(&name)?;
        Some(readable.clone().and_then(|()| {
            let words = [words::plain(outgoing, language), words::private(outgoing)].concat();
            let text =
                self.render(&name, words::context(&words)).map_err(|problem| Broken::new(&name, &problem))?;
            let text = if part == Part::Subject { in_one_line(&text) } else { in_paragraphs(&text) };
            if text.is_empty() { Err(Broken::empty(&name)) } else { Ok(text) }
        }))
    }

    fn built_in(&self, outgoing: &Outgoing<'_>, language: Language, part: Part) -> Result<String> {
        let name = format!("{}.{}", language.as_str(), part.as_str());
        let words = words::plain(outgoing, language);
        let text = self.render(&name, words::context(&words)).map_err(|problem| internal(&problem))?;
        Ok(in_one_line(&text))
    }

    fn render(&self, name: &str, words: Value) -> Result<String, Error> {
        let text = self.environment.get_template(name)?.render(words)?;
        if text.len() > bounds::LONGEST_TEXT { Err(bounds::too_long()) } else { Ok(text) }
    }
}

/// The built-in templates; each covers every kind of message.
const BUILT_IN: [(&str, &str); 4] = [
    ("es.txt", include_str!("es.jinja")),
    ("es.subject", include_str!("es.subject.jinja")),
    ("en.txt", include_str!("en.jinja")),
    ("en.subject", include_str!("en.subject.jinja")),
];

/// The patient's language, else the clinic's.
pub fn language(outgoing: &Outgoing<'_>) -> Language {
    let Outgoing { clinic, visit, .. } = *outgoing;
    Language::of(visit.patient.locale.as_deref().unwrap_or(&clinic.settings.locale))
}

/// The values for providers that fill templates of their own.
pub fn words_of(outgoing: &Outgoing<'_>) -> Vec<(&'static str, String)> {
    let words = words::plain(outgoing, language(outgoing));
    words.into_iter().map(|(name, word)| (name, word.unwrap_or_default())).collect()
}

/// A template's path in a clinic's folder: `es/reminder.txt.jinja`.
pub fn file_name(language: Language, kind: Kind, part: Part) -> String {
    format!("{}/{}.{}.jinja", language.as_str(), kind.as_str(), part.as_str())
}

fn internal(problem: &Error) -> Refusal {
    Refusal::new(Code::Internal, text!("a-built-in-message-template-is-broken", problem))
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Trims line ends, and reduces runs of empty lines to one.
fn in_paragraphs(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n")) {
            continue;
        }
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}
