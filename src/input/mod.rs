//! Input: days and times in words, JSON bodies under the reference APIs' names, NDJSON, prompts and pickers, and the
//! session that every command starts from.

pub mod bodies;
pub mod days;
pub mod fields;
pub mod global;
pub mod json_stream;
pub(crate) mod pick;
pub(crate) mod pieces;
pub(crate) mod prompts;
pub(crate) mod replies;
pub(crate) mod session;
pub mod speech;
pub(crate) mod stdin;
pub mod values;
