package phone

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
)

// Whatever is pressed, loaded, sent late or twice, in whatever order and with
// whatever a card lost meanwhile: what may lock a secret is compared only after
// the stop page, a locked secret is not asked for, and the page that is shown
// has an address that shows it again.
func TestNoWayThroughThePageSpendsALastTryUnwarned(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	presses := [][3]string{
		{"/what", "what", "P"}, {"/what", "what", "U"}, {"/what", "what", "neither"}, {"/sure", "", ""}, {"/stop", "", ""}, {"/again", "", ""},
		{"/pin", "pin", "1111"}, {"/pin", "pin", "2580"}, {"/pin", "pin", "1"}, {"/password", "password", "WRONG111"}, {"/password", "password", "SAKURA77"},
		{"/photo", "", ""}, {"/photo", "", ""}, {"/photo", "", "wrong"}, {"/frame", "", "ahead"}, {"/frame", "", "left"}, {"/frame", "", "face-no-match"}, {"/taken", "", "me"}, {"/retry", "", ""}, {"/later", "", ""}, {"/check", "pin", "1111"}, {"/check", "password", "WRONG111"}, {"/check", "password", "SAKURA88"},
	}
	seen := map[string]bool{}
	all := []step{stepWhat, stepOffice, stepLast, stepStopped, stepProof, stepLocked, stepPhoto, stepTake, stepFace, stepMissed, stepDesk}
	missing := func(at step) bool { return !seen[at.path()] }
	for round := 0; round < 150 || round < 1500 && slices.ContainsFunc(all, missing); round++ { // some steps are far from the beginning
		only := &card{tries: kiosk.Tries{int8(random.IntN(4)), int8(random.IntN(6))}}
		h := handOf(&card{})
		h.cards["r1"] = only
		if random.IntN(3) == 0 {
			h.ends = "face-no-match"
		}
		b := open(t, h)
		b.press("/resident", "resident", "r1")
		turns, sure := []string{}, false
		for range 40 {
			turns = append(turns, b.turn)
			before, asked, from := only.tries, only.asked, b.at
			did, page := "", ""
			switch n := random.IntN(10); {
			case n < 2:
				at := steps[1:][random.IntN(len(steps)-1)]
				did, page = "GET "+at.path(), b.get(at.path())
			case n == 2 && random.IntN(4) == 0:
				only.tries = kiosk.Tries{int8(random.IntN(4)), int8(random.IntN(6))} // at another reader
				continue
			default:
				p, turn := presses[random.IntN(len(presses))], b.turn
				if n == 3 {
					turn = turns[random.IntN(len(turns))]
				}
				did = p[0] + " " + p[2]
				switch p[0] {
				case "/photo":
					b.turn = turn
					page = b.photo("890108", "2030", map[string]string{"": "0417", "wrong": "9999"}[p[2]])
				case "/frame", "/taken":
					b.turn = turn
					b.sends(p[0], p[2])
					page = b.get(b.at)
				default:
					page = b.send(p[0], turn, p[1], p[2])
				}
				if only.asked > asked {
					ref := kiosk.RefAuth
					if p[1] == "password" {
						ref = kiosk.RefSign
					}
					if before.Of(ref) == 1 && !sure {
						t.Fatalf("at %s %s spent the last try unwarned", from, did)
					}
					sure = false
				}
			}
			if did == "/sure " && (b.at == "/proof" || b.at == "/check") {
				sure = true // a form that the stop page alone has
			}
			seen[b.at] = true
			for ref, field := range map[kiosk.Ref]string{kiosk.RefAuth: `name="pin"`, kiosk.RefSign: `name="password"`} {
				if strings.Contains(page, field) && only.tries.Of(ref) == 0 {
					t.Fatalf("after %s from %s a locked secret is asked for at %s", did, from, b.at)
				}
			}
			if only.tries == (kiosk.Tries{}) && !slices.Contains([]string{"/photo", "/take", "/face", "/missed", "/desk", "/code", "/right", "/office"}, b.at) && !strings.Contains(page, "（済み）") {
				t.Fatalf("after %s both are locked and %s is shown", did, b.at)
			}
			if at := b.at; b.get(at) == "" || b.at != at {
				t.Fatalf("after %s the page %s is another when it is loaded again: %s", did, at, b.at)
			}
		}
	}
	for _, at := range all {
		if missing(at) {
			t.Errorf("the walk never came to %s", at)
		}
	}
}

// Who stopped before a last try, and spends it elsewhere, is not told to come again.
func TestStopPageOfACardThatIsLockedSinceLeadsToTheOffice(t *testing.T) {
	only := &card{tries: kiosk.Tries{1, 0}}
	h := handOf(&card{})
	h.cards["r1"] = only
	b := open(t, h)
	b.press("/resident", "resident", "r1")
	b.press("/what", "what", "P")
	if b.press("/stop", "", ""); b.at != "/stopped" {
		t.Fatalf("at %s", b.at)
	}
	only.tries = kiosk.Tries{}
	if b.get("/stopped"); b.at != "/office" {
		t.Errorf("the page %s is shown", b.at)
	}
}
