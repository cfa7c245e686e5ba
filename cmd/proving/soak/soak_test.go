package soak

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

var (
	daysFlag   = flag.Int("days", 3, "simulated days of TestCountedOnce")
	dayFlag    = flag.Duration("day", 1500*time.Millisecond, "what one of them takes")
	visitsFlag = flag.Int("visits", 40, "visits a day to the busiest kiosk, of some eight lines each; the others have a third and an eighth")
	seedFlag   = flag.Uint64("seed", 0, "what happens when; 0 draws one")
)

// TestCountedOnce: three kiosks and an authority live through bad weather, dead
// lines and dead machines. One kiosk's disk is spoiled and one's is put back to
// yesterday. In the end each line that was ever promised is at the authority
// once, as it was written, or is set aside by name at both ends.
//
// The seed gives what happens and how strong; the moment is the machine's.
func TestCountedOnce(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d, %d days of %v", seed, *daysFlag, *dayFlag)
	stream := uint64(0)
	chance := func() *rand.Rand { stream++; return rand.New(rand.NewPCG(seed, stream)) }

	w, done := newSandbox(t), &tally{n: map[string]int{}}
	clock := fast{Start: time.Now(), Times: 24 * float64(time.Hour) / float64(*dayFlag)}
	shops := []*shop{}
	for i, perDay := range []int{*visitsFlag, *visitsFlag / 3, *visitsFlag / 8} {
		name := fmt.Sprintf("kiosk-%04d", i+2)
		w.enrol(name, time.Now().AddDate(0, 0, -1), time.Now().AddDate(1, 0, 0))
		shops = append(shops, newShop(t, w, life{Kiosk: name, Seed: seed + uint64(i), Clock: clock, PerDay: perDay, Days: *daysFlag}))
	}
	month, over := context.WithTimeout(t.Context(), time.Duration(*daysFlag)*(*dayFlag))
	defer over()
	// Lines may go out after the month, so the authority is minded until they are.
	ctx, settled := context.WithCancel(t.Context())
	var weather, kiosks, minded sync.WaitGroup
	defer minded.Wait()
	defer settled()
	failed := make(chan error, len(shops))
	for i, s := range shops {
		lot, sky := chance(), chance()
		weather.Go(func() { s.storm(month, sky, *dayFlag, done) })
		kiosks.Go(func() {
			if err := s.fate(month, lot, *dayFlag, done, []func(*shop, *rand.Rand) error{nil, spoil, rollBack}[i]); err != nil {
				failed <- err
				over()
			}
		})
	}
	pest, death := chance(), chance()
	weather.Go(func() { w.trouble(month, pest, *dayFlag, done) })
	minded.Go(func() { w.mind(ctx, month, death, *dayFlag, done) })
	kiosks.Wait()
	over()
	weather.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	settle(t, shops)
	settled()
	minded.Wait()
	judge(t, w, shops, done, time.Since(clock.Start))
}

// settle lets every kiosk finish, with a whole network.
func settle(t *testing.T, shops []*shop) {
	t.Helper()
	for _, s := range shops {
		for s.book.visited() < s.PerDay*s.Days {
			if !pause(t.Context(), 10*time.Millisecond) || !s.now.Running() {
				t.Fatalf("%s: %s", s.Kiosk, s.lastWords())
			}
		}
		must.OK(t, s.drain())
		must.OK(t, s.end())
	}
}

// judge compares and prints.
func judge(t *testing.T, w *sandbox, shops []*shop, done *tally, took time.Duration) {
	t.Helper()
	kept := make([]verdict, len(shops))
	apart := w.apart()
	for i, s := range shops {
		kept[i] = s.audit(t.Context(), w, apart)
	}

	flags, counts := map[string]int{}, map[string]int{}
	var promised, there, aside, unheard, receipts, lives int
	for i, s := range shops {
		promised, there, aside = promised+kept[i].promised, there+kept[i].kept, aside+kept[i].aside
		unheard, receipts, lives = unheard+kept[i].unheard, receipts+kept[i].receipts, lives+s.lives
		for f, n := range kept[i].flags {
			flags[f] += n
		}
		for c, n := range s.book.counts {
			counts[c] += n
		}
	}
	if len(apart) != 1 || aside != 1 {
		t.Errorf("one line was written under a number that was taken; %d are set aside by kiosks and %d by the authority", aside, len(apart))
	}
	if counts["ledgers set aside"] != 1 || counts["records carried over"] < owed {
		t.Errorf("one disk was spoiled with %d lines owed; %d ledgers were set aside, %d records carried over", owed, counts["ledgers set aside"], counts["records carried over"])
	}
	// The line behind the one that is set aside names a hash that the authority
	// does not have, and the successor of the spoiled ledger names a line that
	// was not the last told. Nothing else may: no gap, so nothing overtook.
	if want := map[string]int{"fork": 1, "lost-tail": 1}; !maps.Equal(flags, want) {
		t.Errorf("the authority marked %v, want %v", flags, want)
	}
	if got, want := w.alarms(), []string{"aside", "fork", "lost-tail"}; !slices.Equal(got, want) {
		t.Errorf("the authority calls for a person because of %q, want %q", got, want)
	}
	t.Logf("%d records promised by %d lives of %d kiosks in %v; %d at the authority (%d of kiosks that were killed before Append could say so), %d set aside by name at both ends, %d receipts verified",
		promised, lives, len(shops), took.Round(time.Second), there, unheard, aside, receipts)
	if promised != there-unheard+aside {
		t.Errorf("%d promised, and %d + %d found", promised, there-unheard, aside)
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "\n  %-42s %6d", k, counts[k])
	}
	t.Logf("hand-overs and ledgers:%s\nmisfortunes:%s", b.String(), done)
	if done.of("kiosk: power cut") == 0 || done.of("authority: killed")+done.of("authority: died of a message") == 0 || counts["batches later"] == 0 {
		t.Error("nothing went wrong: the month was idle")
	}
}
