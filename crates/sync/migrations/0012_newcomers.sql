-- Records that sessions make for people who are in none (PPL-7): what is being made, so that nobody makes it twice, and what
-- was made, for the journal.
CREATE TABLE making (
  claim TEXT NOT NULL PRIMARY KEY,
  mailbox TEXT NOT NULL,
  fence BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE TABLE made (
  record TEXT NOT NULL PRIMARY KEY,
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  claim TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX made_mailbox ON made (mailbox, made_at);
