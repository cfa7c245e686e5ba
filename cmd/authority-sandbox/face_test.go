package main

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/face"
	"multicopy.example/cmd/authority-sandbox/internal/face/turns"
	"multicopy.example/cmd/authority-sandbox/internal/face/weights"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// worded is a matcher in whose frames it says what they show: where the head looks to, and
// "no match" or "another" beside. What it decides by is the turns that ours decides by.
type worded struct {
	begun, compared, zeroed atomic.Int32
	photo                   error // of Begin
	broken                  error // of what compares, behind count
}

func (w *worded) Begin(_ []byte, first, second turns.Way) (face.Comparison, error) {
	w.begun.Add(1)
	if w.photo != nil {
		return nil, w.photo
	}
	return &told{worded: w, course: turns.New(first, second), match: true}, nil
}

type told struct {
	*worded
	course  turns.Course
	counted bool
	match   bool
}

func (c *told) See(frame []byte, count func() error) (face.Seen, error) {
	says := string(frame)
	lacks := map[string]error{"none": face.ErrNoFace, "two": face.ErrTwo, "dark": face.ErrDark, "small": face.ErrSmall, "unclear": face.ErrUnclear}
	if err := lacks[says]; err != nil {
		return c.seen(), err
	}
	way := map[string]turns.Way{appclient.FaceAhead: turns.Ahead, appclient.FaceLeft: turns.Left, appclient.FaceRight: turns.Right}[strings.Fields(says)[0]]
	if c.course.Completes(way) {
		if !c.counted {
			if err := count(); err != nil {
				return c.seen(), err
			}
			c.counted = true
		}
		c.compared.Add(1)
		if c.broken != nil {
			return c.seen(), c.broken
		}
	}
	c.match = c.match && !strings.Contains(says, "no match")
	c.course = c.course.See(way, !strings.Contains(says, "another"))
	return c.seen(), nil
}

func (c *told) seen() face.Seen {
	return face.Seen{Wanted: c.course.Wanted(), Step: int(c.course.Step), Ended: c.course.Over(), Live: c.course.Done(), Match: c.course.Done() && c.match}
}

func (c *told) Zero() { c.zeroed.Add(1) }

// matched is a bench whose authority compares by words.
func matched(t *testing.T, on engine) (*bench, *worded) {
	b, w := start(t, on), &worded{}
	b.sandbox.Service.MatchWith(func() (face.Matcher, error) { return w, nil })
	return b, w
}

// printed is what is printed on a resident's card.
func (b *bench) printed(name string) []byte {
	b.Helper()
	return file(b, b.dir, fixture.Cards, name, "face.bin")
}

// begins a try of hanako, for a new signing password.
func (b *bench) begins(change func(m *appclient.FaceRequest)) (appclient.FaceReply, error) {
	b.Helper()
	c := b.card("hanako")
	challenge, err := b.app.Challenge(b.Context(), c.cert, "P")
	must.OK(b, err)
	m := appclient.FaceRequest{Cert: c.cert, Flow: "P", Challenge: challenge, Card: b.printed("hanako"),
		Signature: c.sign(kiosk.RefAuth, appclient.Digest(challenge, c.cert, "P"))}
	if change != nil {
		change(&m)
	}
	return b.app.Face(b.Context(), m)
}

// poses goes on with a try: the head does what is wanted, and beside it what also says.
func (b *bench) poses(r appclient.FaceReply, also string) (appclient.FaceReply, error) {
	b.Helper()
	for n := 1; r.Wanted != ""; n++ {
		var err error
		if r, err = b.app.Frame(b.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(strings.TrimSpace(r.Wanted + " " + also))}); err != nil {
			return r, err
		}
	}
	return r, nil
}

func codeOf(err error) string {
	var refused *appclient.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	if err != nil {
		return err.Error()
	}
	return "done"
}

func (b *bench) wants(code, when string, err error) {
	b.Helper()
	if got := codeOf(err); got != code {
		b.Errorf("%s: %s, want %s", when, got, code)
	}
}

// TestAPersonWhoIsThePhotosGetsAOneTimePassword: with which the kiosk opens the card.
func TestAPersonWhoIsThePhotosGetsAOneTimePassword(t *testing.T) { onEach(t, photosPerson) }

func photosPerson(t *testing.T, on engine) {
	b, w := matched(t, on)
	r, err := b.begins(nil)
	if err != nil || r.Wanted != appclient.FaceAhead || r.Steps != 5 {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = b.poses(r, "")
	if err != nil || r.Made == nil || len(r.Made.OTP) != 8 || r.Step != 5 {
		t.Fatalf("%+v, %v", r, err)
	}
	b.claim(b.card("hanako"), *r.Made)
	if w.compared.Load() != 5 || w.zeroed.Load() != 1 {
		t.Errorf("compared %d times, zeroed %d times", w.compared.Load(), w.zeroed.Load())
	}
}

// TestNothingIsDecodedOfAPhotoThatIsNotTheHolders: another card's, a changed one, one that
// another has signed.
func TestNothingIsDecodedOfAPhotoThatIsNotTheHolders(t *testing.T) {
	b, w := matched(t, sqlite)
	for why, change := range map[string]func(m *appclient.FaceRequest){
		"another card's photo": func(m *appclient.FaceRequest) { m.Card = b.printed("taro") },
		"a changed one":        func(m *appclient.FaceRequest) { m.Card[len(m.Card)/2] ^= 1 },
		"none":                 func(m *appclient.FaceRequest) { m.Card = []byte{} },
		"text":                 func(m *appclient.FaceRequest) { m.Card = []byte("photo") },
	} {
		_, err := b.begins(change)
		b.wants("face-refused", why, err)
	}
	b.counter("move", "hanako", "--address", "2-3", "--municipality", "99202")
	old := b.printed("hanako")
	b.counter("move", "hanako", "--address", "4-5", "--municipality", "99202")
	_, err := b.begins(func(m *appclient.FaceRequest) { m.Card = old })
	b.wants("face-refused", "the holder's own, of before the move", err)
	if n := w.begun.Load(); n != 0 {
		t.Errorf("the matcher got %d photos", n)
	}
	_, err = b.begins(nil)
	b.wants("done", "the holder's own", err)
	w.photo = face.ErrNoFace
	_, err = b.begins(nil)
	b.wants("face-photo", "one without a face", err)
}

// TestNoFaceIsLookedAtWithoutTheProofSecret: flow P is signed with the key behind the PIN, and
// flow U with the one behind the password.
func TestNoFaceIsLookedAtWithoutTheProofSecret(t *testing.T) {
	b, w := matched(t, sqlite)
	c := b.card("hanako")
	for why, change := range map[string]func(m *appclient.FaceRequest){
		"the other key": func(m *appclient.FaceRequest) {
			m.Signature = c.sign(kiosk.RefSign, appclient.Digest(m.Challenge, m.Cert, "P"))
		},
		"another flow":        func(m *appclient.FaceRequest) { m.Flow = "U" },
		"no signature":        func(m *appclient.FaceRequest) { m.Signature = []byte{} },
		"its own challenge":   func(m *appclient.FaceRequest) { m.Challenge = make([]byte, 32) },
		"half a challenge":    func(m *appclient.FaceRequest) { m.Challenge = m.Challenge[:16] },
		"another certificate": func(m *appclient.FaceRequest) { m.Cert, m.Card = b.card("taro").cert, b.printed("taro") },
	} {
		_, err := b.begins(change)
		b.wants("signature", why, err)
	}
	var sent appclient.FaceRequest
	must.OK(t, must.Err(b.begins(func(m *appclient.FaceRequest) { sent = *m })))
	_, err := b.app.Face(t.Context(), sent)
	b.wants("signature", "the same request once more", err)
	if n := w.begun.Load(); n != 1 {
		t.Errorf("the matcher got %d photos", n)
	}
}

// TestEachEndOfATryHasItsCode: and none of them but the match makes a reservation.
func TestEachEndOfATryHasItsCode(t *testing.T) {
	other := map[string]string{appclient.FaceAhead: appclient.FaceAhead, appclient.FaceLeft: appclient.FaceRight, appclient.FaceRight: appclient.FaceLeft}
	for _, c := range []struct {
		code, says string
		does       func(b *bench, r appclient.FaceReply) error
	}{
		{"face-no-match", "another than the photo's", func(b *bench, r appclient.FaceReply) error { _, err := b.poses(r, "no match"); return err }},
		{"face-not-live", "the other way", func(b *bench, r appclient.FaceReply) (err error) {
			for n := 1; err == nil; n++ {
				r, err = b.app.Frame(b.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(other[r.Wanted])})
			}
			return err
		}},
		{"face-not-live", "another comes before the camera", func(b *bench, r appclient.FaceReply) (err error) {
			for n := 1; err == nil; n++ {
				also := ""
				if n > 4 {
					also = " another"
				}
				r, err = b.app.Frame(b.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(r.Wanted + also)})
			}
			return err
		}},
		{"face-not-live", "a still picture", func(b *bench, r appclient.FaceReply) (err error) {
			for n := 1; err == nil; n++ {
				_, err = b.app.Frame(b.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(appclient.FaceAhead)})
			}
			return err
		}},
		{"face-time-out", "three minutes", func(b *bench, r appclient.FaceReply) error {
			b.clock.pass(3 * time.Minute)
			_, err := b.poses(r, "")
			return err
		}},
		{"face-time-out", "three hundred frames with nobody in them", func(b *bench, r appclient.FaceReply) (err error) {
			for n := 1; err == nil; n++ {
				_, err = b.app.Frame(b.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte("none")})
			}
			return err
		}},
		{"face-replay", "of no try", func(b *bench, r appclient.FaceReply) error {
			r.Session = strings.Repeat("0", 32)
			_, err := b.poses(r, "")
			return err
		}},
		{"face-replay", "of a try that is over", func(b *bench, r appclient.FaceReply) error {
			if _, err := b.poses(r, ""); err != nil {
				return err
			}
			_, err := b.poses(r, "")
			return err
		}},
	} {
		b, w := matched(t, sqlite)
		r, err := b.begins(nil)
		must.OK(t, err)
		b.wants(c.code, c.says, c.does(b, r))
		if _, err := b.kiosk.Open(t.Context(), b.card("hanako").facts()); err == nil && c.says != "of a try that is over" {
			t.Errorf("%s: there is a reservation", c.says)
		}
		if c.says != "of no try" {
			_, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: 1, Frame: []byte("ahead")})
			b.wants("face-replay", c.says+", and again", err)
		}
		if w.zeroed.Load() != 1 && c.says != "of no try" {
			t.Errorf("%s: what was compared is still there", c.says)
		}
	}
}

// TestWhatAFrameLacksIsToldAndTheTryGoesOn: and costs no miss.
func TestWhatAFrameLacksIsToldAndTheTryGoesOn(t *testing.T) {
	b, w := matched(t, sqlite)
	r, err := b.begins(nil)
	must.OK(t, err)
	n := 0
	for _, says := range []string{"none", "two", "dark", "small", "unclear"} {
		n++
		got, err := b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(says)})
		if err != nil || got.Hint != "face-"+says || got.Wanted != r.Wanted {
			t.Errorf("%s: %+v, %v", says, got, err)
		}
		_, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte("ahead")})
		b.wants("face-replay", "the same number again", err) // and the try goes on
	}
	for r.Wanted != "" {
		n++
		r, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: n, Frame: []byte(r.Wanted)})
		must.OK(t, err)
	}
	if r.Made == nil || w.compared.Load() != 5 {
		t.Errorf("%+v, compared %d times", r, w.compared.Load())
	}
}

// TestAFrameIsBoundedBeforeItIsRead: what is larger than a frame may be is not looked at.
func TestAFrameIsBoundedBeforeItIsRead(t *testing.T) {
	b := start(t, sqlite, unwatched{})
	w := &worded{}
	b.sandbox.Service.MatchWith(func() (face.Matcher, error) { return w, nil })
	r, err := b.begins(nil)
	must.OK(t, err)
	_, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: 1, Frame: make([]byte, 140<<10)})
	b.wants("contract", "140 kB", err)
	_, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: r.Session, N: 1, Frame: []byte("ahead")})
	b.wants("done", "and the try goes on", err)
}

// TestThreeMissesOfACardLeaveTheCounterAlone: in one process, in another, with another phone,
// after a start; for 24 hours. A match is no miss.
func TestThreeMissesOfACardLeaveTheCounterAlone(t *testing.T) { onEach(t, threeMisses) }

func threeMisses(t *testing.T, on engine) {
	b, w := matched(t, on)
	other := b
	if on == postgres {
		other = b.beside()
		other.sandbox.Service.MatchWith(func() (face.Matcher, error) { return w, nil })
	}
	tries := func(on *bench, code, also string) {
		t.Helper()
		r, err := on.begins(nil)
		if err == nil {
			_, err = on.poses(r, also)
		}
		on.wants(code, also, err)
	}
	tries(b, "face-no-match", "no match")
	tries(other, "done", "")
	tries(other, "done", "")
	tries(other, "face-no-match", "no match")
	open, err := b.begins(nil) // before the third miss
	must.OK(t, err)
	b.clock.pass(time.Hour)
	w.broken = errors.New("it broke while it compared")
	r, err := other.begins(nil)
	must.OK(t, err)
	_, err = other.poses(r, "")
	other.wants("unavailable", "a matcher that breaks", err) // and was counted before
	w.broken = nil
	before := w.compared.Load()
	tries(b, "face-counter", "")
	tries(other, "face-counter", "")
	if on == postgres { // in one process the newer try of the card has ended it
		_, err = b.app.Frame(t.Context(), appclient.FrameRequest{Session: open.Session, N: 1, Frame: []byte("ahead")})
		b.wants("face-time-out", "a try that was open", err)
	}
	if w.compared.Load() != before {
		t.Error("a fourth was compared")
	}
	b.clock.pass(23*time.Hour - 4*time.Minute)
	tries(other, "face-counter", "")
	b.clock.pass(8 * time.Minute)
	tries(b, "face-no-match", "no match") // the first two are a day old
	tries(b, "face-no-match", "no match")
	tries(b, "face-counter", "")
	if _, err := b.tryReserve(b.card("hanako"), kiosk.FlowP); err != nil {
		t.Errorf("and the counter: %v", err)
	}
}

// TestWithoutWeightsNothingIsReserved: the step says that it is not available, and the counter
// helps.
func TestWithoutWeightsNothingIsReserved(t *testing.T) {
	b := start(t, sqlite)
	_, err := b.begins(nil)
	b.wants("face-unavailable", "nothing compares", err)
	b.sandbox.Service.MatchWith(matcherIn(t.TempDir()))
	_, err = b.begins(nil)
	b.wants("face-unavailable", weights.ErrAbsent.Error(), err)
	if _, err := b.kiosk.Open(t.Context(), b.card("hanako").facts()); err == nil {
		t.Error("there is a reservation")
	}
	if _, err := b.tryReserve(b.card("hanako"), kiosk.FlowP); err != nil {
		t.Errorf("and the counter: %v", err)
	}
}
