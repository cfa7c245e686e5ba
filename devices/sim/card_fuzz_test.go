package sim_test

import (
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// FuzzCard says anything to a card, a byte of length before each command. It
// always answers 2 to 258 bytes; a counter sinks by one at most, and rises only
// to full; without the authority's key nothing is opened and no secret changes
// that was not verified.
func FuzzCard(f *testing.F) {
	f.Fuzz(func(t *testing.T, talk []byte) {
		card := sim.NewCard(resident(t))
		card.PowerOn()
		before := card.Snapshot()
		verified := false
		for len(talk) > 0 {
			n := min(int(talk[0]), len(talk)-1)
			command := talk[1 : 1+n]
			talk = talk[1+n:]
			answer, ok := card.Exchange(command)
			if !ok || len(answer) < 2 || len(answer) > 258 {
				t.Fatalf("% X: %d bytes, %v", command, len(answer), ok)
			}
			after := card.Snapshot()
			for _, c := range [][3]int8{
				{before.AuthTries, after.AuthTries, kiosk.RefAuth.Full()},
				{before.SignTries, after.SignTries, kiosk.RefSign.Full()},
			} {
				if c[1] < 0 || (c[1] != c[0] && c[1] != c[0]-1 && c[1] != c[2]) {
					t.Fatalf("% X: a counter went from %d to %d", command, c[0], c[1])
				}
			}
			if after.Opened {
				t.Fatalf("% X opened the card", command)
			}
			verified = verified || after.AuthVerified || after.SignVerified
			before = after
		}
		if verified || card.Tries(kiosk.RefAuth) == 0 || card.Tries(kiosk.RefSign) == 0 {
			return
		}
		hear(t, card, selectAP, "9000")
		hear(t, card, verifyPIN, "9000")
		hear(t, card, verifyPass, "9000")
	})
}
