//! How the program is linked, where it is made to be used. A command takes a few milliseconds, and much of
//! that the system needs to begin it:
//!
//! - For a fixed address: else some 45,000 pointers are moved, a page of them at a time.
//! - With the compiler's own library in itself: else that is opened, too, for what only a panic needs.
//! - With the functions that the desk's commands go through side by side, as `.cargo/order.txt` lists them:
//!   else they lie scattered over eight megabytes, most of which are read in around them. The names are
//!   those of one compiler, one `Cargo.lock`, one profile and its features; with others the program is as
//!   right, and slower. `just order` lists them anew.
//! - Without the tables by which a stack is unwound, in the profile that never unwinds one: they are a
//!   fifteenth of the program. What a panic says is said; the way to it, which was nameless there, is not.

#![allow(clippy::disallowed_macros, reason = "this is how a build script speaks to cargo")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Leaves those tables out.
const NO_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame .eh_frame_hdr .gcc_except_table .gcc_except_table.*) } }
INSERT AFTER .rodata;
";

/// A program that ends well, for a profile that never unwinds.
const ENDS: &str = "fn main() { println!(\"{}\", std::env::args().count()) }\n";

/// A program that has need of what unwinds.
const PROBE: &str = "fn main() { assert!(std::panic::catch_unwind(|| panic!(\"a probe\")).is_err()) }\n";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=.cargo/link.rs");
    println!("cargo::rerun-if-changed=.cargo/order.txt");
    println!("cargo::rerun-if-env-changed=TURNO_LINK_MAP");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // Where that is known to work; nowhere is it needed.
    let linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let at_home = env::var("TARGET").ok() == env::var("HOST").ok();
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let alone = features.split(',').any(|feature| feature == "crt-static");
    if !linux || alone || !at_home || !is("PROFILE", "release") {
        return Ok(());
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(folder.join("probe.rs"), PROBE)?;
    let mut linker = Linker { folder: &folder, words: Vec::new() };
    if linker.takes("-Clink-arg=-no-pie".to_owned()) {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    own_library(&mut linker)?;
    let order = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(".cargo/order.txt");
    let in_order = format!("-Wl,--symbol-ordering-file={},--no-warn-symbol-ordering", order.display());
    if linker.takes(format!("-Clink-arg={in_order}")) {
        println!("cargo::rustc-link-arg-bins={in_order}");
    }
    if never_unwinds(&folder) {
        no_tables(&mut linker)?;
    }
    // Where each function came to lie, for who lists them anew.
    if let Ok(map) = env::var("TURNO_LINK_MAP") {
        println!("cargo::rustc-link-arg-bins=-Wl,-Map={map}");
    }
    Ok(())
}

/// Puts the compiler's own library into the program.
fn own_library(linker: &mut Linker<'_>) -> io::Result<()> {
    let Some(whole) = found("libgcc_eh.a") else { return Ok(()) };
    // It goes with the compiler's next version.
    println!("cargo::rerun-if-changed={}", whole.display());
    // Who asks for the shared one gets this: the folder is searched first.
    let libraries = linker.folder.join("libraries");
    fs::create_dir_all(&libraries)?;
    fs::write(libraries.join("libgcc_s.so"), format!("INPUT({})\n", whole.display()))?;
    let there = format!("-L{}", libraries.display());
    if linker.takes(format!("-Clink-arg={there}")) {
        println!("cargo::rustc-link-arg-bins={there}");
    }
    Ok(())
}

/// Leaves the tables for unwinding out of it.
fn no_tables(linker: &mut Linker<'_>) -> io::Result<()> {
    let tables = linker.folder.join("no_tables.ld");
    fs::write(&tables, NO_TABLES)?;
    fs::write(linker.folder.join("probe.rs"), ENDS)?;
    let without = format!("-Wl,--no-eh-frame-hdr,-T,{}", tables.display());
    if linker.takes("-Cpanic=abort".to_owned()) && linker.takes(format!("-Clink-arg={without}")) {
        println!("cargo::rustc-link-arg-bins={without}");
    }
    Ok(())
}

/// Whether this is for `dist`, whose panics end the program. Cargo tells a build script of the profile only
/// by the folder that it works in, `target/dist/build/turno-…/out`.
fn never_unwinds(folder: &Path) -> bool {
    folder.ancestors().nth(3).is_some_and(|profile| profile.ends_with("dist"))
}

/// Where the system's compiler has that library.
fn found(name: &str) -> Option<PathBuf> {
    let told = Command::new("cc").arg(format!("-print-file-name={name}")).output().ok()?;
    let path = String::from_utf8(told.stdout).ok()?;
    // What it doesn't have, it says back.
    let path = Path::new(path.trim());
    (path.is_absolute() && path.exists()).then(|| path.to_owned())
}

/// The linker that is used here, with what it has taken so far: what is tried next has to go with that.
struct Linker<'a> {
    folder: &'a Path,
    words: Vec<String>,
}

impl Linker<'_> {
    /// Whether it makes the probe into a program with that, too, and one that works.
    fn takes(&mut self, word: String) -> bool {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.arg(self.folder.join("probe.rs")).arg("-o").arg(self.folder.join("probe"));
        rustc.args(&self.words).arg(&word);
        let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
        rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
        rustc.args(env::var("RUSTC_LINKER").ok().map(|linker| format!("-Clinker={linker}")));
        let does = |command: &mut Command| command.output().is_ok_and(|made| made.status.success());
        let taken = does(&mut rustc) && does(&mut Command::new(self.folder.join("probe")));
        if taken {
            self.words.push(word);
        }
        taken
    }
}
