-- A row for each letter, kept as long as repeats of it must be known.
CREATE TABLE mail (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  key      BLOB,               -- SHA-256 of what repeats have in common
  name     TEXT NOT NULL,
  source   TEXT NOT NULL,
  kind     INTEGER NOT NULL,
  state    INTEGER NOT NULL,
  domain   TEXT NOT NULL,
  at       INTEGER NOT NULL,   -- Unix milliseconds, as due and ended
  due      INTEGER NOT NULL,
  ended    INTEGER,
  tries    INTEGER NOT NULL DEFAULT 0,
  why      TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX mail_key ON mail (key) WHERE key IS NOT NULL;
CREATE INDEX mail_due ON mail (due, domain, source) WHERE state = 0;
CREATE INDEX mail_open ON mail (state, id) WHERE state IN (1, 4, 5);
CREATE INDEX mail_ended ON mail (ended) WHERE ended IS NOT NULL;
-- The letter itself, for as long as it may be needed.
CREATE TABLE letter (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
