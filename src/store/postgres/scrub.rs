//! Rewrites tables, so that no page holds an erased row.
//!
//! Does not touch the server's write-ahead log and backups.

use std::time::Duration;

/// The tables with personal data.
const TABLES: [&str; 10] = [
    "patients",
    "appointments",
    "waitlist",
    "replies",
    "messages",
    "webhook_events",
    "webhook_deliveries",
    "channel_rests",
    "webhooks",
    "audit_log",
];

/// Statements that rewrite each table and refresh the planner's samples of its columns.
pub(super) fn statements() -> Vec<String> {
    let tables = TABLES.iter().map(|table| format!("VACUUM (FULL, ANALYZE) {table}"));
    [String::from("SET lock_timeout = '20s'")].into_iter().chain(tables).collect()
}

/// A query for each table's name and size in bytes, largest first.
pub(super) fn sizes() -> String {
    let names = TABLES.join("', '");
    format!(
        "SELECT c.relname, CAST(pg_total_relation_size(c.oid) AS BIGINT) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname IN ('{names}')
         ORDER BY 2 DESC, 1"
    )
}

/// Old samples of the planner may hold erased values, too.
pub(super) const SAMPLES: &str = "VACUUM FULL pg_catalog.pg_statistic";

/// Returns a row if this user may rewrite the samples: the database's owner, or a member of `pg_maintain`.
pub(super) const MAY_SAMPLES: &str = "SELECT '1' FROM pg_database AS d
    WHERE d.datname = current_database() AND (pg_has_role(d.datdba, 'USAGE')
      OR EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = 'pg_maintain' AND pg_has_role(r.oid, 'USAGE')))";

/// The pauses while other sessions still see the erased rows: 10 s in all.
pub(super) const NAPS: [Duration; 50] = [Duration::from_millis(200); 50];

pub(super) const NOW: &str = "SELECT CAST(clock_timestamp() AS TEXT)";

/// A query for the other sessions whose transaction began before `since`, by the server's clock. Sessions of
/// other users may be hidden from this user.
pub(super) fn onlookers(since: &str) -> String {
    format!(
        "SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
           AND backend_type = 'client backend' AND xact_start < '{since}'"
    )
}

/// Returns a table of another owner, which VACUUM would skip with a warning.
pub(super) const NOT_OURS: &str = "SELECT c.relname FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE')
    ORDER BY c.relname LIMIT 1";
