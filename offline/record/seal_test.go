package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline/internal/sample"
)

// What the sealing tests look for in a record.
func encOf(b []byte) string   { return string(b[framedLen+keyIDLen:][:encLen]) }
func indexOf(b []byte) uint64 { return binary.BigEndian.Uint64(b[framedLen+keyIDLen+encLen:]) }

// open reads a record as the authority does.
func open(b []byte) (Entry, error) {
	o, err := NewOpener(sample.Key())
	if err != nil {
		return Entry{}, err
	}
	return o.Decode(b)
}

func sealedEntry(t testing.TB, name string) (Entry, []byte) {
	t.Helper()
	line := goldenEntries()[name]
	s, err := NewSealer(sample.Key().PublicKey().Bytes(), line.Epoch)
	must.OK(t, err)
	s.index = 6 // records 1 to 6 came before
	b, err := s.Seal(line)
	must.OK(t, err)
	return line, b
}

// The bytes differ each time they are made; those that were made have to open
// for ever.
func TestSealedRecordsOfVersion1OpenForEver(t *testing.T) {
	for name := range goldenEntries() {
		line, fresh := sealedEntry(t, name)
		for _, b := range [][]byte{sample.Golden(t, "sealed-"+name, fresh), fresh} {
			if got, err := open(b); err != nil || got != line {
				t.Errorf("%s opens to %+v (%v), want %+v", name, got, err, line)
			}
			if len(b) != MaxRecord || indexOf(b) != 6 {
				t.Errorf("%s has %d bytes, index %d", name, len(b), indexOf(b))
			}
		}
	}
}

func TestAChangedHeaderOrBodyDoesNotOpen(t *testing.T) {
	_, b := sealedEntry(t, "6-writing")
	for at := range b {
		c := bytes.Clone(b)
		c[at] ^= 1
		if line, err := open(c); err == nil {
			t.Errorf("byte %d was changed, and it opens: %+v", at, line)
		} else if !errors.Is(err, ErrRecord) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrSealed) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

func FuzzSealed(f *testing.F) {
	for name := range goldenEntries() {
		_, b := sealedEntry(f, name)
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	_, known := sealedEntry(f, "6-writing")
	f.Add(known)
	opener, err := NewOpener(sample.Key())
	must.OK(f, err)
	f.Fuzz(func(t *testing.T, b []byte) {
		line, err := opener.Decode(b)
		h, herr := DecodeHeader(b)
		if err != nil {
			if !errors.Is(err, ErrRecord) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrSealed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if herr != nil || h.Seq != line.Seq || h.Epoch != line.Epoch || h.Prev != line.Prev || h.Kind != line.Entry.Kind {
			t.Fatalf("the header says %+v (%v), the line %+v", h, herr, line)
		}
		// Without the sealer no body can be made that opens under another
		// header: the one known context opens its own record alone.
		if h.Sealing == SealHPKE && encOf(b) == encOf(known) && !bytes.Equal(b, known) {
			t.Fatalf("a forged record opens:\n%s", sample.Dump(b))
		}
	})
}
