package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// tenth is a tenth of the fleet and a tenth of the authority. Chance is ten
// times as loud there as in the whole fleet, so the seed is always the same.
func tenth() crowd { return crowd{kiosks: 3300, records: 50, load: full(3300), seed: 1} }

func come(t *testing.T, r *run) *run {
	t.Helper()
	var err error
	r.drained, err = drain(r.crowd, r.policy)
	must.OK(t, err)
	return r
}

func TestAFleetThatComesAtOnceStaysWithinTheCapacity(t *testing.T) {
	for _, away := range []time.Duration{0, 10 * time.Minute} {
		c := tenth()
		c.away = away
		if err := come(t, &run{crowd: c, policy: ours}).missed(); err != nil {
			t.Errorf("away %v: %v", away, err)
		}
	}
	for _, r := range weaker(tenth()) {
		if err := come(t, r).missed(); r.bar && err != nil {
			t.Errorf("%s: %v", r.name, err)
		}
	}
}

// The bars would be worth nothing if every policy met them.
func TestOtherPoliciesMissTheBars(t *testing.T) {
	for _, p := range peers {
		r := come(t, &run{crowd: tenth(), policy: p})
		if r.missed() == nil {
			t.Errorf("%s meets every bar", p.name)
		}
		if r.lost != 0 {
			t.Errorf("%s lost %d records: that is the simulation's, not the policy's", p.name, r.lost)
		}
	}
}

// More than a batch, and answers that are lost: what is sent again is known
// there, and nothing is left out between.
func TestQueuesOfMoreThanABatchArriveWhole(t *testing.T) {
	c := tenth()
	c.kiosks, c.records = 1000, 64
	r := come(t, &run{crowd: c, policy: ours})
	if r.lost != 0 || r.gaps != 0 || r.again == 0 {
		t.Errorf("%d lost, %d gaps, %d sent again", r.lost, r.gaps, r.again)
	}
}

// A sender that takes a refusal for an acknowledgement would be seen.
func TestLostRecordIsSeen(t *testing.T) {
	c := tenth()
	c.kiosks = 300
	liar := policy{"liar", func(s *shop, _ *rand.Rand) error {
		s.acked = 50
		return nil
	}}
	if r := come(t, &run{crowd: c, policy: liar}); r.lost != 300*50 {
		t.Errorf("%d of %d lost", r.lost, 300*50)
	}
}

func TestDayOfHeartbeatsAndRenewals(t *testing.T) {
	const kiosks = 500
	d, err := day(kiosks, full(kiosks), 1)
	must.OK(t, err)
	must.Note(t, d.missed(full(kiosks)))
	if n := sum(d.minutes(beats)); n < kiosks*90 || n > kiosks*100 {
		t.Errorf("%d signs of life in a day of %d kiosks", n, kiosks)
	}
	if d.late == 0 || d.renewed == 0 || sum(d.minutes(renewals)) < d.renewed {
		t.Errorf("%d late, %d renewed by %d requests", d.late, d.renewed, sum(d.minutes(renewals)))
	}
}

func sum(all []int) (n int) {
	for _, m := range all {
		n += m
	}
	return n
}

func TestTheSameSeedGivesTheSameTablesAndPictures(t *testing.T) {
	var texts, pictures []string
	for n := range 2 {
		dir := t.TempDir()
		var b bytes.Buffer
		c := crowd{kiosks: 300, records: 50, load: full(300), seed: 7}
		rows := []*run{come(t, &run{name: "a", crowd: c, policy: ours}), come(t, &run{name: "b", crowd: c, policy: peers[2]})}
		_ = table(&b, "", rows) // so few are as noisy as they like
		d, err := day(50, full(50), 7)
		must.OK(t, err)
		must.OK(t, plots(dir, filepath.Join(dir, "picture.svg"), rows, rows, d))
		all := ""
		for _, name := range []string{"picture.svg", "switched-on.svg", "after-outage.svg", "day.svg"} {
			p, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || len(p) < 1000 {
				t.Errorf("%s: %d bytes, %v", name, len(p), err)
			}
			all += string(p)
		}
		texts, pictures = append(texts, b.String()), append(pictures, all)
		if n > 0 && (texts[0] != texts[1] || pictures[0] != pictures[1]) {
			t.Error("two runs of one seed differ")
		}
	}
}

func TestTimePassesInOrderAndEndsForEveryGoroutine(t *testing.T) {
	c := &clock{}
	r := rand.New(rand.NewPCG(1, 1))
	var last time.Duration
	woken, ended := 0, 0
	for range 500 {
		c.live(time.Duration(r.Int64N(int64(time.Hour))), func(l *life) {
			defer func() { ended++ }()
			for {
				if c.now < last {
					t.Errorf("%v after %v", c.now, last)
				}
				last = c.now
				woken++
				if l.pass(time.Duration(r.Int64N(int64(time.Hour)))) != nil || woken%7 == 0 && l.park() != nil {
					return
				}
			}
		})
	}
	c.run(10 * time.Hour)
	if ended != 500 || woken < 600 {
		t.Errorf("%d ended, %d woken", ended, woken)
	}
}
