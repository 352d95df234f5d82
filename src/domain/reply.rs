//! Answers of patients: what one says, and what it means.
//!
//! An answer counts only as a whole: "sí" is a yes, "sí, pero mañana" is not. Case, accents, punctuation and
//! emoji don't matter, nor do a greeting before or thanks behind.

use crate::domain::ids;
use crate::domain::text::{fold, is_invisible};
use crate::domain::time::Instant;
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};
use unicode_normalization::char::is_combining_mark;

/// One answer, as every way in hands it over: the command line, JSON, and the body of any provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The provider's id of the message; the same whenever the provider delivers it again.
    pub id: Option<String>,
    /// Who wrote: a phone number or an e-mail address, as the provider writes it.
    pub from: String,
    /// The text, without a quoted message.
    pub text: String,
    /// The channel's name in the configuration.
    pub channel: Option<String>,
    /// When the provider received it; `None` for now.
    pub received_at: Option<Instant>,
    /// The meaning, if the provider's form says it beyond doubt, as a calendar's answer does; else the text is
    /// read.
    pub meaning: Option<Meaning>,
    /// The code or id of the appointment, if it is named outside the text.
    pub appointment: Option<String>,
    /// Whether a machine wrote it (an out-of-office mail): it gets no answer.
    pub automatic: bool,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Meaning {
    /// The patient comes.
    Yes,
    /// The patient does not come.
    No,
    /// No more messages.
    Stop,
    /// Messages again.
    Start,
    /// Anything else; a person has to read it.
    Unclear,
}

spelled!(Meaning);

/// Adds the reading of a stored word.
macro_rules! parsed {
    ($($kind:ident),+) => {$(
        impl $kind {
            /// Parses the public spelling.
            pub fn parse(word: &str) -> Result<$kind, String> {
                $kind::spelled(word).ok_or_else(|| word.to_owned())
            }
        }
    )+};
}
parsed!(Meaning, Outcome, Why);

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The appointment is confirmed by the patient.
    Confirmed,
    /// The appointment was cancelled by the patient.
    Cancelled,
    /// The patient gets no more messages by this channel.
    OptedOut,
    /// The patient gets messages again.
    OptedIn,
    /// The patient was asked which appointment is meant.
    Asked,
    /// A person has to deal with it.
    Inbox,
    /// The answer was taken in before.
    Repeated,
}

spelled!(Outcome);

/// Why an answer is in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Why {
    /// The text was not understood, or it does not say which appointment it is about.
    Unclear,
    /// The appointment begins too soon to be cancelled by the patient.
    TooLate,
    /// No patient has this number.
    UnknownNumber,
    /// Several appointments could be meant.
    Several,
    /// The appointment can't be confirmed or cancelled any more.
    Failed,
}

spelled!(Why);

/// An answer as it was taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The clinic's id.
    pub clinic_id: String,
    /// UUIDv7.
    pub id: String,
    /// The number by which people name it, from 1 in each clinic.
    pub number: i64,
    /// The channel's name; empty if none was named.
    pub channel: String,
    /// The provider's id of the message, or a made one.
    pub provider_id: String,
    /// The phone in E.164 or the e-mail address, else as given.
    pub sender: String,
    /// The text, sealed and cut to [`KEPT`] characters; `None` once erased.
    pub text: Option<Vec<u8>>,
    /// When the provider received it.
    pub received_at: Instant,
    /// When it was taken in.
    pub taken_at: Instant,
    /// The meaning.
    pub understood: Meaning,
    /// What came of it.
    pub result: Outcome,
    /// Why it is or was in the inbox.
    pub why: Option<Why>,
    /// The appointment that it is about.
    pub appointment_id: Option<String>,
    /// The patient who has the number, if there is only one.
    pub patient_id: Option<String>,
    /// Whether an answer went back.
    pub answered: bool,
    /// When somebody dealt with it.
    pub done_at: Option<Instant>,
}

/// How many characters of a text are kept.
pub const KEPT: usize = 1000;

/// How many answers a number gets in [`ANSWERS_WITHIN`] seconds, so that two machines don't talk for ever.
pub const MOST_ANSWERS: i64 = 3;
/// See [`MOST_ANSWERS`].
pub const ANSWERS_WITHIN: i64 = 86_400;
/// How many seconds ago a message may have been sent that an answer without a code is about.
pub const WRITTEN_WITHIN: i64 = 14 * 86_400;

/// The reason of an appointment that its patient cancelled by an answer.
pub const CANCELLED: &str = "cancelled by the patient";

/// The longest text that is read; a longer one is unclear.
const LONGEST: usize = 120;

/// The built-in phrases, folded and without punctuation.
const PHRASES: [(Meaning, &[&str]); 4] = [
    (
        Meaning::Yes,
        &[
            // Spanish.
            "si",
            "sii",
            "siii",
            "sip",
            "s",
            "claro",
            "claro que si",
            "por supuesto",
            "vale",
            "dale",
            "de acuerdo",
            "perfecto",
            "listo",
            "confirmo",
            "confirmar",
            "confirmado",
            "confirmada",
            "confirmamos",
            "si confirmo",
            "si confirmar",
            "si confirmado",
            "si confirmada",
            "confirmo mi cita",
            "confirmo la cita",
            "confirmo cita",
            "confirmo asistencia",
            "confirmo mi asistencia",
            "si confirmo mi cita",
            "cita confirmada",
            "si claro",
            "si ok",
            "si voy",
            "si ire",
            "si asistire",
            "si puedo",
            "voy",
            "ire",
            "alli estare",
            "ahi estare",
            "si ahi estare",
            "si alli estare",
            "asistire",
            "ok confirmo",
            // English.
            "yes",
            "y",
            "yep",
            "yeah",
            "yup",
            "ok",
            "okay",
            "sure",
            "confirm",
            "confirmed",
            "i confirm",
            "yes confirm",
            "yes i confirm",
            "yes confirmed",
            "yes ok",
            "yes sure",
            "yes i will",
            "i will come",
            "ill come",
            "i will be there",
            "ill be there",
            "yes i will be there",
            "yes ill be there",
            "see you there",
        ],
    ),
    (
        Meaning::No,
        &[
            // Spanish.
            "no",
            "nop",
            "no puedo",
            "no podre",
            "no puedo ir",
            "no podre ir",
            "no puedo asistir",
            "no podre asistir",
            "no puedo llegar",
            "no podre llegar",
            "no voy",
            "no ire",
            "no asistire",
            "no voy a poder",
            "no voy a poder ir",
            "no voy a ir",
            "cancelar",
            "cancela",
            "cancelo",
            "cancele",
            "cancelen",
            "cancelada",
            "cancelado",
            "no cancelar",
            "no cancelo",
            "cancelar cita",
            "cancelar mi cita",
            "cancelar la cita",
            "cancelo mi cita",
            "cancelo la cita",
            "cancele mi cita",
            "cancele la cita",
            "cancelen mi cita",
            "quiero cancelar",
            "deseo cancelar",
            "quiero cancelar mi cita",
            "deseo cancelar mi cita",
            "quiero cancelar la cita",
            "no confirmo",
            // English.
            "n",
            "nope",
            "cancel",
            "cancel it",
            "cancel my appointment",
            "cancel the appointment",
            "cancel appointment",
            "no cancel",
            "i want to cancel",
            "i cant",
            "i cannot",
            "i cant come",
            "i cannot come",
            "i cant make it",
            "i cannot make it",
            "cant make it",
            "cant come",
            "no i cant",
            "no i cannot",
        ],
    ),
    (
        Meaning::Stop,
        &[
            // English, with the words that phone companies ask for.
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "optout",
            "opt out",
            "quit",
            "end",
            "revoke",
            "stop messages",
            "no more messages",
            // Spanish.
            "alto",
            "baja",
            "basta",
            "parar",
            "pare",
            "paren",
            "detener",
            "dar de baja",
            "darme de baja",
            "denme de baja",
            "no mas mensajes",
            "no quiero mas mensajes",
            "no quiero recibir mas mensajes",
            "no me escriban",
            "no me escriban mas",
            "no envien mas mensajes",
        ],
    ),
    (
        Meaning::Start,
        &[
            "start",
            "unstop",
            "subscribe",
            "optin",
            "opt in",
            "resume",
            "alta",
            "dar de alta",
            "darme de alta",
            "iniciar",
            "reanudar",
            "quiero recibir mensajes",
        ],
    ),
];

/// Emoji that say something by themselves; all others are like punctuation.
const EMOJI: [(char, Meaning); 7] = [
    ('👍', Meaning::Yes),
    ('👌', Meaning::Yes),
    ('✅', Meaning::Yes),
    ('✔', Meaning::Yes),
    ('👎', Meaning::No),
    ('❌', Meaning::No),
    ('🚫', Meaning::No),
];

/// Greetings and thanks, which change nothing at either end; longer ones first.
const COURTESIES: [&str; 17] = [
    "muchas gracias",
    "mil gracias",
    "thank you very much",
    "thank you",
    "buenos dias",
    "buenas tardes",
    "buenas noches",
    "por favor",
    "good morning",
    "gracias",
    "thanks",
    "please",
    "porfavor",
    "porfa",
    "hola",
    "hello",
    "buenas",
];

/// The phrases that answers are compared with: the built-in ones, and those that a clinic adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrases(BTreeMap<String, Meaning>);

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The meaning.
    pub meaning: Meaning,
    /// The code in the text, in capitals.
    pub code: Option<String>,
}

impl Default for Phrases {
    fn default() -> Self {
        let all = PHRASES
            .iter()
            .flat_map(|(meaning, phrases)| phrases.iter().map(|one| ((*one).to_owned(), *meaning)));
        Phrases(all.collect())
    }
}

impl Phrases {
    /// The built-in phrases and a clinic's own: `yes=dale pues, simón; no=ni modo`.
    pub fn with(own: &str) -> Result<Phrases, String> {
        let mut all = Phrases::default();
        for group in own.split(';').filter(|group| !group.trim().is_empty()) {
            let (meaning, phrases) =
                group.split_once('=').ok_or_else(|| text!("write-it-as-yes-words", group = group.trim()))?;
            let meaning = Meaning::spelled(meaning.trim()).filter(|meaning| *meaning != Meaning::Unclear);
            let meaning = meaning.ok_or_else(|| text!("write-it-as-yes-words", group = group.trim()))?;
            for phrase in phrases.split(',').filter(|phrase| !phrase.trim().is_empty()) {
                let words = without_courtesies(&words(phrase).join(" ")).to_owned();
                if words.is_empty() || words.chars().count() > LONGEST {
                    return Err(text!("is-no-phrase-for-an-answer", phrase = phrase.trim()));
                }
                match all.0.insert(words, meaning) {
                    Some(other) if other != meaning => {
                        return Err(text!("means-already", phrase = phrase.trim(), other = other.as_str()));
                    }
                    _ => {}
                }
            }
        }
        Ok(all)
    }

    /// What the whole text means, and the appointment code in it.
    pub fn understand(&self, text: &str) -> Understood {
        let unclear = |code| Understood { meaning: Meaning::Unclear, code };
        // Cut before folding: a text may be as long as its sender likes.
        if text.chars().take(LONGEST + 1).count() > LONGEST {
            return unclear(None);
        }
        let by_emoji = match emoji(text) {
            Ok(meaning) => meaning,
            Err(()) => return unclear(None),
        };
        let words = words(text);
        if let Some(meaning) = self.meaning(&words, by_emoji) {
            return Understood { meaning, code: None };
        }
        let mut codes = Vec::new();
        for (at, code) in
            raw_words(text).into_iter().enumerate().filter_map(|(at, word)| Some((at, code_of(&word)?)))
        {
            let rest: Vec<String> = words
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, word)| word.clone())
                .collect();
            if let Some(meaning) = self.meaning(&rest, by_emoji) {
                return Understood { meaning, code: Some(code) };
            }
            codes.push(code);
        }
        unclear(if codes.len() == 1 { codes.pop() } else { None })
    }

    /// The meaning of words without a code, if they and the emoji don't contradict each other.
    fn meaning(&self, words: &[String], by_emoji: Option<Meaning>) -> Option<Meaning> {
        let said = words.join(" ");
        let bare = without_courtesies(&said);
        if bare.is_empty() {
            return by_emoji;
        }
        let meaning = *self.0.get(&said).or_else(|| self.0.get(bare))?;
        by_emoji.is_none_or(|other| other == meaning).then_some(meaning)
    }
}

/// The words of a text; everything but letters, their marks and digits separates, except an apostrophe.
fn raw_words(text: &str) -> Vec<String> {
    let joined: String = text
        .chars()
        .filter(|c| !is_invisible(*c) && !matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '´' | '`'))
        .collect();
    let parts = joined.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    parts.filter(|word| word.chars().any(char::is_alphanumeric)).map(str::to_owned).collect()
}

/// The same words, folded.
fn words(text: &str) -> Vec<String> {
    raw_words(text).iter().map(|word| fold(word)).collect()
}

/// The meaning of the emoji in a text; an error if they contradict each other.
fn emoji(text: &str) -> Result<Option<Meaning>, ()> {
    let mut said =
        text.chars().filter_map(|c| EMOJI.iter().find(|(emoji, _)| *emoji == c).map(|(_, meaning)| *meaning));
    let first = said.next();
    if said.all(|other| Some(other) == first) { Ok(first) } else { Err(()) }
}

fn code_of(word: &str) -> Option<String> {
    let code = word.to_uppercase();
    ids::is_made_code(&code).then_some(code)
}

fn without_courtesies(words: &str) -> &str {
    let mut rest = words;
    loop {
        let shorter = COURTESIES.iter().find_map(|courtesy| {
            let front = rest.strip_prefix(courtesy).filter(|rest| rest.is_empty() || rest.starts_with(' '));
            let back = || rest.strip_suffix(courtesy).filter(|rest| rest.is_empty() || rest.ends_with(' '));
            front.or_else(back).map(str::trim)
        });
        match shorter {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
}

#[cfg(test)]
mod tests;
