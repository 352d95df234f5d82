-- The last line of defence: whatever the program does, two busy spans of one doctor never overlap.
-- The checks answer in words; this only makes sure. A server that can't have it (an extension that
-- is not installed or not allowed, a database that only speaks PostgreSQL's protocol) goes without:
-- serializable transactions hold the line there.
DO $$
BEGIN
  BEGIN
    CREATE EXTENSION IF NOT EXISTS btree_gist;
  EXCEPTION
    -- Another program made it at the same moment, or nobody can.
    WHEN unique_violation OR duplicate_object OR insufficient_privilege OR feature_not_supported OR undefined_file
      THEN NULL;
  END;
  ALTER TABLE appointments ADD CONSTRAINT appointments_no_overlap
    EXCLUDE USING gist (doctor_id WITH =, int8range(busy_from, busy_until) WITH &&)
    WHERE (doctor_id IS NOT NULL AND overbooked = 0 AND status NOT IN ('cancelled', 'no_show'));
EXCEPTION
  WHEN feature_not_supported OR undefined_object THEN NULL;
END
$$;
