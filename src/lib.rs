//! lib
pub mod app;
pub mod clock;
pub mod config;
pub mod deliver;
pub mod domain;
pub mod error;
pub mod secrets;
pub mod store;
pub mod zones;
