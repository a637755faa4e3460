-- The journal keeps relations of Events, and what items said, too ('' where nothing of it was written over).
ALTER TABLE journal ADD COLUMN ties_before TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN ties_after TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN item_before TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN item_after TEXT NOT NULL DEFAULT '';
