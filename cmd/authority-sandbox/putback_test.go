package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// disk is a kiosk's real ledger folder, opened for one day's work at a time.
type disk struct {
	*bench
	dir string
	key []byte
}

// day writes that many records and tells them, if there is a connection.
func (d *disk) day(lines int, online bool) {
	d.Helper()
	l, err := offline.OpenLedger(d.Context(), d.dir, offline.Options{Now: time.Now, Key: d.key})
	must.OK(d, err)
	for range lines {
		must.OK(d, l.Append(d.Context(), kiosk.Entry{Kind: kiosk.EntryBoot, Before: -1, After: -1}))
	}
	for online {
		batch, err := l.Unsent(d.Context(), wire.MaxBatch)
		must.OK(d, err)
		if len(batch) == 0 {
			break
		}
		receipt, err := d.kiosk.Batch(d.Context(), batch)
		if receipt.Seq >= batch[0].Seq {
			must.OK(d, l.Ack(d.Context(), receipt))
		}
		if errors.Is(err, port.ErrSetAside) { // the kiosk's sender sets it aside and goes on
			refused := batch[max(receipt.Seq+1, batch[0].Seq)-batch[0].Seq]
			err = l.SetAside(d.Context(), refused.Epoch, refused.Seq, "refused")
		}
		must.OK(d, err)
	}
	must.OK(d, l.Close())
}

// TestRealLedgerIsPutBack: the kiosk's own ledger, copied on one evening and
// put back on another. It verifies by itself, since it is whole; the authority
// finds it out at the next batch. A ledger that is thrown away is found out
// too, and one that is set aside by the kiosk itself is not a crime.
func TestRealLedgerIsPutBack(t *testing.T) { onEach(t, realLedgerIsPutBack) }

func realLedgerIsPutBack(t *testing.T, on engine) {
	b := start(t, on)
	key, err := wire.ParseSealingKey(file(t, b.dir, fixture.RecordsPub))
	must.OK(t, err)
	d := &disk{bench: b, dir: filepath.Join(t.TempDir(), "ledger"), key: key}
	d.day(5, true)
	copied := filepath.Join(t.TempDir(), "copy")
	must.OK(t, os.CopyFS(copied, os.DirFS(d.dir)))
	own(t, copied)
	d.day(4, false)
	d.day(1, true)
	b.wantAlarms()

	// The kiosk finds its own file spoiled and begins another that names it.
	spoil(t, filepath.Join(d.dir, "live", "ledger.db"))
	d.day(2, true)
	b.wantAlarms()

	d.dir = copied
	d.day(2, true)
	b.wantAlarms("aside 6", "aside 7")

	d.dir = filepath.Join(t.TempDir(), "new")
	d.day(1, true)
	if got := b.alarms(); len(got) != 3 || got[0] != "unlinked 1" && got[1] != "unlinked 1" && got[2] != "unlinked 1" {
		t.Errorf("%q", got)
	}
}

// own gives a copied folder the modes that a ledger insists on.
func own(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	must.OK(t, err)
}

// spoil overwrites the header of a database.
func spoil(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must.OK(t, err)
	defer f.Close()
	must.OK(t, must.Err(f.WriteAt(make([]byte, 64), 0)))
}

// TestRecordsSealedToAWrongKeyCallStaff: a kiosk was given the key for one-time
// passwords as the key for records. Its records are kept and acknowledged, and
// then staff alone can see to it that the next ones can be read.
func TestRecordsSealedToAWrongKeyCallStaff(t *testing.T) { onEach(t, recordsSealedToAWrongKey) }

func recordsSealedToAWrongKey(t *testing.T, on engine) {
	b := start(t, on)
	right, err := wire.ParseSealingKey(file(t, b.dir, fixture.RecordsPub))
	must.OK(t, err)
	wrong, err := wire.ParseSealingKey(file(t, b.dir, fixture.CodePub))
	must.OK(t, err)
	d := &disk{bench: b, dir: filepath.Join(t.TempDir(), "ledger"), key: right}
	d.day(3, true)
	b.wantAlarms()
	d.key = wrong
	d.day(3, true)
	b.wantAlarms("unread 0")
	d.day(3, true)
	b.wantAlarms("unread 0")
}
