-- Who tells of changes in a mailbox, and what its notices repeat.
CREATE TABLE subscriptions (
  mailbox TEXT NOT NULL PRIMARY KEY,
  subscription TEXT NOT NULL,
  secret TEXT NOT NULL,
  until_at BIGINT NOT NULL,
  tried_at BIGINT NOT NULL
);
CREATE INDEX subscriptions_subscription ON subscriptions (subscription);
