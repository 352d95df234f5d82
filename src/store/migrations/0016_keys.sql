-- Who may give commands in a clinic with `access: keys`. Of a key's secret only its SHA-256 is here.
-- `scopes` lists what it may do, with spaces between.
CREATE TABLE keys (
  id           TEXT NOT NULL PRIMARY KEY,
  clinic_id    TEXT NOT NULL REFERENCES clinics (id),
  code         TEXT NOT NULL,
  code_key     TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  secret_hash  BLOB NOT NULL,
  scopes       TEXT NOT NULL CHECK (scopes <> ''),
  doctor_id    TEXT REFERENCES doctors (id),
  expires_at   INTEGER,
  last_used_at INTEGER,
  revoked_at   INTEGER,
  active       INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at   INTEGER NOT NULL,
  CONSTRAINT keys_revoked CHECK ((active = 0) = (revoked_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX keys_code ON keys (clinic_id, code_key);
CREATE UNIQUE INDEX keys_secret ON keys (secret_hash);
