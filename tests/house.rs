//! Rules of ARCHITECTURE.md that the compiler can't check: allowed dependencies between modules.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each top-level module with the modules that it may use. All may use `locale`.
const ROOMS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("formats", &["domain"]),
    ("platform", &["domain"]),
    ("store", &["domain", "platform"]),
    ("delivery", &["domain", "formats", "platform"]),
    ("app", &["delivery", "domain", "formats", "platform", "store"]),
    ("output", &["app", "delivery", "domain", "formats", "store"]),
    ("input", &["app", "domain", "formats", "output", "platform", "store"]),
    ("commands", &["app", "delivery", "domain", "formats", "input", "output", "platform", "store"]),
];

/// Code that may appear only in the given files or folders.
const WORDS: [(&str, &[&str]); 11] = [
    ("rusqlite", &["src/store/sqlite.rs", "src/store/sqlite/"]),
    ("use tokio_postgres::", &["src/store/postgres/"]),
    ("\"SELECT ", &["src/store/"]),
    ("\"INSERT ", &["src/store/"]),
    ("\"UPDATE ", &["src/store/"]),
    ("Store::open(", &["src/store/", "src/input/session.rs", "src/commands/"]),
    // Patients are found by `find`; `patient_match` compares bookings with known patients.
    ("by_part(tx, &desk.clinic.id", &["src/app/access/partial_match.rs"]),
    ("of_patients_like(", &["src/app/access/partial_match.rs", "src/store/"]),
    ("with_search_key(", &["src/app/access/find.rs", "src/store/"]),
    ("with_phone(", &["src/app/access/find.rs", "src/app/patients/", "src/store/"]),
    // Code without an access check must be listed with a reason.
    (
        "desk_unasked(",
        &[
            "src/app/mod.rs",
            "src/app/reminders/heartbeat.rs",
            "src/app/upkeep/clinic.rs",
            "src/app/exchange/webhook/sweep.rs",
            "src/commands/answers.rs",
        ],
    ),
];

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The Rust files below a folder: path from the repository and content.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let from_here = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            let name = from_here.to_string_lossy().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// The modules named in a line.
fn rooms_in(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

#[test]
fn no_room_knows_more_than_it_may() {
    for (room, may_know) in ROOMS {
        for (name, text) in files(&source().join(room)) {
            for (number, line) in text.lines().enumerate() {
                for known in rooms_in(line).filter(|known| !known.is_empty()) {
                    assert!(
                        known == room || known == "locale" || may_know.contains(&known),
                        "{name}:{}: {room} knows {known}:\n{line}",
                        number + 1
                    );
                }
            }
        }
    }
}

/// The diagram of ARCHITECTURE.md must show exactly the real dependencies.
#[test]
fn the_picture_of_the_house_shows_who_knows_whom() {
    let text = fs::read_to_string(source().with_file_name("ARCHITECTURE.md")).unwrap();
    let drawn: BTreeSet<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once(" --> "))
        .map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()))
        .collect();
    let rooms: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    let mut real = BTreeSet::new();
    for room in rooms.iter().filter(|room| *room != "domain") {
        for (_, text) in files(&source().join(room)) {
            let known = text.lines().flat_map(rooms_in);
            let known = known.filter(|known| rooms.contains(*known) && known != room && *known != "domain");
            real.extend(known.map(|known| (room.clone(), known.to_owned())));
        }
    }
    assert_eq!(drawn, real);
}

#[test]
fn what_belongs_to_one_room_is_said_there_only() {
    let files = files(&source());
    for (word, places) in WORDS {
        assert!(files.iter().any(|(_, text)| text.contains(word)), "{word} is said nowhere any more");
        for (name, text) in &files {
            let here = places.iter().any(|place| name.starts_with(place));
            assert!(here || !text.contains(word), "{name} says {word}; it belongs to {}", places.join(", "));
        }
    }
}

#[test]
fn the_rules_and_the_formats_touch_nothing_outside() {
    let of = |room: &str, words: &[&str]| {
        for (name, text) in files(&source().join(room)) {
            if let Some(word) = words.iter().find(|word| text.contains(**word)) {
                panic!("{name} says {word}: the {room} is pure");
            }
        }
    };
    of("domain", &["std::fs", "std::io", "std::env", "std::process", "serde"]);
    of("formats", &["std::fs", "std::env", "std::process"]);
}
