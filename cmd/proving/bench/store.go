package main

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

// recordSize is what each store but the ledger writes a record of. The ledger
// writes its own, with their hash.
const recordSize = 300

// A store keeps records durably: append returns when one is on the disk.
type store struct {
	append func() error
	close  func() error
}

type kind struct {
	name string
	open func(dir string) (store, error)
}

// The floor comes first: everything is divided by it.
var kinds = []kind{
	{"pwrite + fdatasync (floor)", openFloor},
	{"append + fdatasync", openAppend},
	{"ledger", openLedger},
	{"bbolt", openBolt},
	{"modernc sqlite, WAL, FULL", openModernc},
}

const (
	theFloor = iota
	theAppend
	theLedger
)

// openFloor: the file is laid out and flushed before, so a flush has no
// metadata to carry.
func openFloor(dir string) (store, error) {
	const size = 8 << 20
	f, err := os.OpenFile(filepath.Join(dir, "floor"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return store{}, err
	}
	if _, err := f.Write(make([]byte, size)); err != nil {
		return store{}, err
	}
	if err := f.Sync(); err != nil {
		return store{}, err
	}
	at, record := int64(0), make([]byte, recordSize)
	return store{func() error {
		if _, err := f.WriteAt(record, at); err != nil {
			return err
		}
		at = (at + recordSize) % (size - recordSize)
		return unix.Fdatasync(int(f.Fd()))
	}, f.Close}, nil
}

func openAppend(dir string) (store, error) {
	f, err := os.OpenFile(filepath.Join(dir, "append"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return store{}, err
	}
	record := make([]byte, recordSize)
	return store{func() error {
		if _, err := f.Write(record); err != nil {
			return err
		}
		return unix.Fdatasync(int(f.Fd()))
	}, f.Close}, nil
}

func ledgerOptions() (offline.Options, error) {
	seed := sha256.Sum256([]byte("bench")) // a key that is no secret
	key, err := ecdh.X25519().NewPrivateKey(seed[:])
	if err != nil {
		return offline.Options{}, err
	}
	return offline.Options{Now: time.Now, Key: key.PublicKey().Bytes()}, nil
}

func openLedger(dir string) (store, error) {
	opt, err := ledgerOptions()
	if err != nil {
		return store{}, err
	}
	l, err := offline.OpenLedger(context.Background(), filepath.Join(dir, "ledger"), opt)
	if err != nil {
		return store{}, err
	}
	next := visits()
	return store{func() error { return l.Append(context.Background(), next()) }, l.Close}, nil
}

// visits gives line after line of one resident after the other, as Step
// writes them.
func visits() func() kiosk.Entry {
	var lines []kiosk.Entry
	return func() kiosk.Entry {
		if len(lines) == 0 {
			lines = visit()
		}
		e := lines[0]
		lines = lines[1:]
		return e
	}
}

func visit() []kiosk.Entry {
	var s kiosk.SessionID
	var g, none kiosk.GrantID
	rand.Read(s[:])
	rand.Read(g[:])
	line := func(k kiosk.EntryKind, g kiosk.GrantID, before, after int8, o kiosk.Outcome) kiosk.Entry {
		return kiosk.Entry{Kind: k, Session: s, Grant: g, Flow: kiosk.FlowP, Act: kiosk.Reset, Before: before, After: after, Outcome: o}
	}
	return []kiosk.Entry{
		line(kiosk.EntryTrying, none, 3, -1, 0), line(kiosk.EntryTried, none, -1, 3, kiosk.Done),
		line(kiosk.EntryProving, none, -1, -1, 0), line(kiosk.EntryAsking, none, -1, -1, 0),
		line(kiosk.EntryWriting, g, 0, -1, 0), line(kiosk.EntryOutcome, g, -1, 5, kiosk.Done),
		line(kiosk.EntrySettled, g, -1, -1, kiosk.Done), line(kiosk.EntryEnded, none, -1, -1, 0),
	}
}

// openBolt as its README opens it.
func openBolt(dir string) (store, error) {
	db, err := bbolt.Open(filepath.Join(dir, "bolt"), 0o600, nil)
	if err != nil {
		return store{}, err
	}
	bucket := []byte("record")
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(bucket); return err }); err != nil {
		return store{}, errors.Join(err, db.Close())
	}
	record := make([]byte, recordSize)
	return store{func() error {
		return db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucket)
			n, err := b.NextSequence()
			if err != nil {
				return err
			}
			return b.Put(binary.BigEndian.AppendUint64(nil, n), record)
		})
	}, db.Close}, nil
}

func openModernc(dir string) (store, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "modernc.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return store{}, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"); err != nil {
		return store{}, errors.Join(err, db.Close())
	}
	insert, err := db.Prepare("INSERT INTO record (bytes) VALUES (?)")
	if err != nil {
		return store{}, errors.Join(err, db.Close())
	}
	record := make([]byte, recordSize)
	return store{func() error { _, err := insert.Exec(record); return err }, db.Close}, nil
}
