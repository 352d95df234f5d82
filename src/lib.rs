//! `turno` is a clinic's appointment book on the command line.
//!
//! Data goes one way: words → request → use case (rules inside one transaction) → outcome → face.
//!
//! | room | what is in it |
//! |---|---|
//! | [`cli`] | words: what can be typed, and how it becomes a request |
//! | [`app`] | use cases: a request in, an outcome or a refusal out, each in one transaction |
//! | [`domain`] | rules: pure; no I/O, no clock, no SQL |
//! | [`store`] | memory: SQL, behind a seam that an engine fills |
//! | [`deliver`] | the world outside: what a message says, and the channel it goes out by |
//! | [`interchange`] | the field's formats: iCalendar, FHIR R4, CSV; pure |
//! | [`output`] | faces: the public JSON, tables, CSV and errors; nothing else prints |
//! | [`public`] | the appointment object, as answers and webhooks show it |
//! | [`run`] | the way through: parse, open, run, write |
//! | [`locale`] | the texts for people, in English and Spanish |
//! | [`clock`], [`zones`], [`secrets`], [`config`], [`folders`] | where time, zone rules, keys and settings enter, and where they lie |

// First, so that its macro `text!` is known in all others.
#[macro_use]
pub mod locale;

pub mod app;
pub mod cli;
pub mod delivery;
pub mod domain;
pub mod formats;
pub mod output;
pub mod platform;
pub mod run;
pub mod store;
