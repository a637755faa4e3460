-- What an admin set for the org, and each user for themselves. A setting without a row is as the configuration file or its
-- default says.
CREATE TABLE org_settings (
  setting TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  forced BIGINT NOT NULL
);
CREATE TABLE user_settings (
  user_id TEXT NOT NULL,
  setting TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (user_id, setting)
);
-- When settings last changed, by whose they are ('' is the org's): what was read of a calendar before is read anew, because
-- what was of no interest then may be now.
CREATE TABLE settings_changed (
  owner TEXT NOT NULL PRIMARY KEY,
  changed_at BIGINT NOT NULL
);
ALTER TABLE cursors ADD COLUMN read_at BIGINT NOT NULL DEFAULT 0;
