package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// What lets a reader of it act as a kiosk or a resident does not stand in the database in
// clear: the keys of TLS tickets, with which a session of any kiosk can be
// resumed, and the secrets of one-time passwords. They are wrapped by a key that
// lies outside of it, so a copy of the database, or of PostgreSQL's disk, opens
// neither.
//
// Ours: `w1:` and base64 of a nonce of 12 bytes and AES-256-GCM over the value,
// with `myna-authority/store/v1`, the table's name and the row's key, a zero byte
// behind each, as the additional data: a value opens in its own row alone.

// KeyLen is the length of the wrapping key in bytes.
const KeyLen = 32

const (
	wrapTag    = "myna-authority/store/v1"
	wrapPrefix = "w1:"
)

// wrapper wraps values of rows.
type wrapper struct{ aead cipher.AEAD }

func newWrapper(key []byte) (wrapper, error) {
	if len(key) != KeyLen {
		return wrapper{}, fmt.Errorf("store: the wrapping key has %d bytes, not %d", len(key), KeyLen)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return wrapper{}, err
	}
	aead, err := cipher.NewGCM(block)
	return wrapper{aead}, err
}

func row(table string, key []byte) []byte {
	return append([]byte(wrapTag+"\x00"+table+"\x00"), key...)
}

func (w wrapper) wrap(table string, key, value []byte) string {
	nonce := make([]byte, w.aead.NonceSize())
	rand.Read(nonce)
	return wrapPrefix + base64.StdEncoding.EncodeToString(w.aead.Seal(nonce, nonce, value, row(table, key)))
}

func (w wrapper) unwrap(table string, key []byte, wrapped string) ([]byte, error) {
	text, ok := strings.CutPrefix(wrapped, wrapPrefix)
	b, err := base64.StdEncoding.DecodeString(text)
	if n := w.aead.NonceSize(); ok && err == nil && len(b) >= n {
		if value, err := w.aead.Open(nil, b[:n], b[n:], row(table, key)); err == nil {
			return value, nil
		}
	}
	return nil, fmt.Errorf("store: a value of table %s does not open: the database was wrapped by another key, or changed", table)
}

// wrapOld turns a database of format 2, in which these values stood in clear,
// into one of format 3. A cut between its steps is met by doing it again.
func (db *DB) wrapOld(ctx context.Context) error {
	if err := db.makeTables(ctx); err != nil { // for its indexes
		return err
	}
	err := db.Tx(ctx, func(t *Tx) error {
		if err := t.run(`DELETE FROM tickets`); err != nil { // a kiosk that resumed makes a full handshake
			return err
		}
		clear := map[ID]string{}
		err := t.each(`SELECT id, secret FROM reservations`, nil, func(scan func(...any) error) error {
			var id []byte
			var secret string
			if err := scan(&id, &secret); err != nil {
				return err
			}
			if !strings.HasPrefix(secret, wrapPrefix) {
				clear[ID(id)] = secret
			}
			return nil
		})
		if err != nil {
			return err
		}
		for id, secret := range clear {
			if err := t.run(`UPDATE reservations SET secret = $1 WHERE id = $2`, db.wrap.wrap("reservations", id[:], []byte(secret)), id[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What stood in clear is still on free pages, in the log and in dead rows.
	clean := []string{"VACUUM"}
	if db.group == nil {
		clean = []string{"VACUUM FULL reservations", "VACUUM FULL tickets"}
	}
	for _, statement := range clean {
		if _, err := db.sql.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("store: %s: %w", statement, err)
		}
	}
	if db.group != nil {
		db.group.back.one.Lock()
		err := emptyLog(ctx, db.sql)
		db.group.back.one.Unlock()
		if err != nil {
			return err
		}
	}
	return db.Tx(ctx, func(t *Tx) error {
		return t.run(`UPDATE format SET version = 3`)
	})
}

// emptyLog takes everything out of SQLite's write-ahead log. Where another
// process reads at that moment SQLite leaves it as it is and says so in a row,
// not by an error.
func emptyLog(ctx context.Context, on *sql.DB) error {
	var busy, pages, moved int
	if err := on.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("store: wal_checkpoint: %w", err)
	}
	if busy != 0 {
		return errors.New("store: another process reads the database, so its log cannot be emptied: stop that process and start again")
	}
	return nil
}

// closeToOthers makes a SQLite file, where there is none, and takes from others
// what they may do with it and with SQLite's files beside it.
func closeToOthers(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} { // a file of any other name is not ours
		name := path + suffix
		info, err := os.Stat(name)
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&^fs.FileMode(0o600) != 0 {
			err = os.Chmod(name, 0o600)
		}
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}
