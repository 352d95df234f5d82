//! No sentence is said in English only: whatever in the source reads like one has its row in the
//! catalogue, `src/output/spanish/`, or a reason here why nobody hears it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use turno::domain::access::MATRIX;
use turno::output::spanish::rows;

/// Where nothing is said to people at the desk, or not in the language of their locale.
const ELSEWHERE: [&str; 8] = [
    // Help and manual are English.
    "src/cli/examples.rs",
    "src/cli/mod.rs",
    "src/run/demo/",
    "src/output/tour.rs",
    // For programs, and who writes them.
    "src/output/schema/",
    // What patients read has templates of its own.
    "src/deliver/letter.rs",
    "src/deliver/templates/samples.rs",
    "src/output/spanish/",
];

/// What begins so is put together with the rest of its sentence before it is said, and the catalogue has
/// the whole; or it is no sentence.
const NOT_SAID: &str = include_str!("spanish/not_said.txt");

/// The Rust files below a folder with their text up to their tests.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name =
            path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().replace('\\', "/");
        let of_tests = ["test", "properties", "fixtures", "contract"].iter().any(|word| name.contains(word));
        if path.is_dir() {
            sources(&path, found);
        } else if name.ends_with(".rs") && !of_tests && !ELSEWHERE.iter().any(|place| name.starts_with(place))
        {
            let text = fs::read_to_string(&path).unwrap();
            found.push((name, text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()));
        }
    }
}

/// The text literals of a source, with comments and attributes left out.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), source);
    let skip = |rest: &str, end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    while let Some(first) = rest.chars().next() {
        let step = if rest.starts_with("//") {
            skip(rest, "\n")
        } else if rest.starts_with("#[") || rest.starts_with("#![") {
            attribute(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            1 + skip(&rest[2..], "'") + 1
        } else if first == '"' {
            let (text, length) = literal(&rest[1..]);
            found.push(text);
            1 + length
        } else {
            first.len_utf8()
        };
        rest = &rest[step.min(rest.len())..];
    }
    found
}

/// How long an attribute is: to the bracket that closes it.
fn attribute(source: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in source.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted && depth == 1 => return at + 1,
            ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    source.len()
}

/// A literal's text, with what is escaped in its place, and how long it is with its end.
fn literal(source: &str) -> (String, usize) {
    let (mut text, mut chars) = (String::new(), source.char_indices().peekable());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, at + 1),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c)) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
    }
    (text, source.len())
}

/// The same with every hole as `{}`.
fn with_plain_holes(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        match after.split_once('}') {
            Some((inside, behind))
                if inside.chars().all(|c| c.is_alphanumeric() || "_:<>$.%?*".contains(c)) =>
            {
                plain.push_str("{}");
                rest = behind;
            }
            _ => {
                plain.push('{');
                rest = after;
            }
        }
    }
    plain + rest
}

/// Whether it reads like words for a person: two words at least beside each other, and no SQL.
fn is_said(text: &str) -> bool {
    const SQL: [&str; 21] = [
        "SELECT",
        "INSERT",
        "UPDATE ",
        "DELETE ",
        "WHERE",
        " AND ",
        "ORDER BY",
        "FROM ",
        "PRAGMA",
        "SAVEPOINT",
        "BEGIN",
        "VACUUM",
        "RESET ",
        " = $",
        " IN (",
        "SET lock",
        "LIKE",
        "JOIN ",
        "NULL,",
        " = ''",
        "COLLATE",
    ];
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.chars().count() >= 2 && word.chars().all(|c| c.is_alphabetic() || "'-`".contains(c))
    };
    let words: Vec<bool> = text.split_whitespace().map(is_word).collect();
    let beside = words.windows(2).any(|pair| pair[0] && pair[1]);
    let around = text.contains("{} ") && words.iter().filter(|word| **word).count() > 1;
    (beside || around) && !SQL.iter().any(|word| text.contains(word))
}

/// Headings of tables: the first of each pair in a list of columns.
fn headings(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for list in source.split("columns: &[").skip(1) {
        let list = list.split("],").next().unwrap_or_default();
        found.extend(list.split('(').skip(1).filter_map(|pair| pair.split('"').nth(1)).map(str::to_owned));
    }
    found
}

#[test]
fn whatever_is_said_in_english_is_said_in_spanish() {
    let known: BTreeSet<String> = rows().map(|(english, _)| english.replace("{t}", "{}")).collect();
    let unsaid: BTreeSet<&str> = NOT_SAID.lines().filter(|line| !line.starts_with('#')).collect();
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let (mut lacking, mut used) = (Vec::new(), BTreeSet::new());
    for (name, text) in &found {
        let sentences =
            literals(text).into_iter().map(|text| with_plain_holes(&text)).filter(|text| is_said(text));
        for sentence in
            sentences.flat_map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>())
        {
            if MATRIX.iter().any(|row| row.command == sentence) {
                continue;
            }
            if let Some(reason) = unsaid.get(sentence.as_str()) {
                used.insert(*reason);
            } else if is_said(&sentence) && !known.contains(&sentence) {
                lacking.push(format!("{name}: {sentence}"));
            }
        }
        if name.starts_with("src/output/") {
            let missing = headings(text).into_iter().filter(|heading| !known.contains(heading));
            lacking.extend(missing.map(|heading| format!("{name}: the heading {heading}")));
        }
    }
    assert!(found.len() > 150, "the source was not found");
    assert!(
        lacking.is_empty(),
        "{} have no Spanish in src/output/spanish/:\n{}",
        lacking.len(),
        lacking.join("\n")
    );
    let idle: Vec<_> = unsaid.difference(&used).filter(|line| !line.is_empty()).collect();
    assert!(idle.is_empty(), "said nowhere any more: {idle:#?}");
}
