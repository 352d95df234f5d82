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
