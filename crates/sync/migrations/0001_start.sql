-- One text for SQLite and PostgreSQL: BIGINT (milliseconds, 0 or 1) and TEXT only; nothing is NULL, '' and 0 mean absent.
CREATE TABLE mailboxes (
  mailbox TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE,
  user_name TEXT NOT NULL,
  sync TEXT NOT NULL,
  categories_checked_at BIGINT NOT NULL,
  first_seen BIGINT NOT NULL
);
CREATE TABLE mailbox_work (
  mailbox TEXT NOT NULL PRIMARY KEY,
  next_due BIGINT NOT NULL,
  wanted_seq BIGINT NOT NULL,
  done_seq BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  parked TEXT NOT NULL
);
CREATE INDEX mailbox_work_due ON mailbox_work (parked, next_due);
CREATE TABLE save_requests (
  mailbox TEXT NOT NULL,
  given_id TEXT NOT NULL,
  id_format TEXT NOT NULL,
  source TEXT NOT NULL,
  choice TEXT NOT NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  expected_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, given_id)
);
CREATE INDEX save_requests_state ON save_requests (mailbox, state);
CREATE TABLE save_keys (
  user_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  expected_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, idempotency_key)
);
CREATE TABLE item_ids (
  mailbox TEXT NOT NULL,
  given_id TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (mailbox, given_id)
);
CREATE TABLE pairs (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  sync_key TEXT NOT NULL,
  event TEXT NOT NULL,
  base TEXT NOT NULL,
  marked BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item)
);
CREATE INDEX pairs_sync_key ON pairs (sync_key);
CREATE TABLE creating (
  sync_key TEXT NOT NULL PRIMARY KEY,
  mailbox TEXT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE TABLE issues (
  mailbox TEXT NOT NULL,
  item TEXT NOT NULL,
  code TEXT NOT NULL,
  issue TEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  PRIMARY KEY (mailbox, item, code)
);
CREATE TABLE journal (
  mailbox TEXT NOT NULL,
  event TEXT NOT NULL,
  fence BIGINT NOT NULL,
  written_at BIGINT NOT NULL,
  before_values TEXT NOT NULL,
  after_values TEXT NOT NULL,
  PRIMARY KEY (mailbox, event, fence)
);
CREATE TABLE logins (
  login TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  until_at BIGINT NOT NULL
);
