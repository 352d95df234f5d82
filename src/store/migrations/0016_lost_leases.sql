-- How often a message or delivery was on its way under a lease that was then lost, because the program ended.
-- Counted when it is handed over, and taken back when the outcome is noted.
ALTER TABLE messages ADD COLUMN lost_leases INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webhook_deliveries ADD COLUMN lost_leases INTEGER NOT NULL DEFAULT 0;
