//! The committed completions and manual pages must equal the program's output.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use assert_cmd::cargo::cargo_bin_cmd;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each shell and the file name of its completions.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "turno.bash"),
    ("elvish", "turno.elv"),
    ("fish", "turno.fish"),
    ("powershell", "_turno.ps1"),
    ("zsh", "_turno"),
];

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect()
}

/// Compares a committed folder with the generated files; rewrites the folder if `TURNO_REGENERATE` is set.
fn is_up_to_date(folder: &str, generated: &BTreeMap<String, String>) {
    let path = repository().join(folder);
    if std::env::var_os("TURNO_REGENERATE").is_some() {
        if path.exists() {
            fs::remove_dir_all(&path).unwrap();
        }
        fs::create_dir_all(&path).unwrap();
        for (name, text) in generated {
            fs::write(path.join(name), text).unwrap();
        }
    }
    let committed = files(&path);
    for name in committed.keys().chain(generated.keys()) {
        let state = match (committed.get(name), generated.get(name)) {
            (Some(old), Some(new)) if old == new => continue,
            (Some(_), Some(_)) => "is not what the program writes",
            (Some(_), None) => "is written by the program no more",
            (None, _) => "is missing",
        };
        panic!(
            "{folder}/{name} {state}: `just docs` (TURNO_REGENERATE=1 cargo test --test generated) mends it"
        );
    }
}

#[test]
fn the_completions_are_up_to_date() {
    let generated = SHELLS.map(|(shell, name)| {
        let done = cargo_bin_cmd!("turno").args(["completions", shell]).assert().success();
        (name.to_owned(), String::from_utf8(done.get_output().stdout.clone()).unwrap())
    });
    is_up_to_date("completions", &BTreeMap::from(generated));
}

#[test]
fn the_manual_is_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    cargo_bin_cmd!("turno").arg("man").arg(folder.path()).assert().success();
    is_up_to_date("man", &files(folder.path()));
}
