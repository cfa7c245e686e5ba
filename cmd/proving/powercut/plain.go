package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

// The control: records of 300 bytes, appended and flushed. A record is its
// number over and over, and a checksum.
const controlSize = 300

func controlRecord(n uint64) []byte {
	b := bytes.Repeat(binary.BigEndian.AppendUint64(nil, n), controlSize/8)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// controlHas is how many records stand whole at the file's beginning.
func controlHas(b []byte) (n uint64) {
	for len(b) >= controlSize && bytes.Equal(b[:controlSize], controlRecord(n+1)) {
		b = b[controlSize:]
		n++
	}
	return n
}

// writeControl has no way to live with an error: a flush that failed must not
// be asked again, for the kernel may then say yes to what is lost.
func writeControl(dir string, w way) error {
	err := appendControl(dir, w.say)
	if !w.rough || errors.Is(err, errPipe) {
		return err
	}
	if err := w.say("stuck %s", oneLine(err)); err != nil {
		return err
	}
	select {}
}

func appendControl(dir string, say say) error {
	f, err := os.OpenFile(filepath.Join(dir, "control"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	n := controlHas(b)
	if err := errors.Join(f.Truncate(int64(n)*controlSize), f.Sync(), d.Sync()); err != nil {
		return err
	}
	for {
		n++
		if _, err := f.Write(controlRecord(n)); err != nil {
			return err
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return err
		}
		if err := say("ok %d", n); err != nil {
			return err
		}
	}
}

func lookControl(dir string, p *promises) (f finding, err error) {
	b, err := os.ReadFile(filepath.Join(dir, "control"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	n := controlHas(b)
	f.count(p, n)
	p.last = n
	return f, nil
}

// The lane that must lose: the product's database settings (offline/db.go),
// written down here once more, with the one word that the driver would have
// chosen by itself.
const normalDSN = "?_locking_mode=EXCLUSIVE&_synchronous=NORMAL&_busy_timeout=0"

func openNormal(dir string) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "normal.db")+normalDSN)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA page_size = 4096", "PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL",
		"CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT"} {
		if _, err := db.Exec(q); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", q, err), db.Close())
		}
	}
	return db, nil
}

func newestNormal(db *sql.DB) (n uint64, err error) {
	err = db.QueryRow("SELECT coalesce(max(seq), 0) FROM record").Scan(&n)
	return n, err
}

func writeNormal(dir string, w way) error {
	db, err := openNormal(dir)
	if err != nil {
		return err
	}
	n, err := newestNormal(db)
	if err != nil {
		return err
	}
	insert, err := db.PrepareContext(context.Background(), "INSERT INTO record VALUES (?, ?)")
	if err != nil {
		return err
	}
	for {
		n++
		if _, err := insert.Exec(int64(n), make([]byte, controlSize)); err != nil {
			return err
		}
		if n%1000 == 0 { // it never waits for the disk: it would fill it
			if _, err := db.Exec("DELETE FROM record WHERE seq <= ?", int64(n)-20_000); err != nil {
				return err
			}
		}
		if err := w.say("ok %d", n); err != nil {
			return err
		}
	}
}

func lookNormal(dir string, p *promises) (f finding, err error) {
	db, err := openNormal(dir)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	n, err := newestNormal(db)
	if err != nil {
		return f, err
	}
	f.count(p, n)
	p.last = n
	return f, nil
}
