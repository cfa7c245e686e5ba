package kiosk

import "testing"

func TestEveryEffectHasAWholeRow(t *testing.T) {
	names := map[string]bool{}
	for d := DoRecord; d < doCount; d++ {
		row := d.row()
		if row.name == "" || names[row.name] {
			t.Errorf("effect %d: no name of its own: %q", d, row.name)
		}
		names[row.name] = true
		if d.Asks() != (len(answers[d]) > 0) || d.Asks() != (d >= DoRecover) {
			t.Errorf("%s: asks is %v", d, d.Asks())
		}
		if d.Irreversible() && !d.Asks() || d.UsesReader() && !d.Asks() {
			t.Errorf("%s: done at once, and irreversible or at the reader", d)
		}
		if d.Asks() && d.Deadline() == 0 && d.Port() != "resident" {
			t.Errorf("%s: a port without a deadline", d)
		}
		if (d.Port() == "") != (!d.Asks() && d != DoRecord || d == DoGrant) {
			t.Errorf("%s: port %q", d, d.Port())
		}
	}
}

// Where the place gave up first, an answer that was under way would be lost.
func TestPortsAnswerBeforeTheirPlaceGivesUp(t *testing.T) {
	k, _ := walked()
	for _, at := range k.nodes {
		last := at.s.row().timers[len(at.s.row().timers)-1]
		if asked := at.w.pending; asked != 0 && asked.Deadline() >= last.after {
			t.Fatalf("%s may take %v, and %s waits for %v", asked, asked.Deadline(), at.s.Place, last.after)
		}
	}
}
