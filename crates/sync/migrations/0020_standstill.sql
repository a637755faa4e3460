-- Why background work of every process stands still: the org's calls run out (ISS-2). One row at most.
CREATE TABLE standstill (
  reason TEXT NOT NULL PRIMARY KEY,
  since_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  said_at BIGINT NOT NULL,
  used BIGINT NOT NULL,
  allowed BIGINT NOT NULL
);
