package store

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

const otpSecret = "JBSWY3DPEHPK3PXP"

var ticketKey = [32]byte(bytes.Repeat([]byte{0xC3, 0x5A, 0x91, 0x0F}, 8))

// withSecrets puts one reservation and one ticket key in.
func withSecrets(t *testing.T, db *DB) ID {
	t.Helper()
	r := Reservation{ID: ID{1, 2, 3}, Card: Hash{4}, Flow: 1, Secret: otpSecret}
	err := db.Tx(t.Context(), func(tx *Tx) error {
		_, err := tx.TicketKey(100, 1, ticketKey)
		return errors.Join(tx.AddCard(r.Card, Hash{5}, 1, Serial{6}), tx.AddReservation(r), err)
	})
	must.OK(t, err)
	return r.ID
}

func wantSecrets(t *testing.T, db *DB, id ID, want [32]byte) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *Tx) error {
		r, err := tx.Reservation(id)
		if err == nil && r.Secret != otpSecret {
			t.Errorf("the secret came back as %q", r.Secret)
		}
		key, kerr := tx.TicketKey(100, 1, ticketKey)
		if kerr == nil && key != want {
			t.Errorf("the ticket key came back as %x", key)
		}
		return errors.Join(err, kerr)
	})
	must.Note(t, err)
}

func TestSecretsAreWrappedAndComeBack(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		id := withSecrets(t, db)
		wantSecrets(t, db, id, ticketKey)
		var secret string
		var ticket []byte
		must.OK(t, errors.Join(db.sql.QueryRow("SELECT secret FROM reservations").Scan(&secret), db.sql.QueryRow("SELECT value FROM tickets").Scan(&ticket)))
		if strings.Contains(secret, otpSecret) || bytes.Contains(ticket, ticketKey[:4]) {
			t.Errorf("in clear: %q, %x", secret, ticket)
		}
		// Another row's value does not open here, nor does one under another key.
		other, err := newWrapper(bytes.Repeat([]byte{8}, KeyLen))
		must.OK(t, err)
		if _, err := db.wrap.unwrap("reservations", []byte("another row"), secret); err == nil {
			t.Error("a value of one row opens in another")
		}
		if _, err := other.unwrap("reservations", id[:], secret); err == nil {
			t.Error("a value opens with another key")
		}
	})
}

func TestWrappingKeyOfAnotherLengthIsRefused(t *testing.T) {
	for _, key := range [][]byte{nil, make([]byte, 16), make([]byte, 33)} {
		if db, err := Create(t.Context(), fresh(t, "sqlite"), key); err == nil {
			t.Errorf("%d bytes: opened", len(key))
			db.Close()
		}
	}
}

// A database of format 2 held both in clear. After its first opening nothing of
// them is in any file of it.
func TestDatabaseOfFormat2IsWrappedAndCleaned(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		dsn := fresh(t, engine)
		id, card := ID{1, 2, 3}, Hash{4}
		old(t, dsn, "testdata/format3.sql", `INSERT INTO format VALUES (2)`, oldCardRow(t, card, "hanako", wire.Good, wire.Good),
			fmt.Sprintf(`INSERT INTO reservations VALUES (%s, %s, 1, 1, 0, '%s', 0, 0, 0, NULL, 0, 0, 0)`, bytesOf(id[:]), bytesOf(card[:]), otpSecret),
			`INSERT INTO tickets VALUES (100, `+bytesOf(ticketKey[:])+`)`)
		db, err := Open(t.Context(), dsn, testKey)
		if err != nil {
			t.Fatalf("%s: %v", engine, err)
		}
		wantSecrets(t, db, id, ticketKey) // made anew: the old one is gone
		var version int
		if err := db.sql.QueryRow("SELECT version FROM format").Scan(&version); err != nil || version != format {
			t.Errorf("%s: format %d, %v", engine, version, err)
		}
		must.Note(t, db.Close())
		if engine != "sqlite" {
			continue
		}
		err = filepath.WalkDir(filepath.Dir(dsn), func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(name)
			for _, clear := range [][]byte{[]byte(otpSecret), ticketKey[:], []byte(hex.EncodeToString(ticketKey[:]))} {
				if bytes.Contains(b, clear) {
					t.Errorf("%s holds a secret in clear", filepath.Base(name))
				}
			}
			return err
		})
		must.Note(t, err)
	}
}

func TestFilesOfTheStoreAreClosedToOthers(t *testing.T) {
	dsn := filepath.Join(t.TempDir(), "a [b].db")
	const neighbour = "a [b].db.log"                                                                // not the store's
	for _, name := range []string{dsn, dsn + "-wal", filepath.Join(filepath.Dir(dsn), neighbour)} { // as an older program left them
		must.OK(t, os.WriteFile(name, nil, 0o644))
	}
	db, err := Create(t.Context(), dsn, testKey)
	must.OK(t, err)
	defer db.Close()
	withSecrets(t, db)
	all, err := os.ReadDir(filepath.Dir(dsn))
	if err != nil || len(all) < 2 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	for _, f := range all {
		want := fs.FileMode(0o600)
		if f.Name() == neighbour {
			want = 0o644
		}
		if i, err := f.Info(); err != nil || i.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", f.Name(), i.Mode(), err)
		}
	}
}

func TestDatabaseInUseIsNotMadeAgain(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		dsn := fresh(t, engine)
		if err := Unused(t.Context(), dsn); err != nil {
			t.Errorf("%s: %v", engine, err)
		}
		db := create(t, dsn)
		id := withSecrets(t, db)
		must.OK(t, must.Err(db.sql.Exec("UPDATE format SET version = 2")))
		if err := Unused(t.Context(), dsn); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: %v", engine, err)
		}
		if again, err := Create(t.Context(), dsn, testKey); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: %v", engine, err)
			if err == nil {
				again.Close()
			}
		}
		var rows, version int
		if err := db.sql.QueryRow("SELECT count(*), min(version) FROM format").Scan(&rows, &version); err != nil || rows != 1 || version != 2 {
			t.Errorf("%s: %d rows, format %d, %v", engine, rows, version, err)
		}
		wantSecrets(t, db, id, ticketKey)
	}
}

func TestLogThatIsReadCannotBeEmptied(t *testing.T) {
	dsn := fresh(t, "sqlite")
	db := create(t, dsn)
	db.group.back.one.Lock() // what it copies meanwhile would be a checkpoint too
	defer db.group.back.one.Unlock()
	withSecrets(t, db)
	open := func() *sql.DB {
		db, err := sql.Open("sqlite3", "file:"+dsn+"?_busy_timeout=0")
		must.OK(t, err)
		t.Cleanup(func() { db.Close() })
		return db
	}
	reader, err := open().Begin()
	must.OK(t, err)
	defer reader.Rollback()
	var n int
	if err := reader.QueryRow("SELECT count(*) FROM reservations").Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := emptyLog(t.Context(), open()); err == nil {
		t.Error("said to be emptied while it is read")
	}
	must.OK(t, reader.Rollback())
	must.Note(t, emptyLog(t.Context(), open()))
	if info, err := os.Stat(dsn + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("%v, %v", info, err)
	}
}
