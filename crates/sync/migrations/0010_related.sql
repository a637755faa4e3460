-- Relations of saved Events: what sync wrote, and the answers it wrote it for (PPL-6).
CREATE TABLE related (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  kept TEXT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
