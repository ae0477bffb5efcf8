-- A row for each handover.
CREATE TABLE batch (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  source  TEXT NOT NULL,
  message TEXT NOT NULL,
  people  INTEGER NOT NULL,
  state   INTEGER NOT NULL,   -- 0 under way, 1 taken, 2 nobody knows
  at      INTEGER NOT NULL,   -- Unix milliseconds
  answer  BLOB                -- what a repeat gets
) STRICT;
CREATE INDEX batch_at ON batch (at);
CREATE INDEX batch_open ON batch (state) WHERE state <> 1;
-- A row for each person of one.
CREATE TABLE handed (
  key   BLOB PRIMARY KEY,     -- SHA-256 of source, message and address
  batch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX handed_batch ON handed (batch);
