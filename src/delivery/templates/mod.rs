//! The texts of messages in Spanish and English, and a clinic's own templates.
//!
//! A built-in text is a sentence with day, time, doctor and place, and one that says what to do. It fits one
//! segment of a text message where the names allow it, and never states why the patient comes: others may see
//! the phone.

mod answers;
mod bounds;
mod days;
mod overrides;
mod samples;
mod words;

pub use answers::{Says, answer};
pub use overrides::{Broken, Folder};
pub(crate) use samples::bare;
pub use samples::check;
pub use words::Language;

use crate::delivery::templates::words::Brevity;
use crate::delivery::{Form, Outgoing};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::series::Sitting;
use crate::domain::sms;
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

/// A clinic's own template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Own {
    /// Whether it lists the dates of a series itself.
    lists_dates: bool,
}

/// The templates, read once per sweep.
pub struct Wording {
    environment: Environment<'static>,
    /// The clinic's own templates by file name; an error for those that can't be used.
    own_files: BTreeMap<String, Result<Own, Broken>>,
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
                let own = Own { lists_dates: source.contains("dates") };
                bounds::look(&source)
                    .and_then(|()| environment.add_template_owned(name.clone(), source))
                    .map(|()| own)
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
        Some(readable.clone().and_then(|own| {
            let whole = || self.own_text(&name, outgoing, language, part);
            if part == Part::Subject || own.lists_dates || outgoing.dates.len() < 2 {
                return whole();
            }
            // The template knows of one date only: say it for each.
            let visits = outgoing.dates.iter().map(|sitting| on_date(outgoing.visit, sitting));
            let texts: Result<Vec<String>, Broken> = visits
                .map(|visit| {
                    let one = Outgoing { visit: &visit, dates: &[], ..*outgoing };
                    self.own_text(&name, &one, language, part)
                })
                .collect();
            Ok(texts?.join("\n\n"))
        }))
    }

    fn own_text(
        &self,
        name: &str,
        outgoing: &Outgoing<'_>,
        language: Language,
        part: Part,
    ) -> Result<String, Broken> {
        let words =
            [words::plain(outgoing, language), words::further(outgoing, language), words::private(outgoing)];
        let text = self.render(name, words::context(words.iter().flatten()));
        let text = text.map_err(|problem| Broken::new(name, &problem))?;
        let text = if part == Part::Subject { in_one_line(&text) } else { in_paragraphs(&text) };
        if text.is_empty() { Err(Broken::empty(name)) } else { Ok(text) }
    }

    /// Renders the built-in template, shorter where one segment of a text message then holds it.
    fn built_in(&self, outgoing: &Outgoing<'_>, language: Language, part: Part) -> Result<String> {
        let text = |brevity: Brevity| self.built_in_text(outgoing, language, part, brevity);
        if part == Part::Subject || outgoing.route.form == Form::Letter {
            return text(Brevity::Full);
        }
        let full = in_few_segments(text(Brevity::Full)?, outgoing);
        for brevity in [Brevity::Short, Brevity::Shortest] {
            if sms::length(&full).segments == 1 {
                break;
            }
            let shorter = in_few_segments(text(brevity)?, outgoing);
            if sms::length(&shorter).segments == 1 {
                return Ok(shorter);
            }
        }
        Ok(full)
    }

    fn built_in_text(
        &self,
        outgoing: &Outgoing<'_>,
        language: Language,
        part: Part,
        brevity: Brevity,
    ) -> Result<String> {
        let name = format!("{}.{}", language.as_str(), part.as_str());
        let words = [
            words::plain(outgoing, language),
            words::further(outgoing, language),
            words::built_in(outgoing, language, brevity),
        ];
        let text = self.render(&name, words::context(words.iter().flatten()));
        Ok(in_one_line(&text.map_err(|problem| internal(&problem))?))
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

/// The values for providers that fill templates of their own. The day of a series' confirmation is all its
/// dates.
pub fn words_of(outgoing: &Outgoing<'_>) -> Vec<(&'static str, String)> {
    let language = language(outgoing);
    let dates = words::dates(outgoing, language);
    let words = words::plain(outgoing, language).into_iter();
    let words = words.map(|(name, word)| match name {
        "day" => (name, dates.clone().or(word)),
        _ => (name, word),
    });
    words.map(|(name, word)| (name, word.unwrap_or_default())).collect()
}

/// The visit as it is on another date of its series.
fn on_date(visit: &Visit, sitting: &Sitting) -> Visit {
    let Sitting { code, date, start_time, span } = sitting.clone();
    let mut visit = visit.clone();
    let appointment = visit.appointment.as_mut();
    (appointment.code, appointment.date, appointment.start_time, appointment.span) =
        (code, date, start_time, span);
    visit
}

/// Leaves out accents that cost a segment: in a text message all, elsewhere those of our own words, as `sábado`.
fn in_few_segments(text: String, outgoing: &Outgoing<'_>) -> String {
    let Outgoing { clinic, visit, route, .. } = *outgoing;
    let doctor = visit.doctor.as_deref().map_or("", |doctor| doctor.full_name.as_str());
    let names = [doctor, &visit.patient.full_name, &clinic.name, &visit.branch.name];
    let of_names = names.into_iter().all(sms::is_gsm);
    if route.form == Form::Sms || of_names { sms::thrifty(text) } else { text }
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

#[cfg(test)]
mod tests;
