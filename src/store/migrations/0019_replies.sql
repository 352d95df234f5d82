-- Answers of patients. `number` is what a person calls an answer by. `text` is sealed under the secret file; it is NULL
-- once erased. `why` says why an answer is in the inbox, where it stays until `done_at`.
CREATE TABLE replies (
  clinic_id      TEXT NOT NULL REFERENCES clinics (id),
  id             TEXT NOT NULL,
  number         INTEGER NOT NULL,
  channel        TEXT NOT NULL,
  provider_id    TEXT NOT NULL,
  sender         TEXT NOT NULL,
  text           BLOB,
  received_at    INTEGER NOT NULL,
  taken_at       INTEGER NOT NULL,
  understood     TEXT NOT NULL CHECK (understood IN ('yes', 'no', 'stop', 'start', 'unclear')),
  result         TEXT NOT NULL CHECK (result IN ('confirmed', 'cancelled', 'opted_out', 'opted_in', 'asked', 'inbox')),
  why            TEXT CHECK (why IN ('unclear', 'too_late', 'unknown_number', 'several', 'failed')),
  appointment_id TEXT REFERENCES appointments (id),
  patient_id     TEXT REFERENCES patients (id),
  answered       INTEGER NOT NULL CHECK (answered IN (0, 1)),
  done_at        INTEGER,
  PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE UNIQUE INDEX replies_provider ON replies (clinic_id, channel, provider_id);
CREATE UNIQUE INDEX replies_number ON replies (clinic_id, number);
CREATE INDEX replies_sender ON replies (clinic_id, sender, taken_at);
CREATE INDEX replies_inbox ON replies (clinic_id, number) WHERE why IS NOT NULL AND done_at IS NULL;
CREATE INDEX replies_appointment ON replies (appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX replies_patient ON replies (patient_id) WHERE patient_id IS NOT NULL;

ALTER TABLE appointments ADD COLUMN confirmed_by_patient_at INTEGER;
-- The channels that the patient stopped, separated by commas.
ALTER TABLE patients ADD COLUMN stopped_channels TEXT;
CREATE INDEX patients_email ON patients (clinic_id, lower(email));

-- Where messages went that were sent before.
UPDATE messages SET
  sent_phone = (SELECT p.phone FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id
    WHERE a.id = messages.appointment_id),
  sent_email = (SELECT lower(p.email) FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id
    WHERE a.id = messages.appointment_id)
  WHERE status = 'sent';
CREATE INDEX messages_sent_phone ON messages (clinic_id, sent_phone, settled_at) WHERE sent_phone IS NOT NULL;
CREATE INDEX messages_sent_email ON messages (clinic_id, sent_email, settled_at) WHERE sent_email IS NOT NULL;
