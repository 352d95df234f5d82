-- Messages for patients, from the change that calls for them until they are settled.
-- `plan` is the appointment's reschedule count when the message was planned.
CREATE TABLE messages (
  id             TEXT NOT NULL PRIMARY KEY,
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  kind           TEXT NOT NULL CHECK (kind IN ('reminder', 'confirmation', 'reschedule', 'cancellation')),
  plan           INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'dropped', 'superseded', 'expired')),
  lease_until    INTEGER,
  lease          TEXT,
  attempts       INTEGER NOT NULL,
  channel        TEXT,
  error          TEXT,
  settled_at     INTEGER,
  created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_due ON messages (clinic_id, due_at, id) WHERE status = 'pending';
CREATE INDEX messages_appointment ON messages (appointment_id, due_at);
