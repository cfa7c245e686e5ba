package run

import (
	"context"
	"time"

	"multicopy.example/kiosk"
)

// A readerQueue serves one caller of the reader at a time: every job waits for
// the one before, whose context was ended. It has no mutex: only the loop's
// goroutine calls its methods, but for sameFailure, which the jobs that recover
// call one after another; a job touches its own channels alone.
type readerQueue struct {
	last        chan struct{} // closed when the newest job has ended
	watch       uint64        // number of the current watch; 0 when none runs
	watches     uint64
	watching    kiosk.Watch
	cancelWatch context.CancelFunc // ends the watch
	away        bool               // the field is watched, and its card is not seen: it has left, or slipped
	lastFailure string             // what the last recovery met; for the jobs that recover alone
}

const (
	presenceInterval = 250 * time.Millisecond  // between two looks at the card: with one that no card answers, a lifted card shows within half a second
	retryInterval    = 400 * time.Millisecond  // between two tries at what cannot be spoken to
	awayAfter        = 200 * time.Millisecond  // … in which no card is found: shown as lifted
	emptyAfter       = 1200 * time.Millisecond // a field without a card for that long is empty
	readerInterval   = 2 * time.Second         // between two questions to an idle reader; a silent one is lost 2.1 s after
)

// push puts a job behind the ones before it.
func (n *readerQueue) push(job func()) {
	n.stopWatch()
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

func (n *readerQueue) stopWatch() {
	if n.cancelWatch != nil {
		n.cancelWatch()
		n.cancelWatch = nil
	}
	n.watch, n.watching, n.away = 0, kiosk.WatchNone, false
}

func (n *readerQueue) wait() {
	n.stopWatch()
	if n.last != nil {
		<-n.last
	}
}

// sameFailure reports whether a recovery failed as the one before it did. They follow
// each other every second while a reader is out, perhaps for a weekend: staff
// reads it once.
func (n *readerQueue) sameFailure(err error) bool {
	why := ""
	if err != nil {
		why = err.Error()
	}
	same := why != "" && why == n.lastFailure
	n.lastFailure = why
	return same
}

// updateWatch starts, keeps or ends the watch, as the state wants.
func (l *Loop) updateWatch() {
	want := l.state.Watch()
	if want == l.readerQueue.watching {
		return
	}
	l.readerQueue.stopWatch()
	if want == kiosk.WatchNone {
		return
	}
	ctx, cancel := context.WithCancel(l.ctx)
	card := l.visit.card
	l.readerQueue.watches++
	number := l.readerQueue.watches
	l.readerQueue.push(func() {
		defer cancel()
		if e := l.runWatch(ctx, want, number, card); e.Kind != kiosk.NoEvent && ctx.Err() == nil {
			l.send(ctx, reply{event: e, watch: number})
		}
	})
	l.readerQueue.watch, l.readerQueue.watching, l.readerQueue.cancelWatch = number, want, cancel
}

// runWatch returns when there is something to tell, or the watch is ended.
func (l *Loop) runWatch(ctx context.Context, m kiosk.Watch, number uint64, card Card) kiosk.Event {
	switch m {
	case kiosk.WatchCard:
		l.untilCardGone(ctx, card)
		return kiosk.Event{Kind: kiosk.CardGone}
	case kiosk.WatchReader:
		return l.untilReaderLost(ctx)
	}
	return l.untilFieldEmpty(ctx, number)
}

// untilFieldEmpty returns when no card of any kind has been seen for a while: the
// kiosk is free for the next resident then, and a card that slipped is not a card that
// was taken. The screen shows at once that it is not seen, as it was taken.
func (l *Loop) untilFieldEmpty(ctx context.Context, number uint64) kiosk.Event {
	away := false
	show := func(is bool) {
		if away != is {
			away = is
			l.send(ctx, reply{watch: number, shows: true, away: is})
		}
	}
	for ctx.Err() == nil {
		limit := awayAfter
		if away {
			limit = emptyAfter
		}
		short, cancel := context.WithTimeout(ctx, limit)
		c, err := l.Reader.Wait(short)
		timeout := short.Err() != nil
		cancel()
		switch {
		case err == nil:
			show(false)
			l.untilCardGone(ctx, c)
			show(true)
		case timeout && away:
			return kiosk.Event{Kind: kiosk.CardGone}
		case timeout:
			show(true)
		case messageOf(err, kiosk.MsgWrongCard) == kiosk.MsgReader:
			return kiosk.Event{Kind: kiosk.ReaderLost}
		default: // something lies there that cannot be spoken to, or two do
			show(false)
			pause(ctx, presenceInterval)
		}
	}
	return kiosk.Event{}
}

// untilReaderLost returns when the reader no longer answers. A question that has begun is
// finished even when the watch is over: a chip cut off in the middle of an
// answer is not known to be well.
func (l *Loop) untilReaderLost(ctx context.Context) kiosk.Event {
	for ctx.Err() == nil {
		err := l.Reader.Answers(l.ctx)
		if ctx.Err() == nil && err != nil && messageOf(err, kiosk.MsgReader) == kiosk.MsgReader {
			return kiosk.Event{Kind: kiosk.ReaderLost}
		}
		select {
		case <-ctx.Done():
		case <-time.After(readerInterval):
		}
	}
	return kiosk.Event{}
}

// untilCardGone returns when the card has left or the watch is ended. A look that has
// begun is finished even then: a link that is cut off in the middle of an
// exchange knows nothing of its card any more, and would be a card that left.
func (l *Loop) untilCardGone(ctx context.Context, card Card) {
	for card != nil && ctx.Err() == nil && card.Present(l.ctx) == nil {
		pause(ctx, presenceInterval)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
