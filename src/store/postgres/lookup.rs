//! Looks up the records that a command names while the connection opens, in the same round trip.

use crate::domain::access::Key;
use crate::domain::ids;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::text::{code_key, name_key};
use crate::domain::window::Window;
use crate::store::appointments::visit;
use crate::store::directory::{ACTIVE, BY_WORD, IN_USE, NAMED, NOTED, OLDEST_FIRST};
use crate::store::engine::{Question, Rows, Value};
use crate::store::forecast::Answers;
use crate::store::record::{Stored, WITH_CODE, WITH_ID, selection};
use crate::store::windows::{OF_DOCTOR, POOLED};
use crate::store::words::Words;
use crate::store::{chain_head, keys, meta, params};

/// Placeholder parameters for ids that are not known yet.
const CLINIC: &str = "(the clinic)";
const DOCTOR: &str = "(the doctor)";
const VISITS_DOCTOR: &str = "(the visit's doctor)";

/// The result of a lookup.
pub(in crate::store) struct Found {
    pub(in crate::store) answers: Answers,
    pub(in crate::store) clinic: Option<String>,
}

/// The queries for a command's words. A query that needs an unknown id contains the query for that id.
pub(super) struct Lookup {
    /// The placeholder of each id, and the query that finds the id.
    ids: Vec<(&'static str, Question)>,
    questions: Vec<Question>,
}

impl Lookup {
    pub(super) fn of(words: &Words) -> Self {
        let mut lookup = Lookup { ids: Vec::new(), questions: Vec::new() };
        lookup.clinic(words.clinic.as_deref());
        match &words.branch {
            Some(word) => lookup.named::<Branch>(word),
            None => lookup.ask::<Branch>(IN_USE, params![CLINIC]),
        }
        // Every change reads these.
        lookup.questions.push(Question::new(meta::GET, params![meta::SECRET_CHECK]));
        lookup.questions.push(Question::new(chain_head::LAST, params![CLINIC]));
        for hash in &words.keys {
            lookup.ask::<Key>(keys::WITH_HASH, &[Value::Bytes(hash.into())]);
        }
        if let Some(word) = &words.service {
            lookup.named::<Service>(word);
            if words.doctor.is_none() {
                lookup.ask::<Window>(POOLED, params![CLINIC]);
            }
        }
        if let Some(word) = &words.doctor {
            lookup.named::<Doctor>(word);
            let sql =
                "SELECT id FROM doctors WHERE clinic_id = ?1 AND (code_key = ?2 OR name_key = ?3 OR id = ?4)
                ORDER BY code_key LIMIT 1";
            lookup.id(DOCTOR, sql, params![CLINIC, code_key(word), name_key(word), word.to_lowercase()]);
            lookup.ask::<Window>(OF_DOCTOR, params![CLINIC, DOCTOR]);
        }
        if let Some(word) = &words.appointment {
            let (condition, word) = visit::find_condition(word.trim());
            let visit = format!("{} WHERE {condition}", visit::select::<Patient>());
            lookup.questions.push(Question::new(&visit, params![CLINIC, word.as_str()]));
            let doctor = format!("SELECT a.doctor_id FROM appointments AS a WHERE {condition}");
            lookup.id(VISITS_DOCTOR, &doctor, params![CLINIC, word]);
            lookup.ask::<Window>(OF_DOCTOR, params![CLINIC, VISITS_DOCTOR]);
        }
        if words.everyone {
            lookup.ask::<Doctor>(ACTIVE, params![CLINIC]);
            lookup.ask::<Service>(ACTIVE, params![CLINIC]);
            lookup.ask::<Window>(ACTIVE, params![CLINIC]);
        }
        lookup
    }

    fn clinic(&mut self, word: Option<&str>) {
        match word {
            Some(word) => {
                let sql = "SELECT id FROM clinics WHERE id = ?1 OR code_key = ?2";
                self.id(CLINIC, sql, params![word, code_key(word)]);
                self.ask::<Clinic>(BY_WORD, params![word, code_key(word)]);
            }
            None => {
                let sql =
                    "SELECT coalesce((SELECT value FROM meta WHERE key = ?1), (SELECT min(id) FROM clinics))";
                self.id(CLINIC, sql, params![meta::CHOSEN_CLINIC]);
                self.ask::<Clinic>(NOTED, params![meta::CHOSEN_CLINIC]);
                self.ask::<Clinic>(OLDEST_FIRST, &[]);
            }
        }
    }

    fn named<T: Stored>(&mut self, word: &str) {
        let word = word.trim();
        if ids::is_id(word) {
            self.ask::<T>(WITH_ID, params![word.to_lowercase(), CLINIC]);
        } else {
            self.ask::<T>(WITH_CODE, params![CLINIC, code_key(word)]);
            self.ask::<T>(NAMED, params![CLINIC, name_key(word)]);
        }
    }

    fn ask<T: Stored>(&mut self, rest: &str, params: &[Value<'_>]) {
        self.questions.push(Question::new(&selection::<T>(rest), params));
    }

    fn id(&mut self, name: &'static str, sql: &str, params: &[Value<'_>]) {
        self.ids.push((name, Question::new(sql, params)));
    }

    /// All queries: first those for ids, then the rest.
    pub(super) fn questions(&self) -> Vec<Question> {
        let ids = self.ids.iter().map(|(_, question)| question);
        ids.chain(&self.questions).map(|question| self.whole(question)).collect()
    }

    /// The query with each placeholder replaced by a subquery for the id.
    fn whole(&self, question: &Question) -> Question {
        let mut whole = question.clone();
        for (name, id) in self.ids.iter().rev() {
            for position in 0..whole.params.len() {
                if whole.params[position] == Value::from(*name) {
                    let within = shifted(&id.sql, whole.params.len());
                    let number = position + 1;
                    whole.sql = with_numbers(&whole.sql, |n| match n == number {
                        true => format!("({within})"),
                        false => format!("?{n}"),
                    });
                    whole.params.extend(id.params.iter().cloned());
                }
            }
        }
        whole
    }

    /// Pairs each answer to [`Lookup::questions`] with its query, in which ids replace the placeholders.
    pub(super) fn found(self, answers: Vec<Rows>) -> Found {
        let mut answers = answers.into_iter();
        let mut known = Vec::new();
        for (name, _) in &self.ids {
            let rows = answers.next().unwrap_or_default();
            let id = rows.into_iter().next().and_then(|row| row.into_iter().next());
            known.push((Value::from(*name), id.unwrap_or(Value::Null)));
        }
        let with_ids = |mut question: Question| {
            for param in &mut question.params {
                if let Some((_, id)) = known.iter().find(|(name, _)| name == param) {
                    *param = id.clone();
                }
            }
            question
        };
        let answers = self.questions.into_iter().map(with_ids).zip(answers).collect();
        // The first id is the clinic's.
        let clinic = known.into_iter().next().and_then(|(_, id)| match id {
            Value::Text(id) => Some(id.into_owned()),
            _ => None,
        });
        Found { answers, clinic }
    }
}

/// The statement with `by` added to each parameter number.
fn shifted(sql: &str, by: usize) -> String {
    with_numbers(sql, |number| format!("?{}", number + by))
}

/// The statement with each parameter `?1` replaced by `rule(1)`.
fn with_numbers(sql: &str, rule: impl Fn(usize) -> String) -> String {
    let mut parts = sql.split('?');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        whole.push_str(&rule(number.parse().unwrap_or_default()));
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_asked_for_within_the_question_that_needs_it() {
        let words =
            Words { clinic: Some("san-jose".into()), doctor: Some("ruiz".into()), ..Words::default() };
        let questions = Lookup::of(&words).questions();
        let windows = questions.last().unwrap();
        assert!(
            windows.sql.contains("FROM windows WHERE clinic_id = (SELECT id FROM clinics WHERE id = ?"),
            "{windows:?}"
        );
        assert!(
            windows.sql.contains("doctor_id = (SELECT id FROM doctors WHERE clinic_id = (SELECT"),
            "{windows:?}"
        );
        let numbers: Vec<usize> = windows
            .sql
            .split('?')
            .skip(1)
            .map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap())
            .collect();
        assert!(numbers.iter().all(|number| (1..=windows.params.len()).contains(number)), "{windows:?}");
    }

    #[test]
    fn an_answer_belongs_to_the_question_with_the_id_in_it() {
        let words = Words { doctor: Some("ruiz".into()), ..Words::default() };
        let lookup = Lookup::of(&words);
        let ids = lookup.ids.len();
        let text = |text: &str| vec![vec![Value::from(text).into_owned()]];
        let count = lookup.questions.len();
        let mut rows = vec![text("c1"), text("d1")];
        assert_eq!(rows.len(), ids);
        rows.extend((0..count).map(|n| text(&n.to_string())));
        let Found { answers, clinic } = lookup.found(rows);
        assert_eq!(clinic.as_deref(), Some("c1"));
        let windows = Question::new(&selection::<Window>(OF_DOCTOR), params!["c1", "d1"]);
        assert_eq!(answers[&windows], text(&(count - 1).to_string()));
    }
}
