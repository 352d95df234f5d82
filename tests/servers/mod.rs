//! Servers that a test starts on loopback, and that do to a client what the real ones do.

// Each test binary uses a part of this, so that what the other part needs looks unused.
#![allow(dead_code, reason = "shared by test binaries that use different parts of it")]

pub mod http;
