//! Statuses of an appointment and the transitions between them.

use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::fold;
use strum::{IntoStaticStr, VariantArray};

/// Status of an appointment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Booked, not yet confirmed.
    #[default]
    Scheduled,
    /// Confirmed.
    Confirmed,
    /// The patient is in the waiting room.
    CheckedIn,
    /// The patient is with the doctor.
    InProgress,
    /// The visit is over; final.
    Completed,
    /// Cancelled; final.
    Cancelled,
    /// The patient did not come; can still arrive late.
    NoShow,
}

spelled!(Status);

impl Status {
    /// Whether the agenda shows it.
    pub fn is_shown(self) -> bool {
        self != Status::Cancelled
    }

    /// Parses the public spelling, in any case and with `-` for `_`.
    pub fn parse(word: &str) -> Result<Status, String> {
        let wanted = word.trim().to_lowercase().replace('-', "_");
        Status::spelled(&wanted).ok_or_else(|| text!("is-not-a-status-there-are", word, all = Status::list()))
    }

    /// Parses a word as people say it: in English or Spanish, with `-`, `_`, a space or nothing between its parts,
    /// in any case and without accents.
    pub fn said(word: &str) -> Result<Status, String> {
        let letters: String = fold(word).chars().filter(|c| c.is_alphanumeric()).collect();
        let is = |status: &Status| {
            status.as_str().replace('_', "") == letters || status.spellings().contains(&letters.as_str())
        };
        Status::ALL.into_iter().find(is).map_or_else(|| Status::parse(word), Ok)
    }

    /// Other words for the status, as [`Status::said`] compares them.
    fn spellings(self) -> &'static [&'static str] {
        match self {
            Status::Scheduled => &[
                "booked",
                "agendada",
                "agendado",
                "programada",
                "programado",
                "reservada",
                "reservado",
                "pendiente",
            ],
            Status::Confirmed => &["confirm", "confirma", "confirmada", "confirmado", "confirmo"],
            Status::CheckedIn => &[
                "checkin",
                "arrive",
                "arrived",
                "here",
                "waiting",
                "llega",
                "llego",
                "llegada",
                "llegado",
                "ensala",
                "enespera",
                "espera",
                "esperando",
                "presente",
            ],
            Status::InProgress => &[
                "start",
                "started",
                "running",
                "pasa",
                "paso",
                "encurso",
                "enconsulta",
                "enatencion",
                "atendiendo",
                "empezada",
                "empezado",
            ],
            Status::Completed => &[
                "complete",
                "done",
                "finished",
                "listo",
                "lista",
                "hecha",
                "hecho",
                "atendida",
                "atendido",
                "completada",
                "completado",
                "terminada",
                "terminado",
                "finalizada",
                "finalizado",
            ],
            Status::Cancelled => {
                &["cancel", "canceled", "cancela", "cancelada", "cancelado", "anulada", "anulado"]
            }
            Status::NoShow => &[
                "missed",
                "absent",
                "falta",
                "falto",
                "ausente",
                "perdida",
                "noasistio",
                "nollego",
                "nosepresento",
                "novino",
            ],
        }
    }

    /// Whether the appointment counts for conflicts, capacity and the duplicate rule.
    pub fn occupies(self) -> bool {
        !matches!(self, Status::Cancelled | Status::NoShow)
    }

    /// Whether only the notes can be changed.
    pub fn is_final(self) -> bool {
        matches!(self, Status::Completed | Status::Cancelled)
    }

    /// Whether the appointment can be rescheduled.
    pub fn can_move(self) -> bool {
        matches!(self, Status::Scheduled | Status::Confirmed)
    }

    /// Whether pending messages are kept.
    pub fn keeps_messages(self) -> bool {
        !matches!(self, Status::Completed | Status::Cancelled | Status::NoShow)
    }

    /// Whether the step is taken on the day of the visit: on another day it may be a slip.
    pub fn is_of_the_day(self) -> bool {
        matches!(self, Status::CheckedIn | Status::InProgress | Status::Completed | Status::NoShow)
    }

    /// The statuses that can follow this one.
    pub fn next(self) -> &'static [Status] {
        use Status::*;
        match self {
            Scheduled => &[Confirmed, CheckedIn, InProgress, Completed, Cancelled, NoShow],
            Confirmed => &[CheckedIn, InProgress, Completed, Cancelled, NoShow],
            CheckedIn => &[InProgress, Completed, Cancelled, NoShow],
            InProgress => &[Completed, Cancelled],
            NoShow => &[CheckedIn],
            Completed | Cancelled => &[],
        }
    }

    /// Refuses a transition that [`Status::next`] does not list.
    pub fn step_to(self, to: Status) -> Result<(), Refusal> {
        if self.next().contains(&to) {
            return Ok(());
        }
        let allowed: Vec<&str> = self.next().iter().map(|status| status.as_str()).collect();
        let hint = if allowed.is_empty() {
            text!("is-final-book-a-new-appointment-instead", status = self.words())
        } else {
            text!("from-here-it-can-become", all = allowed.join(", "))
        };
        Err(Refusal::new(
            Code::InvalidStateTransition,
            text!("a-appointment-cant-become", from = self.words(), to = to.words()),
        )
        .detail("from", self.as_str())
        .detail("to", to.as_str())
        .detail("allowed", allowed)
        .hint(hint))
    }

    /// The localised name, for people.
    pub fn words(self) -> &'static str {
        match self {
            Status::CheckedIn => text!("checked-in"),
            Status::InProgress => text!("running"),
            Status::NoShow => text!("missed"),
            other => crate::locale::plain(other.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_transition_table() {
        use Status::*;
        // Columns in the order of `Status::ALL`; a dot is refused.
        let table = [
            (Scheduled, ".✓✓✓✓✓✓"),
            (Confirmed, "..✓✓✓✓✓"),
            (CheckedIn, "...✓✓✓✓"),
            (InProgress, "....✓✓."),
            (Completed, "......."),
            (Cancelled, "......."),
            (NoShow, "..✓...."),
        ];
        for (from, row) in table {
            for (to, mark) in Status::ALL.into_iter().zip(row.chars()) {
                let answer = from.step_to(to);
                assert_eq!(answer.is_ok(), mark == '✓', "{from:?} → {to:?}");
                if let Err(refusal) = answer {
                    assert_eq!(refusal.code, Code::InvalidStateTransition);
                    assert!(refusal.details.contains_key("allowed"));
                }
            }
        }
    }

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(Status::parse("Checked-In"), Ok(Status::CheckedIn));
        assert!(Status::parse("done").unwrap_err().contains("no_show"));
    }

    #[test]
    fn people_say_a_status_in_two_languages_and_any_spelling() {
        for (words, status) in [
            (&["scheduled", "Programada", "agendado"][..], Status::Scheduled),
            (&["confirmed", "CONFIRMADA", "confirma"], Status::Confirmed),
            (&["checked-in", "Checked In", "checkedin", "llegó", "en sala", "arrived"], Status::CheckedIn),
            (
                &["in_progress", "in progress", "en_curso", "En-Curso", "pasa", "en consulta"],
                Status::InProgress,
            ),
            (&["completed", "done", "listo", "atendida", "Completada"], Status::Completed),
            (&["cancelled", "canceled", "cancelada", "ANULADA"], Status::Cancelled),
            (&["no-show", "no show", "noshow", "faltó", "no asistió", "no llegó"], Status::NoShow),
        ] {
            for word in words {
                assert_eq!(Status::said(word), Ok(status), "{word}");
            }
        }
        for word in ["", "dones", "no", "in", "_"] {
            assert!(Status::said(word).unwrap_err().contains("no_show"), "{word}");
        }
        // No word stands for two statuses.
        let mut all: Vec<&str> = Status::ALL.into_iter().flat_map(Status::spellings).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
