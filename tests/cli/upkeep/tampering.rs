//! The audit log changed directly: the first bad entry is named.

use crate::support::Clinic;
use crate::support::views::Findings;

/// A clinic with a patient, a booking and a read: entries 1 to 7.
fn week() -> Clinic {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("patient show {}", booked.patient.code));
    let sound: Findings = clinic.json("audit verify");
    assert_eq!((sound.ok, sound.findings.len(), sound.entries), (true, 0, Some(7)));
    clinic
}

/// The first finding of `audit verify`: check and message.
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

/// Prefix of findings in the clinic's chain.
const OF_CLINIC: &str = "clinic sanjose: ";

const COLUMNS: &str = "chain, at, actor, clinic_id, action, kind, record_id, note, before, after, mac, salt";

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
        assert_eq!(found(&clinic, what), ("audit_chain".to_owned(), format!("{OF_CLINIC}{message}")), "{what}");
    }
}

#[test]
fn a_log_that_was_cut_off_is_noticed_with_its_head_or_without() {
    let last = "(SELECT mac FROM audit_log ORDER BY seq DESC LIMIT 1)";
    let cut = |seq: i64| format!("DELETE FROM audit_log WHERE seq > {seq}");
    let back =
        |seq: i64| format!("{}; UPDATE audit_head SET seq = {seq}, mac = {last} WHERE chain <> ''", cut(seq));
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
        (
            "its head's signature",
            "UPDATE audit_head SET signature = NULL".into(),
            "audit_head",
            "the log ends at entry 7, but its head was not signed as this program does",
        ),
        (
            "its head's table",
            "DROP TABLE audit_head".into(),
            "audit_head",
            "the log ends at entry 7, but its head can't be read",
        ),
        // End and head together: without the secret, nobody can sign the old head.
        (
            "a reading, with the head",
            back(6),
            "audit_head",
            "the log ends at entry 6, but its head was not signed as this program does",
        ),
        (
            "a reading, with a head without a signature",
            format!("{}; UPDATE audit_head SET signature = NULL", back(6)),
            "audit_head",
            "the log ends at entry 6, but its head was not signed as this program does",
        ),
        (
            "a booking, with the head",
            back(5),
            "audit_head",
            "the log ends at entry 5, but its head was not signed as this program does",
        ),
        (
            "both emptied",
            format!("{}; DELETE FROM audit_head", cut(0)),
            "audit_missing",
            "the log has 0 entries, but knows nothing of clinic",
        ),
    ] {
        let clinic = week();
        clinic.place().run(&sql).unwrap();
        let (found, said) = found(&clinic, what);
        assert_eq!(found, check, "{what}: {said}");
        // If nothing is left, the chain is unknown.
        let of = if check == "audit_missing" { "" } else { OF_CLINIC };
        assert!(said.starts_with(&format!("{of}{message}")), "{what}: {said}");
    }
}

/// Removes the last entry and moves the head back as far as possible without the secret.
const CUT: &str = "DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log);
    UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_log),
      mac = (SELECT mac FROM audit_log ORDER BY seq DESC LIMIT 1) WHERE chain <> ''";

#[test]
fn what_was_cut_off_is_not_healed_by_what_is_written_behind() {
    for (what, before, sql) in [
        ("a national ID shown", "patient show 'Juan Pérez' --reveal", CUT),
        ("a key made", "key create --name Web --scope appointments:read", CUT),
        ("a booking", "book --doctor GARCIA --date 2026-06-16 --time 9:00 --name Eva --phone 7012-0009", CUT),
        ("a head that is gone", "patient show 'Juan Pérez'", "DELETE FROM audit_head"),
        ("a head without a signature", "patient show 'Juan Pérez'", "UPDATE audit_head SET signature = NULL"),
    ] {
        let mut clinic = week();
        clinic.does(before);
        clinic.place().run(sql).unwrap();
        if !sql.starts_with("DELETE FROM audit_head") {
            assert_eq!(found(&clinic, what).0, "audit_head", "{what}");
        }
        // Work goes on, also with a clock a year ahead.
        clinic.does("patient show 'Juan Pérez'");
        clinic.at("2027-06-01T08:00:00-06:00").does("patient show 'Juan Pérez'");
        clinic.at("2026-06-01T09:00:00-06:00").does("patient show 'Juan Pérez'");
        let (check, message) = found(&clinic, what);
        assert_eq!(check, "audit_head", "{what}: {message}");
        assert!(message.ends_with("may have been cut off"), "{what}: {message}");
    }
}

#[test]
fn a_record_tells_of_its_entry_where_the_head_of_then_was_put_back() {
    for (what, line, kind) in [
        ("a cancellation", "cancel CODE --reason viaje", "appointment"),
        ("a patient's new name", "patient set 'Juan Pérez' --name 'Juan Paz'", "patient"),
        ("a key", "key create --name Web --scope appointments:read", "key"),
        ("a window", "window add --doctor GARCIA --days sat --from 09:00 --to 12:00", "window"),
        ("a service", "service add --name Control --code CTRL", "service"),
        ("a branch", "branch add --name Norte --code N", "branch"),
        ("a wish to come earlier", "waitlist add CODE", "entry"),
        ("an offer", "waitlist offer WAIT-001 --at 2026-06-12T09:00", "entry"),
    ] {
        let mut clinic = Clinic::open();
        let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
        clinic.does("waitlist add --doctor GARCIA --name 'Eva Luz' --phone 7700-0003");
        clinic
            .place()
            .run("CREATE TABLE aside AS SELECT seq, mac, signature FROM audit_head WHERE chain <> ''")
            .unwrap();
        clinic.at("2026-06-02T08:00:00-06:00").does(&line.replace("CODE", &booked.code));
        clinic
            .place()
            .run(
                "DELETE FROM audit_log WHERE seq > (SELECT seq FROM aside);
                 UPDATE audit_head SET seq = (SELECT seq FROM aside), mac = (SELECT mac FROM aside),
                   signature = (SELECT signature FROM aside) WHERE chain <> '';
                 DROP TABLE aside",
            )
            .unwrap();
        let knows_nothing = |clinic: &Clinic| {
            let (check, message) = found(clinic, what);
            assert_eq!(check, "audit_missing", "{what}: {message}");
            assert!(message.contains(&format!("knows nothing of {kind} ")), "{what}: {message}");
        };
        knows_nothing(&clinic);
        // Later entries don't hide the damage.
        clinic.at("2027-06-01T08:00:00-06:00").does("patient list");
        clinic.does(&format!("patient show {}", booked.patient.code));
        knows_nothing(&clinic);
    }
}

#[test]
fn a_look_at_the_log_writes_nothing_down() {
    let clinic = week();
    clinic.place().run("DELETE FROM meta WHERE key = 'secret_check'").unwrap();
    clinic.is_sound();
    assert!(clinic.place().ask("SELECT value FROM meta WHERE key = 'secret_check'").is_empty());
    clinic.does("patient show 'Juan Pérez'");
    assert_eq!(clinic.place().ask("SELECT value FROM meta WHERE key = 'secret_check'").len(), 1);
    clinic.is_sound();
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
            "DELETE FROM audit_log WHERE seq > 7; UPDATE audit_head SET seq = 7, mac = (SELECT mac FROM audit_log WHERE seq = 7) WHERE chain <> ''",
            "entry 5 was emptied by entry 8, but the log ends at entry 7",
        ),
    ] {
        let mut clinic = week();
        clinic.at("2026-06-16T08:00:00-06:00").does("patient erase 'Juan Pérez' --force");
        let emptied = clinic.place().ask("SELECT seq FROM audit_log WHERE redacted_by = 8 ORDER BY seq");
        assert_eq!(emptied, ["5", "6", "7"]);
        clinic.is_sound();
        clinic.place().run(sql).unwrap();
        let message = format!("{OF_CLINIC}{message}");
        assert_eq!(found(&clinic, what), ("audit_chain".to_owned(), message), "{what}");
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
    let message = format!("{OF_CLINIC}entry 8 emptied 3 entries, but 2 are empty");
    assert_eq!(found(&clinic, "filled again"), ("audit_chain".to_owned(), message));
}
