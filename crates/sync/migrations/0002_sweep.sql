-- What has served its time is found without looking at every row.
CREATE INDEX save_keys_created ON save_keys (created_at);
CREATE INDEX journal_written ON journal (written_at);
