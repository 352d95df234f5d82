//! The texts of answers to what patients write. They are fixed: what an answer did must be said as it is.

use crate::delivery::Outgoing;
use crate::delivery::templates::{bounds, in_one_line, internal, language, words};
use crate::domain::appointment::Visit;
use crate::platform::error::Result;
use strum::IntoStaticStr;

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Says {
    /// The appointment is confirmed.
    Confirmed,
    /// The appointment is cancelled.
    Cancelled,
    /// The appointment begins too soon to be cancelled by a message.
    TooLate,
    /// The appointment was cancelled or is over.
    Over,
    /// Several appointments could be meant.
    Several,
    /// No more messages by this channel.
    Stopped,
    /// Messages by this channel again.
    Started,
}

/// The answer's text in the patient's language; `visits` are the appointments to choose from.
pub fn answer(says: Says, outgoing: &Outgoing<'_>, visits: &[Visit]) -> Result<String> {
    let language = language(outgoing);
    let template = match language {
        words::Language::Spanish => include_str!("es.answer.jinja"),
        words::Language::English => include_str!("en.answer.jinja"),
    };
    let list: Vec<String> = visits.iter().map(|visit| line(outgoing, visit)).collect();
    let mut all = words::plain(outgoing, language);
    all.push(("says", Some(<&str>::from(says).to_owned())));
    all.push(("list", Some(list.join("; "))));
    let text = bounds::environment().render_str(template, words::context(&all));
    Ok(in_one_line(&text.map_err(|problem| internal(&problem))?))
}

/// An appointment in the list: `F9NWMK, lunes 15 de junio de 2026, 14:00`.
fn line(outgoing: &Outgoing<'_>, visit: &Visit) -> String {
    let language = language(outgoing);
    let said = words::plain(&Outgoing { visit, ..*outgoing }, language);
    let said = |name: &str| said.iter().find(|(word, _)| *word == name).and_then(|(_, word)| word.clone());
    [said("code"), said("day"), said("time")].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
