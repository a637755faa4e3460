-- Events that come up again by themselves, and when (0: they do not), and issues of Events that have no item ('': the item's).
ALTER TABLE news ADD COLUMN again_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE issues ADD COLUMN event TEXT NOT NULL DEFAULT '';
-- What a deleted Event was within a series, so that it can be brought back as that ('': it stood alone).
ALTER TABLE journal ADD COLUMN part TEXT NOT NULL DEFAULT '';
