//! Tests of each channel against its counterpart: a program, a mail server or an HTTP API.

#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "servers/mod.rs"]
mod servers;
#[path = "channels/support.rs"]
mod support;

#[cfg(unix)]
#[path = "channels/command.rs"]
mod command;
#[path = "channels/settings.rs"]
mod settings;
#[path = "channels/smtp.rs"]
mod smtp;
#[path = "channels/smtp_trouble.rs"]
mod smtp_trouble;
#[path = "channels/twilio.rs"]
mod twilio;
#[path = "channels/whatsapp.rs"]
mod whatsapp;
