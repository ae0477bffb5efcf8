-- The decision log and the state that rules may read.
--
-- Only decision and pack are written on the way to an answer, in the order of
-- id, so that a transaction touches few pages. link finds records by contact and by key; it
-- is filled later and in bulk (index.go says how).

CREATE TABLE word (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE decision (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,      -- Unix ms
    flags    INTEGER NOT NULL,      -- 1 send, 2 degraded, 4 replayable
    bundle   INTEGER NOT NULL,      -- word.id, 0 for the empty word
    outcome  INTEGER NOT NULL,
    class    INTEGER NOT NULL,
    contact  BLOB,
    tags     BLOB,                  -- each with its length in front
    key      BLOB,
    pack     INTEGER NOT NULL,      -- pack.id
    nth      INTEGER NOT NULL       -- which of the pack's contents
) STRICT;

-- What only people and replays read of a record, that of some dozens compressed
-- together (pack.go has the form).
CREATE TABLE pack (
    id   INTEGER PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

-- Which ids the records of a quarter of an hour have, for searches by time.
CREATE TABLE span (
    slot INTEGER PRIMARY KEY,       -- at / 900000
    lo   INTEGER NOT NULL,
    hi   INTEGER NOT NULL
) STRICT;

CREATE TABLE active (
    contact  BLOB PRIMARY KEY,
    personas BLOB NOT NULL          -- each with its length in front
) STRICT, WITHOUT ROWID;

-- Runs of links (hash of contact or key, decision id), hashed into chunks.
CREATE TABLE run (
    id    INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    shift INTEGER NOT NULL,         -- chunk number = hash >> shift
    links INTEGER NOT NULL,         -- how many it had when it was made
    into_ INTEGER NOT NULL          -- the run that its links are moving to, or 0
) STRICT;

CREATE TABLE chunk (
    id   INTEGER PRIMARY KEY,       -- run.id << 24 | chunk number
    data BLOB NOT NULL              -- 16 bytes a link: hash, id
) STRICT;

-- Records that came in below the mark, hence are not found by it.
CREATE TABLE late (
    id INTEGER PRIMARY KEY
) STRICT;

-- Every record below indexed is in a run or in late.
CREATE TABLE mark (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    indexed INTEGER NOT NULL
) STRICT;

INSERT INTO mark VALUES (1, 0);
