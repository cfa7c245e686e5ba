package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func tapes(t *testing.T) map[string]*Tape {
	t.Helper()
	names, err := filepath.Glob("testdata/*.transcript")
	if err != nil || len(names) < len(cards) {
		t.Fatalf("%q, %v", names, err)
	}
	all := map[string]*Tape{}
	for _, name := range names {
		b := must.Read(t, name)
		tape, err := Read(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again := text(t, tape); again != string(b) {
			t.Errorf("%s: written again it is another", name)
		}
		all[name] = tape
	}
	return all
}

// replay lets the drivers go through a trial on a tape.
func replay(ctx context.Context, tape *Tape) (facts string, err error) {
	var said strings.Builder
	p := Play(tape)
	r := pn532.New(func() (pn532.Port, error) { return p, nil }, quietLog)
	o := Options{Log: quietLog, Patience: 30 * time.Second, Say: func(f string, args ...any) { fmt.Fprintf(&said, f+"\n", args...) }}
	err = converse(ctx, r, o)
	return said.String(), errors.Join(err, r.Close(), p.Over())
}

// Every committed transcript, from whatever reader, plays through the reader's
// and the card's driver to its last line.
func TestReplay(t *testing.T) {
	for name, tape := range tapes(t) {
		said, err := replay(t.Context(), tape)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := []string{"token: ", "the card is still there"}
		if _, ours := cards[strings.TrimSuffix(filepath.Base(name), ".transcript")]; ours { // other cards have other counters
			want = append(want, "token: My Number Card", "tries left: PIN 3, password 5", "only read")
		}
		for _, want := range want {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, said)
			}
		}
	}
}

// A tape that is longer, shorter or other than the conversation is noticed.
func TestReplayNoticesEveryDifference(t *testing.T) {
	tape := tapes(t)[filepath.Join("testdata", "short-identifiers.transcript")]
	for i, o := range tape.ops {
		if !o.host || o.kind != frame {
			continue
		}
		other := &Tape{ops: slices.Clone(tape.ops)}
		other.ops[i].pd = append(slices.Clone(o.pd[:len(o.pd)-1]), o.pd[len(o.pd)-1]^1)
		if _, err := replay(t.Context(), other); !errors.Is(err, ErrDiverged) {
			t.Errorf("line %d, %s, was changed: %v", i+1, o, err)
		}
	}
	longer := &Tape{ops: append(slices.Clone(tape.ops), op{host: true, kind: ack})}
	shorter := &Tape{ops: tape.ops[:len(tape.ops)-3]}
	for name, other := range map[string]*Tape{"longer": longer, "shorter": shorter} {
		if _, err := replay(t.Context(), other); !errors.Is(err, ErrDiverged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What went wrong is on the tape, and plays as it was: a reader that is silent,
// damaged, or says nothing that a PN532 says.
func TestTapeOfATroublePlaysTheSameTrouble(t *testing.T) {
	for name, f := range map[string]sim.Faults{
		"noise": {Noise: true}, "one read": {OneWrite: true}, "damaged": {BadDCS: true, After: 3}, "another reply": {BadCode: true, After: 7},
		"garbage": {Garbage: true, After: 8}, "NACK": {Nack: true, After: 7}, "half": {Half: true, After: 9}, "pieces": {Chain: 40}, "host's": {BadTFI: true, After: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual := laid(t, sim.NewCard(resident(t)))
			virtual.Fault(f)
			tape, err := Run(t.Context(), trial(virtual))
			again, err2 := Read(strings.NewReader(text(t, tape)))
			if err2 != nil {
				t.Fatal(err2)
			}
			_, replayed := replay(t.Context(), again)
			var was, is port.Fault
			lost, lostAgain := errors.As(err, &was), errors.As(replayed, &is)
			gone, goneAgain := errors.Is(err, port.ErrGone), errors.Is(replayed, port.ErrGone)
			if errors.Is(replayed, ErrDiverged) || lost != lostAgain || was != is || gone != goneAgain {
				t.Errorf("%v; played: %v\n%s", err, replayed, text(t, tape))
			}
		})
	}
}
