-- What people decide about what waits for them ('' while nobody has): changes and deletions of pairs, and invitations of
-- Events that have no item yet.
ALTER TABLE holds ADD COLUMN what TEXT NOT NULL DEFAULT 'change';
ALTER TABLE holds ADD COLUMN ruling TEXT NOT NULL DEFAULT '';
UPDATE holds SET ruling = 'approved' WHERE approved = 1;
ALTER TABLE holds DROP COLUMN approved;
ALTER TABLE mailboxes DROP COLUMN brake_lifted;
CREATE TABLE invitations (
  mailbox TEXT NOT NULL,
  event TEXT NOT NULL,
  fields TEXT NOT NULL,
  guests TEXT NOT NULL,
  ruling TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, event)
);
CREATE INDEX invitations_event ON invitations (event);
