-- Appointments that were booked together, as a rule says. Each is an appointment of its own; moved or
-- cancelled it stays in its series. `rule` is an iCalendar RRULE, which names nobody.
CREATE TABLE series (
  id         TEXT NOT NULL PRIMARY KEY,
  clinic_id  TEXT NOT NULL REFERENCES clinics (id),
  code       TEXT NOT NULL,
  code_key   TEXT NOT NULL,
  rule       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX series_code ON series (clinic_id, code_key);

CREATE TABLE series_visits (
  appointment_id TEXT NOT NULL PRIMARY KEY REFERENCES appointments (id),
  series_id      TEXT NOT NULL REFERENCES series (id),
  position       INTEGER NOT NULL
) STRICT;
CREATE INDEX series_visits_series ON series_visits (series_id, position);
