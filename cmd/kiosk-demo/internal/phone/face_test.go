package phone

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestEachEndOfAFaceHasItsSentenceAndItsCode: and says whether another try may help.
func TestEachEndOfAFaceHasItsSentenceAndItsCode(t *testing.T) {
	said, codes := map[string]string{}, map[string]string{}
	for code, end := range ends {
		h := handOf(&card{})
		b := open(t, h)
		b.toProof(kiosk.FlowP)
		b.prove(kiosk.FlowP, true)
		b.photo("890108", "2030", "0417")
		if a := b.sends("/frame", code); a.To != "/missed" {
			t.Errorf("%s leads to %+v", code, a)
		}
		page := b.get("/missed")
		b.stands("/missed")
		b.want(page, end.Code, words{flow: kiosk.FlowP}.Say(end.Say), "残りの回数も減っていません", `href="/desk"`)
		if strings.Contains(page, `action="/retry"`) != end.Again {
			t.Errorf("%s: another try is offered or not", code)
		}
		if other, ok := said[ja[end.Say]]; ok || codes[end.Code] != "" {
			t.Errorf("%s and %s are one", code, other)
		}
		said[ja[end.Say]], codes[end.Code] = code, code
		if b.press("/retry", "", ""); end.Again {
			b.stands("/proof") // and the card compares again
		} else {
			b.stands("/missed")
		}
		if only := h.cards["r1"].asked; only != 1 {
			t.Errorf("%s: the card was asked %d times", code, only)
		}
	}
}

// TestEachHintHasItsSentenceAndTheTryGoesOn: in the language of the page.
func TestEachHintHasItsSentenceAndTheTryGoesOn(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.press("/language", "to", "en")
	b.toProof(kiosk.FlowP)
	b.prove(kiosk.FlowP, true)
	b.photo("890108", "2030", "0417")
	for _, says := range []string{"none", "two", "dark", "small", "unclear"} {
		a := b.sends("/frame", says)
		if a.Hint != en[hints["face-"+says]] || a.Hint == "" || a.Say != en["FaceAhead"] || a.To != "" || a.Wanted != "ahead" {
			t.Errorf("%s: %+v", says, a)
		}
	}
	b.frames()
	b.want(b.get("/code"), "4071")
}

// TestAPictureOfAnEarlierPageIsNotSentOn: nor one that is too large, nor an empty one.
func TestAPictureOfAnEarlierPageIsNotSentOn(t *testing.T) {
	h := handOf(&card{})
	b := open(t, h)
	b.toProof(kiosk.FlowP)
	old := b.turn
	b.prove(kiosk.FlowP, true)
	b.sends("/taken", "me") // from no page that takes one
	b.photo("890108", "2030", "0417")
	for _, frame := range []string{"", string(bytes.Repeat([]byte("x"), frameMax+1))} {
		if a := b.sends("/frame", frame); a.To != "/face" {
			t.Errorf("%d bytes: %+v", len(frame), a)
		}
	}
	now := b.turn
	for _, b.turn = range []string{"", "another", old} {
		if a := b.sends("/frame", "ahead"); a.To != "/face" {
			t.Errorf("of the turn %q: %+v", b.turn, a)
		}
	}
	b.turn = now
	if h.step != 0 || h.photo {
		t.Error("one was sent on")
	}
}

// TestTheTestCardGetsThePictureOfTheVisitor: no picture of a person is in it before.
func TestTheTestCardGetsThePictureOfTheVisitor(t *testing.T) {
	h := handOf(&card{})
	b := open(t, h)
	b.toProof(kiosk.FlowP)
	b.want(b.prove(kiosk.FlowP, true), `href="/take"`, "890108", "2030", "0417")
	b.get("/take")
	b.stands("/take")
	if a := b.sends("/taken", "none"); a.Hint != ja["TakeNone"] || a.To != "" {
		t.Errorf("a picture of nobody: %+v", a)
	}
	if a := b.sends("/taken", "me"); a.To != "/photo" {
		t.Errorf("a picture of a person: %+v", a)
	}
	b.never(b.get("/photo"), `href="/take"`)
	b.want(b.face(), "4071")
}

// TestTheOfficeIsOfferedFromTheStart: on each step up to the reservation, without a camera and
// without a script.
func TestTheOfficeIsOfferedFromTheStart(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.want(b.press("/resident", "resident", "r1"), `href="/desk"`)
	b.press("/what", "what", "P")
	b.want(b.prove(kiosk.FlowP, true), `href="/desk"`)
	b.want(b.photo("890108", "2030", "0417"), `href="/desk"`, "<noscript>")
	b.want(b.get("/desk"), "どなたでもできます", "authority-sandbox counter reserve r1 --flow P", `href="/face"`)
	b.get("/face")
	b.stands("/face")
}

// TestTheContentPolicyStaysStrict: the camera is this page's alone, and nothing but the page's
// own server is spoken to.
func TestTheContentPolicyStaysStrict(t *testing.T) {
	b := open(t, handOf(&card{}))
	r, err := b.c.Get(b.base + "/")
	must.OK(t, err)
	r.Body.Close()
	for header, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"Permissions-Policy":      "camera=(self), microphone=(), geolocation=()",
	} {
		if got := r.Header.Get(header); got != want {
			t.Errorf("%s: %s", header, got)
		}
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+"/frame", strings.NewReader("x"))
	must.OK(t, err)
	q.Header.Set("Origin", "https://elsewhere.example")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	r, err = b.c.Do(q)
	must.OK(t, err)
	r.Body.Close()
	if r.StatusCode != http.StatusForbidden {
		t.Errorf("a picture of another site's page: %s", r.Status)
	}
}
