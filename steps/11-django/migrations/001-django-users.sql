-- Up
CREATE TABLE django_users (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  django_id TEXT NOT NULL UNIQUE,
  username TEXT NOT NULL
);

-- Down
DROP TABLE django_users;
