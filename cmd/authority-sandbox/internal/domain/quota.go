package domain

import (
	"fmt"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// Quotas are what one kiosk may have of what costs all the others: every further
// row of it, and an attacker with one key makes as many as he is let. A kiosk that
// does what it should has a handful of ledgers in its life, sets nothing aside and
// asks some hundred times a day. Beyond a quota it is told to come later, so that
// what it holds is not lost, and staff is called.
type Quotas struct {
	Ledgers  int // with a record here
	Aside    int // records apart
	Requests int // of a day (UTC) that are worked on, each with a reply that is kept for two
}

// alarmsMost is how many alarms of one kiosk are listed. The last one says that
// there are more.
const alarmsMost = 1000

// pause is how long a kiosk at its quota waits. Staff has to do something first.
const pause = 60 * 60

// within refuses where a kiosk has its quota of a table.
func (b *batch) within(q store.Quota, most int) error {
	if fewer, err := b.Fewer(q, b.peer.Kiosk, most); err != nil || fewer {
		return err
	}
	if err := b.alarm(store.ID{}, 0, "quota-"+string(q), fmt.Sprintf("it has %d, and no more are taken", most)); err != nil {
		return err
	}
	return &refusal{code: wire.CodeBusy, detail: "this kiosk has its quota of " + string(q), after: pause}
}

// newLedger refuses a ledger too many. known are the records of the ledger that
// are here in and just before the batch: where there are any it is none.
func (b *batch) newLedger(epoch store.ID) error {
	if len(b.known) > 0 {
		return nil
	}
	if there, err := b.HasLedger(b.peer.Kiosk, epoch); err != nil || there {
		return err
	}
	return b.within(store.Ledgers, b.most.Ledgers)
}

// oneMoreApart refuses a batch with a record to be kept apart too many, before
// any of it is written: an answer cannot acknowledge what stands before that one
// without saying that it was kept.
func (b *batch) oneMoreApart(records []wire.Record) error {
	for i := range records {
		r := &records[i]
		if b.unfit(r) == "" {
			continue
		}
		there, err := b.IsAside(b.peer.Kiosk, store.Record{Epoch: r.Epoch, Seq: r.Seq, Hash: r.Hash})
		if err != nil || there {
			return err
		}
		return b.within(store.Aside, b.most.Aside)
	}
	return nil
}

// asks refuses a request whose reply would be one too many today, and calls staff.
// The last one that is answered cannot: it may be a repetition, which is answered
// before it is asked here.
func (s *Service) asks(c *call, path string) error {
	most := s.policy.Quotas.Requests
	if c.asked <= most {
		return nil
	}
	code := wire.CodeBusy
	if path == wire.PathHeartbeat || path == wire.PathRenew { // the contract has no 429 for these two
		code = wire.CodeUnavailable
	}
	return &refusal{code: code, detail: "too many requests today", after: uint32(day*60 - c.now%(day*60)), alarm: &store.Alarm{
		Kiosk: c.peer.Kiosk, Word: "quota-requests", Raised: c.now,
		Detail: fmt.Sprintf("it asked more than %d times on one day, and no more are answered", most)}}
}
