//! TODO

pub mod clock;
pub mod config;
pub mod error;
pub mod folders;
pub mod secrets;
pub mod zones;
