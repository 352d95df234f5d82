-- Who would rather come earlier, with or without an appointment, and the slot that is held for them.
-- A hold holds while `hold_until` is ahead: nothing has to sweep it away. The rule that no two visits
-- overlap is about appointments only; holds are looked at by the checks, under the write lock.
CREATE TABLE waitlist (
  id               TEXT NOT NULL PRIMARY KEY,
  clinic_id        TEXT NOT NULL REFERENCES clinics (id),
  code             TEXT NOT NULL,
  code_key         TEXT NOT NULL,
  patient_id       TEXT NOT NULL REFERENCES patients (id),
  appointment_id   TEXT REFERENCES appointments (id),
  branch_id        TEXT NOT NULL REFERENCES branches (id),
  doctor_id        TEXT REFERENCES doctors (id),
  service_id       TEXT REFERENCES services (id),
  session          TEXT,
  half             TEXT CHECK (half IN ('morning', 'afternoon')),
  from_date        TEXT,
  to_date          TEXT,
  minutes          INTEGER CHECK (minutes > 0),
  note             TEXT,
  status           TEXT NOT NULL CHECK (status IN ('waiting', 'accepted', 'removed')),
  hold_until       INTEGER,
  hold_doctor_id   TEXT REFERENCES doctors (id),
  hold_window_id   TEXT REFERENCES windows (id),
  hold_window_date TEXT,
  hold_starts_at   INTEGER,
  hold_ends_at     INTEGER,
  hold_busy_from   INTEGER,
  hold_busy_until  INTEGER,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  CONSTRAINT waitlist_seeks CHECK (doctor_id IS NOT NULL OR service_id IS NOT NULL),
  CONSTRAINT waitlist_hold CHECK (
    (hold_until IS NULL) = (hold_window_id IS NULL) AND (hold_until IS NULL) = (hold_window_date IS NULL)
    AND (hold_until IS NULL) = (hold_starts_at IS NULL) AND (hold_until IS NULL) = (hold_ends_at IS NULL)
    AND (hold_until IS NULL) = (hold_busy_from IS NULL) AND (hold_until IS NULL) = (hold_busy_until IS NULL)
    AND (hold_until IS NULL OR status = 'waiting'))
) STRICT;
CREATE UNIQUE INDEX waitlist_code ON waitlist (clinic_id, code_key);
CREATE INDEX waitlist_status ON waitlist (clinic_id, status);
CREATE INDEX waitlist_patient ON waitlist (patient_id);
CREATE INDEX waitlist_appointment ON waitlist (appointment_id);
CREATE INDEX waitlist_hold_doctor ON waitlist (hold_doctor_id, hold_until) WHERE hold_until IS NOT NULL;
CREATE INDEX waitlist_hold_window ON waitlist (hold_window_id, hold_until) WHERE hold_until IS NOT NULL;
