-- A list of more than two words is a table of its own, made anew for every row that is written; to look
-- for the word in one text is not. (A row that held two of the words at once would pass, too; no program
-- writes one, and reading it is refused.) The conditions are another way to say what every row fulfils already, so
-- that only their text changes: https://sqlite.org/lang_altertable.html, section 7.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'status IN
    (''scheduled'', ''confirmed'', ''checked_in'', ''in_progress'', ''completed'', ''cancelled'', ''no_show'')',
  'instr('' scheduled confirmed checked_in in_progress completed cancelled no_show '', '' '' || status || '' '')')
  WHERE type = 'table' AND name = 'appointments';
UPDATE sqlite_schema SET sql = replace(replace(sql,
  'kind IN (''reminder'', ''confirmation'', ''reschedule'', ''cancellation'', ''delay'')',
  'instr('' reminder confirmation reschedule cancellation delay '', '' '' || kind || '' '')'),
  'status IN (''pending'', ''sent'', ''failed'', ''dropped'', ''superseded'', ''expired'')',
  'instr('' pending sent failed dropped superseded expired '', '' '' || status || '' '')')
  WHERE type = 'table' AND name = 'messages';
UPDATE sqlite_schema SET sql = replace(sql,
  'status IN (''pending'', ''delivered'', ''failed'', ''dropped'')',
  'instr('' pending delivered failed dropped '', '' '' || status || '' '')')
  WHERE type = 'table' AND name = 'webhook_deliveries';
UPDATE sqlite_schema SET sql = replace(sql,
  'status IN (''waiting'', ''accepted'', ''removed'')',
  'instr('' waiting accepted removed '', '' '' || status || '' '')')
  WHERE type = 'table' AND name = 'waitlist';
-- Whoever has the book open learns by this that its schema is another.
CREATE TABLE changed (id INTEGER) STRICT;
DROP TABLE changed;
PRAGMA writable_schema = RESET;
