-- The value that is about to win a clash; '' once it has won. A worker that dies over the write leaves it to the next session.
ALTER TABLE clashes ADD COLUMN wins TEXT NOT NULL DEFAULT '';
