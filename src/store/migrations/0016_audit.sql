-- Who did what, when, before and after; `mac` covers the entry and the one before it.
-- What is erased leaves its entries empty, and the chain whole. `salt` is random and covered by `mac`, so that
-- the code of an emptied entry tells nothing of what it held. `redacted_by` is the entry of the erasure;
-- `redaction_mac` covers what is left.
CREATE TABLE audit_log (
  seq           INTEGER PRIMARY KEY,
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
  redaction_mac TEXT
) STRICT;
CREATE INDEX audit_log_record ON audit_log (record_id, seq);

-- The last entry, signed: entries that are cut off are missed.
CREATE TABLE audit_head (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  seq       INTEGER NOT NULL,
  mac       TEXT NOT NULL,
  signature TEXT
) STRICT;
