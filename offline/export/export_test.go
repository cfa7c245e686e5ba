package export

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/internal/ledgertest"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

// audited is a folder with a live ledger that has everything an export can
// hold, and the spoiled one before it.
func audited(t *testing.T) string {
	t.Helper()
	dir := ledgertest.NewDir(t)
	spoiled := ledgertest.Open(t, dir, options())
	for n := byte(1); n <= 7; n++ {
		ledgertest.Append(t, spoiled, sample.Visit(n)...)
	}
	ledgertest.Append(t, spoiled, sample.Visit(8)[:4]...)
	records := ledgertest.All(t, spoiled)
	must.OK(t, spoiled.Ack(t.Context(), sample.Receipt(records[19])))
	ledgertest.Close(t, spoiled)
	ledgertest.Spoil(t, dir)
	l := ledgertest.Open(t, dir, options())
	first, err := l.Unsent(t.Context(), 50)
	must.OK(t, err)
	ledgertest.Append(t, l, sample.Boot())
	ledgertest.Append(t, l, sample.Visit(9)...)
	err = errors.Join(l.Ack(t.Context(), sample.Receipt(first[9])), l.Ack(t.Context(), sample.Receipt(records[58])),
		l.SetAside(t.Context(), records[59].Epoch, records[59].Seq, "a sentence of the authority"), l.Ack(t.Context(), sample.Receipt(ledgertest.All(t, l)[3])))
	must.OK(t, err)
	ledgertest.Close(t, l)
	return dir
}

// options keep the clock of the tests, which the golden export tells.
func options() offline.Options {
	o := ledgertest.Options()
	o.Now = func() time.Time { return sample.Noon }
	return o
}

// opened reads a record as the authority does.
func opened(t *testing.T, b []byte) (record.Entry, error) {
	t.Helper()
	o, err := record.NewOpener(sample.Key())
	must.OK(t, err)
	return o.Decode(b)
}

func lookAt(t testing.TB, dir string) []offline.Book {
	t.Helper()
	books, err := offline.Look(context.Background(), dir)
	must.OK(t, err)
	return books
}

func exported(t testing.TB, books []offline.Book) []byte {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, Write(&b, books))
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
	again, err := Read(bytes.NewReader(file))
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

func reread(t testing.TB, file []byte) []offline.Book {
	t.Helper()
	books, err := Read(bytes.NewReader(file))
	must.OK(t, err)
	return books
}

func TestAnExportThatWasDamagedIsRefused(t *testing.T) {
	file := exported(t, lookAt(t, audited(t)))
	for at := 0; at < len(file); at += 7 {
		c := bytes.Clone(file)
		c[at] ^= 0x20
		if _, err := Read(bytes.NewReader(c)); !errors.Is(err, ErrExport) && !errors.Is(err, record.ErrVersion) {
			t.Fatalf("byte %d was changed: %v", at, err)
		}
		if _, err := Read(bytes.NewReader(file[:at])); !errors.Is(err, ErrExport) && !errors.Is(err, record.ErrVersion) {
			t.Fatalf("cut at %d: %v", at, err)
		}
	}
	if _, err := Read(bytes.NewReader(append(file, 0))); !errors.Is(err, ErrExport) {
		t.Errorf("a byte too many: %v", err)
	}
	next := bytes.Replace(file, []byte("v1\n"), []byte("v2\n"), 1)
	if _, err := Read(bytes.NewReader(next)); !errors.Is(err, record.ErrVersion) || !strings.Contains(err.Error(), `"2"`) {
		t.Errorf("a later version: %v", err)
	}
}

// The checksum needs no key: who changes an export makes a new one.
func TestForgedExportDoesNotVerify(t *testing.T) {
	dir := ledgertest.NewDir(t)
	l := ledgertest.Open(t, dir, options())
	ledgertest.Append(t, l, append(sample.Visit(1), sample.Visit(2)...)...)
	must.OK(t, l.Ack(t.Context(), sample.Receipt(ledgertest.All(t, l)[11])))
	ledgertest.Close(t, l)
	for name, c := range map[string]struct {
		forge func(*offline.Book)
		want  string
	}{
		"nothing":          {func(*offline.Book) {}, ""},
		"a record gone":    {func(b *offline.Book) { b.Records = append(b.Records[:4:4], b.Records[5:]...) }, "after record 4 comes"},
		"a record changed": {func(b *offline.Book) { b.Records[4].Bytes = bytes.Clone(b.Records[4].Bytes); b.Records[4].Bytes[61]++ }, "record 6 does not follow"},
		"the tail gone":    {func(b *offline.Book) { b.Records = b.Records[:14] }, "the head file knows record 16"},
		"told tail gone": {func(b *offline.Book) {
			b.Records, b.State.Acked = b.Records[:10], 10
			b.Head.Seq, b.Head.Hash = 10, b.Records[9].Hash
		}, "the authority knows record 12"},
		"the head gone":    {func(b *offline.Book) { b.HeadRead = false }, "the head file is missing"},
		"its own row gone": {func(b *offline.Book) { b.StateOK = false }, "its own row is missing"},
		"watermark moved":  {func(b *offline.Book) { b.State.Acked = 17 }, "record 17 was acknowledged"},
		"beginning gone":   {func(b *offline.Book) { b.Records = b.Records[3:] }, "after record 0 comes"},
		"found when read":  {func(b *offline.Book) { b.Wrong = []error{offline.ErrSpoiled} }, "when it was exported"},
		"carried twice": {func(b *offline.Book) {
			b.Carried = []offline.Carried{{Record: b.Records[3], Sent: true}, {Record: b.Records[3], Sent: true}}
		}, "record 4 after 4"},
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
func rewriteBook(b *offline.Book) {
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
	file := must.Read(t, path)
	books := reread(t, file)
	if len(books) != 2 || !books[0].Whole() || books[1].Whole() || books[0].Last != 9 || books[0].Acked != 4 || books[0].Waiting != 5 ||
		books[1].Last != 60 || len(books[0].Receipts) != 2 || len(books[0].Carried) == 0 || books[0].Aside != 1 || sample.Short(books[0].Open) != "asking/8" {
		t.Errorf("%+v", books)
	}
	for _, r := range books[0].Records {
		if line, err := opened(t, r.Bytes); err != nil || !line.Time.Equal(sample.Noon) {
			t.Errorf("record %d: %v", r.Seq, err)
		}
	}
	if !bytes.Equal(exported(t, books), file) {
		t.Error("written again it is another file")
	}
}

func FuzzExport(f *testing.F) {
	file := must.Read(f, filepath.Join("testdata", "export-v1"))
	f.Add(file)
	f.Add([]byte(exportMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		// A checksum stops every mutation; this one is made to fit.
		if n := len(b) - 35; n >= len(exportMagic) && b[n] == 'Z' {
			sum := record.Hash(b[:n])
			b = append(append(bytes.Clone(b[:n]), 'Z', 0, 32), sum[:]...)
		}
		books, err := Read(bytes.NewReader(b))
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
	ledger := append([]byte("L\x00\x00\x00\x00"), offline.State{}.Row()...)
	binary.BigEndian.PutUint16(ledger[1:], uint16(len(ledger)-3))
	for name, items := range map[string][][]byte{"a long item": {long}, "endless items": {ledger, []byte("W\x00\x00")}, "endless ledgers": {ledger}} {
		r := &endless{rest: []byte(exportMagic), items: items}
		if _, err := Read(r); !errors.Is(err, ErrExport) {
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

// A file that Read would refuse is not written.
func TestUnreadableExportIsRefused(t *testing.T) {
	for n, ok := range map[int]bool{mostLedgers: true, mostLedgers + 1: false} {
		var b bytes.Buffer
		if err := Write(&b, make([]offline.Book, n)); ok != (err == nil) || !ok && !errors.Is(err, ErrExport) {
			t.Errorf("%d ledgers: %v", n, err)
		}
	}
	for n, ok := range map[int]bool{mostItems - 2: true, mostItems - 1: false} { // L, n findings, Z
		var b bytes.Buffer
		err := Write(&b, []offline.Book{{Exported: make([]string, n)}})
		if ok != (err == nil) || !ok && !errors.Is(err, ErrExport) {
			t.Errorf("%d items: %v", n+2, err)
		}
		if _, err := Read(&b); ok && err != nil {
			t.Errorf("%d items: %v", n+2, err)
		}
	}
}

// Numbers that no ledger has are not covered by any receipt, and are refused
// without counting up to them.
func TestNumbersOfNoLedgerAreNotCovered(t *testing.T) {
	b := offline.Book{Report: offline.Report{Acked: 1 << 63, Receipts: []port.Receipt{{Seq: 3}}}}
	if err := covered(b); err == nil {
		t.Error("covered")
	}
}

// An auditor sees who was at the machine; without the key only that staff was.
func TestShowTellsOfMaintenance(t *testing.T) {
	dir := ledgertest.NewDir(t)
	l := ledgertest.Open(t, dir, options())
	exported := kiosk.Entry{Kind: kiosk.EntryStaffDid, Before: -1, After: -1, Role: kiosk.Technician, Task: kiosk.StaffExport, Outcome: kiosk.Done,
		Digest: [32]byte{0xAB, 31: 0xCD}}
	digest := "ab" + strings.Repeat("00", 30) + "cd"
	ledgertest.Append(t, l, append(sample.Maintenance(), exported)...)
	ledgertest.Close(t, l)
	books := lookAt(t, dir)
	key, err := record.NewOpener(sample.Key())
	must.OK(t, err)
	var with, without bytes.Buffer
	Show(&with, books, key)
	Show(&without, books, nil)
	for _, want := range []string{
		"2026-11-22T03:00:00Z  staff-trying technician login            -        -\n",
		"2026-11-22T03:00:00Z  staff-tried  clerk      login            failed   E-OTP\n",
		"2026-11-22T03:00:00Z  staff-doing  technician wipe             -        -\n",
		"2026-11-22T03:00:00Z  staff-did    -          enrol-technician done     -\n",
		"2026-11-22T03:00:00Z  staff-did    technician export           done     " + digest + "\n",
	} {
		if !strings.Contains(with.String(), want) {
			t.Errorf("%q is not in\n%s", want, with.String())
		}
	}
	if n := strings.Count(without.String(), "staff-"); n != 5 || strings.Contains(without.String(), "technician") {
		t.Errorf("without the key:\n%s", without.String())
	}
	for _, key := range []*record.Opener{key, nil} {
		for i, r := range Rows(books[0], key) {
			if want := map[bool]string{true: digest}[i == 4]; r.Digest != want || strings.Trim(r.Session+r.Grant, "0") != "" {
				t.Errorf("record %d: digest %q, session %s, grant %s", r.Seq, r.Digest, r.Session, r.Grant)
			}
		}
	}
}
