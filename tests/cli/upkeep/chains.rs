//! The audit log's chains: one per clinic, one of the book, and the single chain of old books.

use crate::support::views::{Findings, Log};
use crate::support::{Clinic, Place};
use serde_json::Value;

/// The first finding of `audit verify`: check and message.
fn found(clinic: &Clinic, what: &str) -> (String, String) {
    let Findings { mut findings, .. } = clinic.ran("audit verify --json").json();
    assert_eq!(findings.len(), 1, "{what}: {findings:?}");
    let checked: Findings = clinic.ran("db check --json").exits(1).json();
    assert!(!checked.ok, "{what}: db check looks at the log, too");
    let first = findings.remove(0);
    (first.check, first.message)
}

/// Two clinics with a patient each, and an entry of the book itself.
fn two() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-01T08:00:01-06:00");
    clinic.does("clinic add --name 'Clínica Norte' --timezone America/El_Salvador --code norte");
    clinic.does("clinic use sanjose");
    clinic.does("patient add --name 'Eva Sol' --phone 7700-0001 --code EVA");
    clinic.does("patient add --clinic norte --name 'Leo Mar' --phone 7700-0002 --code LEO");
    clinic.does("patient show --clinic norte LEO");
    clinic.does(&format!("db backup {}", clinic.home().join("safe.db").display()));
    clinic.is_sound();
    clinic
}

fn id(clinic: &Clinic, code: &str) -> String {
    clinic.place().ask(&format!("SELECT id FROM clinics WHERE code = '{code}'")).remove(0)
}

/// The chains with the number of their entries, the book's first.
fn chains(clinic: &Clinic) -> Vec<String> {
    clinic.place().ask(
        "SELECT coalesce(c.code, 'book') || ' ' || CAST(count(*) AS TEXT)
         FROM audit_log AS l LEFT JOIN clinics AS c ON c.id = l.chain GROUP BY l.chain, c.code ORDER BY l.chain",
    )
}

#[test]
fn each_clinic_has_a_chain_and_the_book_one_for_what_is_nobodys() {
    let clinic = two();
    assert_eq!(chains(&clinic), ["book 1", "sanjose 5", "norte 4"]);
    let verified: Findings = clinic.json("audit verify");
    assert_eq!(verified.entries, Some(10));
    let told = |code: &str| {
        let log: Log = clinic.json(&format!("audit log --clinic {code}"));
        log.entries.into_iter().map(|entry| (entry.chain, entry.seq, entry.action)).collect::<Vec<_>>()
    };
    let own = |seq, action: &str| ("clinic".to_owned(), seq, action.to_owned());
    assert_eq!(
        told("norte"),
        [
            own(1, "clinic.added"),
            own(2, "branch.added"),
            own(3, "patient.added"),
            own(4, "patient.shown"),
            ("book".to_owned(), 1, "book.backed_up".to_owned()),
        ]
    );
    assert_eq!(told("sanjose").len(), 6);
    assert_eq!(clinic.json::<Log>("audit log --limit 2").entries[0].action, "patient.added");
}

#[test]
fn what_one_clinic_writes_touches_no_row_of_another_ones_log() {
    let clinic = two();
    let Place::Database(_) = clinic.place() else { return };
    let of = |code: &str| {
        let id = id(&clinic, code);
        clinic.place().ask(&format!("SELECT xmin FROM audit_head WHERE chain = '{id}'"))
    };
    let rest = || {
        let common =
            "SELECT key || xmin::text FROM meta UNION ALL SELECT xmin::text FROM audit_head WHERE chain = ''";
        (of("sanjose"), clinic.place().ask(common))
    };
    let (before, norte) = (rest(), of("norte"));
    clinic.does("patient show --clinic norte LEO");
    assert_ne!(of("norte"), norte);
    assert_eq!(rest(), before);
}

#[test]
fn a_chain_that_is_taken_out_cut_moved_or_swapped_is_found() {
    let book_head = "the book's head was not signed as this program does: entries, or a clinic's whole chain";
    let without = "DELETE FROM audit_log WHERE chain = 'NORTE'; DELETE FROM audit_head WHERE chain = 'NORTE'";
    let swap = |table: &str, column: &str| {
        format!(
            "UPDATE {table} SET {column} = 'aside' WHERE {column} = 'NORTE';
             UPDATE {table} SET {column} = 'NORTE' WHERE {column} = 'SANJOSE';
             UPDATE {table} SET {column} = 'SANJOSE' WHERE {column} = 'aside'"
        )
    };
    for (what, sql, check, message) in [
        ("a chain and its head", without.to_owned(), "audit_head", book_head),
        (
            "a clinic with all that it has",
            format!(
                "{without}; DELETE FROM patients WHERE clinic_id = 'NORTE';
                 DELETE FROM branches WHERE clinic_id = 'NORTE'; DELETE FROM clinics WHERE id = 'NORTE'"
            ),
            "audit_head",
            book_head,
        ),
        (
            "a chain without its head",
            "DELETE FROM audit_log WHERE chain = 'NORTE'".to_owned(),
            "audit_head",
            "clinic norte: the log ends at entry 0, but its head is at entry 4",
        ),
        (
            "a chain, its head put back to a beginning",
            "DELETE FROM audit_log WHERE chain = 'NORTE';
             UPDATE audit_head SET seq = 0, mac = '' WHERE chain = 'NORTE'"
                .to_owned(),
            "audit_head",
            "clinic norte: the log ends at entry 0, but its head was not signed",
        ),
        (
            "a chain, and the book's signature in the place of its own",
            "DELETE FROM audit_log WHERE chain = 'NORTE';
             UPDATE audit_head SET seq = (SELECT seq FROM audit_head WHERE chain = ''), mac = '',
               signature = (SELECT signature FROM audit_head WHERE chain = '') WHERE chain = 'NORTE';
             UPDATE audit_head SET seq = 0 WHERE chain = 'NORTE'"
                .to_owned(),
            "audit_head",
            "clinic norte: the log ends at entry 0, but its head was not signed",
        ),
        (
            "a chain's end",
            "DELETE FROM audit_log WHERE chain = 'NORTE' AND seq = 4".to_owned(),
            "audit_head",
            "clinic norte: the log ends at entry 3, but its head is at entry 4",
        ),
        (
            "an entry moved to another chain's end",
            "UPDATE audit_log SET chain = 'SANJOSE', seq = 6 WHERE chain = 'NORTE' AND seq = 4".to_owned(),
            "audit_chain",
            "clinic sanjose: entry 6 is not as it was written",
        ),
        (
            "an entry moved to the book's",
            "UPDATE audit_log SET chain = '', seq = 2 WHERE chain = 'NORTE' AND seq = 4".to_owned(),
            "audit_chain",
            "entry 2 is not as it was written",
        ),
        (
            "the first entries of two chains swapped",
            "UPDATE audit_log SET chain = 'aside' WHERE chain = 'NORTE' AND seq = 1;
             UPDATE audit_log SET chain = 'NORTE' WHERE chain = 'SANJOSE' AND seq = 1;
             UPDATE audit_log SET chain = 'SANJOSE' WHERE chain = 'aside'"
                .to_owned(),
            "audit_chain",
            "clinic sanjose: entry 1 is not as it was written",
        ),
        (
            "two chains swapped",
            format!("{}; {}", swap("audit_log", "chain"), swap("audit_head", "chain")),
            "audit_chain",
            "clinic sanjose: entry 1 is not as it was written",
        ),
        (
            "two chains swapped, with whose they are",
            format!(
                "{}; {}; {}",
                swap("audit_log", "chain"),
                swap("audit_log", "clinic_id"),
                swap("audit_head", "chain")
            ),
            "audit_chain",
            "clinic sanjose: entry 1 is not as it was written",
        ),
        (
            "two heads swapped",
            swap("audit_head", "chain"),
            "audit_head",
            "clinic sanjose: the log ends at entry 5, but its head is at entry 4",
        ),
        (
            "a clinic's chain in the place of the book's",
            "DELETE FROM audit_log WHERE chain = ''; DELETE FROM audit_head WHERE chain = '';
             UPDATE audit_log SET chain = '' WHERE chain = 'NORTE'; UPDATE audit_head SET chain = '' WHERE chain = 'NORTE'"
                .to_owned(),
            "audit_chain",
            "entry 1 is not as it was written",
        ),
        (
            "a head added",
            "INSERT INTO audit_head (chain, seq, mac, signature) SELECT 'zzz', seq, mac, signature FROM audit_head
             WHERE chain = 'NORTE'"
                .to_owned(),
            "audit_head",
            "clinic zzz: the log ends at entry 0, but its head is at entry 4",
        ),
        (
            "the book's head",
            "DELETE FROM audit_head WHERE chain = ''".to_owned(),
            "audit_head",
            "the log ends at entry 1, but its head is gone",
        ),
        (
            "the book's chain",
            "DELETE FROM audit_log WHERE chain = ''".to_owned(),
            "audit_head",
            "the log ends at entry 0, but its head is at entry 1",
        ),
    ] {
        let clinic = two();
        let sql = sql.replace("NORTE", &id(&clinic, "norte")).replace("SANJOSE", &id(&clinic, "sanjose"));
        clinic.place().run(&sql).unwrap();
        let (said, why) = found(&clinic, what);
        assert_eq!(said, check, "{what}: {why}");
        assert!(why.starts_with(message), "{what}: {why}");
    }
}

#[test]
fn a_chain_that_was_taken_out_is_not_healed_by_what_is_written_behind() {
    for also in ["", "; DELETE FROM audit_head WHERE chain = ''"] {
        let clinic = two();
        let chain = id(&clinic, "norte");
        let out = "DELETE FROM audit_log WHERE chain = 'NORTE'; DELETE FROM audit_head WHERE chain = 'NORTE'";
        clinic.place().run(&format!("{out}{also}").replace("NORTE", &chain)).unwrap();
        // Work goes on, and a clinic is added.
        clinic.does("patient show --clinic norte LEO");
        clinic.does("patient show EVA");
        clinic.does("clinic add --name 'Clínica Sur' --timezone America/El_Salvador --code sur");
        clinic.does(&format!("db backup {}", clinic.home().join("again.db").display()));
        let (check, message) = found(&clinic, also);
        assert_eq!(check, "audit_head", "{also}: {message}");
        assert!(message.starts_with("the book's head was not signed"), "{also}: {message}");
    }
}

// ---- old books

const SCHEMA: [&str; 9] = [
    include_str!("../../../src/store/migrations/0016_book.sql"),
    match crate::ENGINE {
        crate::support::Engine::Sqlite => {
            include_str!("../../../src/store/migrations/0016_overlap.sqlite.sql")
        }
        crate::support::Engine::Postgres => {
            include_str!("../../../src/store/migrations/0016_overlap.postgres.sql")
        }
    },
    include_str!("../../../src/store/migrations/0016_audit.sql"),
    include_str!("../../../src/store/migrations/0016_keys.sql"),
    include_str!("../../../src/store/migrations/0016_messages.sql"),
    include_str!("../../../src/store/migrations/0016_webhooks.sql"),
    include_str!("../../../src/store/migrations/0016_merges.sql"),
    include_str!("../../../src/store/migrations/0016_waitlist.sql"),
    include_str!("../../../src/store/migrations/0016_series.sql"),
];

/// A book of schema 16: 17 entries of two clinics and of the book in a single chain.
fn old_book() -> Clinic {
    let mut clinic = Clinic::empty();
    clinic.at("2026-06-03T08:00:00-06:00");
    let mut script = SCHEMA.join("\n");
    match clinic.place() {
        Place::File(path) => {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let marks =
                "PRAGMA journal_mode = WAL; PRAGMA application_id = 0x7475726e; PRAGMA user_version = 16;";
            script = format!("{marks} BEGIN; {script}");
        }
        Place::Database(_) => {
            for (ours, theirs) in [
                (" INTEGER", " BIGINT"),
                (" BLOB", " BYTEA"),
                (" TEXT", " TEXT COLLATE \"C\""),
                (") STRICT;", ");"),
            ] {
                script = script.replace(ours, theirs);
            }
            script = format!(
                "BEGIN; {script} CREATE TABLE schema_version (
                   application TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
                 INSERT INTO schema_version (application, version) VALUES ('turno', 16);"
            );
        }
    }
    let rows = include_str!("../../fixtures/schema_16.sql");
    clinic.place().run(&format!("{script}\n{rows}\nCOMMIT")).unwrap();
    std::fs::create_dir_all(clinic.secret_path().parent().unwrap()).unwrap();
    clinic.put_secret(include_bytes!("../../fixtures/schema_16.key"));
    #[cfg(unix)]
    if let Place::File(path) = clinic.place() {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, mode).unwrap();
    }
    clinic
}

#[test]
fn a_book_of_one_chain_opens_verifies_and_goes_on_in_chains() {
    let clinic = old_book();
    clinic.is_sound();
    assert_eq!(clinic.json::<Findings>("audit verify").entries, Some(17));
    assert_eq!(chains(&clinic), ["book 17"]);
    assert!(clinic.place().ask("SELECT value FROM meta WHERE key = 'newest_entry'").is_empty());

    clinic.does("patient show 'Juan Paz'");
    clinic.does("patient show --clinic norte 'Eva Sol'");
    clinic.does("patient show 'Juan Paz'");
    assert_eq!(chains(&clinic), ["book 17", "sanjose 2", "norte 1"]);
    clinic.is_sound();
    let log: Log = clinic.json("audit log --record 'Juan Paz'");
    let told: Vec<_> =
        log.entries.iter().map(|entry| (entry.chain.as_str(), entry.seq, entry.action.as_str())).collect();
    let shown = "patient.shown";
    assert_eq!(told, [("book", 9, "patient.added"), ("clinic", 1, shown), ("clinic", 2, shown)]);
    let exported = clinic.run("export csv audit");
    let ends =
        |line: &str| format!("{} {}", line.split(',').next().unwrap(), line.rsplit(',').next().unwrap());
    let order: Vec<_> = exported.lines().map(ends).collect();
    assert_eq!(
        order.join(", "),
        "seq chain, 1 book, 2 book, 3 book, 4 book, 9 book, 10 book, 13 book, 14 book, 15 book, 16 book, 17 book, \
         1 clinic, 2 clinic, 3 clinic"
    );

    // A backup is recognised by the end of any of its chains.
    clinic.does(&format!("db backup {}", clinic.home().join("safe.db").display()));
    clinic.does(&format!("db backup --force {}", clinic.home().join("safe.db").display()));
    clinic.is_sound();
    clinic.does("db rotate-secret");
    clinic.is_sound();
    assert_eq!(chains(&clinic), ["book 20", "sanjose 3", "norte 1"]);
}

#[test]
fn what_was_done_before_the_chains_is_undone_and_erased_behind_them() {
    let mut clinic = old_book();
    let undone: Value = clinic.json("undo --yes");
    assert_eq!(
        (&undone["undone"]["entry"], &undone["undone"]["action"]),
        (&16.into(), &"appointment.booked".into())
    );
    clinic.does("undo --yes");
    let refused = clinic.refused("undo --yes", "RESOURCE_NOT_FOUND", 3);
    assert!(refused.message.contains("no change left"), "{refused:?}");
    let notes =
        clinic.place().ask("SELECT note FROM audit_log WHERE action = 'appointment.undone' ORDER BY seq");
    assert_eq!(notes, ["takes back entry 16 of the book", "takes back entry 10 of the book"]);
    clinic.is_sound();

    clinic.at("2026-06-20T08:00:00-06:00").does("patient erase 'Ana Mar' --force");
    let emptied =
        clinic.place().ask("SELECT seq FROM audit_log WHERE chain = '' AND redacted_by = 3 ORDER BY seq");
    assert_eq!(emptied, ["15", "16"]);
    clinic.is_sound();
    clinic.does("db rotate-secret");
    clinic.is_sound();
    let wrong = "entry 15 is not as its erasure left it";
    for (what, sql, message) in [
        ("the erasure's chain", "UPDATE audit_log SET redacted_in = NULL WHERE seq = 15", wrong),
        (
            "another's chain",
            "UPDATE audit_log SET redacted_in = (SELECT id FROM clinics WHERE code = 'norte') WHERE seq = 15",
            wrong,
        ),
        (
            "the erasure with its chain",
            "DELETE FROM audit_log WHERE chain <> ''; DELETE FROM audit_head WHERE chain <> ''",
            "entry 15 was emptied by entry 3, but the log ends at entry 0",
        ),
    ] {
        clinic.place().run(&format!("CREATE TABLE aside AS SELECT * FROM audit_log; {sql}")).unwrap();
        let (_, said) = found(&clinic, what);
        assert!(said.ends_with(message), "{what}: {said}");
        clinic
            .place()
            .run("DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM aside; DROP TABLE aside")
            .unwrap();
    }
}

#[test]
fn a_chain_that_began_behind_the_books_is_missed_when_it_is_taken_out() {
    let clinic = old_book();
    clinic.does("patient show --clinic norte 'Eva Sol'");
    clinic.does("patient show 'Juan Paz'");
    let chain = id(&clinic, "norte");
    let out = format!(
        "DELETE FROM audit_log WHERE chain = '{chain}'; DELETE FROM audit_head WHERE chain = '{chain}'"
    );
    clinic.place().run(&out).unwrap();
    let first = found(&clinic, "at once");
    assert_eq!(first.0, "audit_head", "{first:?}");
    clinic.does("patient show --clinic norte 'Eva Sol'");
    assert_eq!(found(&clinic, "and later"), first);
}

#[test]
fn a_clock_behind_an_entry_of_before_the_chains_is_told_of() {
    let mut clinic = old_book();
    clinic.place().run("UPDATE audit_log SET at = 4070908800 WHERE seq = 3").unwrap();
    clinic.without("TURNO_NOW");
    for _ in 0..2 {
        let stderr = clinic.ran("doctor set GARCIA --specialty Todo").exits(0).stderr();
        assert!(stderr.contains("warning: the clock is "), "{stderr}");
        clinic.does("doctor set GARCIA --specialty Nada");
    }
}
