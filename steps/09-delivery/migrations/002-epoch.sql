-- Up
CREATE TABLE epoch (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  name TEXT NOT NULL
);
INSERT INTO epoch VALUES (1, lower(hex(randomblob(8))));

-- Down
DROP TABLE epoch;
