//! Changes of fields, and which appointments can still be changed.

use crate::app::{Desk, Env};
use crate::domain::appointment::{Appointment, Visit};
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use crate::store::Tx;

/// A change of an optional field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Keep the value.
    #[default]
    Keep,
    /// Remove the value.
    Clear,
    /// Set a new value.
    Set(T),
}

impl<T> Change<T> {
    /// Applies the change to `field`.
    pub fn apply(&self, field: &mut Option<T>)
    where
        T: Clone,
    {
        match self {
            Change::Keep => {}
            Change::Clear => *field = None,
            Change::Set(value) => *field = Some(value.clone()),
        }
    }

    /// Returns `Set` for a value and `Keep` for `None`.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Change::Keep, Change::Set)
    }
}

pub(super) fn write_fields(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    mut after: Appointment,
) -> Result<Visit> {
    if after == *visit.appointment {
        return Ok(visit);
    }
    after.updated_at = env.now;
    env.change(tx, Some(&desk.clinic.id), "appointment.updated", None, (&*visit.appointment, &after))?;
    Ok(Visit { appointment: after.into(), ..visit })
}

/// Refuses to change anything but the notes of a completed or cancelled appointment.
pub fn check_changeable(before: &Appointment, after: &Appointment) -> Result<()> {
    let but_notes = Appointment { notes: before.notes.clone(), ..after.clone() };
    if before.status.is_final() && but_notes != *before {
        return Err(final_state(before));
    }
    Ok(())
}

/// Returns the refusal to change a completed or cancelled appointment.
pub fn final_state(appointment: &Appointment) -> Refusal {
    let status = appointment.status;
    Refusal::new(
        Code::InvalidStateTransition,
        text!("a-appointment-cant-be-changed-any-more-but", words = status.words()),
    )
    .detail("from", status.as_str())
    .detail("to", status.as_str())
    .detail("allowed", Vec::<String>::new())
    .hint(text!("put-it-in-the-notes-with-notes"))
}
