package main

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// town is how many of a country's people live where the list of cards has 11,500 entries, in a municipality
// of no resident: of the signing certificates one in four is revoked.
const (
	listed = 4
	town   = 11_500 * listed
)

// country puts n people into an empty store, with two certificates each. One for each request
// would be an hour; the rows are made by the database itself, its indexes after
// them. The certificates are numbers without a certificate.
func (b *bench) country(n int) {
	b.Helper()
	dsn, err := fixture.StoreOf(b.dir)
	must.OK(b, err)
	var issuers [2]int64
	err = b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) (err error) {
		for i, ca := range b.sandbox.Cards {
			if issuers[i], err = tx.AddIssuer(ca.Cert.RawSubject, store.InHardware); err != nil {
				return err
			}
		}
		return nil
	})
	must.OK(b, err)
	db, err := sql.Open("sqlite3", dsn+"?_busy_timeout=10000")
	must.OK(b, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(text string, args ...any) {
		b.Helper()
		if _, err := db.ExecContext(b.Context(), text, args...); err != nil {
			b.Fatalf("%s: %v", text, err)
		}
	}
	var again []string
	rows, err := db.QueryContext(b.Context(), `SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND
		(type = 'index' AND tbl_name IN ('certs', 'events', 'carriers') OR type = 'trigger' AND tbl_name IN ('items', 'events'))`)
	must.OK(b, err)
	var drop []string
	for rows.Next() {
		var kind, name, text string
		must.OK(b, rows.Scan(&kind, &name, &text))
		drop, again = append(drop, "DROP "+kind+" "+name), append(again, text)
	}
	must.OK(b, rows.Err())
	now := b.clock.now()
	do("BEGIN")
	for _, text := range drop {
		do(text)
	}
	do(fmt.Sprintf(`CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		SELECT i, unhex(printf('%%032x', i)) AS id, unhex(printf('%s%%08x', i)) AS serial,
		CASE WHEN i < %d THEN 99202 ELSE %d + i %% 4096 END AS part FROM n`, n-1, serialHead, town, pki.PhonePart))
	do(`INSERT INTO people SELECT id, 'number ' || i, 0, 1 FROM n`)
	do(`INSERT INTO carriers SELECT id, id, 0, 0, '', 0 FROM n`)
	for kind, issuer := range issuers {
		// of the signing certificates one in four is revoked
		state := fmt.Sprintf("CASE WHEN %d = 1 AND i %% %d = 0 THEN 5 ELSE 3 END", kind, listed)
		do(`INSERT INTO certs SELECT $1, serial, $2, id, id, 1, 1, $3, $4, part, NULL, NULL, NULL, NULL, `+state+`, 3, $3, 1, `+state+` = 5 FROM n`,
			issuer, kind, now.AddDate(-1, 0, 0).Unix(), now.AddDate(4, 0, 0).Unix())
		do(`INSERT INTO events SELECT $1, serial, 1, 0, `+state+`, 3, $2, 'in bulk' FROM n`, issuer, now.AddDate(-1, 0, 0).Unix())
		do(`INSERT INTO parts SELECT $1, part, 1 FROM n WHERE true GROUP BY part ON CONFLICT (issuer, part) DO UPDATE SET revision = revision + 1`, issuer)
	}
	for _, text := range again {
		do(text)
	}
	do("COMMIT")
}

// serialHead is a serial number but for its last eight digits, in 20 octets.
const serialHead = "00000000" + "400000000000000000000000"

// number is the serial number of person i's certificates.
func number(i int) (s [crl.SerialLen]byte) {
	s[4] = 0x40
	s[16], s[17], s[18], s[19] = byte(i>>24), byte(i>>16), byte(i>>8), byte(i)
	return s
}

// Rows in bulk are what requests would have made of them.
func TestCountryIsServed(t *testing.T) {
	b := start(t, sqlite)
	begun := time.Now()
	b.country(5000)
	t.Logf("made in %v", time.Since(begun))
	c, q := b.caller(b.at.Status), b.questions()
	for i, want := range map[int]byte{0: tagRevoked, 1: tagGood, 4: tagRevoked, 4998: tagGood, 5000: tagUnknown} {
		body, err := c.ask(q.about(i, nil))
		if err != nil || said(body) != want {
			t.Errorf("%d: %02x, %v", i, said(body), err)
		}
	}
	list := listOf(t, b.fetch("/crl/sign/99202"))
	if len(list.RevokedCertificateEntries) != 1250 {
		t.Errorf("%d entries", len(list.RevokedCertificateEntries))
	}
}
