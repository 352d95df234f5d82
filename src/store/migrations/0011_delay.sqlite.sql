-- A doctor who runs late is a reason for a message, too. `expected_at` is the estimate that it tells, so
-- that nobody is told the same twice. A CHECK can't be changed in place: the table is made anew.
CREATE TABLE messages_new (
  id             TEXT NOT NULL PRIMARY KEY,
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  kind           TEXT NOT NULL CHECK (kind IN ('reminder', 'confirmation', 'reschedule', 'cancellation', 'delay')),
  plan           INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'dropped', 'superseded', 'expired')),
  lease_until    INTEGER,
  lease          TEXT,
  attempts       INTEGER NOT NULL,
  channel        TEXT,
  error          TEXT,
  settled_at     INTEGER,
  created_at     INTEGER NOT NULL,
  ready_at       INTEGER NOT NULL DEFAULT 0,
  tries          INTEGER NOT NULL DEFAULT 0,
  failures       TEXT NOT NULL DEFAULT '',
  expected_at    INTEGER,
  CONSTRAINT messages_delay CHECK ((kind = 'delay') = (expected_at IS NOT NULL))
) STRICT;
INSERT INTO messages_new
  (id, clinic_id, appointment_id, kind, plan, due_at, status, lease_until, lease, attempts, channel, error,
   settled_at, created_at, ready_at, tries, failures)
  SELECT id, clinic_id, appointment_id, kind, plan, due_at, status, lease_until, lease, attempts, channel, error,
    settled_at, created_at, ready_at, tries, failures FROM messages;
DROP TABLE messages;
ALTER TABLE messages_new RENAME TO messages;
CREATE INDEX messages_appointment ON messages (appointment_id, due_at);
CREATE INDEX messages_ready ON messages (clinic_id, ready_at, id) WHERE status = 'pending';
CREATE INDEX messages_lease ON messages (lease, id) WHERE lease IS NOT NULL;
CREATE INDEX messages_failed ON messages (clinic_id, due_at, id) WHERE status = 'failed';
