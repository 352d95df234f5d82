-- Who hears of what happens to appointments, and each event on its way there.
-- `events` lists the events that an endpoint takes, with spaces between; '' for all.
CREATE TABLE webhooks (
  id               TEXT NOT NULL PRIMARY KEY,
  clinic_id        TEXT NOT NULL REFERENCES clinics (id),
  code             TEXT NOT NULL,
  code_key         TEXT NOT NULL,
  url              TEXT NOT NULL,
  events           TEXT NOT NULL,
  thin             INTEGER NOT NULL CHECK (thin IN (0, 1)),
  allow_private    INTEGER NOT NULL CHECK (allow_private IN (0, 1)),
  secret           BLOB NOT NULL,
  old_secret       BLOB,
  old_secret_until INTEGER,
  disabled_at      INTEGER,
  disabled_reason  TEXT,
  held_until       INTEGER,
  active           INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at       INTEGER NOT NULL,
  CONSTRAINT webhooks_old_secret CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
) STRICT;
CREATE UNIQUE INDEX webhooks_code ON webhooks (clinic_id, code_key);
CREATE INDEX webhooks_listening ON webhooks (clinic_id) WHERE active = 1 AND disabled_at IS NULL;

-- What is sent, byte for byte: in full, with ids only, or both, as the endpoints then wanted it.
CREATE TABLE webhook_events (
  id             TEXT NOT NULL PRIMARY KEY,
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  sequence       INTEGER NOT NULL CHECK (sequence > 0),
  kind           TEXT NOT NULL,
  body           TEXT,
  thin_body      TEXT,
  created_at     INTEGER NOT NULL,
  CONSTRAINT webhook_events_body CHECK (body IS NOT NULL OR thin_body IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX webhook_events_sequence ON webhook_events (appointment_id, sequence);

-- One event on its way to one endpoint. `appointment_id` and `sequence` are the event's. `lost_leases` counts as in
-- `messages`.
CREATE TABLE webhook_deliveries (
  id             TEXT NOT NULL PRIMARY KEY,
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  webhook_id     TEXT NOT NULL REFERENCES webhooks (id),
  event_id       TEXT NOT NULL REFERENCES webhook_events (id),
  appointment_id TEXT NOT NULL REFERENCES appointments (id),
  sequence       INTEGER NOT NULL,
  thin           INTEGER NOT NULL CHECK (thin IN (0, 1)),
  status         TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'dropped')),
  due_at         INTEGER NOT NULL,
  lease          TEXT,
  lease_until    INTEGER,
  attempts       INTEGER NOT NULL CHECK (attempts >= 0),
  attempted_at   INTEGER,
  http_status    INTEGER,
  answer         TEXT,
  error          TEXT,
  milliseconds   INTEGER,
  settled_at     INTEGER,
  created_at     INTEGER NOT NULL,
  lost_leases    INTEGER NOT NULL,
  CONSTRAINT webhook_deliveries_lease CHECK ((lease IS NULL) = (lease_until IS NULL))
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook_id, appointment_id, sequence)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (clinic_id, created_at, sequence, id);
CREATE INDEX webhook_deliveries_appointment ON webhook_deliveries (appointment_id, created_at);
-- An event that goes is looked for among the deliveries first.
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
