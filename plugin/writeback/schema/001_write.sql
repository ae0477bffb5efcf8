-- One row a target and contact: the latest decision to write, or, once written,
-- its number alone, so that an older decision that comes late is told as such.
CREATE TABLE write (
  id       INTEGER PRIMARY KEY,
  target   TEXT NOT NULL,
  contact  TEXT NOT NULL,              -- key of the contact at the platform
  version  INTEGER NOT NULL,           -- changes with every new content of the row
  decided  INTEGER NOT NULL,           -- when, Unix ms
  serial   INTEGER NOT NULL,           -- order of decisions within one ms
  body     BLOB,                       -- the write as JSON; NULL once written
  state    INTEGER NOT NULL,           -- 0 waiting, 1 dead, 2 written
  due      INTEGER NOT NULL,           -- not before, Unix ms
  since    INTEGER NOT NULL,           -- its age counts from here, Unix ms
  tries    INTEGER NOT NULL DEFAULT 0,
  touched  INTEGER NOT NULL,           -- when the row last changed, Unix ms
  trouble  TEXT NOT NULL DEFAULT '',   -- what went wrong last
  UNIQUE (target, contact)
) STRICT;
CREATE INDEX write_due ON write (target, due) WHERE state = 0;
CREATE INDEX write_old ON write (state, touched);
