-- What people do about what sync leaves to them: issues that are ignored, clashes that are flipped, journal entries undone,
-- and who wrote an entry ('' is a session).
ALTER TABLE issues ADD COLUMN ignored BIGINT NOT NULL DEFAULT 0;
CREATE INDEX issues_seen ON issues (last_seen);
ALTER TABLE clashes ADD COLUMN flipped_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX clashes_mailbox ON clashes (mailbox, seen_at);
ALTER TABLE journal ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN by_user TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN undone_at BIGINT NOT NULL DEFAULT 0;
-- Pages that a browser may open: a key opens once and briefly, a visit lasts a while. Only hashes are kept.
CREATE TABLE page_keys (
  key_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  is_visit BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE INDEX page_keys_until ON page_keys (until_at);
