-- Who works, so that anybody who asks the service can tell.
CREATE TABLE workers (
  worker TEXT NOT NULL PRIMARY KEY,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  serving BIGINT NOT NULL
);
