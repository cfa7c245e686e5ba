package pn532

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"multicopy.example/kiosk/must"
)

// FuzzFrame: for any bytes on the line, every Decode uses some of them or asks
// for more, nothing above the limits comes out, what comes out is what its
// encoding means, a good frame behind the bytes is found, and the chip's
// buffer makes of pieces what Decode makes of the whole.
func FuzzFrame(f *testing.F) {
	good, err := AppendFrame(nil, FromChip, []byte{0x41, 0x00, 0x63, 0xC2})
	must.OK(f, err)
	f.Fuzz(func(t *testing.T, b []byte, piece uint8) {
		if len(b) > maxBabble/2 {
			return
		}
		// Long enough behind that no false frame still waits for its end.
		line := append(append(bytes.Clone(b), good...), make([]byte, MaxWire)...)
		frames, found := decodeAll(t, line, len(b))
		if !found {
			t.Errorf("the good frame behind % X was not found", b)
		}
		inPieces := readAll(t, line, int(piece)+1)
		if len(inPieces) != len(frames) {
			t.Fatalf("%d frames in pieces, %d whole", len(inPieces), len(frames))
		}
		for i := range frames {
			if frames[i].Kind != inPieces[i].Kind || !bytes.Equal(frames[i].PD, inPieces[i].PD) {
				t.Errorf("frame %d differs in pieces", i)
			}
		}
	})
}

// decodeAll decodes a line whose last good frame starts at goodAt, or just
// before where noise lends it a preamble; found also where an accepted frame
// covers that place, as one checksum in 256 makes possible.
func decodeAll(t *testing.T, line []byte, goodAt int) (frames []Frame, found bool) {
	for at := 0; ; {
		f, used, err := Decode(line[at:])
		if used < 0 || used > len(line)-at {
			t.Fatalf("used %d of %d bytes", used, len(line)-at)
		}
		at += used
		switch {
		case errors.Is(err, ErrMore):
			return frames, found
		case used == 0:
			t.Fatalf("nothing used and %v", err)
		case err != nil:
			continue
		}
		found = found || at > goodAt+1 // its start code begins there
		frames = append(frames, f)
		if f.Kind != Data {
			continue
		}
		if len(f.PD) == 0 || len(f.PD) > MaxPD {
			t.Fatalf("PD of %d bytes", len(f.PD))
		}
		again, err := AppendFrame(nil, f.TFI, f.PD)
		must.OK(t, err)
		g, _, err := Decode(again)
		if err != nil || g.TFI != f.TFI || !bytes.Equal(g.PD, f.PD) {
			t.Fatalf("decoded again: %v", err)
		}
	}
}

func readAll(t *testing.T, line []byte, piece int) (frames []Frame) {
	c := chip{port: &pieces{line: line, n: piece}, rx: new([2 * MaxWire]byte)}
	for {
		f, err := c.next(context.Background(), MaxWire)
		switch {
		case errors.Is(err, io.EOF):
			return frames
		case errors.Is(err, ErrFrame):
		case err != nil:
			t.Fatal(err)
		default:
			f.PD = bytes.Clone(f.PD)
			frames = append(frames, f)
		}
	}
}

// pieces is a port that hands a line out n bytes at a time.
type pieces struct {
	line []byte
	n    int
}

func (p *pieces) Read(_ context.Context, b []byte) (int, error) {
	if len(p.line) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.line[:min(p.n, len(p.line))])
	p.line = p.line[n:]
	return n, nil
}

func (*pieces) Write(context.Context, []byte) error { return nil }
func (*pieces) Flush() error                        { return nil }
func (*pieces) Close() error                        { return nil }
