package run

import (
	"context"
	"time"

	"multicopy.example/kiosk"
)

// The reader serves one caller at a time. A lane hands it on: every job waits
// for the one before, whose context was ended. No mutex: only the loop's
// goroutine touches a lane, jobs touch their channels alone.
type lane struct {
	last  chan struct{} // closed when the newest job has ended
	watch uint64        // number of the current watch; 0 when none runs
	count uint64
	mode  mode
	stop  context.CancelFunc // ends the watch
	why   string             // what the last recovery met; for the jobs that recover alone
}

// mode is what a watch looks for.
type mode uint8

const (
	blind mode = iota
	guest      // the session's card: gone when it, and no other, has left
	gate       // any card at all: the take-card gate stays shut while one is there
	idle       // nobody's card: whether the reader still answers
)

const (
	glance = 400 * time.Millisecond  // between two looks at the card
	empty  = 1200 * time.Millisecond // a field without a card for that long is empty
	asks   = 2 * time.Second         // between two questions to an idle reader; a silent one is lost 2.1 s after
)

// enter puts a job behind the ones before it.
func (n *lane) enter(job func()) {
	n.unwatch()
	before, mine := n.last, make(chan struct{})
	n.last = mine
	go func() {
		defer close(mine)
		if before != nil {
			<-before
		}
		job()
	}()
}

func (n *lane) unwatch() {
	if n.stop != nil {
		n.stop()
		n.stop = nil
	}
	n.watch, n.mode = 0, blind
}

func (n *lane) wait() {
	n.unwatch()
	if n.last != nil {
		<-n.last
	}
}

// again reports whether a recovery met what the one before it met. They follow
// each other every second while a reader is out, perhaps for a weekend: staff
// reads it once.
func (n *lane) again(err error) bool {
	why := ""
	if err != nil {
		why = err.Error()
	}
	same := why != "" && why == n.why
	n.why = why
	return same
}

// wanted is the watch that the state needs. While a command of the burst is
// under way nothing else may reach the card: a presence check between
// GET CHALLENGE and the opening would kill the challenge.
func wanted(s kiosk.State) mode {
	switch s.Place {
	case kiosk.Idle, kiosk.PageWhich, kiosk.PageNeither, kiosk.Needs:
		return idle
	}
	if !s.Card {
		return blind
	}
	switch s.Place {
	case kiosk.Opening, kiosk.Plan, kiosk.Code, kiosk.CodeAsked, kiosk.NewSecret, kiosk.Again, kiosk.Confirm,
		kiosk.LastTry, kiosk.Proof, kiosk.DoubtAgain:
		return guest
	case kiosk.Telling, kiosk.TakeCard:
		return gate
	}
	return blind
}

// watch starts, keeps or ends the watch, as the state wants.
func (l *Loop) watch() {
	want := wanted(l.state)
	if want == l.lane.mode {
		return
	}
	l.lane.unwatch()
	if want == blind {
		return
	}
	ctx, cancel := context.WithCancel(l.ctx)
	card := l.visit.card
	l.lane.count++
	number := l.lane.count
	l.lane.enter(func() {
		defer cancel()
		if e := l.look(ctx, want, card); e.Kind != kiosk.NoEvent && ctx.Err() == nil {
			l.send(ctx, arrival{event: e, watch: number})
		}
	})
	l.lane.watch, l.lane.mode, l.lane.stop = number, want, cancel
}

// look returns when there is something to tell, or the watch is ended.
func (l *Loop) look(ctx context.Context, m mode, card Card) kiosk.Event {
	switch m {
	case guest:
		l.stays(ctx, card)
		return kiosk.Event{Kind: kiosk.CardGone}
	case idle:
		return l.answers(ctx)
	}
	for ctx.Err() == nil {
		short, cancel := context.WithTimeout(ctx, empty)
		c, err := l.Reader.Wait(short)
		timeout := short.Err() != nil
		cancel()
		switch {
		case err == nil:
			l.stays(ctx, c)
		case timeout:
			return kiosk.Event{Kind: kiosk.CardGone}
		case word(err, kiosk.MsgWrongCard) == kiosk.MsgReader:
			return kiosk.Event{Kind: kiosk.ReaderLost}
		default: // something lies there that cannot be spoken to, or two do
			pause(ctx)
		}
	}
	return kiosk.Event{}
}

// answers returns when the reader no longer does. A question that has begun is
// finished even when the watch is over: a chip cut off in the middle of an
// answer is not known to be well.
func (l *Loop) answers(ctx context.Context) kiosk.Event {
	for ctx.Err() == nil {
		err := l.Reader.Answers(l.ctx)
		if ctx.Err() == nil && err != nil && word(err, kiosk.MsgReader) == kiosk.MsgReader {
			return kiosk.Event{Kind: kiosk.ReaderLost}
		}
		select {
		case <-ctx.Done():
		case <-time.After(asks):
		}
	}
	return kiosk.Event{}
}

// stays returns when the card has left or the watch is ended. A look that has
// begun is finished even then: a link that is cut off in the middle of an
// exchange knows nothing of its card any more, and would be a card that left.
func (l *Loop) stays(ctx context.Context, card Card) {
	for card != nil && ctx.Err() == nil && card.Present(l.ctx) == nil {
		pause(ctx)
	}
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(glance):
	}
}
