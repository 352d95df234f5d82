-- Answers to patients are messages of the kind `answer`, with their text, sealed, in `answer`, and the channel to go
-- out by in `via`. `sent_phone` and `sent_email` are where a message went.
ALTER TABLE messages ADD COLUMN answer BLOB;
ALTER TABLE messages ADD COLUMN via TEXT;
ALTER TABLE messages ADD COLUMN sent_phone TEXT;
ALTER TABLE messages ADD COLUMN sent_email TEXT;
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check
  CHECK (kind IN ('reminder', 'confirmation', 'reschedule', 'cancellation', 'delay', 'answer'));
