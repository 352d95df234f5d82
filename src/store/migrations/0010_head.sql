-- The head is signed, too: whoever cuts entries off can't move it back. A book from before has no
-- signature until its next entry.
ALTER TABLE audit_head ADD COLUMN signature TEXT;
