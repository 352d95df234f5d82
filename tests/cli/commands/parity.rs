//! Every row of the parity table in `tests/README.md` names existing tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Maps each row of the table to its tests.
fn table(readme: &str) -> BTreeMap<String, Vec<String>> {
    let rows = readme.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split('|').map(str::trim).collect();
        let [row, _, tests, ..] = cells[..] else { return None };
        let mut letters = row.chars();
        let is_row =
            letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.all(|c| c.is_ascii_digit());
        is_row.then(|| (row.to_owned(), tests.split('`').skip(1).step_by(2).map(str::to_owned).collect()))
    });
    rows.collect()
}

/// All tests of a file as `module::test`.
fn tests_of(path: &Path) -> Vec<String> {
    let module = path.file_stem().expect("a file's name").to_string_lossy().into_owned();
    let source = fs::read_to_string(path).expect("a source file");
    let mut tests = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        is_test |= line == "#[test]";
        if let (true, Some(rest)) = (is_test, line.strip_prefix("fn ")) {
            tests.extend(rest.split_once('(').map(|(name, _)| format!("{module}::{name}")));
            is_test = false;
        }
    }
    tests
}

#[test]
fn every_row_of_the_parity_table_has_its_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut known = Vec::new();
    let entries = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).expect("a directory of tests");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    for file in entries(&folder.join("cli")).iter().flat_map(|subject| entries(subject)) {
        if file.is_file() {
            known.extend(tests_of(&file));
        }
    }
    assert!(known.len() > 150, "only {} tests were found", known.len());
    let table = table(&fs::read_to_string(folder.join("README.md")).expect("tests/README.md"));
    for (letter, numbers) in [("D", 1..=9), ("S", 1..=8), ("B", 1..=6), ("H", 1..=9)] {
        for number in numbers {
            let row = format!("{letter}{number}");
            let tests = table.get(&row).unwrap_or_else(|| panic!("{row} is not in the table"));
            assert!(!tests.is_empty(), "{row} names no test");
        }
    }
    for (row, tests) in table {
        for test in tests {
            assert!(known.contains(&test), "{row} names {test}, which is not there");
        }
    }
}
