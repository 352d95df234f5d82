//! `turno` is a clinic's appointment book on the command line.
//!
//! Data goes one way: words → request → use case (rules inside one transaction) → outcome → answer.
//!
//! | room | what is in it |
//! |---|---|
//! | [`commands`] | one file for each family of commands: arguments, request, answer |
//! | [`input`] | words, JSON bodies and prompts become requests |
//! | [`app`] | use cases: a request in, an outcome or a refusal out, each in one transaction |
//! | [`domain`] | rules: pure; no I/O, no clock, no SQL |
//! | [`store`] | the book: SQL, transactions, SQLite and PostgreSQL |
//! | [`delivery`] | channels, templates and webhooks |
//! | [`formats`] | iCalendar, FHIR R4, CSV and the appointment's JSON; pure |
//! | [`output`] | views, tables, agendas and refusals; nothing else prints |
//! | [`platform`] | clock, time zones, files, configuration and secrets |
//! | [`locale`] | the texts for people, in English and Spanish |

// First, so that all other modules can use its macro `text!`.
#[macro_use]
pub mod locale;

pub mod app;
pub mod commands;
pub mod delivery;
pub mod domain;
pub mod formats;
pub mod input;
pub mod output;
pub mod platform;
pub mod store;
