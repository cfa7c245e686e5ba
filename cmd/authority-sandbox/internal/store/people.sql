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
CREATE INDEX IF NOT EXISTS carriers_batch ON carriers (batch) WHERE batch <> '';
CREATE INDEX IF NOT EXISTS carriers_until ON carriers (until) WHERE until > 0;

-- Carriers on which their maker's withdrawal of the batch was carried out.
CREATE TABLE IF NOT EXISTS withdrawn (
	carrier BLOB PRIMARY KEY REFERENCES carriers,
	at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Makers of secure elements of phones, whose attestations are believed.
CREATE TABLE IF NOT EXISTS makers (
	maker BLOB PRIMARY KEY,           -- SHA-256 of the root's key (SubjectPublicKeyInfo)
	cert  BLOB NOT NULL,              -- the root, DER
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Batches that their makers withdrew. No phone of one applies any more.
CREATE TABLE IF NOT EXISTS batches (
	batch     TEXT PRIMARY KEY,       -- SHA-256 of its key in hexadecimal digits, where it attests keys
	withdrawn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was signed to apply for the certificates of a phone. Append-only.
CREATE TABLE IF NOT EXISTS applications (
	carrier   BLOB PRIMARY KEY REFERENCES carriers,
	nonce     BLOB NOT NULL UNIQUE,
	statement BLOB NOT NULL,          -- with both requests and attestations
	cms       BLOB NOT NULL,          -- by the card's signing key, with its certificate
	at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
