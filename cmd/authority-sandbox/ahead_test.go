package main

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// outcome appends the record of what came of a grant, version 1 with its body
// in clear (offline/record).
func (l *ledger) outcome(s kiosk.SessionID, g kiosk.GrantID, o kiosk.Outcome) port.Record {
	r := port.Record{Epoch: l.epoch, Seq: uint64(len(l.all) + 1), Prev: l.base}
	if len(l.all) > 0 {
		r.Prev = l.all[len(l.all)-1].Hash
	}
	unknown := int8(-1)
	b := append([]byte{1, byte(kiosk.EntryOutcome), 0, byte(unknown)}, l.epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Seq)
	b = append(append(append(b, r.Prev[:]...), s[:]...), g[:]...)
	b = append(b, 0, 20, byte(kiosk.FlowP), byte(kiosk.Reset), byte(unknown), byte(o))
	r.Bytes = append(b, make([]byte, 16)...)
	r.Hash = sha256.Sum256(r.Bytes)
	l.all = append(l.all, r)
	return r
}

// inDoubt is a ledger that was told up to a number and holds the outcome of a
// real grant as record 121 of 151.
func (b *bench) inDoubt(told int) (l *ledger, reservation func() string) {
	b.Helper()
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	s := b.claim(c, r)
	g := b.mustGrant(c, s, kiosk.Reset)
	l = newLedger()
	l.lines(120)
	l.outcome(s.ID, g.ID, kiosk.Done)
	l.lines(30)
	b.tell(l.cut(told), 0)
	return l, func() string { return b.state(r).State }
}

// alone hands one record over.
func (b *bench) alone(r port.Record) {
	b.Helper()
	receipt, err := b.kiosk.Batch(b.Context(), []port.Record{r})
	if err != nil || receipt.Seq != r.Seq || receipt.Head != r.Hash || len(receipt.Signature) == 0 {
		b.Fatalf("record %d alone: %+v, %v", r.Seq, receipt, err)
	}
}

// wantTold looks at how far the ledger has come, and at the mark of its 121st
// record.
func (b *bench) wantTold(l *ledger, told uint64, mark string) {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) error {
		got, err := tx.Told(testKiosk, l.epoch)
		if err != nil {
			return err
		}
		known, err := tx.Known(testKiosk, l.epoch, 121, 121)
		if got != told || known[121].Flags != mark {
			b.Errorf("told up to %d and record 121 is marked %q, want %d and %q", got, known[121].Flags, told, mark)
		}
		return err
	})
	must.OK(b, err)
}

// TestOutcomeToldAheadIsLearnt at once, moves nothing, and has its turn later:
// counted once, no flag, no alarm.
func TestOutcomeToldAheadIsLearnt(t *testing.T) { onEach(t, outcomeToldAheadIsLearnt) }

func outcomeToldAheadIsLearnt(t *testing.T, on engine) {
	for _, told := range []int{0, 1, 50, 119, 120} {
		b := start(t, on)
		l, state := b.inDoubt(told)
		for range 2 { // the answer was lost
			b.alone(l.all[120])
			if s := state(); s != "done" {
				t.Fatalf("told up to %d: the reservation is %s", told, s)
			}
		}
		if told < 120 {
			b.wantTold(l, uint64(told), "ahead ")
		} else {
			b.wantTold(l, 121, "")
		}
		b.tell(l, told)
		b.wantTold(l, 151, "")
		b.wantAlarms()
		kept, err := b.app.Records(t.Context(), testKiosk)
		if err != nil || len(kept) != 151 {
			t.Errorf("%d kept, %v", len(kept), err)
		}
	}
}

// TestTurnOfAnOutcomeAlone comes in a batch of one, too.
func TestTurnOfAnOutcomeAlone(t *testing.T) { onEach(t, turnOfAnOutcomeAlone) }

func turnOfAnOutcomeAlone(t *testing.T, on engine) {
	b := start(t, on)
	l, _ := b.inDoubt(50)
	b.alone(l.all[120])
	b.tell(l.cut(120), 50)
	b.wantTold(l, 120, "ahead ")
	b.alone(l.all[120])
	b.wantTold(l, 121, "")
	b.tell(l, 121)
	b.wantAlarms()
}

// TestPredecessorsThatNeverCome: the outcome that was told ahead is no record's
// bridge. What is left out is found at the next batch, wherever that begins.
func TestPredecessorsThatNeverCome(t *testing.T) { onEach(t, predecessorsThatNeverCome) }

func predecessorsThatNeverCome(t *testing.T, on engine) {
	for _, c := range []struct {
		from int
		want string
	}{{51, "gap 52"}, {119, "gap 120"}, {120, "gap 121"}, {121, "gap 122"}, {130, "gap 131"}} {
		b := start(t, on)
		l, _ := b.inDoubt(50)
		b.alone(l.all[120])
		b.wantAlarms()
		b.tell(l, c.from)
		b.tell(l, c.from)
		b.wantAlarms(c.want)
	}
}

// TestOutcomeBehindAGap is late and not ahead: the ledger was told past it.
func TestOutcomeBehindAGap(t *testing.T) { onEach(t, outcomeBehindAGap) }

func outcomeBehindAGap(t *testing.T, on engine) {
	b := start(t, on)
	l, state := b.inDoubt(50)
	b.tell(l, 130)
	b.alone(l.all[120])
	b.wantTold(l, 151, "gap ")
	if got := b.alarms(); len(got) != 2 || got[0] != "gap 121" || got[1] != "gap 131" {
		t.Errorf("alarms %q", got)
	}
	if s := state(); s != "done" {
		t.Errorf("the reservation is %s", s)
	}
}

// TestPredecessorsThatAreOthers: what came before the outcome was rewritten
// after it had been told, or the outcome itself was.
func TestPredecessorsThatAreOthers(t *testing.T) { onEach(t, predecessorsThatAreOthers) }

func predecessorsThatAreOthers(t *testing.T, on engine) {
	b := start(t, on)
	l, _ := b.inDoubt(50)
	b.alone(l.all[120])
	forged := l.cut(100)
	forged.other = true
	forged.lines(20)
	forged.all = append(forged.all, l.all[120:]...)
	b.tell(forged, 50)
	b.wantTold(l, 151, "fork ")
	b.wantAlarms("fork 121")

	b = start(t, on)
	l, _ = b.inDoubt(50)
	b.alone(l.all[120])
	forged = l.cut(118) // an older copy was put back
	forged.other = true
	forged.lines(5)
	b.tell(forged, 50)
	b.wantAlarms("aside 121")
	b.wantTold(l, 120, "ahead ")
}

// TestKioskDropsAnOutcomeToldAhead: its next ledger follows the record before,
// as if there had been no more.
func TestKioskDropsAnOutcomeToldAhead(t *testing.T) { onEach(t, kioskDropsAnOutcomeToldAhead) }

func kioskDropsAnOutcomeToldAhead(t *testing.T, on engine) {
	b := start(t, on)
	l, _ := b.inDoubt(50)
	b.alone(l.all[120])
	b.tell(l.cut(120), 50)
	next := after(l.all[119])
	next.lines(3)
	b.tell(next, 0)
	b.wantAlarms("lost-tail 1")
}

// TestNewLedgerIsInDoubtBeforeTheOldOneIsTold: what was carried over from a
// ledger that was set aside comes behind an outcome of its successor.
func TestNewLedgerIsInDoubtBeforeTheOldOneIsTold(t *testing.T) {
	onEach(t, newLedgerIsInDoubtBeforeTheOldOneIsTold)
}

func newLedgerIsInDoubtBeforeTheOldOneIsTold(t *testing.T, on engine) {
	b := start(t, on)
	l, state := b.inDoubt(0)
	old := newLedger()
	old.lines(60)
	l.base = old.all[59].Hash
	first := l.all[120]
	l.all = nil
	l.lines(120)
	h, err := record.DecodeHeader(first.Bytes)
	must.OK(t, err)
	b.alone(l.outcome(h.Session, h.Grant, kiosk.Done))
	if s := state(); s != "done" {
		t.Errorf("the reservation is %s", s)
	}
	b.tell(old, 0)
	b.tell(l, 0)
	b.wantAlarms()
}

// TestKioskThatTellsOutcomesAlone and never what came before them: no batch
// shows it, so a day is what it gets.
func TestKioskThatTellsOutcomesAlone(t *testing.T) { onEach(t, kioskThatTellsOutcomesAlone) }

func kioskThatTellsOutcomesAlone(t *testing.T, on engine) {
	b := start(t, on)
	l, _ := b.inDoubt(50)
	b.alone(l.all[120])
	b.clock.pass(24*time.Hour - time.Second)
	b.wantAlarms()
	b.clock.pass(time.Second)
	b.wantAlarms("untold 121")
	b.tell(l, 50)
	b.wantAlarms()
}

// TestNothingElseComesAhead: two records, another kind, an outcome of no grant,
// and one that says in clear that it is another record.
func TestNothingElseComesAhead(t *testing.T) { onEach(t, nothingElseComesAhead) }

func nothingElseComesAhead(t *testing.T, on engine) {
	lone := func(f func(*ledger)) []port.Record {
		l := newLedger()
		l.lines(9)
		f(l)
		return l.all[9:]
	}
	for name, records := range map[string][]port.Record{
		"two": lone(func(l *ledger) {
			l.outcome(kiosk.SessionID{1}, kiosk.GrantID{1}, kiosk.Done)
			l.outcome(kiosk.SessionID{2}, kiosk.GrantID{2}, kiosk.Done)
		}),
		"another kind": lone(func(l *ledger) {
			r := l.outcome(kiosk.SessionID{1}, kiosk.GrantID{1}, kiosk.Done)
			r.Bytes[1] = byte(kiosk.EntrySettled)
			r.Hash = sha256.Sum256(r.Bytes)
			l.all[9] = r
		}),
		"no grant": lone(func(l *ledger) { l.outcome(kiosk.SessionID{1}, kiosk.GrantID{}, kiosk.Failed) }),
		"another number": lone(func(l *ledger) {
			l.outcome(kiosk.SessionID{1}, kiosk.GrantID{1}, kiosk.Done)
			l.all[9].Seq = 12
		}),
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, on)
			receipt, err := b.kiosk.Batch(t.Context(), records)
			if err != nil || receipt.Seq != records[len(records)-1].Seq {
				t.Fatalf("%+v, %v", receipt, err)
			}
			if got := b.alarms(); len(got) != 1 || got[0][:4] != "gap " {
				t.Errorf("alarms %q", got)
			}
		})
	}
}
