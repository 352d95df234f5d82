-- A doctor who runs late is a reason for a message, too. `expected_at` is the estimate that it tells, so
-- that nobody is told the same twice.
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check
  CHECK (kind IN ('reminder', 'confirmation', 'reschedule', 'cancellation', 'delay'));
ALTER TABLE messages ADD COLUMN expected_at INTEGER;
ALTER TABLE messages ADD CONSTRAINT messages_delay CHECK ((kind = 'delay') = (expected_at IS NOT NULL));
