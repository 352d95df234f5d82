//! The calendar: doctors, windows, closures, free slots, agendas, the waiting room and reports.

pub mod affected;
pub mod agenda;
pub mod branch;
pub mod closure;
pub mod doctor;
pub(crate) mod hours;
pub mod late;
pub mod list;
pub mod next;
pub mod overview;
pub mod pictures;
pub mod queue;
pub mod reassign;
pub mod report;
pub mod service;
pub mod slots;
pub mod why;
pub mod window;
