package phone

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
)

var aTitle = regexp.MustCompile(`<title>([^<]*)</title>`)

func TestEachStepHasItsAddressAndItsTitle(t *testing.T) {
	b := open(t, handOf(&card{}))
	seen := map[string]string{}
	look := func(page, path string) {
		t.Helper()
		b.stands(path)
		title := aTitle.FindStringSubmatch(page)[1]
		if other, ok := seen[title]; ok {
			t.Errorf("%s and %s are both called %q", path, other, title)
		}
		seen[title] = path
	}
	look(b.get("/"), "/")
	look(b.press("/resident", "resident", "r1"), "/what")
	look(b.press("/what", "what", "neither"), "/office")
	b.get("/what")
	look(b.press("/what", "what", "P"), "/proof")
	look(b.prove(kiosk.FlowP, true), "/photo")
	look(b.face(), "/code")
	look(b.press("/later", "", ""), "/check")
	look(b.press("/check", "password", "SAKURA88"), "/right")
	look(b.get("/what"), "/what") // what is behind is called done
}

func TestTheWayBackShowsTheStepsBehindAndAsksNothingTwice(t *testing.T) {
	only := &card{}
	b := open(t, handOf(only))
	b.toProof(kiosk.FlowP)
	b.want(b.get("/what"), `action="/what"`)
	b.stands("/what")
	b.want(b.get("/proof"), `type="password"`) // and forward again
	b.prove(kiosk.FlowP, true)

	page := b.get("/proof")
	b.stands("/proof")
	b.want(page, "もう入力することはありません", `href="/photo"`)
	b.never(page, `type="password"`)
	b.want(b.get("/what"), `action="/what"`) // nothing is reserved yet: it may be changed
	b.get("/photo")
	b.face()
	for _, at := range []step{stepFace, stepProof, stepWhat} {
		page := b.get(at.path())
		b.stands(at.path())
		b.want(page, "予約はできています", `href="/code"`, "（済み）")
		b.never(page, `type="password"`, `action="/face"`, `action="/what"`)
	}
	b.want(b.get("/code"), "4071")
	if only.asked != 1 {
		t.Errorf("the card was asked %d times", only.asked)
	}
}

// The way back to the first page and the same name again lose nothing.
func TestPickingTheSameResidentAgainKeepsTheOneTimePassword(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.toCode(kiosk.FlowP)
	b.get("/")
	b.want(b.press("/resident", "resident", "r1"), "4071")
}

func TestAFormOfAnEarlierPageDoesNothingAndIsAnsweredWithTheCurrentStep(t *testing.T) {
	for _, c := range []struct{ path, name, value string }{
		{"/what", "what", "U"}, {"/what", "what", "neither"}, {"/pin", "pin", "1111"}, {"/pin", "pin", "2580"}, {"/password", "password", "WRONG111"},
		{"/photo", "birth", "890108"}, {"/retry", "", ""}, {"/sure", "", ""}, {"/stop", "", ""}, {"/again", "", ""}, {"/later", "", ""}, {"/check", "password", "WRONG111"}, {"/end", "", ""},
	} {
		only := &card{}
		b := open(t, handOf(only))
		b.press("/resident", "resident", "r1")
		turns := []string{"", "another", b.turn}
		advance := []func(){
			func() { b.press("/what", "what", "P") },
			func() { b.prove(kiosk.FlowP, false) },
			func() { b.prove(kiosk.FlowP, true) },
			func() { b.face() },
		}
		for _, next := range advance {
			next()
			at, asked, left := b.at, only.asked, only.tries
			for _, turn := range turns {
				page := b.send(c.path, turn, c.name, c.value)
				if !strings.Contains(page, "がちがいます") { // what the last entry came to still stands there
					b.want(page, "使いませんでした")
				}
				b.stands(at)
				if only.asked != asked || only.tries != left {
					t.Fatalf("%s of an earlier page reached the card at %s", c.path, at)
				}
				b.get(at)
			}
			turns = append(turns, b.turn)
		}
		b.want(b.get("/code"), "4071")
	}
}

// Two presses of one button are one entry.
func TestAFormThatIsSentTwiceCostsOneTry(t *testing.T) {
	only := &card{}
	b := open(t, handOf(only))
	b.toProof(kiosk.FlowP)
	turn := b.turn
	b.send("/pin", turn, "pin", "1111")
	b.want(b.send("/pin", turn, "pin", "1111"), "がちがいます", "あと2回")
	if only.asked != 1 {
		t.Errorf("the card was asked %d times", only.asked)
	}
}

func TestAReloadSaysTheSameAgain(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.toProof(kiosk.FlowP)
	b.prove(kiosk.FlowP, false)
	for range 2 {
		b.want(b.get("/proof"), "がちがいます", "あと2回")
	}
}

func TestAnotherChoiceDropsWhatTheCardHadSigned(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.toProof(kiosk.FlowP)
	b.prove(kiosk.FlowP, true)
	b.get("/what")
	b.press("/what", "what", "U")
	b.stands("/proof")
	b.get("/photo")
	b.stands("/proof")
	for _, s := range b.page.sessions {
		if s.token != "" {
			t.Error("the signed reservation is still held")
		}
	}
}

func TestTheEndErasesTheOneTimePassword(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.toCode(kiosk.FlowP)
	var code []byte
	for _, s := range b.page.sessions {
		code = s.reserved.Code
	}
	b.press("/end", "", "")
	b.stands("/")
	if string(code) != "\x00\x00\x00\x00\x00\x00\x00\x00" {
		t.Errorf("%q is left in memory", code)
	}
	if len(b.page.sessions) != 0 {
		t.Error("the session is left")
	}
}

func TestAnEarlierSessionIsErasedWhenAnotherResidentComes(t *testing.T) {
	h := handOf(&card{})
	h.cards["r2"] = &card{tries: kiosk.Tries{3, 5}}
	h.keys = append(h.keys, "r2")
	b := open(t, h)
	b.toCode(kiosk.FlowP)
	b.page.mu.Lock()
	var first *session
	for _, s := range b.page.sessions {
		first = s
	}
	b.page.mu.Unlock()
	b.get("/")
	b.press("/resident", "resident", "r2")
	b.stands("/what")
	for until := time.Now().Add(10 * time.Second); ; {
		first.mu.Lock()
		erased := first.reserved.Code == nil
		first.mu.Unlock()
		if erased {
			return
		}
		if time.Now().After(until) {
			t.Fatal("the first resident's one-time password is still held")
		}
	}
}

func TestALateFormIsToldOfWhereverAnEarlierTroubleWas(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.toCode(kiosk.FlowP)
	old := b.turn
	b.press("/later", "", "")
	b.want(b.press("/check", "password", "WRONG111"), "がちがいます")
	b.get("/code")
	b.want(b.send("/later", old, "", ""), "使いませんでした")
	b.stands("/code")
}

// A browser that ended the time before the server would show a way on that
// leads back.
func TestTheCountdownDoesNotEndBeforeTheServersTime(t *testing.T) {
	h := handOf(&card{})
	b := open(t, h)
	for left, want := range map[time.Duration]string{time.Hour: "3600", 1500 * time.Millisecond: "2", time.Millisecond: "1"} {
		now := h.expires.Add(-left)
		b.page.now = func() time.Time { return now }
		b.get("/")
		page := b.get("/code")
		if b.at != "/code" {
			page = b.toCode(kiosk.FlowP)
		}
		b.want(page, `data-seconds="`+want+`"`)
	}
}
