-- What platforms told about contacts after the send. A contact is a keyed hash
-- everywhere: no row says who it is.

-- What is known of a contact (tally.go has the form), or the key under which it
-- is known: a customer number leads to the address.
CREATE TABLE state (
    key  BLOB PRIMARY KEY,
    last INTEGER NOT NULL,          -- time of the latest event, Unix ms
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Events that came, by a hash of source and id, so that a repeat counts once;
-- of orders also whose they are, since refunds do not say.
CREATE TABLE seen (
    id      BLOB PRIMARY KEY,
    at      INTEGER NOT NULL,       -- when it came, Unix ms
    contact BLOB
) STRICT, WITHOUT ROWID;

-- Refunds and cancellations that came before their order.
CREATE TABLE orphan (
    id     INTEGER PRIMARY KEY,
    ord    BLOB NOT NULL,           -- seen.id of the order
    kind   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    came   INTEGER NOT NULL
) STRICT;
CREATE INDEX orphan_ord ON orphan (ord);

-- Since when a source tells of a kind of event; 0: of all there ever were.
CREATE TABLE feed (
    source TEXT NOT NULL,
    kind   INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    PRIMARY KEY (source, kind)
) STRICT, WITHOUT ROWID;

-- The legal suppression list: just enough to know the contact again. Rows stay
-- when they are lifted, so that an older event does not bring them back.
CREATE TABLE suppression (
    key     BLOB NOT NULL,
    reason  TEXT NOT NULL,
    channel TEXT NOT NULL,          -- '' for every channel
    person  BLOB NOT NULL,          -- what the rows of one person have in common
    at      INTEGER NOT NULL,
    active  INTEGER NOT NULL,
    source  TEXT NOT NULL,
    rev     INTEGER NOT NULL,       -- audit.id of the latest change
    PRIMARY KEY (key, reason, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX suppression_rev ON suppression (rev);
CREATE INDEX suppression_person ON suppression (person);

-- Every change of the list, for good.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    made    INTEGER NOT NULL,       -- when the change was made here
    at      INTEGER NOT NULL,       -- when what caused it happened
    action  TEXT NOT NULL,          -- add, remove
    person  BLOB NOT NULL,
    reason  TEXT NOT NULL,
    channel TEXT NOT NULL,
    source  TEXT NOT NULL,
    who     TEXT NOT NULL,
    why     TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
