-- A chain of entries per clinic, and one for the book: clinics write side by side. `chain` is the clinic's id, or
-- the empty text for the book's own. What was written before stays in the book's chain, as it was signed.
-- `redacted_in` is the chain of the erasure where that is another one than the entry's.
CREATE TABLE audit_chains (
  chain         TEXT NOT NULL,
  seq           INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  actor         TEXT NOT NULL,
  clinic_id     TEXT,
  action        TEXT NOT NULL,
  kind          TEXT NOT NULL,
  record_id     TEXT NOT NULL,
  note          TEXT,
  before        TEXT,
  after         TEXT,
  mac           TEXT NOT NULL,
  salt          TEXT,
  redacted_by   INTEGER,
  redacted_in   TEXT,
  redaction_mac TEXT,
  PRIMARY KEY (chain, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_chains
  SELECT '', seq, at, actor, clinic_id, action, kind, record_id, note, before, after, mac, salt, redacted_by, NULL,
    redaction_mac FROM audit_log;

-- The last entry of each chain, signed, and the latest time that an entry of it has.
CREATE TABLE audit_heads (
  chain     TEXT NOT NULL PRIMARY KEY,
  seq       INTEGER NOT NULL,
  mac       TEXT NOT NULL,
  signature TEXT,
  latest    INTEGER
) STRICT;
INSERT INTO audit_heads SELECT '', seq, mac, signature, (SELECT max(at) FROM audit_log) FROM audit_head;

DROP TABLE audit_log;
DROP TABLE audit_head;
ALTER TABLE audit_chains RENAME TO audit_log;
ALTER TABLE audit_heads RENAME TO audit_head;
CREATE INDEX audit_log_record ON audit_log (record_id, chain, seq);
DELETE FROM meta WHERE key = 'newest_entry';
