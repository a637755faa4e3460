-- Of one item several writes may be refused: of a series its parts and dates, and of any Event its relations beside its
-- values. What rested before is written once more.
DROP TABLE refused_writes;
CREATE TABLE refused_writes (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  place TEXT NOT NULL,
  attempt TEXT NOT NULL,
  issue TEXT NOT NULL,
  times BIGINT NOT NULL,
  again_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item, place)
);
