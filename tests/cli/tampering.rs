//! The log, altered past the program: the first bad entry is named, whatever was done.

use crate::support::Clinic;
use crate::support::views::Findings;

/// A clinic with a patient, a booking and a reading: entries 1 to 7.
fn week() -> Clinic {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("patient show {}", booked.patient.code));
    let sound: Findings = clinic.json("audit verify");
    assert_eq!((sound.ok, sound.findings.len(), sound.entries), (true, 0, Some(7)));
    clinic
}

/// What `audit verify` says first after that was done.
fn found(clinic: &Clinic, what: &str) -> (String, String) {
    let ran = clinic.ran("audit verify --json").exits(1);
    assert_eq!(ran.stderr(), "", "{what}: findings are the result, not an error");
    let Findings { ok, mut findings, .. } = ran.json();
    assert!(!ok && findings.len() == 1, "{what}: {findings:?}");
    let checked: Findings = clinic.ran("db check --json").exits(1).json();
    assert!(!checked.ok, "{what}: db check looks at the log, too");
    let first = findings.remove(0);
    (first.check, first.message)
}

const COLUMNS: &str = "at, actor, clinic_id, action, kind, record_id, note, before, after, mac, salt";

#[test]
fn an_edit_past_the_program_names_the_first_bad_entry() {
    let insert = |seq: &str, of: i64| {
        format!(
            "INSERT INTO audit_log (seq, {COLUMNS}) SELECT {seq}, {COLUMNS} FROM audit_log WHERE seq = {of}"
        )
    };
    let written = |seq: i64| format!("entry {seq} is not as it was written");
    for (what, sql, message) in [
        ("an actor", "UPDATE audit_log SET actor = 'nobody' WHERE seq = 4".to_owned(), written(4)),
        ("an instant", "UPDATE audit_log SET at = at + 1 WHERE seq = 4".into(), written(4)),
        (
            "an image",
            "UPDATE audit_log SET after = replace(after, '14:00', '15:00') WHERE action = 'appointment.booked'".into(),
            written(6),
        ),
        ("an image taken out", "UPDATE audit_log SET after = NULL WHERE seq = 5".into(), written(5)),
        ("a note put in", "UPDATE audit_log SET note = 'x' WHERE seq = 2".into(), written(2)),
        ("another clinic's", "UPDATE audit_log SET clinic_id = 'other' WHERE seq = 3".into(), written(3)),
        ("nobody's", "UPDATE audit_log SET clinic_id = NULL WHERE seq = 3".into(), written(3)),
        ("a salt", "UPDATE audit_log SET salt = NULL WHERE seq = 3".into(), written(3)),
        ("the first", "UPDATE audit_log SET kind = 'x' WHERE seq = 1".into(), written(1)),
        ("the last", "UPDATE audit_log SET record_id = 'x' WHERE seq = 7".into(), written(7)),
        (
            "two swapped",
            "UPDATE audit_log SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4);
             UPDATE audit_log SET seq = -seq WHERE seq < 0"
                .into(),
            written(3),
        ),
        (
            "a missing one",
            "DELETE FROM audit_log WHERE seq = 4".into(),
            "after entry 3 comes entry 5: entries are missing".into(),
        ),
        (
            "a missing one, closed up",
            "DELETE FROM audit_log WHERE seq = 4; UPDATE audit_log SET seq = -seq WHERE seq > 4;
             UPDATE audit_log SET seq = -seq - 1 WHERE seq < 0"
                .into(),
            written(4),
        ),
        (
            "the first missing",
            "DELETE FROM audit_log WHERE seq = 1".into(),
            "after entry 0 comes entry 2: entries are missing".into(),
        ),
        ("one added", insert("8", 7), written(8)),
        ("one added far behind", insert("70", 7), "after entry 7 comes entry 70: entries are missing".into()),
        ("one before the first", insert("0", 7), "entry 0 is none of this log: it is numbered from 1".into()),
        ("one far before", insert("-5", 7), "entry -5 is none of this log: it is numbered from 1".into()),
        (
            "emptied without an erasure",
            "UPDATE audit_log SET before = NULL, after = NULL, note = NULL, salt = NULL, redacted_by = 7,
               redaction_mac = mac WHERE seq = 6"
                .into(),
            "entry 6 is not as its erasure left it".into(),
        ),
    ] {
        let clinic = week();
        clinic.place().run(&sql).unwrap();
        assert_eq!(found(&clinic, what), ("audit_chain".to_owned(), message), "{what}");
    }
}

#[test]
fn a_log_that_was_cut_off_is_noticed_with_its_head_or_without() {
    let last = "(SELECT mac FROM audit_log ORDER BY seq DESC LIMIT 1)";
    let cut = |seq: i64| format!("DELETE FROM audit_log WHERE seq > {seq}");
    let back = |seq: i64| format!("{}; UPDATE audit_head SET seq = {seq}, mac = {last}", cut(seq));
    for (what, sql, check, message) in [
        ("the end", cut(6), "audit_head", "the log ends at entry 6, but its head is at entry 7"),
        ("most of it", cut(1), "audit_head", "the log ends at entry 1, but its head is at entry 7"),
        ("all of it", cut(0), "audit_head", "the log ends at entry 0, but its head is at entry 7"),
        (
            "its head",
            "DELETE FROM audit_head".into(),
            "audit_head",
            "the log ends at entry 7, but its head is gone",
        ),
        (
            "its head's code",
            "UPDATE audit_head SET mac = 'x'".into(),
            "audit_head",
            "the log's head is not that of entry 7",
        ),
        // Head and end together: what is in the book tells that there was more.
        (
            "with its head, up to a booking",
            back(5),
            "audit_missing",
            "the log ends at entry 5, but knows nothing of appointment",
        ),
        (
            "with its head, up to a patient",
            back(4),
            "audit_missing",
            "the log ends at entry 4, but knows nothing of patient",
        ),
        (
            "both emptied",
            format!("{}; DELETE FROM audit_head", cut(0)),
            "audit_missing",
            "the log ends at entry 0, but knows nothing of clinic",
        ),
    ] {
        let clinic = week();
        clinic.place().run(&sql).unwrap();
        let (found, said) = found(&clinic, what);
        assert_eq!(found, check, "{what}: {said}");
        assert!(said.starts_with(message), "{what}: {said}");
    }
}

#[test]
fn a_change_later_than_the_whole_log_is_noticed() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.at("2026-06-02T08:00:00-06:00").does(&format!("cancel {} --reason viaje", booked.code));
    clinic
        .place()
        .run(
            "DELETE FROM audit_log WHERE seq > 6;
             UPDATE audit_head SET seq = 6, mac = (SELECT mac FROM audit_log WHERE seq = 6)",
        )
        .unwrap();
    let (check, message) = found(&clinic, "a cancellation put out of the log");
    assert_eq!(check, "audit_missing");
    assert!(message.contains(&booked.id), "{message}");
}

#[test]
fn an_emptied_entry_is_held_against_its_erasure() {
    for (what, sql, message) in [
        (
            "written into again",
            "UPDATE audit_log SET note = 'x' WHERE seq = 5",
            "entry 5 is not as its erasure left it",
        ),
        (
            "its act",
            "UPDATE audit_log SET action = 'patient.shown' WHERE seq = 5",
            "entry 5 is not as its erasure left it",
        ),
        (
            "its actor",
            "UPDATE audit_log SET actor = 'nobody' WHERE seq = 5",
            "entry 5 is not as its erasure left it",
        ),
        (
            "of another erasure",
            "UPDATE audit_log SET redacted_by = 6 WHERE seq = 5",
            "entry 5 is not as its erasure left it",
        ),
        (
            "of none",
            "UPDATE audit_log SET redacted_by = NULL WHERE seq = 5",
            "entry 5 is not as it was written",
        ),
        (
            "of none at all",
            "UPDATE audit_log SET redacted_by = NULL, redaction_mac = NULL WHERE seq = 5",
            "entry 5 is not as it was written",
        ),
        (
            "the erasure itself",
            "UPDATE audit_log SET action = 'patient.shown' WHERE seq = 8",
            "entry 8 is not as it was written",
        ),
        (
            "the erasure cut off, head and all",
            "DELETE FROM audit_log WHERE seq > 7; UPDATE audit_head SET seq = 7, mac = (SELECT mac FROM audit_log WHERE seq = 7)",
            "entry 5 was emptied by entry 8, but the log ends at entry 7",
        ),
    ] {
        let mut clinic = week();
        clinic.at("2026-06-16T08:00:00-06:00").does("patient erase 'Juan Pérez' --force");
        let emptied = clinic.place().ask("SELECT seq FROM audit_log WHERE redacted_by = 8 ORDER BY seq");
        assert_eq!(emptied, ["5", "6", "7"]);
        clinic.is_sound();
        clinic.place().run(sql).unwrap();
        assert_eq!(found(&clinic, what), ("audit_chain".to_owned(), message.to_owned()), "{what}");
    }
}

#[test]
fn an_entry_that_is_filled_again_from_a_backup_is_noticed() {
    let mut clinic = week();
    clinic.place().run("CREATE TABLE aside AS SELECT * FROM audit_log").unwrap();
    clinic.at("2026-06-16T08:00:00-06:00").does("patient erase 'Juan Pérez' --force");
    let again =
        |column: &str| format!("{column} = (SELECT a.{column} FROM aside AS a WHERE a.seq = audit_log.seq)");
    let columns = ["note", "before", "after", "salt", "redacted_by", "redaction_mac"].map(again).join(", ");
    clinic.place().run(&format!("UPDATE audit_log SET {columns} WHERE seq = 6; DROP TABLE aside")).unwrap();
    let message = "entry 8 emptied 3 entries, but 2 are empty".to_owned();
    assert_eq!(found(&clinic, "filled again"), ("audit_chain".to_owned(), message));
}
