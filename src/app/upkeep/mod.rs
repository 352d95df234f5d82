//! Upkeep of a book: clinics, audit log, backups, copies, checks and the secret.

pub mod audit;
pub mod backup;
pub mod check;
pub mod clinic;
pub mod copy;
pub mod restore;
pub mod rezone;
pub mod rotate;
pub mod setup;
