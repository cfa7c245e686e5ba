package offline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A spoilable ledger: stopped, 60 records, the first 20 acknowledged, one
// visit cut short after its writing line.
type specimen struct {
	dir     string // as a kill left it: SQLite's log beside the database
	records []port.Record
}

func newSpecimen(t *testing.T, closed bool) specimen {
	t.Helper()
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	for n := byte(1); n <= 6; n++ {
		mustAppend(t, l, visit(n)...)
	}
	must.OK(t, l.Ack(t.Context(), upTo(l, 20)))
	mustAppend(t, l, visit(7)...)
	mustAppend(t, l, visit(8)[:4]...)
	s := specimen{dir: filepath.Join(t.TempDir(), "specimen"), records: all(t, l)}
	if closed {
		mustClose(t, l)
	}
	copyDir(t, dir, s.dir)
	if len(s.records) != 60 {
		t.Fatalf("%d records", len(s.records))
	}
	return s
}

// examined is a folder as Verify sees it, without copying it first.
func examined(t *testing.T, folder string) (Report, *scan) {
	t.Helper()
	b, err := read(context.Background(), folder, folder, false)
	must.OK(t, err)
	f, err := examineFile(context.Background(), filepath.Join(folder, dbName), true)
	must.OK(t, err)
	return b.Report, f
}

// unharmed says that every record is there byte by byte.
func (s specimen) unharmed(f *scan) error {
	if len(f.rows) != len(s.records) {
		return fmt.Errorf("%d records, there were %d", len(f.rows), len(s.records))
	}
	return s.genuine(f.rows)
}

// genuine says that nothing here was made up.
func (s specimen) genuine(rows []oldRow) error {
	for _, r := range rows {
		if n := r.head.Seq; n == 0 || n > uint64(len(s.records)) || !bytes.Equal(r.bytes, s.records[n-1].Bytes) {
			return fmt.Errorf("record %d is not what it was", n)
		}
	}
	return nil
}

// serves opens a folder for service, as the kiosk does in the morning, and
// checks all that is promised of a spoiled ledger.
func (s specimen) serves(t *testing.T, dir string) (*Ledger, bool) {
	t.Helper()
	l := mustOpen(t, dir, testOptions())
	aside := l.Aside()
	if aside == nil {
		if got := all(t, l); len(got) != len(s.records) {
			t.Errorf("whole, and %d records are missing", len(s.records)-len(got))
		}
	} else {
		s.asideIsAsPromised(t, l, aside)
	}
	mustAppend(t, l, visit(100)...)
	mustClose(t, l)
	mustVerify(t, dir)
	return l, aside != nil
}

func (s specimen) asideIsAsPromised(t *testing.T, l *Ledger, a *Aside) {
	t.Helper()
	if !errors.Is(a.Reason, ErrSpoiled) || !exists(a.Folder) {
		t.Errorf("set aside to %s because %v", a.Folder, a.Reason)
	}
	if n := a.Last.Seq; n > 0 && a.Last.Hash != s.records[n-1].Hash {
		t.Errorf("names record %d with a hash that is not its", n)
	}
	if l.st.Base != a.Last.Hash || l.st.OldEpoch != a.Last.Epoch || l.st.OldSeq != a.Last.Seq {
		t.Errorf("the row of the new ledger names %d, Aside %d", l.st.OldSeq, a.Last.Seq)
	}
	var carried []port.Record
	for {
		some, err := l.Unsent(t.Context(), 7)
		must.OK(t, err)
		if len(some) == 0 {
			break
		}
		carried = append(carried, some...)
		must.OK(t, l.Ack(t.Context(), receipt(some[len(some)-1])))
	}
	for i, r := range carried {
		if r.Seq == 0 || r.Seq > 60 || !bytes.Equal(r.Bytes, s.records[r.Seq-1].Bytes) {
			t.Errorf("carried over and not genuine: %d", r.Seq)
		}
		if i > 0 && r.Seq <= carried[i-1].Seq {
			t.Errorf("carried over out of order: %d after %d", r.Seq, carried[i-1].Seq)
		}
	}
}

// spoil makes a specimen's own row a lie, and harms nothing else.
func spoil(t *testing.T, dir string) {
	t.Helper()
	db, err := openDB(t.Context(), filepath.Join(dir, liveName, dbName), false)
	must.OK(t, err)
	_, err = db.Exec("UPDATE ledger SET acked = 60")
	must.OK(t, errors.Join(err, db.Close()))
}

func spoilPage(b []byte, page int, with func([]byte)) []byte {
	c := bytes.Clone(b)
	with(c[page*4096 : min(len(c), (page+1)*4096)])
	return c
}

func TestCorruptEveryPage(t *testing.T) {
	s := newSpecimen(t, true)
	db := must.Read(t, filepath.Join(s.dir, liveName, dbName))
	r := rand.New(rand.NewPCG(1, 2))
	noticed := 0
	for page := range len(db) / 4096 {
		for name, with := range map[string]func([]byte){
			"zeroed": func(p []byte) { clear(p) },
			"random": func(p []byte) {
				for i := range p {
					p[i] = byte(r.Uint32())
				}
			},
			"another page": func(p []byte) { copy(p, db[(page+1)%(len(db)/4096)*4096:]) },
		} {
			t.Run(fmt.Sprintf("page %d %s", page+1, name), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "ledger")
				copyDir(t, s.dir, dir)
				must.OK(t, os.WriteFile(filepath.Join(dir, liveName, dbName), spoilPage(db, page, with), 0o600))
				if _, aside := s.serves(t, dir); aside {
					noticed++
				} else if name == "random" {
					t.Error("not noticed")
				}
			})
		}
	}
	t.Logf("%d pages, noticed %d times", len(db)/4096, noticed)
}

func TestOneSpoiledPageLosesOnlyItsOwnRecords(t *testing.T) {
	s := newSpecimen(t, true)
	path := filepath.Join(s.dir, liveName, dbName)
	db := must.Read(t, path)
	at := bytes.Index(db, s.records[30].Bytes)
	if at < 0 {
		t.Fatal("record 31 is nowhere")
	}
	must.OK(t, os.WriteFile(path, spoilPage(db, at/4096, func(p []byte) { clear(p) }), 0o600))
	l := mustOpen(t, s.dir, testOptions())
	a := l.Aside()
	if a == nil || a.Last.Seq < 15 || a.Last.Seq >= 31 || a.Carried < 10 || a.Carried >= 40 {
		t.Fatalf("%+v", a)
	}
	// The intent was written after the spoiled page, and is not forgotten.
	if open, _ := l.Open(t.Context()); short(open) != "asking/8" {
		t.Errorf("open: %q", short(open))
	}
	if n, _, _ := l.Queue(t.Context()); n != a.Carried {
		t.Errorf("queue %d, carried %d", n, a.Carried)
	}
}

// Every place in the file is hit in turn over the runs: the stride is odd and
// the start random.
func TestEveryByteFlipped(t *testing.T) {
	for _, closed := range []bool{true, false} {
		s := newSpecimen(t, closed)
		name := walName
		if closed {
			name = dbName
		}
		b := must.Read(t, filepath.Join(s.dir, liveName, name))
		seed := uint64(time.Now().UnixNano())
		t.Logf("%s, %d bytes, seed %d", name, len(b), seed)
		r := rand.New(rand.NewPCG(seed, 0))
		folder := filepath.Join(t.TempDir(), "live")
		noticed, flips := 0, 0
		for at := r.IntN(len(b)/500 + 1); at < len(b); at += len(b)/500 | 1 {
			must.OK(t, errors.Join(os.RemoveAll(folder), copyLedger(filepath.Join(s.dir, liveName), folder)))
			c := bytes.Clone(b)
			bit := byte(1) << r.IntN(8)
			c[at] ^= bit
			must.OK(t, os.WriteFile(filepath.Join(folder, name), c, 0o600))
			flips++
			rep, f := examined(t, folder)
			if err := s.genuine(f.rows); err != nil {
				t.Errorf("byte %d bit %#x: %v", at, bit, err)
			}
			if !rep.Whole() {
				noticed++
			} else if err := s.unharmed(f); err != nil {
				t.Errorf("byte %d bit %#x is not noticed: %v", at, bit, err)
			}
		}
		t.Logf("%d of %d flips noticed; the others changed nothing that is read", noticed, flips)
		if noticed < flips/20 {
			t.Error("too few: the test spoils the wrong file")
		}
	}
}

func TestLogCutAtEveryFrame(t *testing.T) {
	s := newSpecimen(t, false)
	wal := must.Read(t, filepath.Join(s.dir, liveName, walName))
	folder := filepath.Join(t.TempDir(), "live")
	cut := func(at int) {
		must.OK(t, errors.Join(os.RemoveAll(folder), copyLedger(filepath.Join(s.dir, liveName), folder)))
		must.OK(t, os.Truncate(filepath.Join(folder, walName), int64(at)))
		rep, f := examined(t, folder)
		if err := s.genuine(f.rows); err != nil {
			t.Errorf("cut at %d: %v", at, err)
		}
		if rep.Whole() != (len(f.rows) == 60) {
			t.Errorf("cut at %d: %d records are left, and it says %v", at, len(f.rows), rep.Wrong)
		}
	}
	for at := 0; at < len(wal); at += 4120 / 2 { // in the header, at and inside every frame
		cut(at)
		cut(at + 32)
	}
	cut(len(wal) - 1)
	for _, at := range []int{0, 31, 32, 32 + 10*4120, len(wal) / 2, len(wal) - 1} {
		dir := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, s.dir, dir)
		must.OK(t, os.Truncate(filepath.Join(dir, liveName, walName), int64(at)))
		l, aside := s.serves(t, dir)
		if !aside || l.Aside().Knew != 60 {
			t.Errorf("cut at %d: the lost tail was not noticed: %+v", at, l.Aside())
		}
	}
}

func TestDatabaseCutAtEveryPage(t *testing.T) {
	s := newSpecimen(t, true)
	i, err := os.Stat(filepath.Join(s.dir, liveName, dbName))
	must.OK(t, err)
	for at := int64(0); at < i.Size(); at += 2048 {
		dir := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, s.dir, dir)
		must.OK(t, os.Truncate(filepath.Join(dir, liveName, dbName), at))
		if _, aside := s.serves(t, dir); !aside {
			t.Errorf("cut at %d: not noticed", at)
		}
	}
}

func TestMissingFiles(t *testing.T) {
	s := newSpecimen(t, false)
	for _, c := range []struct {
		gone  []string
		aside bool
	}{
		{[]string{dbName}, true}, {[]string{walName}, true}, {[]string{dbName, walName}, true},
		{[]string{headName}, false}, // the chain verifies; that a tail is missing could not be known
	} {
		dir := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, s.dir, dir)
		for _, name := range c.gone {
			must.OK(t, os.Remove(filepath.Join(dir, liveName, name)))
		}
		l, aside := s.serves(t, dir)
		if aside != c.aside {
			t.Errorf("without %v: aside is %v", c.gone, aside)
		}
		if aside && l.Aside().Knew != 60 {
			t.Errorf("without %v: the head file was not asked: %+v", c.gone, l.Aside())
		}
		// Without any database the head is all there is, and is named.
		if len(c.gone) == 2 && l.Aside().Last.Seq != 60 {
			t.Errorf("without %v: names %d", c.gone, l.Aside().Last.Seq)
		}
	}
}
