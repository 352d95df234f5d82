//! Appointments: booking, moving, status, series and undo.

pub mod alternatives;
pub mod batch;
pub mod book;
pub mod placement;
pub mod prompt_choices;
pub mod request;
pub mod reschedule;
pub mod series;
pub mod status;
pub mod undo;
pub mod update;
