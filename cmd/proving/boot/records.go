package main

import (
	"context"
	"crypto/ecdh"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline/record"
)

// recorded waits until the authority has the lines of the technician's visit, opens them with its key, and has the machine's own
// ledger looked at.
func (v *visit) recorded(ctx context.Context) error {
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	var lines []string
	for {
		var err error
		if lines, err = staffLines(ctx, v.world.Authority.File("authority.db"), v.world.Authority.File("records.key.pem")); err != nil {
			return err
		}
		if strings.Contains(strings.Join(lines, "\n"), "technician update done") {
			break
		}
		if !pause(wait, 2*time.Second) {
			return fmt.Errorf("the authority has no line of the update: %s", strings.Join(lines, "; "))
		}
	}
	v.note("the authority has, of maintenance: %s", strings.Join(lines, "; "))
	out, err := inside(ctx, v.of, "kiosk ledger verify --data /var/lib/kiosk/ledger")
	if err != nil || !strings.Contains(out, "the ledger verifies") {
		return errors.Join(err, fmt.Errorf("the ledger in the machine: %s", out))
	}
	v.note("the machine's own ledger verifies")
	return nil
}

// staffLines are the records of maintenance that an authority has, opened with its key: what came of what, by whom.
func staffLines(ctx context.Context, store, key string) (lines []string, err error) {
	b, err := os.ReadFile(key)
	if err != nil {
		return nil, err
	}
	var keys []*ecdh.PrivateKey
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		private, ok := k.(*ecdh.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("%s: not an X25519 key", key)
		}
		keys = append(keys, private)
	}
	open, err := record.NewOpener(keys...)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", "file:"+store+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT bytes FROM records ORDER BY stored, seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var bytes []byte
		if err := rows.Scan(&bytes); err != nil {
			return nil, err
		}
		e, err := open.Decode(bytes)
		if err != nil {
			return nil, err
		}
		if e.Entry.Kind == kiosk.EntryStaffDid || e.Entry.Kind == kiosk.EntryStaffTried {
			lines = append(lines, fmt.Sprintf("%s %s %s", e.Entry.Role, e.Entry.Task, e.Entry.Outcome))
		}
	}
	return lines, rows.Err()
}
