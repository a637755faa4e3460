-- Writes that the org refused, one an item: a hash of what was to be written over what, what the org said, how often, and
-- when the same is written again at the earliest.
CREATE TABLE refused_writes (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  attempt TEXT NOT NULL,
  issue TEXT NOT NULL,
  times BIGINT NOT NULL,
  again_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
