-- Up
ALTER TABLE users ADD COLUMN username_key TEXT;
CREATE UNIQUE INDEX users_by_key ON users (username_key);
CREATE INDEX users_by_exact_name ON users (username COLLATE BINARY);

-- Down
DROP INDEX users_by_exact_name;
DROP INDEX users_by_key;
ALTER TABLE users DROP COLUMN username_key;
