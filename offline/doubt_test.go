package offline

import (
	"slices"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func wantDoubts(t *testing.T, l *Ledger, want ...uint64) {
	t.Helper()
	rs, err := l.Doubts(t.Context())
	must.OK(t, err)
	var got []uint64
	for _, r := range rs {
		got = append(got, r.Seq)
	}
	if !slices.Equal(got, want) {
		t.Errorf("records %d are in doubt, want %d", got, want)
	}
}

// What is known in memory is known again from headers alone after the power
// was gone, and no more than that.
func TestPowerGoneBeforeSettleIsKnownFromHeaders(t *testing.T) {
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(1)...)    // 1 to 8, settled
	mustAppend(t, l, cutShort(2)...) // 9 to 14
	mustAppend(t, l, boot())         // 15
	mustAppend(t, l, cutShort(3)...) // 16 to 21
	asked := visit(4)[:6]            // no grant came
	asked[4], asked[5].Grant, asked[5].Outcome = boot(), kiosk.GrantID{}, kiosk.Failed
	mustAppend(t, l, asked...) // 22 to 27
	for range 2 {
		wantDoubts(t, l, 14, 21)
		mustClose(t, l)
		l = mustOpen(t, dir, testOptions())
	}
	unknown := visit(5) // settled as unknown, and then found out: the later word is in doubt
	unknown[5].Outcome, unknown[6].Outcome = kiosk.Unknown, kiosk.Unknown
	mustAppend(t, l, unknown[:7]...)           // 28 to 34
	mustAppend(t, l, visit(5)[5], visit(2)[6]) // 35; 36 says that the second was told after all
	for range 2 {
		wantDoubts(t, l, 21, 35)
		mustClose(t, l)
		l = mustOpen(t, dir, testOptions())
	}
	must.OK(t, l.Ack(t.Context(), upTo(l, 20)))
	wantDoubts(t, l, 21, 35)
	must.OK(t, l.Ack(t.Context(), upTo(l, 21)))
	for range 2 {
		wantDoubts(t, l, 35)
		mustClose(t, l)
		l = mustOpen(t, dir, testOptions())
	}
}

// A ledger that settles nothing is no reason to read it all.
func TestDoubtsAreBounded(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	for n := range byte(60) {
		mustAppend(t, l, visit(n)[5])
	}
	rs, err := l.Doubts(t.Context())
	if err != nil || len(rs) != mostDoubts || rs[0].Seq != 1 || rs[49].Seq != 50 {
		t.Errorf("%d in doubt, %v", len(rs), err)
	}
}
