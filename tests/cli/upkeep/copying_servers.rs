//! Copying a book to a server: existing books are not overwritten, and an interrupted copy leaves no book.

use crate::copying::{copy, full, place, said, source, without_log};
use crate::support::place::Place;
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_database_that_holds_anything_is_left_as_it_is() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    let file = place(&clinic, "copy.db");
    let _ = copy(&clinic, &source(&clinic), &file);
    let refusal = clinic.refused(&format!("db copy {file} {}", source(&clinic)), "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["to"]);
    assert_eq!(without_log(said(&clinic, &source(&clinic))), without_log(before));
    let _ = clinic.refused(&format!("db copy {0} {0}", source(&clinic)), "VALIDATION_ERROR", 2);
    let foreign = Place::new(clinic.home());
    foreign.run("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('A')").unwrap();
    let _ = clinic.refused(&format!("db copy {file} {}", foreign.name()), "STORE_UNAVAILABLE", 7);
    assert_eq!(foreign.ask("SELECT title FROM songs"), ["A"]);
}

#[test]
fn a_copy_onto_a_server_that_is_killed_leaves_no_half_book_and_can_be_made_again() {
    let clinic = full();
    let before = without_log(said(&clinic, &source(&clinic)));
    let from = place(&clinic, "large.db");
    let _ = copy(&clinic, &source(&clinic), &from);
    // Many `meta` rows, which are copied first, make the copy slow.
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO meta (key, value) SELECT printf('note-%08d', i), hex(randomblob(40)) FROM n";
    rusqlite::Connection::open(&from).unwrap().execute_batch(sql).unwrap();
    let mut cut_off = 0;
    for pause in [100, 300, 600] {
        let to = Place::new(clinic.home());
        let mut process = clinic.process(&format!("db copy {from} {} --json", to.name()));
        let mut copying = process.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        copying.kill().unwrap();
        if copying.wait().unwrap().code() != Some(0) {
            cut_off += 1;
            let found = clinic.ran(&format!("list --clinic sanjose --json --db {}", to.name()));
            // The copy may have completed just before the kill.
            assert!(matches!(found.exit, Some(0 | 3 | 7)), "after {pause} ms: {found:?}");
            if found.exit != Some(0) {
                let _ = copy(&clinic, &from, &to.name());
            }
        }
        assert_eq!(without_log(said(&clinic, &to.name())), before, "after {pause} ms");
    }
    assert!(cut_off > 0, "every copy was done before it could be cut off");
}
