-- Whether somebody waits for a mailbox's next session.
ALTER TABLE mailbox_work ADD COLUMN pressed BIGINT NOT NULL DEFAULT 0;
