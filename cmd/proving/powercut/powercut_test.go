package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
)

// The cuts need root and are no part of make test. What judges them is: a
// judge that finds everything good would pass two hundred of them.

// lived is a ledger's folder after a writer has worked on it for so many
// lines, and what the writer said.
func lived(t *testing.T, lines int) (dir string, p *promises) {
	t.Helper()
	dir, p = t.TempDir(), &promises{open: open{}}
	enough := errors.New("enough")
	h := &hand{r: rand.New(rand.NewPCG(7, 7))}
	h.say = func(format string, args ...any) error {
		must.OK(t, p.take(fmt.Sprintf(format, args...)))
		if p.last >= uint64(lines) && p.doing == "append" && format[:2] == "ok" {
			return enough
		}
		return nil
	}
	must.OK(t, h.open(filepath.Join(dir, "ledger")))
	var err error
	for err == nil {
		err = h.something()
	}
	must.OK(t, errors.Join(h.l.Close()))
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	return dir, p
}

func look(t *testing.T, dir string, p *promises) finding {
	t.Helper()
	f, err := lookLedger(dir, p)
	must.OK(t, err)
	return f
}

func TestALedgerThatIsAsPromisedHasNoFinding(t *testing.T) {
	dir, p := lived(t, 300)
	if f := look(t, dir, p); f.lost != 0 || len(f.wrongs) != 0 || f.aside || f.headAhead {
		t.Errorf("%+v", f)
	}
}

func TestLostRecordIsSeen(t *testing.T) {
	dir, p := lived(t, 100)
	p.last += 3
	if f := look(t, dir, p); f.lost != 3 {
		t.Errorf("3 were promised and are not there: %+v", f)
	}
}

func TestUnpromisedRecordMayBeThere(t *testing.T) {
	dir, p := lived(t, 100)
	appendOne(t, dir)
	if f := look(t, dir, p); !f.unasked || f.lost != 0 || len(f.wrongs) != 0 {
		t.Errorf("one was under way: %+v", f)
	}
	appendOne(t, dir)
	appendOne(t, dir)
	wantWrong(t, look(t, dir, p), "newest record")
}

func TestAnotherRecordOfTheSameNumberIsSeen(t *testing.T) {
	dir, p := lived(t, 100)
	p.hashes[p.last] = strings.Repeat("00", 32)
	wantWrong(t, look(t, dir, p), "another than the one promised")
}

// What a writer says between two openings may not go back: a ledger that began
// anew from nothing would else look whole.
func TestARecordLostBetweenTwoOpeningsIsSeen(t *testing.T) {
	for said, wrong := range map[string]bool{
		"ok 3 cc 5 aa": false, "shows 2 bb 5 aa": false, "shows 3 cc 5 aa": false,
		"ok 2 dd 5 aa": true, "shows 2 dd 5 aa": true, "shows 1 aa 5 aa": true, "ok 1 ee 5 aa": true, "ok 4 dd 5 aa": true,
		"wrong set aside": true,
	} {
		p := &promises{open: open{}}
		for _, line := range []string{"ok 1 aa 5 aa", "ok 2 bb 5 aa", "killed", "error append", "mended", said} {
			must.OK(t, p.take(line))
		}
		if got := len(p.wrongs) > 0; got != wrong || p.kills != 1 || p.mends != 1 {
			t.Errorf("%q: %q, killed %d, mended %d", said, p.wrongs, p.kills, p.mends)
		}
	}
}

func TestAForgottenIntentIsSeen(t *testing.T) {
	dir, p := lived(t, 100)
	p.open["1 a visit"] = true
	wantWrong(t, look(t, dir, p), "open is")
}

func TestAWatermarkThatFellOrRanAheadIsSeen(t *testing.T) {
	dir, p := lived(t, 300)
	if p.acked == 0 || p.acked == p.last {
		t.Fatalf("the writer acknowledged %d of %d: another seed is needed", p.acked, p.last)
	}
	fell := *p
	fell.acked, fell.asked = p.last+1, p.last+1
	wantWrong(t, look(t, dir, &fell), "next to send")
	ahead := *p
	ahead.acked, ahead.asked = 0, 0
	wantWrong(t, look(t, dir, &ahead), "next to send")
}

func TestRecordsThatWentUnacknowledgedAreSeen(t *testing.T) {
	dir, p := lived(t, 1200)
	p.asked = 1
	wantWrong(t, look(t, dir, p), "are gone and only 1")
}

func TestALedgerThatIsGoneIsSeen(t *testing.T) {
	dir, p := lived(t, 20)
	must.OK(t, os.RemoveAll(filepath.Join(dir, "ledger")))
	f := look(t, dir, p)
	wantWrong(t, f, "cannot be verified")
	if f.lost != 20 {
		t.Errorf("lost %d of 20", f.lost)
	}
}

func TestADamagedLedgerIsSeen(t *testing.T) {
	dir, p := lived(t, 60)
	file := filepath.Join(dir, "ledger", "live", "ledger.db")
	b := must.Read(t, file)
	for i := len(b) - 4096; i < len(b); i++ {
		b[i] ^= 0xFF
	}
	must.OK(t, os.WriteFile(file, b, 0o600))
	if f := look(t, dir, p); !f.aside || len(f.wrongs) == 0 {
		t.Errorf("%+v", f)
	}
}

func TestTheControlCountsUpToTheFirstTear(t *testing.T) {
	var file []byte
	for n := range 10 {
		file = append(file, controlRecord(uint64(n+1))...)
	}
	if got := controlHas(file); got != 10 {
		t.Errorf("%d of 10", got)
	}
	for _, at := range []int{0, 5*controlSize + 17, len(file) - 1} {
		torn := slices.Clone(file)
		torn[at] ^= 1
		if got := controlHas(torn); got != uint64(at/controlSize) {
			t.Errorf("torn at byte %d: %d", at, got)
		}
	}
	if got := controlHas(file[:len(file)-1]); got != 9 {
		t.Errorf("cut short: %d", got)
	}
}

// Each judgement ends the run with an error of its own.
func TestVerdictNamesThePartAtFault(t *testing.T) {
	for name, c := range map[string]struct {
		ledger, control, normal finding
		want                    error
	}{
		"good":    {finding{}, finding{}, finding{lost: 3}, nil},
		"lost":    {finding{lost: 1}, finding{}, finding{lost: 3}, errLost},
		"wrong":   {finding{wrongs: []string{"x"}}, finding{}, finding{lost: 3}, errLost},
		"ahead":   {finding{headAhead: true}, finding{}, finding{lost: 3}, errLost},
		"aside":   {finding{aside: true}, finding{}, finding{lost: 3}, errLost},
		"harness": {finding{}, finding{lost: 1}, finding{lost: 3}, errFault},
		"blind":   {finding{}, finding{}, finding{}, errBlind},
	} {
		b := &bench{sums: []*sum{{}, {}, {}}}
		for i, f := range []finding{c.ledger, c.control, c.normal} {
			b.sums[i].add(f, 10)
		}
		if err := b.verdict(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func wantWrong(t *testing.T, f finding, words string) {
	t.Helper()
	if !strings.Contains(strings.Join(f.wrongs, "\n"), words) {
		t.Errorf("found %+v, want %q", f, words)
	}
}

func appendOne(t *testing.T, dir string) {
	t.Helper()
	opt, err := ledgerOptions()
	must.OK(t, err)
	l, err := offline.OpenLedger(context.Background(), filepath.Join(dir, "ledger"), opt)
	must.OK(t, err)
	must.OK(t, errors.Join(l.Append(context.Background(), ended()), l.Close()))
}
