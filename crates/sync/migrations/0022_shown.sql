-- Records that calendars show (OBJ-1, GRP-2): what the org wants shown of each, how often that changed, when it is looked at,
-- and the item that shows it with what was last written on it ('' where there is none).
CREATE TABLE shown (
  mailbox TEXT NOT NULL,
  record TEXT NOT NULL,
  source TEXT NOT NULL,
  wanted TEXT NOT NULL,
  stamp BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  item TEXT NOT NULL,
  says TEXT NOT NULL,
  made BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, record)
);
CREATE INDEX shown_record ON shown (record);
CREATE INDEX shown_due ON shown (mailbox, due_at);
CREATE INDEX shown_item ON shown (mailbox, item);
CREATE INDEX shown_source ON shown (source, ends_at);
-- What records come from: objects, and public calendars by their ids; what is known of each, for whom it was last looked at
-- as a whole, and when; up to when its changes were seen.
CREATE TABLE shown_sources (
  source TEXT NOT NULL PRIMARY KEY,
  what TEXT NOT NULL,
  told TEXT NOT NULL,
  seen_to BIGINT NOT NULL,
  whole_at BIGINT NOT NULL
);
