-- What the rules ask of a pair whose other side is gone: who asked for it, and whose Event it is.
ALTER TABLE pairs ADD COLUMN by_hand BIGINT NOT NULL DEFAULT 1;
ALTER TABLE pairs ADD COLUMN holding TEXT NOT NULL DEFAULT 'own_with_invitees';
-- Why an item is not saved again of itself.
ALTER TABLE let_go ADD COLUMN past TEXT NOT NULL DEFAULT 'taken_back';
-- The days that count are those of the mailbox's zone.
ALTER TABLE mailboxes ADD COLUMN zone TEXT NOT NULL DEFAULT '';
-- Of items that are not saved: the rule that decided, and those that were asked before it.
CREATE TABLE verdicts (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  rule TEXT NOT NULL,
  trace TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE INDEX verdicts_seen ON verdicts (seen_at);
