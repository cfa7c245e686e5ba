package admission

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

// honest is a kiosk with a queue of batches, which comes back when it was told
// to, or up to a second later (offline/backoff).
type honest struct {
	left  int           // batches
	tries int           // of the one at hand
	worst int           // tries of any
	at    time.Duration // when it comes next
}

// TestOneSenderOutOfAllBoundsCostsTheOthersNothing: a sender asks 8,000 times a
// second for as long as 500 kiosks hand over 10 batches each. Each batch is
// taken at the fourth try at the latest, and all are through in the time that
// the capacity needs, twice over. Both hold for an authority that has room for all
// of them, and for one that has not.
func TestOneSenderOutOfAllBoundsCostsTheOthersNothing(t *testing.T) {
	for _, rate := range []int{2000, 200, 100} {
		for _, spread := range []time.Duration{0, time.Minute} {
			t.Run(fmt.Sprint(rate, "/s, spread over ", spread), func(t *testing.T) { oneSender(t, rate, spread) })
		}
	}
}

func oneSender(t *testing.T, rate int, spread time.Duration) {
	const kiosks, batches, tries = 500, 10, 4
	p := New(rate)
	r := rand.New(rand.NewPCG(1, 1))
	all := make([]honest, kiosks)
	for i := range all {
		all[i] = honest{left: batches, at: time.Duration(r.Int64N(int64(spread) + 1))}
	}
	limit := spread + 2*kiosks*batches*time.Second/time.Duration(rate) + 2*batches*time.Second
	left, greedy := kiosks, 0
	for at := time.Duration(0); left > 0; at += time.Millisecond {
		if at > limit {
			t.Fatalf("%d of %d kiosks are not through after %v; the sender had %d", left, kiosks, limit, greedy)
		}
		for range 8 {
			if ok, _ := p.Take("greedy", noon.Add(at)); ok {
				greedy++
			}
		}
		for i := range all {
			k := &all[i]
			if k.left == 0 || at < k.at {
				continue
			}
			k.tries++
			k.worst = max(k.worst, k.tries)
			ok, after := p.Take(strconv.Itoa(i), noon.Add(at))
			if !ok {
				k.at = at + after + time.Duration(r.Int64N(int64(max(after/8, time.Second))))
				continue
			}
			k.tries, k.at = 0, at+50*time.Millisecond // its answer is on the way
			if k.left--; k.left == 0 {
				left--
			}
		}
	}
	for i, k := range all {
		if k.worst > tries {
			t.Errorf("kiosk %d asked %d times for one batch", i, k.worst)
		}
	}
}

func TestKioskAloneHasTheWholeCapacity(t *testing.T) {
	p := New(2000)
	taken := 0
	for ms := range 10_000 {
		for range 2 {
			if ok, _ := p.Take("a", noon.Add(time.Duration(ms)*time.Millisecond)); ok {
				taken++
			}
		}
	}
	if taken < 19_000 {
		t.Errorf("%d of 20,000 were taken in ten seconds of 2,000", taken)
	}
}

func TestKioskThatComesTooEarlyIsToldTheRestOfItsWait(t *testing.T) {
	p := New(4)
	for i := range 40 {
		p.Take(strconv.Itoa(i), noon)
	}
	_, first := p.Take("a", noon)
	if first < 3*time.Second {
		t.Fatalf("told to wait %v behind 39", first)
	}
	for s := time.Duration(0); s < first; s += time.Second {
		for range 1000 {
			if ok, after := p.Take("a", noon.Add(s)); ok || after != first-s {
				t.Fatalf("after %v of %v: %v, %v", s, first, ok, after)
			}
		}
	}
	if _, after := p.Take("b", noon.Add(first-time.Second)); after > 3*time.Second {
		t.Errorf("the next kiosk waits %v: the asking has booked places", after)
	}
}

func TestKiosksThatAskNoMoreAreForgotten(t *testing.T) {
	p := New(1 << 20)
	most := 0
	for i := range 200_000 {
		p.Take(strconv.Itoa(i), noon.Add(time.Duration(i)*10*time.Millisecond))
		most = max(most, len(p.kiosks.known))
	}
	if most > 2048 {
		t.Errorf("%d are kept, 100 come a second", most)
	}
}

func TestMemoryOfKiosksIsBounded(t *testing.T) {
	p := New(1 << 20)
	p.kiosks.most = 2000
	for i := range 100_000 {
		p.Take(strconv.Itoa(i), noon)
	}
	if n := len(p.kiosks.known); n > 2001 {
		t.Errorf("%d are kept", n)
	}
}
