package offline

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

// Slots of version 1 tell no time and are padded by the sector they lie in.
func TestHeadsOfBothVersionsAreForEver(t *testing.T) {
	h := Head{Epoch: [16]byte{0xE0, 15: 1}, Seq: 0x0102030405060708, Hash: record.Hash([]byte("a record"))}
	now := slot{h, noon.Add(time.Millisecond)}
	want := sample.Golden(t, "head2", now.encode())
	if !bytes.Equal(now.encode(), want) {
		t.Errorf("head is now\n%swas\n%s", sample.Dump(now.encode()), sample.Dump(want))
	}
	one := make([]byte, headSector)
	copy(one, sample.Golden(t, "head", nil))
	for _, c := range []struct {
		b    []byte
		want slot
	}{{want, now}, {one, slot{Head: h}}, {slot{Head: h}.encode(), slot{Head: h}}} {
		if got, ok := decodeSlot(c.b); !ok || got != c.want {
			t.Errorf("head decodes to %+v, want %+v", got, c.want)
		}
	}
}

func FuzzHead(f *testing.F) {
	a, b := slot{Head: Head{Seq: 4, Hash: record.Hash(nil)}}, slot{Head{Seq: 5, Hash: record.Hash([]byte{1})}, noon}
	file := make([]byte, headSize)
	copy(file, a.encode())
	copy(file[headSector:], b.encode())
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
				return bytes.Equal(b[at+4:at+headSum1], h.encode()[4:headSum1]) && h.latest.IsZero()
			}
			return bytes.Equal(b[at:at+headSlot], h.encode())
		}
		if !in(0) && !in(headSector) {
			t.Fatalf("a head that stands in neither slot: %+v", h)
		}
	})
}

func TestATornHeadLeavesTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	a := slot{Head{Epoch: [16]byte{1}, Seq: 8, Hash: record.Hash([]byte("8"))}, noon}
	b := slot{Head{Epoch: [16]byte{1}, Seq: 9, Hash: record.Hash([]byte("9"))}, noon.Add(time.Second)}
	for torn := range headSlot + 1 {
		must.OK(t, createHead(path, a))
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		must.OK(t, err)
		_, werr := file.WriteAt(b.encode()[:torn], headSector)
		must.OK(t, errors.Join(werr, file.Close()))
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
	must.OK(t, os.Truncate(l.live(headName), 0))
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
	must.OK(t, os.Truncate(filepath.Join(dir, liveName, headName), headSector))
	l = mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustClose(t, l)
	if r := mustVerify(t, dir); r.Head.Seq != 3 {
		t.Errorf("head %d", r.Head.Seq)
	}
}
