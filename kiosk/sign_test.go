package kiosk

import "testing"

// A tick means that what the person came for is done, and what came of a write decides before
// the message does.
func TestSignFollowsTheOutcome(t *testing.T) {
	for _, w := range Messages() {
		plain := View{Message: w}.Sign()
		if plain == NoSign || plain >= Signs {
			t.Errorf("%s has no sign", w)
		}
		if plain == SignDone != (w == MsgReset || w == MsgUnlocked || w == MsgHeldNow || w == MsgLooked || w == MsgHeldBefore || w == MsgWithdrawn || w == MsgNoConsent) {
			t.Errorf("%s: sign %d", w, plain)
		}
		for o, want := range map[Outcome]Sign{Done: SignDone, Unknown: SignDoubt, Failed: plain} {
			if got := (View{Message: w, Result: o}).Sign(); got != want {
				t.Errorf("%s after %s: sign %d, want %d", w, o, got, want)
			}
		}
	}
	if (View{}).Sign() != NoSign || (View{Message: messageCount}).Sign() != NoSign {
		t.Error("a sign of nothing")
	}
}
