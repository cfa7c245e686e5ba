package kiosk

import "testing"

// The proof secret opens the card: of it, no more than the last character is shown.
func TestProofSecretIsNeverShownWhole(t *testing.T) {
	for p := range Places {
		s := State{Place: p, Flow: FlowU}
		want := map[LiveSecrets]Shows{LiveCode: ShowsClear, LiveNew: ShowsWhole, LiveAgain: ShowsWhole}[s.Typing()]
		if got := Look(s).Shows; got != want {
			t.Errorf("%s shows %d, want %d", p, got, want)
		}
	}
}
