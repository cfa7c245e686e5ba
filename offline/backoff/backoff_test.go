package backoff

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk/port"
)

var policy = Policy{Spread: 30 * time.Second, Base: time.Second, Max: 5 * time.Minute, Unreachable: 30 * time.Second}

func pacer(seed uint64) *Backoff { return New(policy, rand.New(rand.NewPCG(seed, 7))) }

func within(t *testing.T, what string, d, least, most time.Duration) {
	t.Helper()
	if d < least || d > most {
		t.Errorf("%s: %v, want %v to %v", what, d, least, most)
	}
}

var (
	errNobody = fmt.Errorf("authority: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")})
	errDoor   = fmt.Errorf("authority: %w", port.ErrHandshake)
	errCut    = fmt.Errorf("authority: %w", &net.OpError{Op: "read", Err: errors.New("connection reset by peer")})
)

func TestRetryAfterIsNeverShortened(t *testing.T) {
	for seed := range uint64(200) {
		p := pacer(seed)
		more := 2500 * time.Millisecond // an eighth of 20 s
		for n := range 6 {
			within(t, fmt.Sprint("seed ", seed, " refusal ", n), p.Next(20*time.Second, errCut), 20*time.Second, 20*time.Second+min(more, policy.Spread))
			more *= 2
		}
		p.Reset()
		within(t, "after a good one", p.Next(2*time.Second, nil), 2*time.Second, 3*time.Second)
		within(t, "a nonsensical word", p.Next(365*24*time.Hour, nil), 24*time.Hour, 24*time.Hour+policy.Spread)
	}
}

// An authority that tells all kiosks the same has them all back at one moment,
// unless they see through it.
func TestEqualRetryAfterIsSpreadWhenRepeated(t *testing.T) {
	least, most := time.Hour, time.Duration(0)
	for seed := range uint64(1000) {
		p := pacer(seed)
		var at time.Duration
		for range 6 {
			at += p.Next(5*time.Second, nil)
		}
		least, most = min(least, at), max(most, at)
	}
	if most-least < 30*time.Second {
		t.Errorf("a thousand kiosks came back within %v", most-least)
	}
}

func TestPausesDoubleByWhatTheyCost(t *testing.T) {
	for seed := range uint64(200) {
		for _, c := range []struct {
			why         error
			first, last time.Duration
		}{{errNobody, 15 * time.Second, 30 * time.Second}, {errDoor, 15 * time.Second, 30 * time.Second}, {errCut, time.Second, 5 * time.Minute}, {errors.New("status 502"), time.Second, 5 * time.Minute}} {
			p := pacer(seed)
			for d, n := c.first, 0; n < 100; d, n = min(2*d, c.last), n+1 {
				within(t, fmt.Sprint(c.why, " ", n), p.Next(0, c.why), d/2, d)
			}
			p.Reset()
			within(t, "after a good one", p.Next(0, c.why), c.first/2, c.first)
		}
	}
}

// What a night of failed attempts has taught says nothing of an
// authority that opens and loses one answer.
func TestALostAnswerAfterAnOutageIsSentAgainSoon(t *testing.T) {
	p := pacer(1)
	for range 500 {
		p.Next(0, errNobody)
	}
	within(t, "the first lost answer", p.Next(0, errCut), time.Second/2, time.Second)
}

func TestNoTwoKiosksComeAtOnce(t *testing.T) {
	for name, next := range map[string]func(*Backoff) time.Duration{
		"first":  (*Backoff).First,
		"door":   func(p *Backoff) time.Duration { return p.Next(0, errDoor) },
		"refuse": func(p *Backoff) time.Duration { return p.Next(10*time.Second, nil) },
	} {
		var all []time.Duration
		for seed := range uint64(1000) {
			all = append(all, next(pacer(seed)))
		}
		slices.Sort(all)
		width := all[len(all)-1] - all[0]
		for n := range 10 { // no tenth of the time holds more than two tenths of them
			from := all[0] + width*time.Duration(n)/10
			in := 0
			for _, d := range all {
				if d >= from && d < from+width/10 {
					in++
				}
			}
			if width < time.Second || in > 200 {
				t.Errorf("%s: %d of 1000 in a tenth of %v", name, in, width)
			}
		}
	}
}

func TestNoPolicyIsNoPause(t *testing.T) {
	p := New(Policy{}, rand.New(rand.NewPCG(1, 1)))
	if d := p.First() + p.Next(0, errCut) + p.Next(0, errNobody); d != 0 {
		t.Errorf("%v", d)
	}
}

func TestOnlyAFailedDialOrHandshakeIsUnreachable(t *testing.T) {
	for err, want := range map[error]bool{errNobody: true, errDoor: true, errCut: false, io.EOF: false, errors.New("no route"): false} {
		if Unreachable(err) != want {
			t.Errorf("%v: %v", err, !want)
		}
	}
	if Unreachable(nil) {
		t.Error("no error is a closed door")
	}
}
