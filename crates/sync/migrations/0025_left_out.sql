-- Files of saved items that were not saved with their Events, and are told until that is settled (ATT-1).
CREATE TABLE left_out (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  files TEXT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
