package offline

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/offline/record"
)

// audited is a folder with a live ledger that has everything an export can
// hold, and the spoiled one before it.
func audited(t *testing.T) string {
	t.Helper()
	s := newSpecimen(t, true)
	spoil(t, s.dir)
	l := mustOpen(t, s.dir, testOptions())
	first, err := l.Unsent(t.Context(), 50)
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, boot())
	mustAppend(t, l, visit(9)...)
	at := l.queue[len(l.queue)-1]
	err = errors.Join(l.Ack(t.Context(), receipt(first[9])), l.Ack(t.Context(), receipt(s.records[58])),
		l.SetAside(t.Context(), at.epoch, at.seq, "a sentence of the authority"), l.Ack(t.Context(), receipt(all(t, l)[3])))
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	return s.dir
}

func lookAt(t testing.TB, dir string) []Book {
	t.Helper()
	books, err := Look(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return books
}

func exported(t testing.TB, books []Book) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteExport(&b, books); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnExportSaysWhatTheFolderSays(t *testing.T) {
	dir := audited(t)
	books := lookAt(t, dir)
	if len(books) != 2 || books[0].Name != "live" || books[1].Name != "aside-0001" || !books[0].Whole() || books[1].Whole() {
		t.Fatalf("%+v", books)
	}
	if len(books[0].Refused) != 1 || books[0].Refused[0].Reason != "a sentence of the authority" || len(books[0].Receipts) != 2 || len(books[1].Records) != 60 {
		t.Errorf("%+v", books[0].Report)
	}
	file := exported(t, books)
	again, err := ReadExport(bytes.NewReader(file))
	if err != nil || len(again) != 2 {
		t.Fatal(err)
	}
	for i, b := range again {
		if b.Whole() != books[i].Whole() || !reflect.DeepEqual(b.Records, books[i].Records) || !reflect.DeepEqual(b.Carried, books[i].Carried) ||
			!reflect.DeepEqual(b.Refused, books[i].Refused) || !reflect.DeepEqual(b.Receipts, books[i].Receipts) {
			t.Errorf("%s: %v, was %v", b.Name, b.Wrong, books[i].Wrong)
		}
		b.Report.Folder, b.Report.Wrong, books[i].Report.Folder, books[i].Report.Wrong = "", nil, "", nil
		if !reflect.DeepEqual(b.Report, books[i].Report) || !b.Latest.Equal(books[i].Latest) {
			t.Errorf("%+v\nwas\n%+v", b.Report, books[i].Report)
		}
	}
	if !bytes.Equal(exported(t, reread(t, file)), file) {
		t.Error("an export of an export is another file")
	}
}

func reread(t testing.TB, file []byte) []Book {
	t.Helper()
	books, err := ReadExport(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return books
}

func TestAnExportThatWasDamagedIsRefused(t *testing.T) {
	file := exported(t, lookAt(t, audited(t)))
	for at := 0; at < len(file); at += 7 {
		c := bytes.Clone(file)
		c[at] ^= 0x20
		if _, err := ReadExport(bytes.NewReader(c)); !errors.Is(err, ErrExport) && !errors.Is(err, record.ErrVersion) {
			t.Fatalf("byte %d was changed: %v", at, err)
		}
		if _, err := ReadExport(bytes.NewReader(file[:at])); !errors.Is(err, ErrExport) && !errors.Is(err, record.ErrVersion) {
			t.Fatalf("cut at %d: %v", at, err)
		}
	}
	if _, err := ReadExport(bytes.NewReader(append(file, 0))); !errors.Is(err, ErrExport) {
		t.Errorf("a byte too many: %v", err)
	}
	next := bytes.Replace(file, []byte("v1\n"), []byte("v2\n"), 1)
	if _, err := ReadExport(bytes.NewReader(next)); !errors.Is(err, record.ErrVersion) || !strings.Contains(err.Error(), `"2"`) {
		t.Errorf("a later version: %v", err)
	}
}

// The checksum is anybody's to make: who changes an export makes a new one.
func TestAForgedExportDoesNotVerify(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, append(visit(1), visit(2)...)...)
	if err := l.Ack(t.Context(), receipt(all(t, l)[11])); err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	for name, c := range map[string]struct {
		forge func(*Book)
		want  string
	}{
		"nothing":          {func(*Book) {}, ""},
		"a record gone":    {func(b *Book) { b.Records = append(b.Records[:4:4], b.Records[5:]...) }, "after record 4 comes"},
		"a record changed": {func(b *Book) { b.Records[4].Bytes = bytes.Clone(b.Records[4].Bytes); b.Records[4].Bytes[61]++ }, "record 6 does not follow"},
		"the tail gone":    {func(b *Book) { b.Records = b.Records[:14] }, "the head file knows record 16"},
		"told tail gone": {func(b *Book) {
			b.Records, b.state.Acked = b.Records[:10], 10
			b.Head.Seq, b.Head.Hash = 10, b.Records[9].Hash
		}, "the authority knows record 12"},
		"the head gone":     {func(b *Book) { b.HeadRead = false }, "the head file is missing"},
		"its own row gone":  {func(b *Book) { b.stateOK = false }, "its own row is missing"},
		"watermark moved":   {func(b *Book) { b.state.Acked = 17 }, "record 17 was acknowledged"},
		"beginning gone":    {func(b *Book) { b.Records = b.Records[3:] }, "after record 0 comes"},
		"found when read":   {func(b *Book) { b.Wrong = []error{ErrSpoiled} }, "when it was exported"},
		"carried twice":     {func(b *Book) { b.Carried = []Carried{{b.Records[3], true}, {b.Records[3], true}} }, "record 4 after 4"},
		"rewritten history": {rewriteBook, "record 12 is not the one that the authority knows"},
	} {
		books := lookAt(t, dir)
		c.forge(&books[0])
		b := reread(t, exported(t, books))[0]
		if got := errors.Join(b.Wrong...); (got == nil) != (c.want == "") || got != nil && !strings.Contains(got.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
}

// rewriteBook changes record 10 and makes everything after it fit.
func rewriteBook(b *Book) {
	for i := 9; i < len(b.Records); i++ {
		r := &b.Records[i]
		r.Bytes = bytes.Clone(r.Bytes)
		if i == 9 {
			r.Bytes[61]++
		} else {
			copy(r.Bytes[28:60], b.Head.Hash[:])
		}
		r.Hash = record.Hash(r.Bytes)
		b.Head.Hash = r.Hash
	}
}

// testdata/export-v1 is kept for ever.
func TestAnExportOfVersion1IsReadForEver(t *testing.T) {
	path := filepath.Join("testdata", "export-v1")
	file, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && *writeGolden {
		file = exported(t, lookAt(t, audited(t)))
		err = os.WriteFile(path, file, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	books := reread(t, file)
	if len(books) != 2 || !books[0].Whole() || books[1].Whole() || books[0].Last != 9 || books[0].Acked != 4 || books[0].Waiting != 5 ||
		books[1].Last != 60 || len(books[0].Receipts) != 2 || len(books[0].Carried) == 0 || books[0].Aside != 1 || short(books[0].Open) != "asking/8" {
		t.Errorf("%+v", books)
	}
	for _, r := range books[0].Records {
		if line, err := open(r.Bytes); err != nil || !line.Time.Equal(noon) {
			t.Errorf("record %d: %v", r.Seq, err)
		}
	}
	if !bytes.Equal(exported(t, books), file) {
		t.Error("written again it is another file")
	}
}

func FuzzExport(f *testing.F) {
	file, err := os.ReadFile(filepath.Join("testdata", "export-v1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(exportMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		// A checksum stops every mutation; this one is made to fit.
		if n := len(b) - 35; n >= len(exportMagic) && b[n] == 'Z' {
			sum := record.Hash(b[:n])
			b = append(append(bytes.Clone(b[:n]), 'Z', 0, 32), sum[:]...)
		}
		books, err := ReadExport(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, ErrExport) && !errors.Is(err, record.ErrVersion) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		for _, b := range books {
			if len(b.Wrong) > 0 && len(b.Exported) == 0 {
				return // an export of this one would tell what was found now
			}
		}
		if !bytes.Equal(exported(t, books), b) {
			t.Fatal("written again it is another file")
		}
	})
}

// Whatever a file claims, no more is read than an item at a time, and no more
// items or ledgers than a kiosk can have.
func TestAnEndlessExportIsGivenUp(t *testing.T) {
	long := binary.BigEndian.AppendUint16([]byte("R"), mostItem+1)
	ledger := append([]byte("L\x00\x00\x00\x00"), state{}.row()...)
	binary.BigEndian.PutUint16(ledger[1:], uint16(len(ledger)-3))
	for name, items := range map[string][][]byte{"a long item": {long}, "endless items": {ledger, []byte("W\x00\x00")}, "endless ledgers": {ledger}} {
		r := &endless{rest: []byte(exportMagic), items: items}
		if _, err := ReadExport(r); !errors.Is(err, ErrExport) {
			t.Errorf("%s: %v", name, err)
		}
		if r.read > 4*mostItems {
			t.Errorf("%s: %d bytes were read", name, r.read)
		}
	}
}

// endless is its items once and then the last one again and again.
type endless struct {
	rest  []byte
	items [][]byte
	read  int
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.rest) == 0 {
		e.rest = e.items[0]
		e.items = e.items[min(1, len(e.items)-1):]
	}
	n := copy(b, e.rest)
	e.rest = e.rest[n:]
	e.read += n
	return n, nil
}

// A file that nobody can read is not written.
func TestAnExportThatNobodyCouldReadIsRefused(t *testing.T) {
	for n, ok := range map[int]bool{mostLedgers: true, mostLedgers + 1: false} {
		var b bytes.Buffer
		if err := WriteExport(&b, make([]Book, n)); ok != (err == nil) || !ok && !errors.Is(err, ErrExport) {
			t.Errorf("%d ledgers: %v", n, err)
		}
	}
	for n, ok := range map[int]bool{mostItems - 2: true, mostItems - 1: false} { // L, n findings, Z
		var b bytes.Buffer
		err := WriteExport(&b, []Book{{Exported: make([]string, n)}})
		if ok != (err == nil) || !ok && !errors.Is(err, ErrExport) {
			t.Errorf("%d items: %v", n+2, err)
		}
		if _, err := ReadExport(&b); ok && err != nil {
			t.Errorf("%d items: %v", n+2, err)
		}
	}
}
