-- The last line of defence: whatever the program does, two busy spans of one doctor never overlap.
-- The checks answer in words; this only makes sure.
CREATE TRIGGER appointments_no_overlap_insert BEFORE INSERT ON appointments
WHEN NEW.doctor_id IS NOT NULL AND NEW.overbooked = 0 AND NEW.status NOT IN ('cancelled', 'no_show')
BEGIN
  SELECT RAISE(ABORT, 'appointments_no_overlap') WHERE EXISTS (
    SELECT 1 FROM appointments AS other
    WHERE other.doctor_id = NEW.doctor_id
      AND other.status NOT IN ('cancelled', 'no_show')
      AND other.busy_from > NEW.busy_from - 172800
      AND other.busy_from < NEW.busy_until
      AND other.busy_until > NEW.busy_from
      AND other.overbooked = 0
  );
END;

CREATE TRIGGER appointments_no_overlap_update
BEFORE UPDATE OF doctor_id, busy_from, busy_until, status, overbooked ON appointments
WHEN NEW.doctor_id IS NOT NULL AND NEW.overbooked = 0 AND NEW.status NOT IN ('cancelled', 'no_show')
BEGIN
  SELECT RAISE(ABORT, 'appointments_no_overlap') WHERE EXISTS (
    SELECT 1 FROM appointments AS other
    WHERE other.doctor_id = NEW.doctor_id
      AND other.status NOT IN ('cancelled', 'no_show')
      AND other.busy_from > NEW.busy_from - 172800
      AND other.busy_from < NEW.busy_until
      AND other.busy_until > NEW.busy_from
      AND other.overbooked = 0
      AND other.id <> NEW.id
  );
END;
