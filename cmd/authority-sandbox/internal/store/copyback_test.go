package store

import (
	"os"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// pageLen of SQLite, and of the header before each page in the log.
const pageLen, frameHeader = 4096, 24

func sizeOf(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	must.OK(t, err)
	return info.Size()
}

func TestWhatWasCommittedIsCopiedIntoTheDatabaseBesideTheCommits(t *testing.T) {
	dsn := fresh(t, "sqlite")
	db := create(t, dsn)
	tick, late := time.NewTicker(10*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	var pages int64
	if err := db.sql.QueryRow("PRAGMA page_count").Scan(&pages); err != nil || pages < 50 {
		t.Fatal(pages, err)
	}
	for sizeOf(t, dsn) < pages*pageLen {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%d bytes of %d pages are copied", sizeOf(t, dsn), pages)
		}
	}
}

func TestCommitsBoundTheLogWhereNoCopyFindsItAtRest(t *testing.T) {
	dsn := fresh(t, "sqlite")
	db := create(t, dsn)
	db.group.back.one.Lock() // as if each were kept from its end
	defer db.group.back.one.Unlock()
	write := func(statement string) {
		t.Helper()
		must.OK(t, db.Tx(t.Context(), func(tx *Tx) error { return tx.run(statement) }))
	}
	write(`CREATE TABLE mebibytes (b BLOB)`)
	for range 50 { // of 257 pages, and more
		write(`INSERT INTO mebibytes VALUES (zeroblob(1048576))`)
	}
	if is := sizeOf(t, dsn+"-wal") / (pageLen + frameHeader); is < 7000 || is > 9000 {
		t.Errorf("the log is %d pages long", is)
	}
}
