//! Exchange with other systems: import, export and webhooks.

pub mod export;
pub mod import;
pub mod webhook;
