-- What both sides agree on once an Event that is about to be created stands: a session that finds it there, and no pair, goes on
-- from here.
CREATE TABLE intended (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  sync_key TEXT NOT NULL,
  by_hand BIGINT NOT NULL,
  holding TEXT NOT NULL,
  base TEXT NOT NULL,
  item_base TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
