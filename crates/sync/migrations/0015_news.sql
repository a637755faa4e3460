-- What an Event said when a mailbox was told of it: the org's stamps count whole seconds, and two edits fit into one.
ALTER TABLE news ADD COLUMN says TEXT NOT NULL DEFAULT '';
