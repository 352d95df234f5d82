//! Writing tables anew, so that a row that was emptied is in none of their pages any more.
//!
//! The server's own write-ahead log and its backups are the server's.

use std::time::Duration;

/// Each table that holds what was said of a person.
const TABLES: [&str; 9] = [
    "patients",
    "appointments",
    "waitlist",
    "messages",
    "webhook_events",
    "webhook_deliveries",
    "channel_rests",
    "webhooks",
    "audit_log",
];

/// Writes each table anew, and the samples of its columns that the planner keeps.
pub(super) fn statements() -> Vec<String> {
    let tables = TABLES.iter().map(|table| format!("VACUUM (FULL, ANALYZE) {table}"));
    [String::from("SET lock_timeout = '20s'")].into_iter().chain(tables).collect()
}

/// Asks for the name and the bytes of each table, the largest first.
pub(super) fn sizes() -> String {
    let names = TABLES.join("', '");
    format!(
        "SELECT c.relname, CAST(pg_total_relation_size(c.oid) AS BIGINT) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname IN ('{names}')
         ORDER BY 2 DESC, 1"
    )
}

/// The samples of earlier times are rows, too, that were emptied.
pub(super) const SAMPLES: &str = "VACUUM FULL pg_catalog.pg_statistic";

/// A row where this user may write the samples anew: the database's owner, or whom the server lets.
pub(super) const MAY_SAMPLES: &str = "SELECT '1' FROM pg_database AS d
    WHERE d.datname = current_database() AND (pg_has_role(d.datdba, 'USAGE')
      OR EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = 'pg_maintain' AND pg_has_role(r.oid, 'USAGE')))";

/// How long those are waited for who still see the rows as they were.
pub(super) const NAPS: [Duration; 50] = [Duration::from_millis(200); 50];

/// The server's clock.
pub(super) const NOW: &str = "SELECT CAST(clock_timestamp() AS TEXT)";

/// Asks for a row for each other session that looks at the database as it was before that moment of
/// the server's clock. Those of other users show only to whom the server tells.
pub(super) fn onlookers(since: &str) -> String {
    format!(
        "SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
           AND backend_type = 'client backend' AND xact_start < '{since}'"
    )
}

/// A table that this user may not write anew: the server would pass it over with a warning.
pub(super) const NOT_OURS: &str = "SELECT c.relname FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE')
    ORDER BY c.relname LIMIT 1";
