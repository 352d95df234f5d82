-- Patients by any part of their name, code or phone. A server that has no trigrams goes without, as a file does.
DO $$
BEGIN
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXCEPTION
    -- Another program made it at the same moment, or nobody can.
    WHEN unique_violation OR duplicate_object OR insufficient_privilege OR feature_not_supported OR undefined_file
      THEN NULL;
  END;
  CREATE INDEX patients_parts ON patients
    USING gin (search_key gin_trgm_ops, code_key gin_trgm_ops, phone gin_trgm_ops);
EXCEPTION
  WHEN feature_not_supported OR undefined_object THEN NULL;
END
$$;
