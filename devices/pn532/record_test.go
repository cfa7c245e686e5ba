package pn532

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// listed is what a Reader makes of that reply to InListPassiveTarget.
func listed(t *testing.T, reply []byte) (*Link, error) {
	t.Helper()
	frame, err := AppendFrame(bytes.Clone(ackFrame[:]), FromChip, append([]byte{cmdList + 1}, reply...))
	must.OK(t, err)
	r := New(nil, slog.New(slog.DiscardHandler))
	r.chip.use(&scripted{c: &r.chip, t: t, reply: frame})
	l, err := r.list(t.Context())
	if *r.chip.rx != [2 * MaxWire]byte{} {
		t.Error("something is left in the buffer")
	}
	return l, err
}

const oneTarget = "01 50 01020304 000041E0 B381A1 01 21"

// Two cards are two cards, also where the chip tells of one only, and a record
// that is not whole is none.
func TestTargetRecords(t *testing.T) {
	two := port.Fault(kiosk.MsgTwoCards)
	for _, g := range []struct {
		name, reply string
		want        error
	}{
		{"none", "00", nil},
		{"one", "01" + oneTarget, nil},
		{"one, no answer to ATTRIB", "01 01 50 01020304 000041E0 B381A1 00", nil},
		{"two", "02" + oneTarget + "02 50 05060708 000041E0 B381A1 01 22", two},
		{"two, and one record", "02" + oneTarget, two},
		{"two, and no record", "02", two},
		{"three", "03" + oneTarget, errRecord},
		{"255", "FF", errRecord},
		{"nothing said", "", errRecord},
		{"one, and no record", "01", errRecord},
		{"one, and two records", "01" + oneTarget + oneTarget, errRecord},
		{"one byte short", "01 01 50 01020304 000041E0 B381A1 01", errRecord},
		{"a length that lies", "01 01 50 01020304 000041E0 B381A1 FF 21", errRecord},
		{"no length", "01 01 50 01020304 000041E0 B381A1", errRecord},
		{"Type A's", "01 01 00 04 08 04 DEADBEEF 00 00 00 00 00 00", errRecord},
		{"no ISO 14443-4", "01 01 50 01020304 000041E0 B380A1 01 21", port.Fault(kiosk.MsgWrongCard)},
	} {
		l, err := listed(t, unhex(t, g.reply))
		if !errors.Is(err, g.want) || (err == nil) != (g.want == nil) || (l != nil) != (g.want == nil && g.reply != "00") {
			t.Errorf("%s: %v, %v; want %v", g.name, l, err, g.want)
		}
		if l != nil && l.tg != 1 {
			t.Errorf("%s: target %d", g.name, l.tg)
		}
	}
}

// FuzzTarget: a card is believed from a record of exactly its length alone.
func FuzzTarget(f *testing.F) {
	f.Fuzz(func(t *testing.T, reply []byte) {
		if len(reply) > MaxPD-1 {
			return
		}
		l, err := listed(t, reply)
		if l == nil {
			if err == nil && (len(reply) == 0 || reply[0] != 0) {
				t.Errorf("% X: nothing", reply)
			}
			return
		}
		if err != nil || reply[0] != 1 || len(reply) < 15 || len(reply) != 15+int(reply[14]) || reply[2] != 0x50 || l.cid > 15 {
			t.Errorf("% X: believed, %v", reply, err)
		}
	})
}
