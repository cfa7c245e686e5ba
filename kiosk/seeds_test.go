package kiosk

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"multicopy.example/kiosk/golden"
)

// seeds are whole scenarios for FuzzStep to vary: bytes that were found by
// chance rarely get as far as a torn write.
func seeds() map[string][]Event {
	ok, key, timer := Event{Kind: Pressed, Button: ButtonOK, Same: true}, Event{Kind: KeyPressed}, Event{Kind: TimerFired}
	other := card(3, 5)
	other.Same = false
	burst := []Event{{Kind: Verified}, {Kind: Signed}, {Kind: Proved}, {Kind: Granted}}
	placed := []Event{{Kind: Recovered}, {Kind: Healthy}, ok, ok, {Kind: CardIn}}
	proof := slices.Concat(placed, []Event{card(3, 5), session(FlowP, 3, 5), ok, key, ok, {Kind: CodeRight}, key, ok, key, ok, ok, key, ok})
	return map[string][]Event{
		"flow-p-reset": slices.Concat(proof, burst,
			[]Event{{Kind: Wrote, Outcome: Done}, {Kind: Settled}, ok, {Kind: CardGone}, ok}),
		"torn-write-repeated": slices.Concat(proof, burst,
			[]Event{{Kind: Wrote, Outcome: Unknown}, {Kind: Settled, Fresh: true}, {Kind: CardIn}, other, {Kind: CardIn}, card(3, 5), ok},
			burst, []Event{{Kind: Wrote, Outcome: Failed}, {Kind: Settled, Fresh: true}, timer, timer, timer}),
		"flow-u-unlock": slices.Concat(placed,
			[]Event{card(0, 5), session(FlowU, 0, 5), {Kind: Pressed, Button: ButtonUnlock}, key, ok, {Kind: CodeRight}, ok, key, ok},
			burst, []Event{{Kind: Wrote, Outcome: Unknown}, {Kind: Unsettled}, {Kind: CardIn}, card(3, 5), {Kind: Settled}}),
		"wrong-pin-lifted-silent": slices.Concat(proof,
			[]Event{{Kind: NotRight, Left: 2}, key, ok, {Kind: NotRight, Left: 1}, ok, key, ok, {Kind: Unsure}, {Kind: CardIn},
				card(1, 5), session(FlowP, 1, 5), {Kind: VisitOver}, timer, timer}),
		"reader-lost-visit-over": slices.Concat(proof,
			[]Event{{Kind: VisitOver}, {Kind: ReaderLost}, {Kind: NotRight, Left: 2}, timer, {Kind: Recovered}, {Kind: Healthy}}),
		"staff-and-pages": {{Kind: Unwell, Message: MsgReader}, timer, {Kind: Recovered}, {Kind: Healthy},
			{Kind: Pressed, Button: ButtonWhich}, timer, timer, {Kind: StaffIn}, {Kind: NoCard}, {Kind: StaffOut}, {Kind: StaffIn}, {Kind: ACard}},
	}
}

// encode is the inverse of anEvent.
func encode(t *testing.T, w oracle, e Event) []byte {
	t.Helper()
	i := slices.Index(alphabet[e.Kind], e)
	if i < 0 || i&0xff00 == 7<<8 {
		t.Fatalf("%s cannot be encoded", eventText(e))
	}
	a := byte(e.Kind) << 1
	if may := answers[w.pending]; e.reply() {
		answer := slices.Index(may, e.Kind)
		if answer < 0 {
			t.Fatalf("%s answers nothing that was asked", eventText(e))
		}
		a = byte(answer)<<1 | 1
		for a%16 == 15 { // would let the disk refuse a line, see refuseLine
			a += byte(len(may)) << 1
		}
	}
	return []byte{a, byte(i), byte(i >> 8)}
}

// TestSeedsReachWhatTheirNamesSay keeps the committed corpus true to the encoding:
// a seed that meant something else would still pass.
func TestSeedsReachWhatTheirNamesSay(t *testing.T) {
	for name, events := range seeds() {
		for kind, first := range map[string]byte{"": 1, "-anything": 0} {
			day := []byte{first}
			s, fx := Start(shop)
			w := oracle{}.after(State{}, Event{}, s, fx)
			for _, e := range events {
				b := encode(t, w, e)
				day = append(day, b...)
				e = eventFrom(s, w, b[0], b[1], b[2], true)
				n, fx := Step(s, e)
				if n == s && len(fx) == 0 {
					t.Errorf("%s: %s changes nothing in %s", name, eventText(e), describe(s))
				}
				s, w = n, w.after(s, e, n, fx)
			}
			golden.Is(t, filepath.Join("testdata", "fuzz", "FuzzStep", name+kind), []byte(fmt.Sprintf("go test fuzz v1\n[]byte(%q)\n", day)))
		}
	}
}
