//! The platform: clock, time zones, files, configuration and secrets.

pub(crate) mod atomic_file;
pub mod clock;
pub mod config;
pub mod error;
pub(crate) mod files;
pub mod folders;
pub mod secrets;
pub mod zones;
