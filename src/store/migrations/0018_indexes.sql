-- The visits of one status, in the order of a list.
CREATE INDEX appointments_status ON appointments (clinic_id, status, date, starts_at, id);
