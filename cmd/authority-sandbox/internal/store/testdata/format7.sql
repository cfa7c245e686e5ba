-- The authority's memory. Times are Unix seconds; numbers that stand for words
-- are the values of package kiosk (flow, act, outcome) or of this sandbox.
-- Written in SQLite's words; store.go says them in PostgreSQL's.

CREATE TABLE IF NOT EXISTS format (
	version INTEGER PRIMARY KEY
) STRICT;

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
	id      BLOB PRIMARY KEY,
	card    BLOB NOT NULL REFERENCES cards,
	n       INTEGER NOT NULL,         -- counts a card's; the newest is the one that counts
	flow    INTEGER NOT NULL,
	factor  INTEGER NOT NULL,
	secret  TEXT NOT NULL,            -- of the one-time password (RFC 4226, counter 0), wrapped (wrap.go)
	state   INTEGER NOT NULL,
	wrong   INTEGER NOT NULL CHECK (wrong BETWEEN 0 AND 5),
	grants  INTEGER NOT NULL CHECK (grants BETWEEN 0 AND 3),
	session BLOB,                     -- whose claim it is
	lease   INTEGER NOT NULL,         -- until when
	made    INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	UNIQUE (card, n)
) STRICT, WITHOUT ROWID;

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
	id          BLOB PRIMARY KEY,
	session     BLOB NOT NULL REFERENCES sessions (id),
	card        BLOB NOT NULL,
	n           INTEGER NOT NULL,     -- counts a card's
	reservation BLOB NOT NULL,
	act         INTEGER NOT NULL,
	outcome     INTEGER NOT NULL,     -- 0 while it is live
	superseded  INTEGER NOT NULL,     -- 1 where a later grant took its place
	made        INTEGER NOT NULL,
	UNIQUE (card, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS grants_session ON grants (session, n);
CREATE INDEX IF NOT EXISTS grants_reservation ON grants (reservation, n);

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

-- What began in a minute: visits and codes of a kiosk, visits of a card at a
-- kiosk. And what was counted on a day, under its last minute: wrong codes of a
-- card at a kiosk. Here and not in a process, so that a kiosk gains nothing by
-- asking several.
CREATE TABLE IF NOT EXISTS rates (
	name   TEXT PRIMARY KEY,
	minute INTEGER NOT NULL,
	n      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS records (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	seq    INTEGER NOT NULL,
	prev   BLOB NOT NULL,
	hash   BLOB NOT NULL,
	bytes  BLOB NOT NULL,
	flags  TEXT NOT NULL,             -- words of alarms; empty where all is well; "ahead": told before its turn, which has not come
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

-- One line for each ledger of each kiosk: where it says that it begins, and
-- how far it has been told; 0 where that is outcomes alone, ahead of their turn.
CREATE TABLE IF NOT EXISTS ledgers (
	kiosk TEXT NOT NULL,
	epoch BLOB NOT NULL,
	base  BLOB,                       -- prev of record 1; NULL before that one was told
	seq   INTEGER NOT NULL,
	hash  BLOB NOT NULL,
	PRIMARY KEY (kiosk, epoch)
) STRICT, WITHOUT ROWID;

-- What the kiosk signed: the head of every batch. Two that contradict each
-- other can only be the kiosk's own doing.
CREATE TABLE IF NOT EXISTS heads (
	kiosk     TEXT NOT NULL,
	epoch     BLOB NOT NULL,
	seq       INTEGER NOT NULL,
	hash      BLOB NOT NULL,
	signature BLOB NOT NULL,          -- ECDSA P-256, ASN.1, over wire.KioskHead
	signer    BLOB NOT NULL,          -- SubjectPublicKeyInfo: a kiosk's key is renewed
	stored    INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, seq, hash)
) STRICT, WITHOUT ROWID;

-- What a person has to look at.
CREATE TABLE IF NOT EXISTS alarms (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	word   TEXT NOT NULL,
	seq    INTEGER NOT NULL,          -- 0 where it is not about one record
	detail TEXT NOT NULL,
	raised INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, word, seq)
) STRICT, WITHOUT ROWID;

-- What persons did with alarms, and that one that was closed was raised again.
CREATE TABLE IF NOT EXISTS alarm_acts (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	word   TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	n      INTEGER NOT NULL,          -- counts an alarm's
	act    TEXT NOT NULL,             -- raised, seen, closed
	person TEXT NOT NULL,
	why    TEXT NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, word, seq, n)
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
	flows   TEXT NOT NULL,            -- letters of the flows its store may carry out
	day     INTEGER NOT NULL DEFAULT 0, -- since 1970, on which it asked last
	asked   INTEGER NOT NULL DEFAULT 0  -- how often on that day
) STRICT, WITHOUT ROWID;

-- Every certificate that a kiosk was issued, or came with first. At most one is
-- waiting for its first use and one current; each that overlaps does so for a day.
CREATE TABLE IF NOT EXISTS certificates (
	kiosk       TEXT NOT NULL,
	fingerprint BLOB NOT NULL,        -- SHA-256 of the certificate
	serial      TEXT NOT NULL,        -- hexadecimal
	spki        BLOB NOT NULL,        -- SHA-256 of its key, SubjectPublicKeyInfo
	state       INTEGER NOT NULL,
	changed     INTEGER NOT NULL,     -- when it came to be in that state
	PRIMARY KEY (kiosk, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS heartbeats (
	kiosk TEXT PRIMARY KEY, version TEXT NOT NULL, queue INTEGER NOT NULL, oldest INTEGER NOT NULL, out TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS settings (
	name TEXT PRIMARY KEY, value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys of TLS session tickets, one a day, so that a kiosk resumes at whichever
-- process it meets. Wrapped (wrap.go).
CREATE TABLE IF NOT EXISTS tickets (
	day INTEGER PRIMARY KEY, value BLOB NOT NULL
) STRICT;

-- Where a new ledger belongs is found by these, however many a kiosk has.
CREATE INDEX IF NOT EXISTS ledgers_base ON ledgers (kiosk, base);
CREATE INDEX IF NOT EXISTS ledgers_hash ON ledgers (kiosk, hash);
CREATE INDEX IF NOT EXISTS records_hash ON records (kiosk, hash);

-- What is forgotten is found by these (Prune), so that forgetting costs as much
-- as what goes and not as much as what stays.
CREATE INDEX IF NOT EXISTS replies_made ON replies (made);
CREATE INDEX IF NOT EXISTS attempts_reservation ON attempts (reservation);
CREATE INDEX IF NOT EXISTS sessions_opened ON sessions (opened);
CREATE INDEX IF NOT EXISTS sessions_reservation ON sessions (reservation);
CREATE INDEX IF NOT EXISTS reservations_expires ON reservations (expires);
-- Who is in the register, and what certificates they have. Numbers that stand for
-- words are the values of package life.

CREATE TABLE IF NOT EXISTS people (
	person  BLOB PRIMARY KEY,
	name    TEXT NOT NULL UNIQUE,     -- the test resident's
	gone    INTEGER NOT NULL,         -- since when dead or not in the register; 0: in it
	version INTEGER NOT NULL          -- of the four items, today
) STRICT, WITHOUT ROWID;

-- The four items as they were from a day on. Append-only.
CREATE TABLE IF NOT EXISTS items (
	person       BLOB NOT NULL REFERENCES people,
	version      INTEGER NOT NULL,    -- counts a person's, from 1
	name         TEXT NOT NULL,
	address      TEXT NOT NULL,
	birth        TEXT NOT NULL,       -- YYYY-MM-DD
	sex          TEXT NOT NULL,       -- one digit
	municipality INTEGER NOT NULL,    -- its code
	since        INTEGER NOT NULL,
	PRIMARY KEY (person, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS carriers (
	carrier BLOB PRIMARY KEY,
	person  BLOB NOT NULL REFERENCES people,
	kind    INTEGER NOT NULL,
	until   INTEGER NOT NULL,         -- when the application for its certificates lapses; 0: none is open
	batch   TEXT NOT NULL,            -- of the secure element, by its maker's name for it; empty: it has none
	made    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS carriers_person ON carriers (person);

-- Who signs certificates.
CREATE TABLE IF NOT EXISTS issuers (
	issuer    INTEGER PRIMARY KEY,
	name_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of its distinguished name, DER
	assurance INTEGER NOT NULL        -- how far its certificates are believed
) STRICT;

-- A row for each certificate; it says what the newest of its events says.
CREATE TABLE IF NOT EXISTS certs (
	issuer     INTEGER NOT NULL REFERENCES issuers,
	serial     BLOB NOT NULL,         -- 20 bytes, so that their order is that of the numbers
	kind       INTEGER NOT NULL,
	person     BLOB NOT NULL REFERENCES people,
	carrier    BLOB NOT NULL REFERENCES carriers,
	current    INTEGER NOT NULL,      -- 0 where another of its kind took its place on the carrier
	version    INTEGER NOT NULL,      -- of the items that it was made from
	not_before INTEGER NOT NULL,
	not_after  INTEGER NOT NULL,
	part       INTEGER NOT NULL,      -- of the issuer's revocation lists (pki.Part)
	pair       BLOB,                  -- serial of the other of its pair
	base       BLOB,                  -- serial of the card's certificate of its kind that it was applied for with
	before     BLOB,                  -- serial of the one in whose place it came
	der        BLOB,                  -- NULL where it is kept elsewhere
	state      INTEGER NOT NULL CHECK (state BETWEEN 2 AND 5),
	reason     INTEGER NOT NULL,
	since      INTEGER NOT NULL,
	n          INTEGER NOT NULL,      -- of the newest event
	listed     INTEGER NOT NULL,      -- 1 once it was held or revoked: it is looked at for a list
	PRIMARY KEY (issuer, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS certs_person ON certs (person);
CREATE UNIQUE INDEX IF NOT EXISTS certs_current ON certs (carrier, kind) WHERE current = 1;
CREATE INDEX IF NOT EXISTS certs_listed ON certs (issuer, part, serial, since, state, reason, not_after) WHERE listed = 1;

-- What happened to certificates, from which states, revocation lists and OCSP are made.
-- Append-only. Its times never go back for a certificate.
CREATE TABLE IF NOT EXISTS events (
	issuer INTEGER NOT NULL,
	serial BLOB NOT NULL,
	n      INTEGER NOT NULL,          -- counts a certificate's, from 1
	was    INTEGER NOT NULL,
	state  INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	cause  TEXT NOT NULL,             -- the event of package life, and whose it was
	PRIMARY KEY (issuer, serial, n),
	FOREIGN KEY (issuer, serial) REFERENCES certs (issuer, serial)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_at ON events (at);

-- How often a part's list came to say something else. What was made from a part with
-- another revision is not served.
CREATE TABLE IF NOT EXISTS parts (
	issuer   INTEGER NOT NULL REFERENCES issuers,
	part     INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	PRIMARY KEY (issuer, part)
) STRICT, WITHOUT ROWID;
