package heartbeat

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// asked is an authority that is asked for its health.
type asked struct {
	mu     sync.Mutex
	times  int
	answer func() (port.Health, error)
}

func (a *asked) health(context.Context) (port.Health, error) {
	a.mu.Lock()
	a.times++
	answer := a.answer
	a.mu.Unlock()
	return answer()
}

func (a *asked) set(answer func() (port.Health, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

func (a *asked) n() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.times
}

func well() (port.Health, error) { return port.Health{Open: true, Now: time.Now().Unix()}, nil }

// living lets one kiosk keep its word for as long as do takes.
func living(t *testing.T, spread time.Duration, a *asked, do func(ctx context.Context, w *Word)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := NewWord(a.health, spread, rand.New(rand.NewPCG(1, 1)), time.Now)
		ended := make(chan error)
		go func() { ended <- w.Run(ctx, nil) }()
		do(ctx, w)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestAKioskThatIsHeardAsksForNothing: the answers to heartbeats are enough, and
// looking costs no request.
func TestAKioskThatIsHeardAsksForNothing(t *testing.T) {
	a := &asked{answer: well}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		begun := time.Now()
		for time.Since(begun) < 24*time.Hour {
			h, err := w.Health(ctx)
			if err != nil || !h.Open || h.Now != time.Now().Unix() {
				t.Fatalf("after %v: %+v, %v", time.Since(begun), h, err)
			}
			time.Sleep(20 * time.Second)
			if time.Since(begun)%(Period) == 0 {
				w.Heard(well())
			}
		}
	})
	if a.n() != 1 {
		t.Errorf("health was asked %d times", a.n())
	}
}

// TestAProgramThatIsStartedAgainAsksAtOnce, however far a fleet's first contacts
// are spread; one whose machine has just come up does not.
func TestAProgramThatIsStartedAgainAsksAtOnce(t *testing.T) {
	for _, alone := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			w := NewWord((&asked{answer: well}).health, time.Hour, rand.New(rand.NewPCG(1, 1)), time.Now)
			if alone {
				w.Alone()
			}
			begun, ended := time.Now(), make(chan error)
			go func() { ended <- w.Run(ctx, nil) }()
			if _, err := w.Health(ctx); err != nil || alone != (time.Since(begun) == 0) {
				t.Errorf("alone %v: after %v, %v", alone, time.Since(begun), err)
			}
			cancel()
			<-ended
		})
	}
}

// TestAWordThatNothingRenewsIsAskedForAgain, and not before it is due.
func TestAWordThatNothingRenewsIsAskedForAgain(t *testing.T) {
	a := &asked{answer: well}
	living(t, 0, a, func(context.Context, *Word) { time.Sleep(24*time.Hour - time.Second) })
	if n := int(24 * time.Hour / lasts); a.n() != n {
		t.Errorf("asked %d times in a day, want %d", a.n(), n)
	}
}

// TestAFailureIsTheWordAtOnceAndIsAskedAboutSoon: of a heartbeat too.
func TestAFailureIsTheWordAtOnceAndIsAskedAboutSoon(t *testing.T) {
	away := errors.New("no route")
	a := &asked{answer: well}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		time.Sleep(time.Minute) // it waits for a word that lasts long
		a.set(func() (port.Health, error) { return port.Health{}, away })
		w.Heard(port.Health{}, away)
		if _, err := w.Health(ctx); !errors.Is(err, away) {
			t.Errorf("the word is %v", err)
		}
		time.Sleep(time.Minute)
		if a.n() < 2 {
			t.Errorf("asked %d times within a minute", a.n()-1)
		}
		time.Sleep(time.Hour)
		n := a.n() - 1
		if n < 12 || n > 30 { // up to five minutes apart
			t.Errorf("asked %d times in an hour", n)
		}
		a.set(well)
		time.Sleep(5 * time.Minute)
		if h, err := w.Health(ctx); err != nil || !h.Open {
			t.Errorf("five minutes after its return: %+v, %v", h, err)
		}
	})
}

// TestComeLaterToAHeartbeatSaysNothingAboutVisits, where anything is known.
func TestComeLaterToAHeartbeatSaysNothingAboutVisits(t *testing.T) {
	busy := &wire.Refused{Code: wire.CodeUnavailable, After: time.Minute}
	a := &asked{answer: func() (port.Health, error) { return port.Health{}, busy }}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		if _, err := w.Health(ctx); !errors.Is(err, busy) {
			t.Errorf("nothing is known, and the word is %v", err)
		}
		w.Heard(well())
		w.Heard(port.Health{}, busy)
		if h, err := w.Health(ctx); err != nil || !h.Open {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

// TestTheFirstWordIsWaitedForAsLongAsItsReaderMay.
func TestTheFirstWordIsWaitedForAsLongAsItsReaderMay(t *testing.T) {
	a := &asked{answer: func() (port.Health, error) { time.Sleep(3 * time.Second); return well() }}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		soon, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := w.Health(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("before there is a word: %v", err)
		}
		if h, err := w.Health(ctx); err != nil || !h.Open {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

// TestAClosedServiceIsAskedWhenItOpens, and not by all kiosks in one second.
func TestAClosedServiceIsAskedWhenItOpens(t *testing.T) {
	a := &asked{}
	living(t, 30*time.Second, a, func(ctx context.Context, w *Word) {
		a.set(func() (port.Health, error) { return port.Health{Now: time.Now().Unix(), RetryAfter: 600}, nil })
		w.Heard(port.Health{Now: time.Now().Unix(), RetryAfter: 600}, nil)
		time.Sleep(600 * time.Second)
		if a.n() != 0 {
			t.Error("asked before it opens")
		}
		a.set(well)
		time.Sleep(time.Minute)
		if h, err := w.Health(ctx); err != nil || !h.Open || a.n() != 1 {
			t.Errorf("%+v, %v, asked %d times", h, err, a.n())
		}
	})
}

// foreign is an answer of something between the kiosk and the authority.
type foreign struct{ after time.Duration }

func (foreign) Error() string   { return "503 of a proxy" }
func (f foreign) Unwrap() error { return port.ErrRetryLater{After: f.after} }

// TestNoRetryAfterKeepsAKioskOutOfServiceForLong: it may be a proxy's word, and a
// refused heartbeat does not put off what is due.
func TestNoRetryAfterKeepsAKioskOutOfServiceForLong(t *testing.T) {
	a := &asked{answer: func() (port.Health, error) { return port.Health{}, foreign{6 * time.Hour} }}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		time.Sleep(time.Minute)
		a.set(well)
		time.Sleep(longest)
		if h, err := w.Health(ctx); err != nil || !h.Open {
			t.Errorf("%v after the authority's return: %+v, %v", longest, h, err)
		}
	})
	a = &asked{answer: well}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		time.Sleep(time.Second)
		w.Heard(port.Health{Now: time.Now().Unix(), RetryAfter: 300}, nil) // closed for five minutes
		w.Heard(port.Health{}, &wire.Refused{Code: wire.CodeUnavailable, After: time.Hour})
		time.Sleep(301 * time.Second)
		if h, err := w.Health(ctx); err != nil || !h.Open {
			t.Errorf("after the opening: %+v, %v", h, err)
		}
	})
}

// TestAnAuthorityThatDoesNotAnswerInTimeIsNotThere: the person's question ends by
// its own deadline.
func TestAnAuthorityThatDoesNotAnswerInTimeIsNotThere(t *testing.T) {
	a := &asked{answer: well}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		time.Sleep(time.Second)
		a.set(func() (port.Health, error) {
			time.Sleep(10 * time.Second)
			return port.Health{}, context.DeadlineExceeded
		})
		person, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if _, err := w.Ask(person); err == nil {
			t.Error("answered")
		}
		if _, err := w.Health(ctx); err == nil {
			t.Error("the next person is invited")
		}
		gone, leave := context.WithCancel(ctx)
		leave()
		a.set(well)
		time.Sleep(longest)
		a.set(func() (port.Health, error) { return port.Health{}, context.Canceled })
		w.Ask(gone)
		if _, err := w.Health(ctx); err != nil {
			t.Errorf("a question that was given up is a word: %v", err)
		}
	})
}

// TestAGoodWordGrowsOld where health is refused from then on.
func TestAGoodWordGrowsOld(t *testing.T) {
	a := &asked{answer: well}
	living(t, 0, a, func(ctx context.Context, w *Word) {
		time.Sleep(time.Second)
		a.set(func() (port.Health, error) { return port.Health{}, &wire.Refused{Code: wire.CodeUnavailable} })
		time.Sleep(2 * lasts)
		if h, err := w.Health(ctx); err == nil {
			t.Errorf("believed after %v of refusals: %+v", 2*lasts, h)
		}
	})
}

// TestAWordThatOpensNoVisitIsAskedAboutSoon where it does not say until when.
func TestAWordThatOpensNoVisitIsAskedAboutSoon(t *testing.T) {
	for name, h := range map[string]port.Health{"closed": {Now: 1}, "another time": {Open: true}} {
		a := &asked{}
		a.set(func() (port.Health, error) {
			if h.Now = time.Now().Unix(); h.Open {
				h.Now += 3600
			}
			return h, nil
		})
		living(t, 0, a, func(context.Context, *Word) { time.Sleep(time.Hour) })
		if n := a.n(); n < 12 || n > 30 {
			t.Errorf("%s: asked %d times in an hour", name, n)
		}
	}
}

func TestLastSaysWhenTheAuthorityWasLastHeardAndWhyItIsSilent(t *testing.T) {
	a := &asked{answer: well}
	living(t, time.Minute, a, func(ctx context.Context, w *Word) {
		if _, _, _, ok := w.Last(); ok {
			t.Error("a word before the first answer")
		}
		w.Ask(ctx)
		heard := time.Now()
		time.Sleep(time.Minute)
		if h, at, err, ok := w.Last(); !ok || err != nil || !at.Equal(heard) || h.Now != heard.Unix() {
			t.Errorf("%+v at %v: %v, %v", h, at, err, ok)
		}
		gone := errors.New("gone")
		w.Heard(port.Health{}, gone)
		if _, at, err, _ := w.Last(); !errors.Is(err, gone) || !at.Equal(heard) {
			t.Errorf("heard at %v: %v", at, err)
		}
	})
}
