-- The ledger's database, format 1. Ours. Made once, in one transaction, in a
-- file that nobody has opened yet (recover.go); auto_vacuum is set before the
-- first table, as SQLite asks.
--
-- No index and no state column: what was acknowledged is one number, so
-- reading the queue and acknowledging cost the same at a thousand rows and
-- at a million.

-- One row: whose ledger this is and how far it has been sent. sum is SHA-256
-- over the other columns as state.go writes them: a flipped bit here could
-- otherwise pass off unsent records as sent.
CREATE TABLE ledger (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  epoch    BLOB    NOT NULL, -- 16 random bytes, one for the life of this file
  base     BLOB    NOT NULL, -- what record 1 calls prev: zeros, or the last good hash of the ledger before
  cut      INTEGER NOT NULL, -- records up to here were acknowledged and let go; 0 none
  cut_hash BLOB    NOT NULL, -- hash of record cut, so that what is left still verifies; base where cut is 0
  acked    INTEGER NOT NULL, -- records up to here are with the authority or set aside
  old_epoch BLOB   NOT NULL, -- the ledger before, zeros where there is none
  old_seq  INTEGER NOT NULL, -- its last good record, whose hash is base
  old_head INTEGER NOT NULL, -- the newest record its head file knew; above old_seq: a tail was lost
  old_why  TEXT    NOT NULL, -- what was wrong with it
  sum      BLOB    NOT NULL
) STRICT;

-- The records. hash is SHA-256 of bytes: the next record's prev says the same,
-- but the last record has no next.
CREATE TABLE record (
  seq   INTEGER PRIMARY KEY,
  hash  BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- Good records that were carried over from ledgers set aside: those still to
-- be sent, and intents that had no outcome. They keep their own epoch and
-- seq. sent: 1 once the authority has it.
CREATE TABLE old (
  n     INTEGER PRIMARY KEY,
  sent  INTEGER NOT NULL CHECK (sent IN (0, 1)),
  hash  BLOB    NOT NULL,
  bytes BLOB    NOT NULL
) STRICT;

-- (The receipts' table is in receipt.go: it is made when the first one comes.)

-- Records that the authority will never take as they are, with its reason.
-- Never let go.
CREATE TABLE aside (
  n      INTEGER PRIMARY KEY,
  reason TEXT NOT NULL,
  hash   BLOB NOT NULL,
  bytes  BLOB NOT NULL
) STRICT;
