package ledgerfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"multicopy.example/kiosk/port"
)

// Spoil flips one bit in the middle of a record as it lies in the database. The
// firmware has ended, so SQLite's log is empty or gone; where one is there, its
// bytes are what counts, and they come first.
func Spoil(data string, record port.Record) error {
	var files []string
	err := filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b string) int { return len(b) - len(a) }) // ledger.db-wal before ledger.db
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if at := bytes.LastIndex(b, record.Bytes); at >= 0 {
			b[at+len(record.Bytes)/2] ^= 0x01
			return os.WriteFile(path, b, 0o600)
		}
	}
	return errors.New("the record was found in no file")
}
