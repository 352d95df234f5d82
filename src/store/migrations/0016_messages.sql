-- Messages for patients, from the change that calls for them until they are settled.
-- `plan` is the appointment's reschedule count when the message was planned. `expected_at` is the estimate that a
-- message about a late doctor tells. `ready_at` is when a sweep looks at it: when it is due, or later where a
-- try failed. `tries` counts the tries by `channel` that failed for the moment; `failures` has a line
-- `channel: reason` for each channel that is given up on. `lost_leases` counts the leases that were lost while the
-- message was on its way, because the program ended.
CREATE TABLE messages (
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
  ready_at       INTEGER NOT NULL,
  tries          INTEGER NOT NULL,
  failures       TEXT NOT NULL,
  expected_at    INTEGER,
  lost_leases    INTEGER NOT NULL,
  CONSTRAINT messages_delay CHECK ((kind = 'delay') = (expected_at IS NOT NULL))
) STRICT;
CREATE INDEX messages_appointment ON messages (appointment_id, due_at);
CREATE INDEX messages_ready ON messages (clinic_id, ready_at, id) WHERE status = 'pending';
CREATE INDEX messages_lease ON messages (lease, id) WHERE lease IS NOT NULL;
CREATE INDEX messages_failed ON messages (clinic_id, due_at, id) WHERE status = 'failed';

-- When each clinic's last sweep came to its end.
CREATE TABLE sweeps (
  clinic_id   TEXT NOT NULL PRIMARY KEY REFERENCES clinics (id),
  finished_at INTEGER NOT NULL
) STRICT;

-- Channels that rest, time and again since a first time. Of each clinic: what its provider said is
-- nobody else's business, and another's channel of that name may be another channel.
CREATE TABLE channel_rests (
  clinic_id   TEXT NOT NULL REFERENCES clinics (id),
  channel     TEXT NOT NULL,
  rests_since INTEGER NOT NULL,
  rest_until  INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  PRIMARY KEY (clinic_id, channel)
) STRICT;
