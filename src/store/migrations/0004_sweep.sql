-- A message's way through its channels. `ready_at` is when a sweep looks at it: when it is due, or
-- later where a try failed. `tries` counts the tries by `channel` that failed for the moment;
-- `failures` has a line `channel: reason` for each channel that is given up on.
ALTER TABLE messages ADD COLUMN ready_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN failures TEXT NOT NULL DEFAULT '';
UPDATE messages SET ready_at = due_at;
DROP INDEX messages_due;
CREATE INDEX messages_ready ON messages (clinic_id, ready_at, id) WHERE status = 'pending';
CREATE INDEX messages_lease ON messages (lease, id) WHERE lease IS NOT NULL;
CREATE INDEX messages_failed ON messages (clinic_id, due_at, id) WHERE status = 'failed';

-- The channels that a patient's messages go by, in order, where they are not the clinic's.
ALTER TABLE patients ADD COLUMN channels TEXT;

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
