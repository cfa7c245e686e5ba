package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// after is a ledger that begins with the name of another's record.
func after(r port.Record) *ledger {
	l := newLedger()
	l.base = r.Hash
	return l
}

// cut is a copy of the ledger with its first n records alone.
func (l *ledger) cut(n int) *ledger {
	c := *l
	c.all = slices.Clone(l.all[:n])
	return &c
}

// tell hands all over as the kiosk does, from the number that it believes to
// be the first untold one, and stops at a record that is kept apart.
func (b *bench) tell(l *ledger, from int) {
	b.Helper()
	for rest := l.all[from:]; len(rest) > 0; {
		receipt, err := b.kiosk.Batch(b.Context(), rest)
		if errors.Is(err, port.ErrSetAside) {
			return
		}
		if err != nil || receipt.Seq < rest[0].Seq {
			b.Fatalf("%+v, %v", receipt, err)
		}
		rest = rest[receipt.Seq-rest[0].Seq+1:]
	}
}

// alarms are words and numbers, in order.
func (b *bench) alarms() (list []string) {
	b.Helper()
	all, err := b.sandbox.Service.AppAlarms(b.Context(), testKiosk)
	must.OK(b, err)
	for _, a := range all {
		if a.Detail == "" || a.Raised != b.clock.now().Unix() || a.Kiosk != testKiosk {
			b.Errorf("%+v", a)
		}
		list = append(list, fmt.Sprintf("%s %d", a.Word, a.Seq))
	}
	return list
}

func (b *bench) wantAlarms(list ...string) {
	b.Helper()
	if got := b.alarms(); !slices.Equal(got, list) {
		b.Errorf("alarms %q, want %q", got, list)
	}
}

// TestHonestKioskCallsNobody: a first ledger, a second one behind it that
// carries over what the first still owed, the same batches again, and a third.
func TestHonestKioskCallsNobody(t *testing.T) { onEach(t, honestKioskCallsNobody) }

func honestKioskCallsNobody(t *testing.T, on engine) {
	b := start(t, on)
	first := newLedger()
	first.lines(70)
	b.tell(first.cut(60), 0)
	b.tell(first, 55) // the answer to the last five was lost
	second := after(first.all[69])
	second.lines(3)
	b.tell(second, 0)
	b.tell(second, 0)
	third := after(second.all[2])
	third.lines(51)
	b.tell(third, 0)
	b.wantAlarms()
}

// TestKioskPutBackToAnOlderCopy: an attacker put yesterday's disk back. The first
// thing it writes stands under a number that it told before, and both heads
// are signed by it.
func TestKioskPutBackToAnOlderCopy(t *testing.T) { onEach(t, kioskPutBackToAnOlderCopy) }

func kioskPutBackToAnOlderCopy(t *testing.T, on engine) {
	for _, told := range []int{30, 40} { // what the copy believes it told
		b := start(t, on)
		l := newLedger()
		l.lines(50)
		b.tell(l, 0)
		old := l.cut(40)
		old.other = true
		old.lines(5)
		b.tell(old, told)
		b.wantAlarms("aside 41")
		b.headsContradict(l, old)
	}
}

// headsContradict: the kiosk's own signatures stand under both stories.
func (b *bench) headsContradict(l, other *ledger) {
	b.Helper()
	var heads []store.SignedHead
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) (err error) {
		heads, err = tx.Heads(testKiosk)
		return err
	})
	must.OK(b, err)
	signed := map[[32]byte]bool{}
	for _, h := range heads {
		key, err := x509.ParsePKIXPublicKey(h.Signer)
		must.OK(b, err)
		digest := wire.KioskHead(h.Epoch, h.Seq, h.Hash)
		if !ecdsa.VerifyASN1(key.(*ecdsa.PublicKey), digest[:], h.Signature) {
			b.Errorf("the head %d does not verify", h.Seq)
		}
		signed[h.Hash] = true
	}
	if !signed[l.all[len(l.all)-1].Hash] || !signed[other.all[len(other.all)-1].Hash] {
		b.Errorf("%d heads are kept, and not both ends", len(heads))
	}
}

// TestKioskRewritesARecord that it told, and everything behind it: the next
// one names a record that was not told.
func TestKioskRewritesARecord(t *testing.T) { onEach(t, kioskRewritesARecord) }

func kioskRewritesARecord(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	l.lines(10)
	b.tell(l, 0)
	forged := l.cut(4)
	forged.other = true
	forged.lines(8)
	b.tell(forged, 10)
	b.wantAlarms("fork 11")
}

// TestKioskDropsWhatItTold: the last three are gone, and their numbers are
// given again.
func TestKioskDropsWhatItTold(t *testing.T) { onEach(t, kioskDropsWhatItTold) }

func kioskDropsWhatItTold(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	l.lines(10)
	b.tell(l, 0)
	short := l.cut(7)
	short.other = true
	short.lines(1)
	b.tell(short, 7)
	b.wantAlarms("aside 8")
}

// TestKioskLeavesARecordOut that it had not told: the number is missing.
func TestKioskLeavesARecordOut(t *testing.T) { onEach(t, kioskLeavesARecordOut) }

func kioskLeavesARecordOut(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	l.lines(12)
	b.tell(l.cut(10), 0)
	b.tell(l, 11)
	b.tell(l, 11)
	b.wantAlarms("gap 12")
}

// TestKioskBeginsAnew and hides what it told: a new ledger that names nothing,
// something unknown, something that was not the last, or what another ledger
// has followed already.
func TestKioskBeginsAnew(t *testing.T) { onEach(t, kioskBeginsAnew) }

func kioskBeginsAnew(t *testing.T, on engine) {
	unknown := newLedger()
	unknown.lines(1)
	for name, c := range map[string]struct {
		begin func(told *ledger) *ledger
		want  string
	}{
		"as if it were new":     {func(*ledger) *ledger { return newLedger() }, "unlinked 1"},
		"behind something else": {func(*ledger) *ledger { return after(unknown.all[0]) }, "unlinked 1"},
		"behind an older head":  {func(told *ledger) *ledger { return after(told.all[6]) }, "lost-tail 1"},
		"beside its successor":  {func(told *ledger) *ledger { return after(told.all[9]) }, "lost-tail 1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, on)
			l := newLedger()
			l.lines(10)
			b.tell(l, 0)
			next := after(l.all[9])
			next.lines(2)
			b.tell(next, 0)
			b.wantAlarms()
			anew := c.begin(l)
			anew.lines(3)
			b.tell(anew, 0)
			b.tell(anew, 1)
			b.wantAlarms(c.want)
			kept, err := b.app.Records(t.Context(), testKiosk)
			if err != nil || len(kept) != 15 {
				t.Errorf("%d kept, %v: a flagged record is kept", len(kept), err)
			}
		})
	}
}

// TestAlarmsAreShown by the sub-command, each once however often it is told.
func TestAlarmsAreShown(t *testing.T) { onEach(t, alarmsAreShown) }

func alarmsAreShown(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	l.lines(3)
	b.tell(l, 0)
	fork := l.cut(3)
	fork.all[1].Bytes = []byte("something else")
	fork.all[1].Hash = sha256.Sum256(fork.all[1].Bytes)
	for range 3 {
		b.tell(fork, 0)
	}
	var out bytes.Buffer
	if status := run(t.Context(), &out, "alarms", "--dir", b.dir, "--kiosk", testKiosk); status != cli.Done {
		t.Fatal(status)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "aside") || !strings.Contains(lines[1], hex.EncodeToString(l.epoch[:4])) ||
		!strings.Contains(lines[1], hex.EncodeToString(l.all[1].Hash[:8])) || !strings.Contains(lines[1], hex.EncodeToString(fork.all[1].Hash[:8])) {
		t.Errorf("%s", out.String())
	}
	out.Reset()
	if status := run(t.Context(), &out, "alarms", "--dir", b.dir, "--kiosk", "kiosk-0002"); status != cli.Done || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%s, %d", out.String(), status)
	}
}
