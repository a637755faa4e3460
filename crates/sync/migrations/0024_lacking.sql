-- What settings ask of the org and it does not have: objects whose records are to come down (OBJ-1), public calendars (GRP-2);
-- by the public code, with why and since when.
CREATE TABLE lacking (
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  why TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  PRIMARY KEY (code, name)
);
