-- Answers to patients are messages of the kind `answer`, with their text, sealed, in `answer`, and the channel to go
-- out by in `via`. `sent_phone` and `sent_email` are where a message went.
CREATE TABLE messages_19 (
  id             TEXT NOT NULL PRIMARY KEY,
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  kind           TEXT NOT NULL
    CHECK (kind IN ('reminder', 'confirmation', 'reschedule', 'cancellation', 'delay', 'answer')),
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
  ready_at       INTEGER NOT NULL,
  tries          INTEGER NOT NULL,
  failures       TEXT NOT NULL,
  expected_at    INTEGER,
  lost_leases    INTEGER NOT NULL,
  answer         BLOB,
  via            TEXT,
  sent_phone     TEXT,
  sent_email     TEXT,
  CONSTRAINT messages_delay CHECK ((kind = 'delay') = (expected_at IS NOT NULL))
) STRICT;
INSERT INTO messages_19 (id, clinic_id, appointment_id, kind, plan, due_at, status, lease_until, lease, attempts, channel,
    error, settled_at, created_at, ready_at, tries, failures, expected_at, lost_leases)
  SELECT id, clinic_id, appointment_id, kind, plan, due_at, status, lease_until, lease, attempts, channel, error,
    settled_at, created_at, ready_at, tries, failures, expected_at, lost_leases FROM messages;
DROP TABLE messages;
ALTER TABLE messages_19 RENAME TO messages;
CREATE INDEX messages_appointment ON messages (appointment_id, due_at);
CREATE INDEX messages_ready ON messages (clinic_id, ready_at, id) WHERE status = 'pending';
CREATE INDEX messages_lease ON messages (lease, id) WHERE lease IS NOT NULL;
CREATE INDEX messages_failed ON messages (clinic_id, due_at, id) WHERE status = 'failed';
