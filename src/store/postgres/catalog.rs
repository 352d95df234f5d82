//! Compares a book's schema on a server with the schema that every book has.

use super::Postgres;
use crate::platform::error::StoreError;
use crate::store::engine::Engine;
use crate::store::sqlite::schema;
use std::collections::BTreeSet;

/// All that can hold rows or act on rows, by kind and name, but extensions' objects and constraints' indexes.
const CATALOG: &str = "WITH home AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
      relations AS (SELECT c.oid, c.relname, c.relkind FROM pg_class AS c JOIN home ON home.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e'))
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'i' THEN 'index' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence'
        WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'partitioned table' END,
      CAST(relname AS TEXT)
      FROM relations WHERE relkind IN ('r', 'i', 'v', 'S', 'm', 'f', 'p')
        AND NOT EXISTS (SELECT 1 FROM pg_constraint AS o WHERE o.conindid = relations.oid)
    UNION ALL SELECT 'column', r.relname || '.' || a.attname
      FROM pg_attribute AS a JOIN relations AS r ON r.oid = a.attrelid
      WHERE r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT 'default', r.relname || '.' || a.attname
      FROM pg_attribute AS a JOIN relations AS r ON r.oid = a.attrelid
      WHERE r.relkind = 'r' AND a.attnum > 0 AND a.atthasdef
    UNION ALL SELECT 'trigger', CAST(t.tgname AS TEXT) FROM pg_trigger AS t JOIN relations AS r ON r.oid = t.tgrelid
      WHERE NOT t.tgisinternal
    UNION ALL SELECT 'rule', CAST(w.rulename AS TEXT) FROM pg_rewrite AS w JOIN relations AS r ON r.oid = w.ev_class
      WHERE r.relkind = 'r'
    UNION ALL SELECT 'policy', CAST(p.polname AS TEXT) FROM pg_policy AS p JOIN relations AS r ON r.oid = p.polrelid
    UNION ALL SELECT 'function', CAST(f.proname AS TEXT) FROM pg_proc AS f JOIN home ON home.oid = f.pronamespace
      WHERE NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = f.oid AND d.deptype = 'e')";

/// The table of the schema's version, which only books on a server have.
const VERSION: [(&str, &str); 3] = [
    ("table", "schema_version"),
    ("column", "schema_version.application"),
    ("column", "schema_version.version"),
];

/// An index that exists only on a server with trigrams.
const TRIGRAMS: (&str, &str) = ("index", "patients_parts");

impl Postgres {
    /// Returns a message for each object that is foreign or missing.
    pub(super) fn schema_differences(&mut self) -> Result<Vec<String>, StoreError> {
        let mut found = BTreeSet::new();
        self.query(CATALOG, &[], &mut |mut row| {
            found.insert((row.text()?, row.text()?));
            Ok(())
        })?;
        found.remove(&(TRIGRAMS.0.to_owned(), TRIGRAMS.1.to_owned()));
        let version = VERSION.iter().map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned()));
        let expected: BTreeSet<_> = schema::names()?.into_iter().chain(version).collect();
        // The columns of a table that is foreign or missing as a whole are not listed.
        let in_both = |(kind, name): &&(String, String)| {
            let table = |name: &str| ("table".to_owned(), name.to_owned());
            name.split_once('.').is_none_or(|(owner, _)| {
                kind != "column" || found.contains(&table(owner)) && expected.contains(&table(owner))
            })
        };
        let foreign = found.difference(&expected).filter(in_both);
        let mut differences: Vec<String> =
            foreign.map(|(kind, name)| text!("the-schema-holds", kind, name)).collect();
        let missing = expected.difference(&found).filter(in_both);
        differences.extend(missing.map(|(kind, name)| text!("the-schema-lacks", kind, name)));
        Ok(differences)
    }
}
