-- Up
ALTER TABLE messages ADD COLUMN key TEXT;
CREATE UNIQUE INDEX messages_by_key ON messages (author_id, key);

-- Down
DROP INDEX messages_by_key;
ALTER TABLE messages DROP COLUMN key;
