-- Series: what is kept of them beside their pairs, and which Events are parts of them.
CREATE TABLE series (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  kept TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE TABLE series_events (
  mailbox TEXT NOT NULL,
  event TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (mailbox, event)
);
CREATE INDEX series_events_item ON series_events (mailbox, item);
CREATE INDEX series_events_event ON series_events (event);
