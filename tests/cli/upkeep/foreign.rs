//! Foreign, missing or altered parts of the schema are reported, and such a book is not restored.

use crate::support::Clinic;
use crate::support::place::Engine;
use crate::support::views::Findings;

/// The schema findings of `db check`.
fn found(clinic: &Clinic) -> Vec<String> {
    let Findings { findings, .. } = clinic.ran("db check --json").exits(1).json();
    findings.into_iter().filter(|one| one.check == "integrity").map(|one| one.message).collect()
}

fn is_on(engine: Engine) -> bool {
    crate::ENGINE == engine
}

/// A trigger that changes a patient after a booking, in the engine's SQL.
fn trigger() -> &'static str {
    match crate::ENGINE {
        Engine::Sqlite => {
            "CREATE TRIGGER thief AFTER INSERT ON appointments BEGIN
               UPDATE patients SET email = 'evil@example.org' WHERE id = NEW.patient_id; END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION thieving() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
             CREATE TRIGGER thief AFTER INSERT ON appointments FOR EACH ROW EXECUTE FUNCTION thieving()"
        }
    }
}

#[test]
fn a_check_names_what_the_schema_holds_beyond_or_lacks() {
    let foreign = |name: &str| format!("{name} stands in the book and is none of this program's");
    let missing = |name: &str| format!("{name} is missing from the book");
    let mut cases = vec![
        ("CREATE TABLE invoices (id INTEGER)", vec![foreign("invoices (table)")]),
        ("CREATE VIEW songs AS SELECT 1 AS one", vec![foreign("songs (view)")]),
        ("CREATE INDEX quick ON patients (email)", vec![foreign("quick (index)")]),
        ("DROP INDEX appointments_code", vec![missing("appointments_code (index)")]),
        ("DROP TABLE sweeps", vec![missing("sweeps (table)")]),
    ];
    if is_on(Engine::Postgres) {
        cases.push((trigger(), vec![foreign("thieving (function)"), foreign("thief (trigger)")]));
        cases.push(("ALTER TABLE patients ADD COLUMN vip TEXT", vec![foreign("patients.vip (column)")]));
        cases.push(("ALTER TABLE patients DROP COLUMN locale", vec![missing("patients.locale (column)")]));
        cases.push((
            "ALTER TABLE patients ALTER COLUMN locale SET DEFAULT 'xx'",
            vec![foreign("patients.locale (default)")],
        ));
        cases.push((
            "CREATE RULE lost AS ON DELETE TO messages DO INSTEAD NOTHING",
            vec![foreign("lost (rule)")],
        ));
    } else {
        let altered = "patients (table) is not as this program makes it".to_owned();
        cases.push((trigger(), vec![foreign("thief (trigger)")]));
        cases.push(("ALTER TABLE patients ADD COLUMN vip TEXT", vec![altered]));
    }
    let clinic = Clinic::open();
    clinic.is_sound();
    for (sql, says) in cases {
        let clinic = Clinic::open();
        clinic.place().run(sql).unwrap();
        let mut found = found(&clinic);
        found.sort();
        let mut says = says;
        says.sort();
        assert_eq!(found, says, "{sql}");
    }
}

#[test]
fn tables_of_extensions_and_samples_are_no_findings() {
    let clinic = Clinic::open();
    clinic.place().run("ANALYZE").unwrap();
    clinic.is_sound();
}

#[test]
fn a_backup_with_a_foreign_trigger_is_neither_made_nor_restored_and_a_copy_is_free_of_it() {
    let clinic = Clinic::open();
    clinic.does("db backup safe.db");
    let backup = crate::support::place::open(&clinic.home().join("safe.db"));
    for (sql, named) in [
        ("CREATE TRIGGER thief AFTER UPDATE ON patients BEGIN DELETE FROM messages; END", "thief (trigger)"),
        ("DROP TRIGGER thief; CREATE TABLE spare (id INTEGER)", "spare (table)"),
        (
            "DROP TABLE spare; DROP TRIGGER appointments_no_overlap_update",
            "appointments_no_overlap_update (trigger)",
        ),
    ] {
        backup.execute_batch(sql).unwrap();
        let refusal = clinic.refused("db restore safe.db --db again/turno.db", "STORE_CORRUPT", 1);
        assert!(refusal.message.contains(named), "{}", refusal.message);
        assert!(!clinic.home().join("again/turno.db").exists());
    }
    clinic.place().run(trigger()).unwrap();
    if is_on(Engine::Sqlite) {
        let refusal = clinic.refused("db backup other.db", "STORE_CORRUPT", 1);
        assert!(refusal.message.contains("thief (trigger)"), "{}", refusal.message);
        assert!(!clinic.home().join("other.db").exists());
    }
    clinic.does(&format!("db copy {} copy.db", clinic.place().name()));
    clinic.does("db check --db copy.db");
}
