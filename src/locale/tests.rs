use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The ids of a language's texts, with the names of their arguments.
fn texts(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for file in files {
        assert!(FluentResource::try_new((*file).to_owned()).is_ok(), "{file}");
        let mut id = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((found, _)) = line.split_once(" = ").filter(|_| !line.starts_with([' ', '}'])) {
                id = found.to_owned();
                assert!(texts.insert(id.clone(), BTreeSet::new()).is_none(), "{id} stands there twice");
            }
            let arguments = line.split('$').skip(1).map(|rest| name_at(rest).to_owned());
            texts.entry(id.clone()).or_default().extend(arguments);
        }
    }
    texts
}

fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The names of a `text!` call's arguments: those after a comma or semicolon outside brackets.
fn arguments_of(call: &str) -> BTreeSet<String> {
    let (mut depth, mut quoted, mut begins) = (0, false, false);
    let mut arguments = BTreeSet::new();
    let mut chars = call.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' | ';' if depth == 0 => begins = true,
            c if begins && c.is_ascii_alphabetic() => {
                arguments.insert(name_at(&call[at..]).to_owned());
                begins = false;
            }
            _ => {}
        }
    }
    arguments
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_arguments() {
    let (english, spanish) = (texts(&files!("en")), texts(&files!("es")));
    assert!(english.len() > 1000, "{}", english.len());
    for (id, arguments) in &english {
        assert_eq!(spanish.get(id), Some(arguments), "{id}");
    }
    // An id without a hyphen is a word for `word`, so its English text must be the id itself.
    for id in english.keys().filter(|id| !id.contains('-')) {
        assert_eq!(word(id), *id);
    }
    assert_eq!(english.len(), spanish.len());
}

#[test]
fn every_use_of_a_text_names_one_that_is_there_with_its_arguments() {
    let english = texts(&files!("en"));
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    let (mut uses, mut literals) = (0, BTreeSet::new());
    for path in paths.iter().filter(|path| !path.ends_with("locale/tests.rs")) {
        let source = fs::read_to_string(path).unwrap();
        // A word's id may be an identifier in the code; a sentence's id is always quoted.
        literals.extend(source.split('"').map(str::to_owned));
        literals.extend(source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned));
        for call in source.split("text!(").skip(1) {
            let Some((id, rest)) = call.trim_start().strip_prefix('"').and_then(|call| call.split_once('"'))
            else {
                continue;
            };
            let place = path.display();
            let expected = english.get(id).unwrap_or_else(|| panic!("{place}: there is no text {id}"));
            assert_eq!(&arguments_of(rest), expected, "{place}: {id}");
            uses += 1;
        }
    }
    assert!(uses > 900, "{uses}");
    let idle: Vec<_> = english.keys().filter(|id| !literals.contains(*id)).collect();
    assert!(idle.is_empty(), "used nowhere: {idle:?}");
}

#[test]
fn a_text_is_found_filled_and_chosen_by_number() {
    assert_eq!(text!("that-time-has-already-passed"), "that time has already passed");
    for (kind, rows, said) in
        [("patients", 1, "1 patient"), ("closures", 2, "2 events"), ("keys", 1, "1 keys")]
    {
        assert_eq!(text!("imported-rows", kind; rows = rows), said);
    }
    assert_eq!(word("no_show"), "no_show");
    assert_eq!(word("Ana Mejía { $x }"), "Ana Mejía { $x }");
    let spanish = read("es", &files!("es"));
    let pattern = spanish.get_message("not-found").unwrap().value().unwrap();
    let arguments = [("kind", "doctor"), ("word", "{ $kind }")].into_iter().collect();
    let said = spanish.format_pattern(pattern, Some(&arguments), &mut Vec::new());
    assert_eq!(said, "no se encontró el doctor \"{ $kind }\"");
}

#[test]
fn the_locale_says_the_language() {
    for (locale, spoken) in [
        (Some("es_SV.UTF-8"), Language::Spanish),
        (Some("es"), Language::Spanish),
        (Some("es@valencia"), Language::Spanish),
        (Some("est_EE.UTF-8"), Language::English),
        (Some("en_US.UTF-8"), Language::English),
        (Some("C.UTF-8"), Language::English),
        (Some("POSIX"), Language::English),
        (None, Language::English),
    ] {
        assert_eq!(Language::of(locale), spoken, "{locale:?}");
    }
}

#[test]
fn days_and_months_have_their_names() {
    let monday = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let said: Vec<_> = (0..7).map(|n| in_spanish(monday + chrono::Days::new(n), "%a")).collect();
    assert_eq!(said.join(" "), "lun mar mié jue vie sáb dom");
    assert_eq!(in_spanish(monday, "%A %Y-%m-%d"), "lunes 2026-06-01");
    assert_eq!(in_spanish(monday, "%a %-d %b %Y"), "lun 1 jun 2026");
    let months: Vec<_> = (0..12).map(|n| in_spanish(monday + chrono::Months::new(n), "%b")).collect();
    assert_eq!(months.join(" "), "jun jul ago sep oct nov dic ene feb mar abr may");
}

#[test]
fn every_setting_says_in_words_what_it_takes() {
    for (name, takes) in crate::domain::settings::KEYS {
        assert_ne!(plain(takes), takes, "{name}");
    }
}
