package offline

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
)

// The golden bytes are kept for ever: a change to version 1 is an error, not a
// reason to make them again. The flag exists for the day version 2 is added.
var writeGolden = flag.Bool("golden", false, "write the golden bytes that are missing; existing ones are never replaced")

// goldenLines are one line of every kind, flow, act, outcome and word class.
func goldenLines() map[string]Line {
	epoch := [16]byte{0xE0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	lines := map[string]Line{}
	for i, e := range append([]kiosk.Entry{boot()}, visit(7)...) {
		l := Line{Epoch: epoch, Seq: uint64(i + 1), Entry: e, Time: noon.Add(time.Duration(i) * time.Second)}
		for j := range l.Prev {
			l.Prev[j] = byte(i * j)
		}
		lines[fmt.Sprintf("%d-%v", i+1, e.Kind)] = l
	}
	u := lines["7-outcome"]
	u.Seq, u.Entry.Flow, u.Entry.Act, u.Entry.Outcome, u.Entry.After = 1<<40, kiosk.FlowU, kiosk.Unlock, kiosk.Unknown, -1
	u.Time = time.UnixMilli(-1).UTC()
	lines["outcome-unknown"] = u
	f := lines["7-outcome"]
	f.Entry.Outcome, f.Entry.Message = kiosk.Failed, kiosk.MsgNotWritten
	lines["outcome-failed"] = f
	x := lines["9-ended"]
	x.Entry.Message = kiosk.MsgStore // the longest code, E-CHAIN
	lines["ended-word"] = x
	return lines
}

func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", "v1", name+".hex")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && *writeGolden {
		b = []byte(dump(got))
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(strings.Join(strings.Fields(string(b)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// dump is hex, sixteen bytes a line.
func dump(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		n := min(16, len(b))
		fmt.Fprintf(&s, "% x\n", b[:n])
		b = b[n:]
	}
	return s.String()
}

func TestRecordsOfVersion1AreForEver(t *testing.T) {
	for name, line := range goldenLines() {
		b, err := encode(line)
		if err != nil {
			t.Fatal(err)
		}
		want := golden(t, name, b)
		if !bytes.Equal(b, want) {
			t.Errorf("%s is now\n%swas\n%s", name, dump(b), dump(want))
		}
		if got, err := Decode(want); err != nil || got != line {
			t.Errorf("%s decodes to %+v (%v), want %+v", name, got, err, line)
		}
	}
}

// Slots of version 1 tell no time and are padded by the sector they lie in.
func TestHeadsOfBothVersionsAreForEver(t *testing.T) {
	h := Head{Epoch: [16]byte{0xE0, 15: 1}, Seq: 0x0102030405060708, Hash: hash([]byte("a record"))}
	now := mark{h, noon.Add(time.Millisecond)}
	want := golden(t, "head2", now.slot())
	if !bytes.Equal(now.slot(), want) {
		t.Errorf("head is now\n%swas\n%s", dump(now.slot()), dump(want))
	}
	one := make([]byte, headSector)
	copy(one, golden(t, "head", nil))
	for _, c := range []struct {
		b    []byte
		want mark
	}{{want, now}, {one, mark{Head: h}}, {mark{Head: h}.slot(), mark{Head: h}}} {
		if got, ok := decodeSlot(c.b); !ok || got != c.want {
			t.Errorf("head decodes to %+v, want %+v", got, c.want)
		}
	}
}

// The numbers on the disk are those of package kiosk: nobody may renumber
// them, and whoever adds one has to say here what an older program makes of
// it (ErrVersion).
func TestNumbersAreForEver(t *testing.T) {
	for k, want := range []string{"kind?", "boot", "trying", "tried", "proving", "asking", "writing", "outcome", "settled", "ended", "kind?"} {
		if got := kiosk.EntryKind(k).String(); got != want {
			t.Errorf("kind %d is %q, was %q", k, got, want)
		}
	}
	if kiosk.NoFlow != 0 || kiosk.FlowP != 1 || kiosk.FlowU != 2 || kiosk.NoAct != 0 || kiosk.Reset != 1 || kiosk.Unlock != 2 ||
		kiosk.NoOutcome != 0 || kiosk.Done != 1 || kiosk.Failed != 2 || kiosk.Unknown != 3 {
		t.Error("a flow, act or outcome was renumbered")
	}
	seen := map[string]bool{}
	for _, w := range kiosk.Messages() {
		b, err := packWord(w)
		if err != nil {
			t.Errorf("%v has no place in a record: %v", w, err)
		}
		if seen[string(b[:])] {
			t.Errorf("%v: another word has the same code, and would be read as the other", w)
		}
		seen[string(b[:])] = true
		if got, err := unpackWord(b); got != w || err != nil {
			t.Errorf("%v comes back as %v (%v)", w, got, err)
		}
	}
}

func TestADamagedRecordIsNotRead(t *testing.T) {
	good, err := encode(goldenLines()["6-writing"])
	if err != nil {
		t.Fatal(err)
	}
	set := func(at int, b ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[at:], b)
		return c
	}
	sealed := func(n int) []byte {
		c := append(bytes.Clone(good[:headerLen]), byte(n>>8), byte(n))
		c[2] = byte(SealHPKE)
		return append(c, make([]byte, n)...)
	}
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":            {nil, ErrRecord},
		"header alone":       {good[:headerLen], ErrRecord},
		"one byte short":     {good[:len(good)-1], ErrRecord},
		"one byte long":      {append(bytes.Clone(good), 0), ErrRecord},
		"a megabyte":         {append(bytes.Clone(good), make([]byte, 1<<20)...), ErrRecord},
		"version 0":          {set(0, 0), ErrVersion},
		"version 2":          {set(0, 2), ErrVersion},
		"kind 0":             {set(1, 0), ErrRecord},
		"kind of the future": {set(1, byte(lastKind)+1), ErrVersion},
		"unknown sealing":    {set(2, 2), ErrRecord},
		"counter":            {set(3, 16), ErrRecord},
		"seq 0":              {set(20, 0, 0, 0, 0, 0, 0, 0, 0), ErrRecord},
		"body length":        {set(92, 0xFF, 0xFF), ErrRecord},
		"flow":               {set(94, 3), ErrRecord},
		"act":                {set(95, 3), ErrRecord},
		"after":              {set(96, 0x80), ErrRecord},
		"outcome":            {set(97, 4), ErrRecord},
		"word of the future": {set(98, []byte("E-NEW")...), ErrRecord},
		"word with a tail":   {set(98, []byte("E-NET\x00\x00X")...), ErrRecord},
		"sealed, too short":  {sealed(sealedLen - 1), ErrRecord},
		"sealed, too long":   {sealed(sealedLen + 1), ErrRecord},
		"sealed":             {sealed(sealedLen), ErrSealed},
	} {
		if _, err := Decode(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is sealed cannot be read, but its header can: recovery needs it.
	if h, err := DecodeHeader(sealed(sealedLen)); err != nil || h.Kind != kiosk.EntryWriting || h.Sealing != SealHPKE {
		t.Errorf("header of a sealed record: %+v, %v", h, err)
	}
	if MaxRecord > 512 {
		t.Error("a sealed record does not fit into kiosk.Record")
	}
}

func FuzzRecord(f *testing.F) {
	for _, l := range goldenLines() {
		b, err := encode(l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, herr := DecodeHeader(b)
		l, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrRecord) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrSealed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if herr != nil || h.Seq != l.Seq || h.Epoch != l.Epoch || h.Prev != l.Prev || h.Session != l.Entry.Session ||
			h.Grant != l.Entry.Grant || h.Kind != l.Entry.Kind || h.Before != l.Entry.Before {
			t.Fatalf("the header says %+v (%v), the line %+v", h, herr, l)
		}
		again, err := encode(l)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("decode and encode: %v\n%s%s", err, dump(b), dump(again))
		}
	})
}

func FuzzHead(f *testing.F) {
	a, b := mark{Head: Head{Seq: 4, Hash: hash(nil)}}, mark{Head{Seq: 5, Hash: hash([]byte{1})}, noon}
	file := make([]byte, headSize)
	copy(file, a.slot())
	copy(file[headSector:], b.slot())
	f.Add(file)
	f.Add(file[:headSector+50])
	f.Add([]byte("HED1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, ok := decodeHead(b)
		if !ok {
			return
		}
		in := func(at int) bool {
			if len(b) < at+headSlot {
				return false
			}
			if string(b[at:at+4]) == headMagic1 {
				return bytes.Equal(b[at+4:at+headSum1], h.slot()[4:headSum1]) && h.latest.IsZero()
			}
			return bytes.Equal(b[at:at+headSlot], h.slot())
		}
		if !in(0) && !in(headSector) {
			t.Fatalf("a head that stands in neither slot: %+v", h)
		}
	})
}

func TestATornHeadLeavesTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	a := mark{Head{Epoch: [16]byte{1}, Seq: 8, Hash: hash([]byte("8"))}, noon}
	b := mark{Head{Epoch: [16]byte{1}, Seq: 9, Hash: hash([]byte("9"))}, noon.Add(time.Second)}
	for torn := range headSlot + 1 {
		if err := createHead(path, a); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, werr := file.WriteAt(b.slot()[:torn], headSector)
		if err := errors.Join(werr, file.Close()); err != nil {
			t.Fatal(err)
		}
		want := a
		if torn == headSlot {
			want = b
		}
		if got, ok, err := readHead(path); !ok || err != nil || got != want {
			t.Errorf("torn after %d bytes: %+v, %v, %v", torn, got, ok, err)
		}
	}
}

// The head's page is gone under the mapping: a fault that would end the kiosk.
func TestAHeadCutShortDoesNotEndTheKiosk(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	if l.headf.m == nil {
		t.Fatal("no mapping: this proves nothing")
	}
	if err := os.Truncate(l.live(headName), 0); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, boot(), boot())
	if l.headf.m != nil {
		t.Error("the mapping was kept")
	}
	mustClose(t, l)
	if r := mustVerify(t, dir); r.Head.Seq != 3 {
		t.Errorf("head %d", r.Head.Seq)
	}
}

// A file that ends before its second slot is laid out again: what is stored
// behind the end of a file is nowhere.
func TestAShortHeadFileIsMadeWhole(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot(), boot())
	mustClose(t, l)
	if err := os.Truncate(filepath.Join(dir, liveName, headName), headSector); err != nil {
		t.Fatal(err)
	}
	l = mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustClose(t, l)
	if r := mustVerify(t, dir); r.Head.Seq != 3 {
		t.Errorf("head %d", r.Head.Seq)
	}
}
