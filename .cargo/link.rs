//! How the program is linked, where it is made to be used: for a fixed address, and with the compiler's
//! own library in itself. Else the system moves some 45,000 pointers, a page of them at a time, and opens
//! a library more before every command, which takes longer than many a command does.

#![allow(clippy::disallowed_macros, reason = "this is how a build script speaks to cargo")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=.cargo/link.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // Where that is known to work; nowhere is it needed.
    let linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let alone = features.split(',').any(|feature| feature == "crt-static");
    if !linux || alone || !is("PROFILE", "release") {
        return Ok(());
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let at_home = env::var("TARGET").ok() == env::var("HOST").ok();
    if let Some(whole) = found("libgcc_eh.a").filter(|_| at_home) {
        // Who asks for the shared one gets this: the folder is searched first.
        let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
        fs::write(folder.join("libgcc_s.so"), format!("INPUT({})\n", whole.display()))?;
        println!("cargo::rustc-link-search=native={}", folder.display());
    }
    Ok(())
}

/// Where the system's compiler has that library.
fn found(name: &str) -> Option<PathBuf> {
    let told = Command::new("cc").arg(format!("-print-file-name={name}")).output().ok()?;
    let path = String::from_utf8(told.stdout).ok()?;
    // What it doesn't have, it says back.
    let path = Path::new(path.trim());
    (path.is_absolute() && path.exists()).then(|| path.to_owned())
}
