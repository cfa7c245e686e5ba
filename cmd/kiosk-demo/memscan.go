package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/memscan"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/cmd/kiosk-demo/internal/uidriver"
)

// scanMemory is a scripted visit during which the firmware's memory is searched:
// one copy of each secret while it is needed, none once it was wiped.
func scanMemory(ctx context.Context, o order) (err error) {
	if os.Geteuid() != 0 {
		return errors.New("memscan reads another process's memory: it needs root")
	}
	o.alone()
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.kiosk, err = s.virtual("kiosk", s.glass().W, s.glass().H); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	w := &watcher{session: s}
	if _, err := s.script(ctx, w.begin); err != nil {
		return err
	}
	if w.scans != len(expected) {
		return fmt.Errorf("%d scans were made, %d were due", w.scans, len(expected))
	}
	if w.wrong > 0 {
		return fmt.Errorf("memscan: %d counts were not as they must be", w.wrong)
	}
	fmt.Println("\nmemscan: one copy of each secret before its wipe, none after")
	return nil
}

// expected is how many copies of each secret there must be at each moment. The
// one-time password is wiped when the authority has taken it; the second entry
// of the new password when it was compared with the first.
var expected = map[uidriver.Moment]struct{ code, fresh, pin int }{
	uidriver.CodeTyped:  {code: 1},
	uidriver.NewTyped:   {fresh: 1},
	uidriver.ProofTyped: {fresh: 1, pin: 1},
	uidriver.Told:       {},
	uidriver.Home:       {},
}

type watcher struct {
	*session
	known *uidriver.Secrets
	scans int
	wrong int
}

func (w *watcher) begin(known *uidriver.Secrets) (func(context.Context, *uidriver.Resident) error, func(context.Context, uidriver.Moment) error) {
	w.known = known
	return w.prepare, w.look
}

// candidates is how many PINs are tried at once. Of the ten thousand PINs many
// stand somewhere in a hundred megabytes of fonts, code and tables.
const candidates = 256

// prepare waits for the attract screen and gives the resident a PIN, and the
// script a new password, that stand nowhere in the firmware's memory: a later
// find is then a copy of the secret and no coincidence.
func (w *watcher) prepare(ctx context.Context, r *uidriver.Resident) error {
	if err := r.WaitIdle(ctx); err != nil {
		return err
	}
	values := [][]byte{w.known.New}
	for range candidates {
		values = append(values, []byte(harness.DrawPIN(rand.IntN)))
	}
	found, err := memscan.Contains(ctx, w.demo.Kiosk.PID(), values)
	if err != nil {
		return err
	}
	if found[0] {
		return errors.New("a password that was just drawn stands in the firmware's memory")
	}
	for i, v := range values[1:] {
		if !found[i+1] {
			w.say("of %d PINs the first that is not in the firmware's memory is taken", candidates)
			return w.demo.Cards.Issue(w.demo.Cards.Find(w.resident), string(v), "")
		}
	}
	return errors.New("every PIN that was drawn stands in the firmware's memory already")
}

func (w *watcher) look(ctx context.Context, m uidriver.Moment) error {
	want, ok := expected[m]
	if !ok {
		return nil
	}
	const code, fresh, pin = "one-time password", "new password", "PIN"
	patterns := secretscan.Patterns(secretscan.Secret{Name: code, Value: w.known.Code}, secretscan.Secret{Name: fresh, Value: w.known.New}, secretscan.Secret{Name: pin, Value: w.known.Proof})
	r, err := memscan.Scan(ctx, w.demo.Kiosk.PID(), patterns)
	if err != nil {
		return err
	}
	w.scans++
	line := fmt.Sprintf("   memory at %q: %d mappings, %d MiB;", m, r.Regions, r.Bytes>>20)
	for _, c := range []struct {
		name string
		want int
	}{{code, want.code}, {fresh, want.fresh}, {pin, want.pin}} {
		got := r.Of(c.name)
		line += fmt.Sprintf(" %s %d", c.name, len(got))
		if len(got) == c.want {
			continue
		}
		w.wrong++
		line += fmt.Sprintf(" (FAIL, want %d)", c.want)
		for _, copy := range got {
			line += "\n             " + copy.String()
		}
	}
	w.say("%s", line)
	return nil
}
