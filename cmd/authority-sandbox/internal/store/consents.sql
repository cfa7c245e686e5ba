-- Who may ask for the four items that people agreed to give, and what happened to each consent.
-- No column here holds an item. Numbers that stand for words are the values of package consent.

-- Those who carry questions and answers for banks, and can read no answer.
CREATE TABLE IF NOT EXISTS platforms (
	platform TEXT PRIMARY KEY,
	spki     BLOB NOT NULL,           -- SHA-256 of the key it connects with, SubjectPublicKeyInfo
	standing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Banks, and others who ask.
CREATE TABLE IF NOT EXISTS providers (
	provider TEXT PRIMARY KEY,
	platform TEXT NOT NULL REFERENCES platforms,
	name     TEXT NOT NULL,           -- as people know it
	standing INTEGER NOT NULL,
	consents INTEGER NOT NULL,        -- that were given to it and not withdrawn
	changes  INTEGER NOT NULL         -- number of the newest of its changes
) STRICT, WITHOUT ROWID;

-- Keys that items are sealed to; the newest is in use. Append-only.
CREATE TABLE IF NOT EXISTS seals (
	provider TEXT NOT NULL REFERENCES providers,
	n        INTEGER NOT NULL,        -- counts a provider's, from 1
	spki     BLOB NOT NULL,           -- SubjectPublicKeyInfo
	since    INTEGER NOT NULL,
	PRIMARY KEY (provider, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS services (
	service  BLOB PRIMARY KEY,
	provider TEXT NOT NULL REFERENCES providers,
	title    TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	ends     INTEGER NOT NULL,        -- the first second in which it is closed; 0: no such day is known
	opened   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What people read word for word before they signed. Append-only.
CREATE TABLE IF NOT EXISTS texts (
	service BLOB NOT NULL REFERENCES services,
	text    BLOB NOT NULL,            -- SHA-256 of its words
	lang    TEXT NOT NULL,
	words   TEXT NOT NULL,
	since   INTEGER NOT NULL,
	PRIMARY KEY (service, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS consents (
	consent     BLOB PRIMARY KEY,
	handle      BLOB NOT NULL UNIQUE, -- by which the provider asks, in the place of a serial number
	person      BLOB NOT NULL REFERENCES people,
	service     BLOB NOT NULL REFERENCES services,
	items       INTEGER NOT NULL CHECK (items BETWEEN 1 AND 15),
	text        BLOB NOT NULL,
	version     INTEGER NOT NULL,     -- of the person's items that the handle stands for
	n           INTEGER NOT NULL,     -- how many disclosures it has had, and its withdrawal
	received    INTEGER NOT NULL,
	begins      INTEGER NOT NULL,
	until       INTEGER NOT NULL,
	cancelled   INTEGER NOT NULL,     -- when; 0: it was not
	cancelled_n INTEGER NOT NULL,     -- the number of the withdrawal; no disclosure has a greater one
	FOREIGN KEY (service, text) REFERENCES texts (service, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS consents_person ON consents (person, service);

-- What people signed. Append-only; for the authority alone.
CREATE TABLE IF NOT EXISTS proofs (
	nonce     BLOB PRIMARY KEY,       -- of the statement: each counts once
	consent   BLOB NOT NULL REFERENCES consents,
	act       INTEGER NOT NULL,
	statement BLOB NOT NULL,
	cms       BLOB NOT NULL,
	channel   TEXT NOT NULL,          -- where it was signed
	at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS proofs_consent ON proofs (consent);

-- That items were given, and never which values they had. Append-only.
CREATE TABLE IF NOT EXISTS disclosures (
	consent  BLOB NOT NULL REFERENCES consents,
	n        INTEGER NOT NULL,        -- counts a consent's, from 1
	provider TEXT NOT NULL,
	request  BLOB NOT NULL,           -- the provider's id of its question
	platform TEXT NOT NULL,           -- who carried it
	items    INTEGER NOT NULL,
	base     INTEGER NOT NULL,        -- the version that the handle stood for
	version  INTEGER NOT NULL,        -- the version that was given
	fee      INTEGER NOT NULL,        -- yen
	at       INTEGER NOT NULL,
	PRIMARY KEY (consent, n),
	UNIQUE (provider, request)
) STRICT, WITHOUT ROWID;

-- What a provider is told without asking about any person. Append-only.
CREATE TABLE IF NOT EXISTS changes (
	provider TEXT NOT NULL REFERENCES providers,
	n        INTEGER NOT NULL,        -- counts a provider's, from 1, without a gap
	service  BLOB NOT NULL,
	consent  BLOB,                    -- NULL where it is about all of the service's
	what     TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (provider, n)
) STRICT, WITHOUT ROWID;

-- How much a provider has asked on a day, and how often about people who agreed to nothing.
CREATE TABLE IF NOT EXISTS quotas (
	provider TEXT NOT NULL REFERENCES providers,
	day      INTEGER NOT NULL,        -- since 1970, JST
	revoked  INTEGER NOT NULL,        -- signing certificates of its people that were revoked on it
	asked    INTEGER NOT NULL,
	hour     INTEGER NOT NULL,        -- since 1970
	misses   INTEGER NOT NULL,        -- in that hour
	PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;

-- How many certificates a provider asked about on a day, by what it asked for.
CREATE TABLE IF NOT EXISTS checks (
	provider TEXT NOT NULL REFERENCES providers,
	day      INTEGER NOT NULL,        -- since 1970, JST
	purpose  TEXT NOT NULL,
	asked    INTEGER NOT NULL,
	PRIMARY KEY (provider, day, purpose)
) STRICT, WITHOUT ROWID;

-- Services whose banks ask by the serial number of a certificate, in the place of a handle.
CREATE TABLE IF NOT EXISTS by_serial (
	service BLOB PRIMARY KEY REFERENCES services
) STRICT, WITHOUT ROWID;

-- Up to which of its consents, by the moments at which they expire, a provider was told that
-- they expire soon.
CREATE TABLE IF NOT EXISTS reminded (
	provider TEXT PRIMARY KEY REFERENCES providers,
	until    INTEGER NOT NULL,
	consent  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS consents_until ON consents (until, consent);
