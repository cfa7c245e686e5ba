package pn532_test

import (
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// Staff measures the line with it: a good wire asks for nothing twice.
func TestLineCountsRepliesAndThoseAskedForAgainSinceReady(t *testing.T) {
	virtual, r, _ := tapped(t, newPlain())
	before, again := r.Line()
	if before == 0 || again != 0 {
		t.Fatalf("%d replies, %d of them damaged, on a good line", before, again)
	}
	virtual.Fault(sim.Faults{BadDCS: true, Times: 1})
	must.OK(t, r.Answers(soon(t)))
	if after, again := r.Line(); after != before+1 || again != 1 {
		t.Errorf("%d replies more, %d of them damaged, want one damaged", after-before, again)
	}
	ready(t, r)
	if after, again := r.Line(); after >= before+1 || again != 0 {
		t.Errorf("a line that was opened anew has %d replies, %d of them damaged", after, again)
	}
}
