-- A chain of entries per clinic, and one for the book: clinics write side by side. `chain` is the clinic's id, or
-- the empty text for the book's own. What was written before stays in the book's chain, as it was signed.
-- `redacted_in` is the chain of the erasure where that is another one than the entry's.
ALTER TABLE audit_log ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_log ALTER COLUMN chain DROP DEFAULT;
ALTER TABLE audit_log ADD COLUMN redacted_in TEXT;
ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey;
ALTER TABLE audit_log ADD PRIMARY KEY (chain, seq);
DROP INDEX audit_log_record;
CREATE INDEX audit_log_record ON audit_log (record_id, chain, seq);

-- The last entry of each chain, signed, and the latest time that an entry of it has.
ALTER TABLE audit_head ADD COLUMN chain TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_head ALTER COLUMN chain DROP DEFAULT;
ALTER TABLE audit_head ADD COLUMN latest INTEGER;
ALTER TABLE audit_head DROP COLUMN id;
ALTER TABLE audit_head ADD PRIMARY KEY (chain);
UPDATE audit_head SET latest = (SELECT max(at) FROM audit_log);
DELETE FROM meta WHERE key = 'newest_entry';
