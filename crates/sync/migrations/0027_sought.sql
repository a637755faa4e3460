-- What each session asks for is found without reading what else there is of a mailbox, or of others; and a pair whose item got
-- its marks is not written anew for that.
CREATE TABLE unmarked (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
INSERT INTO unmarked (mailbox, item, since_at) SELECT mailbox, item, updated_at FROM pairs WHERE marked = 0;
ALTER TABLE pairs DROP COLUMN marked;
CREATE INDEX creating_mailbox ON creating (mailbox);
