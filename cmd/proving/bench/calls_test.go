package main

import (
	"errors"
	"testing"
	"time"
)

// What strace 6.1 prints: a call in one line, a call in two halves with
// another thread between, calls of the Go runtime on its own descriptors, and
// calls before and after what is counted.
const log = `10 pwrite64(5</d/ledger-wal>, "before"..., 4096, 0) = 4096
10 write(4</d/mark>, "begin", 5)   = 5
10 pwrite64(5</d/ledger-wal>, "\0\0\0\1"..., 24, 32) = 24
10 pwrite64(5</d/ledger-wal>, "\r\0\0\0"..., 4096, 56 <unfinished ...>
11 write(3<anon_inode:[eventfd]>, "\1\0\0\0\0\0\0\0", 8) = 8
11 write(9</elsewhere/file>, "x", 1) = 1
10 <... pwrite64 resumed>)            = 4096
12 fdatasync(5</d/ledger-wal>)      = 0
10 fsync(5</d/ledger-wal> <unfinished ...>
10 <... fsync resumed>)             = 0
10 ftruncate(5</d/ledger-wal>, 0)   = 0
10 unlink("/d/old")                 = 0
10 write(4</d/mark>, "end", 3)      = 3
10 fdatasync(5</d/ledger-wal>)      = 0
`

func TestOnlyTheStoresCallsBetweenTheMarksAreCounted(t *testing.T) {
	got, err := count([]byte(log), "/d")
	want := tally{syncs: 2, writes: 2, shapes: 2, bytes: 4120}
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestALogWithoutItsEndIsAnError(t *testing.T) {
	for _, l := range []string{"", log[:300]} {
		if _, err := count([]byte(l), "/d"); !errors.Is(err, errMarker) {
			t.Errorf("%d bytes: %v", len(l), err)
		}
	}
}

func TestARatioIsOfQuantilesNotOfMeans(t *testing.T) {
	a, b := []time.Duration{1, 1, 1, 1000}, []time.Duration{2, 2, 2, 2}
	if r := ratio(a, b, .5); r != .5 {
		t.Errorf("%v", r)
	}
}

func TestTheStoresNamedAreWhereTheyAreLookedFor(t *testing.T) {
	if kinds[theFloor].name != "pwrite + fdatasync (floor)" || kinds[theAppend].name != "append + fdatasync" || kinds[theLedger].name != "ledger" {
		t.Error("the floor, the append or the ledger is another")
	}
}
