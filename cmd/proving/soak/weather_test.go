package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/network"
)

// A tally counts what was done to all.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *tally) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[what]++
}

func (c *tally) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

func (c *tally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, k := range slices.Sorted(func(yield func(string) bool) {
		for k := range c.n {
			if !yield(k) {
				return
			}
		}
	}) {
		fmt.Fprintf(&b, "\n  %-42s %6d", k, c.n[k])
	}
	return b.String()
}

// weathers are the faults of a network, each with its strength by chance. What
// tears a handshake drops the connections that are there first.
var weathers = []struct {
	name string
	do   func(*network.Network, *rand.Rand) error
}{
	{"cut, and no port to dial", func(r *network.Network, _ *rand.Rand) error { r.Cut(); return nil }},
	{"answers lost", func(r *network.Network, _ *rand.Rand) error { return r.Silence() }},
	{"requests lost", beset("timeout", true, 0, "timeout", 0, 0)},
	{"requests late, some of them", beset("latency", true, 0.5, "latency", 200, 900)},
	{"answers late", beset("latency", false, 0, "latency", 100, 600)},
	{"requests reset", beset("reset_peer", true, 0, "timeout", 0, 20)},
	{"answers reset", beset("reset_peer", false, 0, "timeout", 0, 20)},
	{"torn in a request", beset("limit_data", true, 0, "bytes", 0, 40_000)},
	{"torn in an answer", beset("limit_data", false, 0, "bytes", 0, 3_000)},
	{"torn in the client's handshake", dropping(beset("limit_data", true, 0, "bytes", 0, 4_000))},
	{"torn in the authority's handshake", dropping(beset("limit_data", false, 0, "bytes", 0, 3_000))},
	{"a line of a few kB/s", beset("bandwidth", true, 0, "rate", 8, 64)},
	{"bytes by the handful", beset("slicer", true, 0, "average_size", 20, 400)},
	{"connections that end late", beset("slow_close", true, 0, "delay", 50, 400)},
	{"all said twice", func(r *network.Network, _ *rand.Rand) error { return r.Repeat() }},
	{"a request that arrives after its repetition", func(r *network.Network, _ *rand.Rand) error {
		_, _, err := r.Hold() // the mending lets it go
		return err
	}},
}

// beset is a toxic with one strength between from and to.
func beset(kind string, up bool, share float64, with string, from, to int) func(*network.Network, *rand.Rand) error {
	return func(r *network.Network, chance *rand.Rand) error {
		return r.Apply(network.Toxic{Type: kind, Up: up, Share: share, With: map[string]any{with: from + chance.IntN(to-from+1)}})
	}
}

func dropping(f func(*network.Network, *rand.Rand) error) func(*network.Network, *rand.Rand) error {
	return func(r *network.Network, chance *rand.Rand) error {
		if err := f(r, chance); err != nil {
			return err
		}
		return r.Drop()
	}
}

// between is a stretch of that much and that much of a day.
func between(chance *rand.Rand, day time.Duration, from, to float64) time.Duration {
	return time.Duration((from + chance.Float64()*(to-from)) * float64(day))
}

// pause says whether the month goes on after it.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// storm lets things happen to a kiosk's network until the month is over, every kind
// in turn by chance, and leaves it whole.
func (s *shop) storm(ctx context.Context, chance *rand.Rand, day time.Duration, done *tally) {
	deck := []int{}
	for pause(ctx, between(chance, day, 0.05, 0.5)) {
		if len(deck) == 0 {
			deck = chance.Perm(len(weathers))
		}
		w := weathers[deck[0]]
		deck = deck[1:]
		s.weather.Lock()
		if err := w.do(s.network, chance); err != nil {
			s.Errorf("%s: %v", w.name, err)
		}
		done.add("network: " + w.name)
		lasts := between(chance, day, 0.02, 0.4)
		if chance.IntN(12) == 0 {
			done.add("network: … for more than a day")
			lasts = between(chance, day, 1, 2.5)
		}
		pause(ctx, lasts)
		if err := s.network.Restore(); err != nil {
			s.Errorf("%s: %v", w.name, err)
		}
		s.weather.Unlock()
	}
}

// trouble makes the authority behave badly towards one message of records at a
// time: it never arrived, was answered and its answer dropped, late, twice, or with a death.
func (w *sandbox) trouble(ctx context.Context, chance *rand.Rand, day time.Duration, done *tally) {
	hows := []string{"drop", "mute", "late", "twice", "die"}
	for i := 0; pause(ctx, between(chance, day, 0.1, 0.6)); i++ {
		how := hows[i%len(hows)]
		order := appclient.Trouble{Message: "records", How: how, Nth: 1 + chance.IntN(20)}
		if err := w.App().SetTrouble(ctx, order); err == nil { // it may lie dead
			done.add("authority: " + how + " ordered")
		}
	}
}

// mind kills the authority by chance until the month is over, and starts it
// again, whatever it died of, until ctx ends: a death that was ordered within
// the month may come of a message after it.
func (w *sandbox) mind(ctx, month context.Context, chance *rand.Rand, day time.Duration, done *tally) {
	over, kills := month.Done(), 0
	for lives := true; lives; {
		var cut <-chan time.Time
		if over != nil {
			cut = time.After(between(chance, day, 0.3, 2))
		}
		select {
		case <-w.Done():
			done.add("authority: died of a message")
		case <-cut:
			w.kill()
			done.add("authority: killed")
			kills++
		case <-over:
			over = nil
			if kills > 0 {
				continue
			}
			w.kill() // once at least
			done.add("authority: killed")
			kills++
		case <-ctx.Done():
			return
		}
		pause(month, between(chance, day, 0, 0.3))
		lives = w.again()
	}
}
