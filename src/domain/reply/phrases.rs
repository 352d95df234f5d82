//! Understands a text: the whole of it must be one of the phrases.

use crate::domain::ids;
use crate::domain::reply::Meaning;
use crate::domain::text::{fold, is_invisible};
use std::collections::BTreeMap;
use unicode_normalization::char::is_combining_mark;

/// The longest text that is read; a longer one is unclear.
const LONGEST: usize = 120;

/// The built-in phrases, folded and without punctuation, separated by commas. Those to stop and to start are
/// also the words that phone companies ask for.
const PHRASES: [(Meaning, &str); 4] = [
    (
        Meaning::Yes,
        "si, sii, siii, sip, s, claro, claro que si, por supuesto, vale, dale, de acuerdo, perfecto, \
         listo, confirmo, confirmar, confirmado, confirmada, confirmamos, si confirmo, si confirmar, si \
         confirmado, si confirmada, confirmo mi cita, confirmo la cita, confirmo cita, confirmo \
         asistencia, confirmo mi asistencia, si confirmo mi cita, cita confirmada, si claro, si ok, si \
         voy, si ire, si asistire, si puedo, voy, ire, alli estare, ahi estare, si ahi estare, si alli \
         estare, asistire, ok confirmo, yes, y, yep, yeah, yup, ok, okay, sure, confirm, confirmed, i \
         confirm, yes confirm, yes i confirm, yes confirmed, yes ok, yes sure, yes i will, i will come, \
         ill come, i will be there, ill be there, yes i will be there, yes ill be there, see you there",
    ),
    (
        Meaning::No,
        "no, nop, no puedo, no podre, no puedo ir, no podre ir, no puedo asistir, no podre asistir, no \
         puedo llegar, no podre llegar, no voy, no ire, no asistire, no voy a poder, no voy a poder ir, \
         no voy a ir, cancelar, cancela, cancelo, cancele, cancelen, cancelada, cancelado, cancelar cita, \
         cancelar mi cita, cancelar la cita, cancelo mi cita, cancelo la cita, cancele mi cita, cancele \
         la cita, cancelen mi cita, quiero cancelar, deseo cancelar, quiero cancelar mi cita, deseo \
         cancelar mi cita, quiero cancelar la cita, no confirmo, n, nope, cancel, cancel it, cancel my \
         appointment, cancel the appointment, cancel appointment, i want to cancel, i cant, i cannot, i \
         cant come, i cannot come, i cant make it, i cannot make it, cant make it, cant come, no i cant, \
         no i cannot",
    ),
    (
        Meaning::Stop,
        "stop, stopall, stop all, unsubscribe, optout, opt out, quit, end, revoke, stop messages, no more \
         messages, alto, baja, basta, parar, pare, paren, detener, dar de baja, darme de baja, denme de \
         baja, no mas mensajes, no quiero mas mensajes, no quiero recibir mas mensajes, no me escriban, \
         no me escriban mas, no envien mas mensajes",
    ),
    (
        Meaning::Start,
        "start, unstop, subscribe, optin, opt in, resume, alta, dar de alta, darme de alta, iniciar, \
         reanudar, quiero recibir mensajes",
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
            .flat_map(|(meaning, phrases)| phrases.split(", ").map(|one| (one.to_owned(), *meaning)));
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
