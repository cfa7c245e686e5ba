package offline

import (
	"iter"

	"multicopy.example/kiosk"
)

// openIntent is an intent without outcome and the place of its record: in
// table record where old is 0, else in table old.
type openIntent struct {
	entry kiosk.Entry
	seq   uint64
	old   int64
}

// intents are those that are open: of records carried over, which are older, and
// of the ledger's own.
type intents struct {
	carried, own ordered[intentKey, openIntent]
}

type intentKey struct {
	session kiosk.SessionID
	intent  kiosk.Intent
}

// add is the whole rule: a record ends the intents of its session that its kind
// closes, and may begin one itself. old is its row in table old, 0 where it has
// none.
func (is *intents) add(e kiosk.Entry, seq uint64, old int64) {
	for i := kiosk.NoIntent + 1; i < kiosk.Intents; i++ {
		if e.Kind.Closes(i) {
			is.carried.forget(intentKey{e.Session, i})
			is.own.forget(intentKey{e.Session, i})
		}
	}
	to := &is.own
	if old != 0 {
		to = &is.carried
	}
	if i := e.Kind.Intent(); i != kiosk.NoIntent {
		to.add(intentKey{e.Session, i}, openIntent{e, seq, old})
	}
}

// all are the open intents, oldest first.
func (is *intents) all() iter.Seq[openIntent] {
	return func(yield func(openIntent) bool) {
		for i := range is.carried.all() {
			if !yield(i) {
				return
			}
		}
		is.own.all()(yield)
	}
}
