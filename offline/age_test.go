package offline

import (
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// Bodies are sealed: what was here when the ledger was opened has waited since
// then at least, what came later is known to the millisecond.
func TestTheAgeOfTheQueueIsNeverTooHigh(t *testing.T) {
	now := noon
	opt := testOptions()
	opt.Now = func() time.Time { return now }
	dir := newDir(t)
	l := mustOpen(t, dir, opt)
	check := func(n int, age time.Duration) {
		t.Helper()
		if got, oldest, err := l.Queue(t.Context()); err != nil || got != n || oldest != age {
			t.Errorf("%d wait for %v (%v), want %d and %v", got, oldest, err, n, age)
		}
	}
	check(0, 0)
	for range 3 {
		mustAppend(t, l, boot())
		now = now.Add(time.Minute)
	}
	check(3, 3*time.Minute)
	must.OK(t, l.Ack(t.Context(), upTo(l, 1)))
	check(2, 2*time.Minute)
	mustClose(t, l)
	now = now.Add(time.Hour)
	l = mustOpen(t, dir, opt)
	check(2, 0)
	now = now.Add(time.Minute)
	mustAppend(t, l, boot(), boot())
	now = now.Add(time.Minute)
	check(4, 2*time.Minute) // of the opening
	must.OK(t, l.Ack(t.Context(), upTo(l, 3)))
	check(2, time.Minute)
	now = noon // the clock goes back
	check(2, 0)
	must.OK(t, l.Ack(t.Context(), upTo(l, 5)))
	check(0, 0)
}

// The floor of the clock outlives restart and damage.
func TestTheLatestTimeOutlivesASpoiledLedger(t *testing.T) {
	s := newSpecimen(t, true)
	spoil(t, s.dir)
	opt := testOptions()
	opt.Now = func() time.Time { return noon.Add(-time.Hour) }
	for range 2 {
		l := mustOpen(t, s.dir, opt)
		if !l.Latest().Equal(noon) {
			t.Errorf("latest %v", l.Latest())
		}
		mustAppend(t, l, boot())
		mustClose(t, l)
	}
}
