-- Which field Events are keyed by in the org, once one was found there (DUP-1): where it is gone, nothing else takes its place.
-- One row at most; the name is empty where an older build, which knew no other way, kept Events by the configured field.
CREATE TABLE key_field (
  one BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  upserts BIGINT NOT NULL
);
INSERT INTO key_field (one, name, upserts) SELECT 1, '', 1 WHERE EXISTS (SELECT 1 FROM pairs);
-- Which Event has which key, where no field of the org holds keys (DUP-2).
CREATE TABLE links (
  sync_key TEXT NOT NULL PRIMARY KEY,
  event TEXT NOT NULL
);
CREATE UNIQUE INDEX links_by_event ON links (event);
-- What Events say that are about to be created without a key in them, until they are linked: whatever ends that, they are found
-- again by it (DUP-3).
CREATE TABLE unlinked (
  sync_key TEXT NOT NULL PRIMARY KEY,
  fields TEXT NOT NULL,
  written_at BIGINT NOT NULL
);
