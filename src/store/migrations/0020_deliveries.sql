-- What providers report about messages that they took: `provider_id` is the provider's id of a message, `delivery` the
-- last report that was news, `delivery_code` the provider's error code.
ALTER TABLE messages ADD COLUMN provider_id TEXT;
ALTER TABLE messages ADD COLUMN delivery TEXT CHECK (delivery IN ('sent', 'delivered', 'read', 'failed'));
ALTER TABLE messages ADD COLUMN delivery_code TEXT;
ALTER TABLE messages ADD COLUMN delivery_at INTEGER;
CREATE INDEX messages_provider ON messages (clinic_id, channel, provider_id) WHERE provider_id IS NOT NULL;

-- Reports about messages whose id is not recorded yet: a provider may be faster than the sweep that sent them.
CREATE TABLE early_reports (
  clinic_id     TEXT NOT NULL REFERENCES clinics (id),
  channel       TEXT NOT NULL,
  provider_id   TEXT NOT NULL,
  delivery      TEXT NOT NULL CHECK (delivery IN ('sent', 'delivered', 'read', 'failed')),
  delivery_code TEXT,
  delivery_at   INTEGER NOT NULL,
  PRIMARY KEY (clinic_id, provider_id, channel)
) STRICT;
CREATE INDEX early_reports_at ON early_reports (clinic_id, delivery_at);

-- Since when providers can't reach the patient's phone.
ALTER TABLE patients ADD COLUMN unreachable_since INTEGER;
