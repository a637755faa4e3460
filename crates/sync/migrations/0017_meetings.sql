-- The meeting's global id of what was asked for: it is found by it where no id of the item holds any more.
ALTER TABLE item_ids ADD COLUMN meeting TEXT NOT NULL DEFAULT '';
CREATE INDEX item_ids_item ON item_ids (mailbox, item);
