//! Fake servers on loopback for tests.

// Each test binary uses only a part of this module.
#![allow(dead_code, reason = "shared by test binaries that use different parts of it")]

pub mod http;
pub mod smtp;
