package admission

import (
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

func TestRequestsOfOneInstantAreSpreadOverTheFreeSeconds(t *testing.T) {
	p := New(2000)
	taken := 0
	back := map[time.Duration]int{}
	for i := range 33_000 {
		ok, after := p.Take(strconv.Itoa(i), noon)
		if ok {
			taken++
			continue
		}
		if after < time.Second || after%time.Second != 0 {
			t.Fatalf("come back after %v", after)
		}
		back[after]++
	}
	if taken != 500 {
		t.Errorf("%d were taken at one instant, want a quarter of a second's", taken)
	}
	for after, n := range back {
		if n > 1500 {
			t.Errorf("%d were told to come after %v", n, after)
		}
	}
	if n := len(back); n != 22 { // 32,500 in seconds of 1,500
		t.Errorf("the crowd was spread over %d seconds", n)
	}
}

func TestRequestAtItsPromisedSecondIsTaken(t *testing.T) {
	p := New(100)
	at := map[int][]int{0: make([]int, 3000)} // hundredths of a second → asked how often before
	taken, again := 0, 0
	for tick := 0; taken < 3000; tick++ {
		if tick > 100*3600 {
			t.Fatalf("%d of 3000 after an hour", taken)
		}
		for i, n := range at[tick] {
			ok, after := p.Take(strconv.Itoa(i), noon.Add(time.Duration(tick)*10*time.Millisecond))
			switch {
			case ok:
				taken++
			case n > 0:
				again++
				fallthrough
			default:
				back := tick + int(after/(10*time.Millisecond)) + i%100 // within its second
				at[back] = append(at[back], n+1)
			}
		}
	}
	if again > 30 {
		t.Errorf("%d of 3000 came when they were told and were sent away again", again)
	}
}

func TestCapacityIsNeverGivenTwice(t *testing.T) {
	p := New(50)
	taken := 0
	for ms := range 10_000 {
		for i := range 3 {
			if ok, _ := p.Take(strconv.Itoa(3*ms+i), noon.Add(time.Duration(ms)*time.Millisecond)); ok {
				taken++
			}
		}
	}
	if taken < 499 || taken > 513 { // 10 seconds of 50, and the burst once
		t.Errorf("%d were taken in ten seconds of 50", taken)
	}
}

func TestRequestsBeyondTheHorizonAreStillSpread(t *testing.T) {
	p := New(4) // 3 promises a second, 1,797 in all
	back := map[time.Duration]int{}
	for i := range 4000 {
		if ok, after := p.Take(strconv.Itoa(i), noon); !ok {
			back[after]++
		}
	}
	for after, n := range back {
		if after >= horizon*time.Second || n > 12 {
			t.Errorf("%d were told to come after %v", n, after)
		}
	}
}

func TestClockSetBackRefusesNoRequest(t *testing.T) {
	p := New(10)
	for range 1000 {
		p.Take("a", noon)
	}
	for _, clock := range []time.Time{noon.Add(-10 * 365 * 24 * time.Hour), noon.Add(20 * 365 * 24 * time.Hour), time.Unix(0, 0), time.Unix(-1000, 0)} {
		p.Take("a", clock)
		if ok, after := p.Take("a", clock.Add(time.Second)); !ok {
			t.Errorf("a second after the clock was set to %v: %v", clock, after)
		}
	}
}
