//! Books that earlier releases have left: they open, take the new steps, and go on.

use crate::support::Clinic;
use crate::support::views::Sweep;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/books").join(name)
}

/// A clinic whose book was written under that schema, with the secret file that goes with it.
pub fn written_under(schema: &str) -> Clinic {
    let clinic = Clinic::empty();
    for path in [clinic.book_path(), clinic.secret_path()] {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    clinic.put_secret(&std::fs::read(fixture("secret.key")).unwrap());
    let sql = std::fs::read_to_string(fixture(schema)).unwrap();
    clinic.database().execute_batch(&sql).unwrap();
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(clinic.book_path(), mode).unwrap();
    }
    clinic
}

#[test]
fn a_book_of_schema_3_takes_the_new_steps_and_the_day_goes_on() {
    let mut clinic = written_under("schema-3.sql");
    let version = |clinic: &Clinic| -> i64 {
        clinic.database().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(version(&clinic), 3);
    clinic.is_sound();
    let info: Value = clinic.json("db info");
    assert_eq!(info["schema_version"], version(&clinic));
    assert!(version(&clinic) > 3);
    // It came to the same schema as a book that begins with the latest one.
    let schema = |clinic: &Clinic| -> Vec<(String, String)> {
        let database = clinic.database();
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
        let mut rows = database.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(schema(&clinic), schema(&Clinic::open()));
    // What was written is there,
    assert_eq!(clinic.list("--branch all").total, 4);
    assert!(clinic.run("patient show ANA --reveal").contains("01234567-8"));
    // what follows follows on it,
    let next = clinic.book("--doctor GARCIA --date 2026-06-15 --time 16:00 --name Eva --phone 7012-0009");
    assert_eq!(next.token_number, 3);
    let again =
        "--doctor GARCIA --patient ANA --date 2026-06-15 --time 14:00 --idempotency-key K-1 --overbook";
    assert_eq!(clinic.book(again).idempotent, Some(true));
    // and what was waiting goes out when it is due.
    clinic.at("2026-06-14T16:30:00-06:00");
    let Sweep { sent, failed, .. } = clinic.sweep();
    assert_eq!((sent, failed), (4, 0));
    clinic.is_sound();
    // Entries of that time, which have no salt, can be emptied like others.
    clinic.at("2026-09-01T08:00:00-06:00");
    let _ = clinic.sweep();
    clinic.does("patient erase ANA --force");
    assert!(!clinic.place().content().contains("Ana Mej"));
    clinic.is_sound();
}
