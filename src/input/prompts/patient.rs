//! Asks for the patient: a known one, found while the name is typed, or a new one.

use crate::app::Context;
use crate::app::booking::prompt_choices;
use crate::app::booking::prompt_choices::{Counter, Known};
use crate::domain::phone;
use crate::domain::text::{self, fold};
use crate::input::fields::Raw;
use crate::input::prompts::labels;
use crate::input::prompts::picker::{Asked, Board, Choice};

/// The most patients that are shown for what was typed.
const MOST: i64 = 12;
/// How many digits can be the end of a phone.
const DIGITS: usize = 4;
/// Fills in the patient, or a name and a phone.
pub(crate) fn ask(board: &Board, context: &mut Context, counter: &Counter, said: &mut Raw) -> Asked<()> {
    let (mut name, mut number) = (String::new(), String::new());
    if counter.shows_patients && !said.has("name") && !said.has("phone") {
        let mut search = Search::default();
        let found =
            board.pick(text!("ask-patient"), text!("type-a-part-of-the-name-phone"), 0, &mut |typed| {
                search.find(context, typed)
            })?;
        match found {
            (Some(id), _) => {
                said.put("patient", Some(id));
                return Ok(());
            }
            (None, typed) if typed.chars().any(char::is_alphabetic) => name = typed,
            (None, typed) => number = typed,
        }
    }
    if !said.has("name") {
        said.put("name", Some(board.text(text!("ask-full-name"), name.trim(), text::short)?));
    }
    if !said.has("phone") {
        let country = counter.country.as_deref();
        let given =
            board.text(text!("ask-phone"), number.trim(), |given| phone::normalise(given, country))?;
        said.put("phone", Some(given));
    }
    Ok(())
}

/// What was looked for last, and who was found. Each look is an entry of the audit log: so letters that
/// are added to a search whose answer was whole only narrow it down.
#[derive(Default)]
struct Search {
    words: String,
    found: Vec<Known>,
}

impl Search {
    fn find(&mut self, context: &mut Context, typed: &str) -> Asked<Vec<Choice<Option<String>>>> {
        let wanted = fold(typed);
        if !is_enough(&wanted) {
            *self = Search::default();
        } else if !self.narrows(&wanted) {
            self.found = prompt_choices::patients(context, typed, MOST)?;
            self.words.clone_from(&wanted);
        }
        let mut choices: Vec<_> =
            self.found.iter().filter(|known| fits(known, &wanted)).map(choice).collect();
        let new = match typed.trim() {
            "" => text!("a-new-patient").to_owned(),
            typed => text!("a-new-patient-named", typed),
        };
        choices.push(Choice::new(None, new));
        Ok(choices)
    }

    fn narrows(&self, wanted: &str) -> bool {
        let whole = i64::try_from(self.found.len()).is_ok_and(|found| found < MOST);
        !self.words.is_empty() && whole && wanted.starts_with(&self.words)
    }
}

fn choice(known: &Known) -> Choice<Option<String>> {
    Choice::new(Some(known.patient.id.clone()), labels::patient(known))
}

/// Whether there is anything to look for: a letter, or a digit of a phone or code.
fn is_enough(wanted: &str) -> bool {
    wanted.chars().any(char::is_alphanumeric)
}

/// Whether a patient who was found for fewer letters is found for these, too.
fn fits(known: &Known, wanted: &str) -> bool {
    let patient = &known.patient;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = !wanted.chars().any(char::is_alphabetic) && digits(wanted).len() >= DIGITS;
    if is_number && digits(&patient.phone).contains(&digits(wanted)) {
        return true;
    }
    let own = fold(&format!("{} {} {}", patient.full_name, patient.code, patient.phone));
    wanted.split(' ').all(|word| own.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_enough;

    #[test]
    fn one_letter_or_digit_is_enough_to_look_for() {
        for (typed, enough) in
            [("", false), (" ", false), ("-", false), ("a", true), ("an", true), ("7", true), ("p-1", true)]
        {
            assert_eq!(is_enough(typed), enough, "{typed}");
        }
    }
}
