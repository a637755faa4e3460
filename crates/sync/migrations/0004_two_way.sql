-- Both sides of a pair: what each said when they last agreed, and what of it waits for whom.
ALTER TABLE pairs ADD COLUMN item_base TEXT NOT NULL DEFAULT '{}';
ALTER TABLE pairs ADD COLUMN origin TEXT NOT NULL DEFAULT 'outlook';
ALTER TABLE pairs ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pairs ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pairs_event ON pairs (event);
CREATE INDEX pairs_time ON pairs (mailbox, ends_at);
ALTER TABLE save_requests ADD COLUMN action TEXT NOT NULL DEFAULT 'save';
ALTER TABLE mailboxes ADD COLUMN looked_everywhere_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailboxes ADD COLUMN brake_lifted BIGINT NOT NULL DEFAULT 0;
CREATE TABLE cursors (
  mailbox TEXT NOT NULL PRIMARY KEY,
  cursor TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL
);
CREATE TABLE unfinished (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE TABLE let_go (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE TABLE holds (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  held TEXT NOT NULL,
  approved BIGINT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE TABLE clashes (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  event TEXT NOT NULL,
  field TEXT NOT NULL,
  base TEXT NOT NULL,
  outlook TEXT NOT NULL,
  salesforce TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item, field, seen_at)
);
CREATE INDEX clashes_seen ON clashes (seen_at);
CREATE TABLE news (
  mailbox TEXT NOT NULL,
  event TEXT NOT NULL,
  stamp BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  heard BIGINT NOT NULL,
  PRIMARY KEY (mailbox, event)
);
CREATE INDEX news_stamp ON news (stamp);
CREATE TABLE watches (
  watch TEXT NOT NULL PRIMARY KEY,
  seen_to BIGINT NOT NULL,
  next_due BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL
);
