-- The authority's memory. Times are Unix seconds; numbers that stand for words
-- are the values of package kiosk (flow, act, outcome) or of this sandbox.

CREATE TABLE IF NOT EXISTS cards (
	card       BLOB PRIMARY KEY,      -- SHA-256 of the user-authentication key, SubjectPublicKeyInfo
	user_hash  BLOB NOT NULL UNIQUE,  -- SHA-256 of the user-authentication certificate
	name       TEXT NOT NULL,         -- the test resident's
	user_cert  BLOB NOT NULL,
	user_state INTEGER NOT NULL,
	sign_cert  BLOB,                  -- NULL: there is none
	sign_state INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS reservations (
	n       INTEGER PRIMARY KEY,      -- the newest of a card is the one that counts
	id      BLOB NOT NULL UNIQUE,
	card    BLOB NOT NULL REFERENCES cards,
	flow    INTEGER NOT NULL,
	factor  INTEGER NOT NULL,
	secret  TEXT NOT NULL,            -- of the one-time password (RFC 4226, counter 0)
	state   INTEGER NOT NULL,
	wrong   INTEGER NOT NULL CHECK (wrong BETWEEN 0 AND 5),
	grants  INTEGER NOT NULL CHECK (grants BETWEEN 0 AND 3),
	session BLOB,                     -- whose claim it is
	lease   INTEGER NOT NULL,         -- until when
	made    INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reservations_card ON reservations (card, n);

CREATE TABLE IF NOT EXISTS sessions (
	id          BLOB PRIMARY KEY,
	kiosk       TEXT NOT NULL,
	card        BLOB NOT NULL REFERENCES cards,
	reservation BLOB NOT NULL REFERENCES reservations (id),
	challenge   BLOB,                 -- NULL once it was proved, well or badly
	ticket      BLOB,                 -- NULL before the right one-time password
	act         INTEGER NOT NULL,     -- what was proved and not yet granted; 0 nothing
	user_tries  INTEGER NOT NULL,
	sign_tries  INTEGER NOT NULL,
	opened      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS grants (
	n           INTEGER PRIMARY KEY,
	id          BLOB NOT NULL UNIQUE,
	session     BLOB NOT NULL REFERENCES sessions (id),
	card        BLOB NOT NULL,
	reservation BLOB NOT NULL,
	act         INTEGER NOT NULL,
	outcome     INTEGER NOT NULL,     -- 0 while it is live
	superseded  INTEGER NOT NULL,     -- 1 where a later grant took its place
	made        INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS grants_session ON grants (session, n);
CREATE INDEX IF NOT EXISTS grants_card ON grants (card, n);

CREATE TABLE IF NOT EXISTS replies (
	kiosk   TEXT NOT NULL,
	request BLOB NOT NULL,
	hash    BLOB NOT NULL,            -- SHA-256 of path and body
	status  INTEGER NOT NULL,
	body    BLOB NOT NULL,
	made    INTEGER NOT NULL,
	PRIMARY KEY (kiosk, request)
) STRICT, WITHOUT ROWID;

-- One-time passwords that were counted. The line is committed before the
-- password is looked at, so a crash in between costs an entry and gains none;
-- a repetition of the same request is not counted again.
CREATE TABLE IF NOT EXISTS attempts (
	kiosk       TEXT NOT NULL,
	request     BLOB NOT NULL,
	hash        BLOB NOT NULL,
	reservation BLOB NOT NULL,
	PRIMARY KEY (kiosk, request)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS records (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	seq    INTEGER NOT NULL,
	prev   BLOB NOT NULL,
	hash   BLOB NOT NULL,
	bytes  BLOB NOT NULL,
	flags  TEXT NOT NULL,             -- words: expired, revoked, gap, fork; empty where all is well
	stored INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS aside (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	seq    INTEGER NOT NULL,
	hash   BLOB NOT NULL,
	bytes  BLOB NOT NULL,
	why    TEXT NOT NULL,
	stored INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS challenges (
	challenge BLOB PRIMARY KEY,       -- of the phone app
	card      BLOB NOT NULL,
	flow      INTEGER NOT NULL,
	made      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS kiosks (
	name    TEXT PRIMARY KEY,
	revoked INTEGER NOT NULL,
	flows   TEXT NOT NULL             -- letters of the flows its store may carry out
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS heartbeats (
	kiosk TEXT PRIMARY KEY, version TEXT NOT NULL, queue INTEGER NOT NULL, oldest INTEGER NOT NULL, out TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS settings (
	key TEXT PRIMARY KEY, value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
