-- What a list tells of a patient (`Attendee`), found by the id that an appointment has, without the patient's own row: each
-- was read at two places of a large book.
CREATE INDEX patients_attendee ON patients (id, code, full_name, phone, no_show_count);
