package bench

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

func TestTextsThatAreNoTranscript(t *testing.T) {
	for name, s := range map[string]string{
		"nothing": "", "another version": "kiosk-demo bench 2\n< ACK\n", "no lines": first + "\n# said\n", "no bytes": first + "\n<\n",
		"half a byte": first + "\n< 4\n", "no hex": first + "\n< G0\n", "bytes of an ACK": first + "\n< ACK 00\n", "no direction": first + "\n40 01\n",
		"too many": first + "\n< {265}\n", "far too many": first + "\n< {99999999999999999999}\n", "a negative number": first + "\n< {-1}\n",
		"none hidden": first + "\n< {0}\n", "open in the middle": first + "\n> 40 ... 01\n", "open chip": first + "\n< 41 ...\n", "only open": first + "\n> ...\n",
		"a long line": first + "\n< " + strings.Repeat("00 ", 2000) + "\n", "many lines": first + "\n" + strings.Repeat("< ACK\n", maxOps+1),
		"many notes": first + "\n" + strings.Repeat("#\n", maxOps+1) + "< ACK\n",
	} {
		if tape, err := Read(strings.NewReader(s)); !errors.Is(err, ErrTape) || tape != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzTape: what is read is written and read the same, within its bounds, and
// plays to a caller who says what is on it.
func FuzzTape(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		tape, err := Read(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, ErrTape) {
				t.Error(err)
			}
			return
		}
		var once, twice bytes.Buffer
		must.OK(t, tape.Write(&once))
		again, err := Read(bytes.NewReader(once.Bytes()))
		if err != nil {
			t.Fatalf("written: %v\n%s", err, &once)
		}
		if err := again.Write(&twice); err != nil || once.String() != twice.String() {
			t.Fatalf("written twice: %v\n%s\n%s", err, &once, &twice)
		}
		p := Play(again)
		ended, cancel := context.WithCancel(context.Background())
		defer cancel()
		buf := make([]byte, pn532.MaxWire)
		for _, o := range again.ops {
			if len(o.pd) > pn532.MaxWire {
				t.Fatalf("%d bytes", len(o.pd))
			}
			if !o.host {
				continue
			}
			for p.done < len(p.ops) && !p.ops[p.done].host || len(p.rest) > 0 {
				must.OK(t, must.Err(p.Read(ended, buf)))
			}
			said := o.bytes()
			if o.kind == nack || o.kind == refusal || o.kind == raw || o.open || !written(said).means(o) {
				return // no host of ours says that
			}
			must.OK(t, p.Write(ended, said))
		}
	})
}

func TestTypedPINs(t *testing.T) {
	s, err := secret.New()
	must.OK(t, err)
	for line, good := range map[string]bool{
		"1234\n": true, "0000\r\n": true, "123\n": false, "12345\n": false, "": false, "1234": false, "12a4\n": false, "\n": false, "１２３４\n": false,
	} {
		s.Wipe()
		in := strings.NewReader(line)
		if err := typed(in, s); (err == nil) != good || good != (s.Len() == 4) {
			t.Errorf("%d bytes: %v, %d kept", len(line), err, s.Len())
		}
		if !good && strings.HasSuffix(line, "\n") && in.Len() != 0 {
			t.Errorf("%d bytes: the rest is left for the shell", len(line))
		}
	}
}
