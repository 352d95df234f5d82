//! How the program is linked: for a fixed address. Else the system moves some 45,000 pointers, a page of
//! them at a time, before every command, which takes longer than many a command does.

#![allow(clippy::disallowed_macros, reason = "this is how a build script speaks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=.cargo/link.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // Where that is known to work; nowhere is it needed.
    let linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let alone = features.split(',').any(|feature| feature == "crt-static");
    if linux && !alone && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
