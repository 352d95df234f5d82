//! How the program is linked, where it is made to be used. A command takes a few milliseconds, and much of
//! that the system needs to begin it:
//!
//! - For a fixed address: else some 45,000 pointers are moved, a page of them at a time.
//! - With the compiler's own library in itself: else that is opened, too, for what only a panic needs.
//! - With the C library in itself: to open it, and to look up in it what is used of it, is a tenth of a short
//!   command. The program then runs beside a C library of any age. Who is asked for the names of hosts and
//!   users is said in `names.c`, and where its heap lies in `heap.c`.
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

/// Asked again, for a linker that looks into each once, in the order of their names: GNU's.
const AGAIN: &str = "-Wl,--start-group,-lgcc,-lgcc_eh,-lc,--end-group";

/// What Rust's own library makes use of where it is there: that takes nothing out of a library that is whole.
const NAMED: [&str; 6] = [
    "__cxa_thread_atexit_impl",
    "copy_file_range",
    "getrandom",
    "gettid",
    "posix_spawn_file_actions_addchdir_np",
    "statx",
];

/// A program that ends well, for a profile that never unwinds.
const ENDS: &str = "fn main() { println!(\"{}\", std::env::args().count()) }\n";

/// A program that has need of what unwinds, and of memory that is full of zeros after it was full of something else.
const PROBE: &str = "fn main() {
    assert!(std::panic::catch_unwind(|| panic!(\"a probe\")).is_err());
    for _ in 0..2 {
        let ones: Vec<Vec<u8>> = (0..60).map(|_| vec![1; 100_000]).collect();
        drop(std::hint::black_box(ones));
        let zeros: Vec<Vec<u8>> = (0..60).map(|_| vec![0; 100_000]).collect();
        assert!(std::hint::black_box(zeros).iter().flatten().all(|byte| *byte == 0));
    }
    if std::env::args().count() > 1 {
        println!(\"{:?}\", std::net::ToSocketAddrs::to_socket_addrs(\"localhost:80\").is_ok());
    }
}
";

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
    linker.offered(&["-no-pie".to_owned()]);
    if compiler_library(&mut linker)? {
        c_library(&mut linker)?;
    }
    let order = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(".cargo/order.txt");
    linker.offered(&[format!("-Wl,--symbol-ordering-file={},--no-warn-symbol-ordering", order.display())]);
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
fn compiler_library(linker: &mut Linker<'_>) -> io::Result<bool> {
    let Some(there) = instead(linker.folder, "compiler", &[("libgcc_s.so", "libgcc_eh.a")])? else {
        return Ok(false);
    };
    Ok(linker.offered(&[there]))
}

/// Puts the C library into it, too, where that can be had whole.
fn c_library(linker: &mut Linker<'_>) -> io::Result<()> {
    let shared = [("libc.so", "libc.a"), ("libm.so", "libm.a")];
    let Some(there) = instead(linker.folder, "c", &shared)? else { return Ok(()) };
    let Some(names) = compiled(linker.folder, "names") else { return Ok(()) };
    let asked = "-Wl,--wrap=dlsym,--wrap=getaddrinfo,--wrap=getpwuid_r,--wrap=pthread_getattr_np".to_owned();
    let named = NAMED.map(|name| format!("-Wl,--undefined={name}"));
    let mut all = vec![there, "-static".to_owned(), names, AGAIN.to_owned(), asked];
    all.extend(named);
    if linker.offered(&all)
        && let Some(heap) = compiled(linker.folder, "heap")
    {
        linker.offered(&[heap, "-Wl,--wrap=__sbrk".to_owned()]);
    }
    Ok(())
}

/// Compiles what is written in C; nothing where that can't be done.
fn compiled(folder: &Path, name: &str) -> Option<String> {
    let (source, object) = (format!(".cargo/{name}.c"), folder.join(name).with_extension("o"));
    println!("cargo::rerun-if-changed={source}");
    let root = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-c", "-o"]).arg(&object).arg(Path::new(&root).join(source));
    let made = compiler.output().is_ok_and(|made| made.status.success());
    made.then(|| object.display().to_string())
}

/// A folder to search before others, in which who asks for a shared library gets the whole one; nothing where
/// that is not there.
fn instead(folder: &Path, name: &str, libraries: &[(&str, &str)]) -> io::Result<Option<String>> {
    let libraries_folder = folder.join(name);
    fs::create_dir_all(&libraries_folder)?;
    for (shared, whole) in libraries {
        let Some(whole) = found(whole) else { return Ok(None) };
        // It goes with one that is newer.
        println!("cargo::rerun-if-changed={}", whole.display());
        fs::write(libraries_folder.join(shared), format!("INPUT({})\n", whole.display()))?;
    }
    Ok(Some(format!("-L{}", libraries_folder.display())))
}

/// Leaves the tables for unwinding out of it.
fn no_tables(linker: &mut Linker<'_>) -> io::Result<()> {
    let tables = linker.folder.join("no_tables.ld");
    fs::write(&tables, NO_TABLES)?;
    fs::write(linker.folder.join("probe.rs"), ENDS)?;
    let without = format!("-Wl,--no-eh-frame-hdr,-T,{}", tables.display());
    linker.words.push("-Cpanic=abort".to_owned());
    linker.offered(&[without]);
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
    /// Has the program linked with that, if the probe is made into a program with it, too, and one that works.
    fn offered(&mut self, arguments: &[String]) -> bool {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.arg(self.folder.join("probe.rs")).arg("-o").arg(self.folder.join("probe"));
        let words = arguments.iter().map(|argument| format!("-Clink-arg={argument}"));
        let words: Vec<_> = self.words.iter().cloned().chain(words).collect();
        rustc.args(&words);
        let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
        rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
        rustc.args(env::var("RUSTC_LINKER").ok().map(|linker| format!("-Clinker={linker}")));
        let does = |command: &mut Command| command.output().is_ok_and(|made| made.status.success());
        let taken = does(&mut rustc) && does(&mut Command::new(self.folder.join("probe")));
        if taken {
            for argument in arguments {
                println!("cargo::rustc-link-arg-bins={argument}");
            }
            self.words = words;
        }
        taken
    }
}
