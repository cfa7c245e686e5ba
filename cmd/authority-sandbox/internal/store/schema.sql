-- The authority's memory. Times are Unix seconds; numbers that stand for words
-- are the values of package kiosk (flow, act, outcome) or of this sandbox.
-- Written in SQLite's words; store.go says them in PostgreSQL's.

CREATE TABLE IF NOT EXISTS format (
	version INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE IF NOT EXISTS cards (
	card       BLOB PRIMARY KEY,      -- SHA-256 of the user-authentication key, SubjectPublicKeyInfo
	user_hash  BLOB NOT NULL UNIQUE,  -- SHA-256 of the user-authentication certificate
	issuer     INTEGER,               -- whose row in certs says the rest (people.sql); never NULL, which a column that
	serial     BLOB                   -- older tables were given cannot say
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

-- Sessions that renew nothing: what lies on the reader, and a lost phone.
CREATE TABLE IF NOT EXISTS looks (
	id        BLOB PRIMARY KEY,
	kiosk     TEXT NOT NULL,
	user_hash BLOB NOT NULL,          -- SHA-256 of the card's user-authentication certificate
	challenge BLOB,                   -- NULL once it was proved, well or badly
	proved    INTEGER NOT NULL,       -- 1 once the card's holder was believed
	opened    INTEGER NOT NULL
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
-- card at a kiosk; and three rows of a card whose face was not matched, each under the
-- minute in which it is forgotten. Here and not in a process, so that a kiosk gains nothing by
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

-- Kiosks that ask for a certificate and have none that is good.
CREATE TABLE IF NOT EXISTS enrolments (
	id          BLOB PRIMARY KEY,     -- with it the kiosk collects
	kiosk       TEXT NOT NULL,
	csr         BLOB NOT NULL,
	nonce       BLOB NOT NULL,
	old         BLOB,                 -- fingerprint of the certificate whose key signed it; NULL of a first request
	address     TEXT NOT NULL,        -- that it came from
	certificate BLOB,                 -- NULL before it is approved
	made        INTEGER NOT NULL,
	expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS enrolments_kiosk ON enrolments (kiosk, expires);
CREATE INDEX IF NOT EXISTS enrolments_expires ON enrolments (expires);

CREATE TABLE IF NOT EXISTS heartbeats (
	kiosk TEXT PRIMARY KEY, version TEXT NOT NULL, queue INTEGER NOT NULL, oldest INTEGER NOT NULL, out TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Versions of the appliance that kiosks are offered, the newest alone, and how far each kiosk is with each
-- of them (internal/rollout).
CREATE TABLE IF NOT EXISTS offers (
	offer   BLOB PRIMARY KEY,
	n       INTEGER NOT NULL UNIQUE,  -- counts them
	version TEXT NOT NULL,
	size    INTEGER NOT NULL,
	hash    BLOB NOT NULL,            -- SHA-256 of the bundle, which lies in the folder under it
	share   INTEGER NOT NULL,         -- of ten thousand kiosks
	first   INTEGER NOT NULL,         -- so many may be on trial before one works
	most    INTEGER NOT NULL,         -- so many of a hundred may fail
	stopped INTEGER NOT NULL,         -- since when nothing of it is given out; 0 while it is offered
	why     TEXT NOT NULL,
	made    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS offered (
	offer BLOB NOT NULL REFERENCES offers (offer),
	kiosk TEXT NOT NULL,
	state INTEGER NOT NULL,           -- of package wire
	why   INTEGER NOT NULL,           -- it was refused; of package wire, 0 otherwise
	at    INTEGER NOT NULL,           -- since when
	PRIMARY KEY (offer, kiosk)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS offered_state ON offered (offer, state, at);

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
