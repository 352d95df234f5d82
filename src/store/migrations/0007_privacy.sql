-- What is erased leaves its audit entries empty, and the chain whole. `salt` is random and covered by
-- `mac`, so that the code of an emptied entry tells nothing of what it held. `redacted_by` is the
-- entry of the erasure; `redaction_mac` covers what is left.
ALTER TABLE audit_log ADD COLUMN salt TEXT;
ALTER TABLE audit_log ADD COLUMN redacted_by INTEGER;
ALTER TABLE audit_log ADD COLUMN redaction_mac TEXT;

-- A record that turned out to be somebody who has another one, and one that was made nameless.
ALTER TABLE patients ADD COLUMN merged_into TEXT;
ALTER TABLE patients ADD COLUMN erased_at INTEGER;
CREATE INDEX patients_merged_into ON patients (merged_into) WHERE merged_into IS NOT NULL;

-- What it takes to undo a merge; its rows go when it is sealed.
-- `taken` lists the fields that the kept record took over, with spaces between.
CREATE TABLE merges (
  merged_id TEXT NOT NULL PRIMARY KEY REFERENCES patients (id),
  kept_id   TEXT NOT NULL REFERENCES patients (id),
  clinic_id TEXT NOT NULL REFERENCES clinics (id),
  taken     TEXT NOT NULL,
  no_shows  INTEGER NOT NULL,
  merged_at INTEGER NOT NULL
) STRICT;
CREATE INDEX merges_kept ON merges (kept_id);

-- The visits that came with a merge; `missed` is whether the patient had not come to it by then.
CREATE TABLE merged_visits (
  merged_id      TEXT NOT NULL REFERENCES merges (merged_id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  missed         INTEGER NOT NULL CHECK (missed IN (0, 1)),
  PRIMARY KEY (merged_id, appointment_id)
) STRICT;
CREATE INDEX merged_visits_appointment ON merged_visits (appointment_id);

-- An event that goes is looked for among the deliveries first.
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);

-- By the end of a visit: what is older than it has to be.
CREATE INDEX appointments_ended ON appointments (clinic_id, ends_at, id);
