package offline

import (
	"context"
	"time"

	"multicopy.example/offline/record"
)

// ages knows since when records wait. Their own times lie sealed in their
// bodies, so of a record that was here when the ledger was opened no more is
// known than that it has waited since.
type ages struct {
	opened time.Time
	first  uint64  // the number of the record of at[0]
	at     []int64 // Unix ms, record by record since the opening
}

func (a *ages) add(now time.Time) { a.at = append(a.at, now.UnixMilli()) }

// drop forgets records up to seq.
func (a *ages) drop(seq uint64) {
	if seq < a.first {
		return
	}
	n := min(seq-a.first+1, uint64(len(a.at)))
	a.at, a.first = a.at[n:], a.first+n
}

func (a *ages) since(seq uint64) time.Time {
	if i := seq - a.first; seq >= a.first && i < uint64(len(a.at)) {
		return time.UnixMilli(a.at[i])
	}
	return a.opened
}

// Queue is how many records wait for the authority and how old the first of
// them is, never below zero, however the clock went. A record that was here
// when the ledger was opened counts from that moment: it is that old at least.
func (l *Ledger) Queue(ctx context.Context) (n int, oldest time.Duration, err error) {
	first, err := l.Unsent(ctx, 1)
	if err != nil {
		return 0, 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	n = int(l.waits)
	if len(first) == 0 {
		return n, 0, nil
	}
	since := l.ages.opened
	if line, err := record.Decode(first[0].Bytes); err == nil {
		since = line.Time // of version 1 in clear
	} else if first[0].Epoch == l.head.Epoch {
		since = l.ages.since(first[0].Seq)
	}
	return n, max(0, l.opt.Now().Sub(since)), nil
}
