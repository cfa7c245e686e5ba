-- The tables of format 14, as they were made; for the test that brings them to today.
CREATE TABLE IF NOT EXISTS format (
	version INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE IF NOT EXISTS cards (
	card       BLOB PRIMARY KEY,
	user_hash  BLOB NOT NULL UNIQUE,
	issuer     INTEGER,
	serial     BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reservations (
	id      BLOB PRIMARY KEY,
	card    BLOB NOT NULL REFERENCES cards,
	n       INTEGER NOT NULL,
	flow    INTEGER NOT NULL,
	factor  INTEGER NOT NULL,
	secret  TEXT NOT NULL,
	state   INTEGER NOT NULL,
	wrong   INTEGER NOT NULL CHECK (wrong BETWEEN 0 AND 5),
	grants  INTEGER NOT NULL CHECK (grants BETWEEN 0 AND 3),
	session BLOB,
	lease   INTEGER NOT NULL,
	made    INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	UNIQUE (card, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
	id          BLOB PRIMARY KEY,
	kiosk       TEXT NOT NULL,
	card        BLOB NOT NULL REFERENCES cards,
	reservation BLOB NOT NULL REFERENCES reservations (id),
	challenge   BLOB,
	ticket      BLOB,
	act         INTEGER NOT NULL,
	user_tries  INTEGER NOT NULL,
	sign_tries  INTEGER NOT NULL,
	opened      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looks (
	id        BLOB PRIMARY KEY,
	kiosk     TEXT NOT NULL,
	user_hash BLOB NOT NULL,
	challenge BLOB,
	proved    INTEGER NOT NULL,
	opened    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS grants (
	id          BLOB PRIMARY KEY,
	session     BLOB NOT NULL REFERENCES sessions (id),
	card        BLOB NOT NULL,
	n           INTEGER NOT NULL,
	reservation BLOB NOT NULL,
	act         INTEGER NOT NULL,
	outcome     INTEGER NOT NULL,
	superseded  INTEGER NOT NULL,
	made        INTEGER NOT NULL,
	UNIQUE (card, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS grants_session ON grants (session, n);
CREATE INDEX IF NOT EXISTS grants_reservation ON grants (reservation, n);
CREATE TABLE IF NOT EXISTS replies (
	kiosk   TEXT NOT NULL,
	request BLOB NOT NULL,
	hash    BLOB NOT NULL,
	status  INTEGER NOT NULL,
	body    BLOB NOT NULL,
	made    INTEGER NOT NULL,
	PRIMARY KEY (kiosk, request)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
	kiosk       TEXT NOT NULL,
	request     BLOB NOT NULL,
	hash        BLOB NOT NULL,
	reservation BLOB NOT NULL,
	PRIMARY KEY (kiosk, request)
) STRICT, WITHOUT ROWID;
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
	flags  TEXT NOT NULL,
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
CREATE TABLE IF NOT EXISTS ledgers (
	kiosk TEXT NOT NULL,
	epoch BLOB NOT NULL,
	base  BLOB,
	seq   INTEGER NOT NULL,
	hash  BLOB NOT NULL,
	PRIMARY KEY (kiosk, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads (
	kiosk     TEXT NOT NULL,
	epoch     BLOB NOT NULL,
	seq       INTEGER NOT NULL,
	hash      BLOB NOT NULL,
	signature BLOB NOT NULL,
	signer    BLOB NOT NULL,
	stored    INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarms (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	word   TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	detail TEXT NOT NULL,
	raised INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, word, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarm_acts (
	kiosk  TEXT NOT NULL,
	epoch  BLOB NOT NULL,
	word   TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	n      INTEGER NOT NULL,
	act    TEXT NOT NULL,
	person TEXT NOT NULL,
	why    TEXT NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (kiosk, epoch, word, seq, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS challenges (
	challenge BLOB PRIMARY KEY,
	card      BLOB NOT NULL,
	flow      INTEGER NOT NULL,
	made      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kiosks (
	name    TEXT PRIMARY KEY,
	revoked INTEGER NOT NULL,
	flows   TEXT NOT NULL,
	day     INTEGER NOT NULL DEFAULT 0,
	asked   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS certificates (
	kiosk       TEXT NOT NULL,
	fingerprint BLOB NOT NULL,
	serial      TEXT NOT NULL,
	spki        BLOB NOT NULL,
	state       INTEGER NOT NULL,
	changed     INTEGER NOT NULL,
	PRIMARY KEY (kiosk, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS enrolments (
	id          BLOB PRIMARY KEY,
	kiosk       TEXT NOT NULL,
	csr         BLOB NOT NULL,
	nonce       BLOB NOT NULL,
	old         BLOB,
	address     TEXT NOT NULL,
	certificate BLOB,
	made        INTEGER NOT NULL,
	expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS enrolments_kiosk ON enrolments (kiosk, expires);
CREATE INDEX IF NOT EXISTS enrolments_expires ON enrolments (expires);
CREATE TABLE IF NOT EXISTS heartbeats (
	kiosk TEXT PRIMARY KEY, version TEXT NOT NULL, queue INTEGER NOT NULL, oldest INTEGER NOT NULL, out TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (
	name TEXT PRIMARY KEY, value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tickets (
	day INTEGER PRIMARY KEY, value BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ledgers_base ON ledgers (kiosk, base);
CREATE INDEX IF NOT EXISTS ledgers_hash ON ledgers (kiosk, hash);
CREATE INDEX IF NOT EXISTS records_hash ON records (kiosk, hash);
CREATE INDEX IF NOT EXISTS replies_made ON replies (made);
CREATE INDEX IF NOT EXISTS attempts_reservation ON attempts (reservation);
CREATE INDEX IF NOT EXISTS sessions_opened ON sessions (opened);
CREATE INDEX IF NOT EXISTS sessions_reservation ON sessions (reservation);
CREATE INDEX IF NOT EXISTS reservations_expires ON reservations (expires);
CREATE TABLE IF NOT EXISTS people (
	person  BLOB PRIMARY KEY,
	name    TEXT NOT NULL UNIQUE,
	gone    INTEGER NOT NULL,
	version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS items (
	person       BLOB NOT NULL REFERENCES people,
	version      INTEGER NOT NULL,
	name         TEXT NOT NULL,
	address      TEXT NOT NULL,
	birth        TEXT NOT NULL,
	sex          TEXT NOT NULL,
	municipality INTEGER NOT NULL,
	since        INTEGER NOT NULL,
	PRIMARY KEY (person, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS carriers (
	carrier BLOB PRIMARY KEY,
	person  BLOB NOT NULL REFERENCES people,
	kind    INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	batch   TEXT NOT NULL,
	made    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS carriers_person ON carriers (person);
CREATE INDEX IF NOT EXISTS carriers_batch ON carriers (batch) WHERE batch <> '';
CREATE INDEX IF NOT EXISTS carriers_until ON carriers (until) WHERE until > 0;
CREATE TABLE IF NOT EXISTS withdrawn (
	carrier BLOB PRIMARY KEY REFERENCES carriers,
	at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS makers (
	maker BLOB PRIMARY KEY,
	cert  BLOB NOT NULL,
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
	batch     TEXT PRIMARY KEY,
	withdrawn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applications (
	carrier   BLOB PRIMARY KEY REFERENCES carriers,
	nonce     BLOB NOT NULL UNIQUE,
	statement BLOB NOT NULL,
	cms       BLOB NOT NULL,
	at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS issuers (
	issuer    INTEGER PRIMARY KEY,
	name_hash BLOB NOT NULL UNIQUE,
	assurance INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS certs (
	issuer     INTEGER NOT NULL REFERENCES issuers,
	serial     BLOB NOT NULL,
	kind       INTEGER NOT NULL,
	person     BLOB NOT NULL REFERENCES people,
	carrier    BLOB NOT NULL REFERENCES carriers,
	current    INTEGER NOT NULL,
	version    INTEGER NOT NULL,
	not_before INTEGER NOT NULL,
	not_after  INTEGER NOT NULL,
	part       INTEGER NOT NULL,
	pair       BLOB,
	base       BLOB,
	before     BLOB,
	der        BLOB,
	state      INTEGER NOT NULL CHECK (state BETWEEN 2 AND 5),
	reason     INTEGER NOT NULL,
	since      INTEGER NOT NULL,
	n          INTEGER NOT NULL,
	listed     INTEGER NOT NULL,
	PRIMARY KEY (issuer, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS certs_person ON certs (person);
CREATE UNIQUE INDEX IF NOT EXISTS certs_current ON certs (carrier, kind) WHERE current = 1;
CREATE INDEX IF NOT EXISTS certs_listed ON certs (issuer, part, serial, since, state, reason, not_after) WHERE listed = 1;
CREATE TABLE IF NOT EXISTS events (
	issuer INTEGER NOT NULL,
	serial BLOB NOT NULL,
	n      INTEGER NOT NULL,
	was    INTEGER NOT NULL,
	state  INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	cause  TEXT NOT NULL,
	PRIMARY KEY (issuer, serial, n),
	FOREIGN KEY (issuer, serial) REFERENCES certs (issuer, serial)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_at ON events (at);
CREATE TABLE IF NOT EXISTS parts (
	issuer   INTEGER NOT NULL REFERENCES issuers,
	part     INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	PRIMARY KEY (issuer, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS platforms (
	platform TEXT PRIMARY KEY,
	spki     BLOB NOT NULL,
	standing INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS providers (
	provider TEXT PRIMARY KEY,
	platform TEXT NOT NULL REFERENCES platforms,
	name     TEXT NOT NULL,
	standing INTEGER NOT NULL,
	consents INTEGER NOT NULL,
	changes  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seals (
	provider TEXT NOT NULL REFERENCES providers,
	n        INTEGER NOT NULL,
	spki     BLOB NOT NULL,
	since    INTEGER NOT NULL,
	PRIMARY KEY (provider, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS services (
	service  BLOB PRIMARY KEY,
	provider TEXT NOT NULL REFERENCES providers,
	title    TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	ends     INTEGER NOT NULL,
	opened   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
	service BLOB NOT NULL REFERENCES services,
	text    BLOB NOT NULL,
	lang    TEXT NOT NULL,
	words   TEXT NOT NULL,
	since   INTEGER NOT NULL,
	PRIMARY KEY (service, text)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consents (
	consent     BLOB PRIMARY KEY,
	handle      BLOB NOT NULL UNIQUE,
	person      BLOB NOT NULL REFERENCES people,
	service     BLOB NOT NULL REFERENCES services,
	items       INTEGER NOT NULL CHECK (items BETWEEN 1 AND 15),
	text        BLOB NOT NULL,
	version     INTEGER NOT NULL,
	n           INTEGER NOT NULL,
	received    INTEGER NOT NULL,
	begins      INTEGER NOT NULL,
	until       INTEGER NOT NULL,
	cancelled   INTEGER NOT NULL,
	cancelled_n INTEGER NOT NULL,
	FOREIGN KEY (service, text) REFERENCES texts (service, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS consents_person ON consents (person, service);
CREATE TABLE IF NOT EXISTS proofs (
	nonce     BLOB PRIMARY KEY,
	consent   BLOB NOT NULL REFERENCES consents,
	act       INTEGER NOT NULL,
	statement BLOB NOT NULL,
	cms       BLOB NOT NULL,
	channel   TEXT NOT NULL,
	at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS proofs_consent ON proofs (consent);
CREATE TABLE IF NOT EXISTS disclosures (
	consent  BLOB NOT NULL REFERENCES consents,
	n        INTEGER NOT NULL,
	provider TEXT NOT NULL,
	request  BLOB NOT NULL,
	platform TEXT NOT NULL,
	items    INTEGER NOT NULL,
	base     INTEGER NOT NULL,
	version  INTEGER NOT NULL,
	fee      INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (consent, n),
	UNIQUE (provider, request)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
	provider TEXT NOT NULL REFERENCES providers,
	n        INTEGER NOT NULL,
	service  BLOB NOT NULL,
	consent  BLOB,
	what     TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (provider, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quotas (
	provider TEXT NOT NULL REFERENCES providers,
	day      INTEGER NOT NULL,
	revoked  INTEGER NOT NULL,
	asked    INTEGER NOT NULL,
	hour     INTEGER NOT NULL,
	misses   INTEGER NOT NULL,
	PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checks (
	provider TEXT NOT NULL REFERENCES providers,
	day      INTEGER NOT NULL,
	purpose  TEXT NOT NULL,
	asked    INTEGER NOT NULL,
	PRIMARY KEY (provider, day, purpose)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS by_serial (
	service BLOB PRIMARY KEY REFERENCES services
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reminded (
	provider TEXT PRIMARY KEY REFERENCES providers,
	until    INTEGER NOT NULL,
	consent  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS consents_until ON consents (until, consent);
