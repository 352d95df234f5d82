-- The book. One text for both engines: PostgreSQL reads INTEGER as BIGINT and leaves out STRICT.
-- Instants are Unix seconds UTC; dates and wall times are ISO text; booleans are 0 and 1.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE clinics (
  id         TEXT NOT NULL PRIMARY KEY,
  code       TEXT NOT NULL,
  code_key   TEXT NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  settings   TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX clinics_code ON clinics (code_key);

CREATE TABLE branches (
  id         TEXT NOT NULL PRIMARY KEY,
  clinic_id  TEXT NOT NULL REFERENCES clinics (id),
  code       TEXT NOT NULL,
  code_key   TEXT NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  timezone   TEXT,
  active     INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX branches_code ON branches (clinic_id, code_key);

CREATE TABLE doctors (
  id            TEXT NOT NULL PRIMARY KEY,
  clinic_id     TEXT NOT NULL REFERENCES clinics (id),
  code          TEXT NOT NULL,
  code_key      TEXT NOT NULL,
  full_name     TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  specialty     TEXT,
  slot_minutes  INTEGER CHECK (slot_minutes BETWEEN 1 AND 1440),
  buffer_before INTEGER NOT NULL CHECK (buffer_before BETWEEN 0 AND 720),
  buffer_after  INTEGER NOT NULL CHECK (buffer_after BETWEEN 0 AND 720),
  active        INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX doctors_code ON doctors (clinic_id, code_key);
CREATE INDEX doctors_name ON doctors (clinic_id, name_key);

CREATE TABLE services (
  id               TEXT NOT NULL PRIMARY KEY,
  clinic_id        TEXT NOT NULL REFERENCES clinics (id),
  code             TEXT NOT NULL,
  code_key         TEXT NOT NULL,
  name             TEXT NOT NULL,
  name_key         TEXT NOT NULL,
  duration_minutes INTEGER CHECK (duration_minutes BETWEEN 1 AND 1440),
  active           INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX services_code ON services (clinic_id, code_key);
CREATE INDEX services_name ON services (clinic_id, name_key);

-- `services` lists the ids of the services that a window is for, with spaces between; '' for any.
CREATE TABLE windows (
  id           TEXT NOT NULL PRIMARY KEY,
  clinic_id    TEXT NOT NULL REFERENCES clinics (id),
  code         TEXT NOT NULL,
  code_key     TEXT NOT NULL,
  position     INTEGER NOT NULL,
  branch_id    TEXT NOT NULL REFERENCES branches (id),
  doctor_id    TEXT REFERENCES doctors (id),
  services     TEXT NOT NULL,
  weekdays     INTEGER CHECK (weekdays BETWEEN 1 AND 127),
  on_date      TEXT,
  valid_from   TEXT,
  valid_until  TEXT,
  from_time    TEXT NOT NULL,
  to_time      TEXT NOT NULL,
  session      TEXT,
  batch        TEXT,
  slot_minutes INTEGER CHECK (slot_minutes BETWEEN 1 AND 1440),
  capacity     INTEGER CHECK (capacity > 0),
  is_open      INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  active       INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at   INTEGER NOT NULL,
  CONSTRAINT windows_days CHECK ((weekdays IS NULL) <> (on_date IS NULL)),
  CONSTRAINT windows_pooled CHECK (doctor_id IS NOT NULL OR capacity IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX windows_code ON windows (clinic_id, code_key);
CREATE INDEX windows_doctor ON windows (clinic_id, doctor_id) WHERE active = 1;

CREATE TABLE closures (
  id         TEXT NOT NULL PRIMARY KEY,
  clinic_id  TEXT NOT NULL REFERENCES clinics (id),
  code       TEXT NOT NULL,
  code_key   TEXT NOT NULL,
  branch_id  TEXT REFERENCES branches (id),
  doctor_id  TEXT REFERENCES doctors (id),
  from_wall  TEXT NOT NULL,
  to_wall    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  active     INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  CONSTRAINT closures_order CHECK (from_wall < to_wall)
) STRICT;
CREATE UNIQUE INDEX closures_code ON closures (clinic_id, code_key);
CREATE INDEX closures_time ON closures (clinic_id, to_wall) WHERE active = 1;

-- `channels` lists the channels that a patient's messages go by, in order, where they are not the clinic's.
-- `merged_into` is set where the record turned out to be somebody's who has another one, `erased_at` where it was
-- made nameless.
CREATE TABLE patients (
  id               TEXT NOT NULL PRIMARY KEY,
  clinic_id        TEXT NOT NULL REFERENCES clinics (id),
  code             TEXT NOT NULL,
  code_key         TEXT NOT NULL,
  full_name        TEXT NOT NULL,
  name_key         TEXT NOT NULL,
  search_key       TEXT NOT NULL,
  phone            TEXT NOT NULL,
  email            TEXT,
  national_id      BLOB,
  national_id_hash TEXT,
  locale           TEXT,
  channels         TEXT,
  opt_out          INTEGER NOT NULL CHECK (opt_out IN (0, 1)),
  no_show_count    INTEGER NOT NULL CHECK (no_show_count >= 0),
  active           INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  merged_into      TEXT,
  erased_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX patients_code ON patients (clinic_id, code_key);
CREATE INDEX patients_phone ON patients (clinic_id, phone);
CREATE INDEX patients_search ON patients (clinic_id, search_key);
CREATE INDEX patients_national_id ON patients (clinic_id, national_id_hash) WHERE national_id_hash IS NOT NULL;
CREATE INDEX patients_merged_into ON patients (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE appointments (
  id                    TEXT NOT NULL PRIMARY KEY,
  code                  TEXT NOT NULL,
  clinic_id             TEXT NOT NULL REFERENCES clinics (id),
  branch_id             TEXT NOT NULL REFERENCES branches (id),
  doctor_id             TEXT REFERENCES doctors (id),
  patient_id            TEXT NOT NULL REFERENCES patients (id),
  service_id            TEXT REFERENCES services (id),
  window_id             TEXT NOT NULL REFERENCES windows (id),
  window_date           TEXT NOT NULL,
  capacity              INTEGER CHECK (capacity > 0),
  timezone              TEXT NOT NULL,
  date                  TEXT NOT NULL,
  start_time            TEXT NOT NULL,
  starts_at             INTEGER NOT NULL,
  ends_at               INTEGER NOT NULL,
  busy_from             INTEGER NOT NULL,
  busy_until            INTEGER NOT NULL,
  session               TEXT,
  batch                 TEXT,
  token_number          INTEGER NOT NULL CHECK (token_number > 0),
  status                TEXT NOT NULL CHECK (status IN
    ('scheduled', 'confirmed', 'checked_in', 'in_progress', 'completed', 'cancelled', 'no_show')),
  overbooked            INTEGER NOT NULL CHECK (overbooked IN (0, 1)),
  visit_type            TEXT,
  assigned_doctor       TEXT,
  reason                TEXT,
  notes                 TEXT,
  diagnosis             TEXT,
  prescription          TEXT,
  follow_up_required    INTEGER NOT NULL CHECK (follow_up_required IN (0, 1)),
  follow_up_date        TEXT,
  source                TEXT NOT NULL,
  external_reference_id TEXT,
  idempotency_key       TEXT,
  request_hash          TEXT,
  reminders_planned     INTEGER NOT NULL CHECK (reminders_planned >= 0),
  created_at            INTEGER NOT NULL,
  updated_at            INTEGER NOT NULL,
  confirmed_at          INTEGER,
  checked_in_at         INTEGER,
  started_at            INTEGER,
  completed_at          INTEGER,
  cancelled_at          INTEGER,
  no_show_at            INTEGER,
  cancellation_reason   TEXT,
  reschedule_count      INTEGER NOT NULL CHECK (reschedule_count >= 0),
  CONSTRAINT appointments_order CHECK (starts_at < ends_at AND busy_from <= starts_at AND ends_at <= busy_until),
  -- The overlap question looks back no further than this.
  CONSTRAINT appointments_busy_length CHECK (busy_until - busy_from <= 172800)
) STRICT;
CREATE UNIQUE INDEX appointments_code ON appointments (clinic_id, code);
CREATE INDEX appointments_busy ON appointments (doctor_id, busy_from, busy_until)
  WHERE status NOT IN ('cancelled', 'no_show');
CREATE INDEX appointments_pooled ON appointments (window_id, window_date)
  WHERE doctor_id IS NULL AND status NOT IN ('cancelled', 'no_show');
CREATE INDEX appointments_day ON appointments (clinic_id, date, starts_at, id);
CREATE INDEX appointments_doctor_day ON appointments (doctor_id, date, starts_at, id);
CREATE INDEX appointments_created ON appointments (clinic_id, created_at, id);
CREATE INDEX appointments_patient ON appointments (patient_id, date);
CREATE INDEX appointments_follow_up ON appointments (clinic_id, follow_up_date) WHERE follow_up_required = 1;
CREATE UNIQUE INDEX appointments_reference ON appointments (clinic_id, external_reference_id)
  WHERE external_reference_id IS NOT NULL AND status <> 'cancelled';
CREATE UNIQUE INDEX appointments_key ON appointments (clinic_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- The last token given out: per doctor (pooled: per window) and local day. Never counts back.
CREATE TABLE tokens (
  holder TEXT NOT NULL,
  date   TEXT NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (holder, date)
) STRICT;
