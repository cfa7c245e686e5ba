package domain

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/face"
	"multicopy.example/cmd/authority-sandbox/internal/face/turns"
	"multicopy.example/cmd/authority-sandbox/internal/face/verdict"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cardface"
	"multicopy.example/kiosk"
)

// The face step. A person's try lives in this process alone, with the photo's vector, and
// ends with it; how often a card's have failed is in the store, and counts in every process.
// What decides is package verdict, what compares a face.Matcher.

const (
	faceLife  = 3 * time.Minute // of a try: a person turns the head twice in 20 seconds
	faceTries = 32              // open in a process; each holds vectors, no picture
	frames    = 300             // of a try, with those that lack something
)

// faces are the tries that are open.
type faces struct {
	matcher func() (face.Matcher, error)
	mu      sync.Mutex
	open    map[store.ID]*try
}

// A try is one person before a camera.
type try struct {
	mu    sync.Mutex // one frame at a time
	card  store.Hash
	flow  kiosk.Flow
	until int64
	next  int
	slot  int // of the miss that was counted; -1: none yet
	with  face.Comparison
}

// MatchWith names what compares faces, which is asked for at the first try. Without it, and
// where it fails, the step is not available and nothing is reserved.
func (s *Service) MatchWith(m func() (face.Matcher, error)) { s.faces.matcher = m }

// AppFace begins a try. The challenge is used up, whatever comes of it.
func (s *Service) AppFace(ctx context.Context, m appclient.FaceRequest) (reply appclient.FaceReply, err error) {
	flow, err := flowOf(m.Flow)
	if err != nil {
		return reply, err
	}
	var is verdict.Try
	var matcher face.Matcher
	if s.faces.matcher != nil && s.keys.Faces != nil {
		if matcher, err = s.faces.matcher(); err != nil {
			s.log.Error("the face step is not available", "err", err)
		}
		is.Matcher = err == nil
	}
	t := &try{flow: flow, next: 1, slot: -1}
	printed, signed := cardface.Verify(s.keys.Faces, m.Card)
	defer func() { clear(printed.Photo) }()
	err = s.app(ctx, func(c *call) error {
		card, err := s.believe(c, m.Cert)
		if err != nil {
			return err
		}
		t.card, t.until = card.Card, c.now+int64(faceLife.Seconds())
		if is.Proved, err = s.provesFlow(c, card, flow, m.Cert, m.Challenge, m.Signature); err != nil {
			return err
		}
		if is.OfCard, err = c.carries(m.Cert, printed); err != nil {
			return err
		}
		is.OfCard = is.OfCard && signed == nil
		left, err := c.MissesLeft(card.Card, c.now/60)
		is.Left = left > 0
		return err
	})
	if err != nil {
		return reply, err
	}
	if is.Face = true; verdict.Open(is) == verdict.GoOn { // behind the signature alone is anything decoded
		ways := []turns.Way{turns.Left, turns.Right}
		t.with, err = matcher.Begin(printed.Photo, ways[rand.IntN(2)], ways[rand.IntN(2)])
		is.Face = err == nil
	}
	if code := verdict.Open(is); code != verdict.GoOn {
		s.log.Info("a face is not looked at", "code", code)
		return reply, faceSays(code)
	}
	reply = t.reply(face.Seen{Wanted: turns.Ahead})
	reply.Session = hex.EncodeToString(s.faces.add(t, s.now().Unix()))
	return reply, nil
}

// provesFlow takes the challenge, and says whether the card has signed it with the flow's key.
func (s *Service) provesFlow(c *call, card store.Card, flow kiosk.Flow, cert, challenge, signature []byte) (bool, error) {
	if len(challenge) != len(store.Hash{}) {
		return false, nil
	}
	taken, err := c.TakeChallenge(store.Hash(challenge), card.Card, int(flow), c.now-int64(challengeLife.Seconds()))
	if err != nil || !taken {
		return false, err // and commits: a challenge is used once, whatever comes of it
	}
	return signed(proofCert(card, flow), appclient.Digest(challenge, cert, flow.String()), signature), nil
}

// carries says whether what is printed is what the register has of the certificate's holder.
func (c *call) carries(der []byte, is cardface.Face) (bool, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return false, err
	}
	serial, err := store.SerialOf(cert.SerialNumber)
	if err != nil {
		return false, err
	}
	known, err := c.KnownCert(cert.RawIssuer, serial)
	if err != nil {
		return false, err
	}
	who, err := c.PersonNamed(known.Name)
	if err != nil {
		return false, err
	}
	birth, err := time.Parse(time.DateOnly, who.Birth)
	return is.Name == who.Items.Name && is.Address == who.Address && is.Birth == birth.Format("20060102") && is.Sex == who.Sex, err
}

// AppFrame looks at a frame, and makes the reservation behind the last one.
func (s *Service) AppFrame(ctx context.Context, m appclient.FrameRequest) (reply appclient.FaceReply, err error) {
	defer clear(m.Frame)
	var is verdict.Frame
	id, t := s.faces.find(m.Session)
	if t == nil {
		return reply, faceSays(verdict.See(is))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	is.Known, is.Next, is.InTime, is.Left = t.with != nil, m.N == t.next, s.now().Unix() < t.until && t.next <= frames, true
	var seen face.Seen
	if verdict.See(is) == verdict.GoOn { // it may be looked at
		seen, is, err = s.lookAt(ctx, t, m.Frame, is)
		if err != nil {
			return reply, err
		}
	}
	if m.N == t.next {
		t.next++
	}
	code := verdict.See(is)
	switch {
	case code == verdict.GoOn, code.Hint():
		reply = t.reply(seen)
		reply.Session, reply.Hint = m.Session, string(code)
		return reply, nil
	case code == verdict.Replay && is.Known: // the try goes on without it
		return reply, faceSays(code)
	}
	s.faces.end(id, t)
	s.log.Info("a face was looked at", "code", code, "live", seen.Live, "score", class(seen))
	if code != verdict.Match {
		return reply, faceSays(code)
	}
	reply = t.reply(seen)
	reply.Session = m.Session
	reply.Made, err = s.reserveFor(ctx, t)
	return reply, err
}

// lookAt lets the matcher see a frame. A miss is written down, and committed, before it
// compares anything.
func (s *Service) lookAt(ctx context.Context, t *try, frame []byte, is verdict.Frame) (face.Seen, verdict.Frame, error) {
	var trouble error
	seen, err := t.with.See(frame, func() error {
		trouble = s.app(ctx, func(c *call) (err error) {
			t.slot, err = c.CountMiss(t.card, c.now/60)
			return err
		})
		if is.Left = t.slot >= 0; trouble == nil && !is.Left {
			return errNoneLeft
		}
		return trouble
	})
	is.Shows, is.Ended, is.Counted, is.Live, is.Match = lacks(err), seen.Ended, t.slot >= 0, seen.Live, seen.Match
	if errors.Is(err, errNoneLeft) {
		return seen, is, nil
	}
	if trouble == nil && err != nil && !is.Shows.Hint() {
		trouble = err
	}
	return seen, is, trouble
}

var errNoneLeft = errors.New("domain: no miss is left")

// lacks is the code of what a frame lacks.
func lacks(err error) verdict.Code {
	for code, is := range map[verdict.Code]error{verdict.NoFace: face.ErrNoFace, verdict.Two: face.ErrTwo, verdict.Dark: face.ErrDark,
		verdict.Small: face.ErrSmall, verdict.Unclear: face.ErrUnclear} {
		if errors.Is(err, is) {
			return code
		}
	}
	return verdict.GoOn
}

// reserveFor makes the reservation, and takes back the miss that was counted.
func (s *Service) reserveFor(ctx context.Context, t *try) (made *appclient.ReserveReply, err error) {
	err = s.app(ctx, func(c *call) error {
		r, code, err := s.newReservation(t.card, t.flow, c.now)
		if err != nil {
			return err
		}
		made = &appclient.ReserveReply{Reservation: hex.EncodeToString(r.ID[:]), OTP: code, Expires: r.Expires}
		if err := c.TakeMissBack(t.card, t.slot); err != nil {
			return err
		}
		return c.AddReservation(r)
	})
	return made, err
}

func (t *try) reply(seen face.Seen) appclient.FaceReply {
	return appclient.FaceReply{Wanted: wanted[seen.Wanted], Step: seen.Step, Steps: face.Steps, Until: t.until}
}

var wanted = map[turns.Way]string{turns.Ahead: appclient.FaceAhead, turns.Left: appclient.FaceLeft, turns.Right: appclient.FaceRight}

// class is what is kept of a score: how near it came, in three words.
func class(seen face.Seen) string {
	switch {
	case !seen.Live:
		return "none"
	case seen.Score < face.Threshold-0.15:
		return "near"
	case seen.Score < face.Threshold+0.15:
		return "at the threshold"
	}
	return "far"
}

// faceSays is the refusal of a code.
func faceSays(code verdict.Code) error { return ErrApp{Text: verdict.Text(code), Code: string(code)} }

// add opens a try. One of the same card ends, and where there are too many the oldest.
func (f *faces) add(t *try, now int64) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	var oldest store.ID
	for id, old := range f.open {
		if old.card == t.card || old.until <= now {
			f.drop(id)
		} else if o := f.open[oldest]; o == nil || old.until < o.until {
			oldest = id
		}
	}
	if len(f.open) >= faceTries {
		f.drop(oldest)
	}
	id := fresh[store.ID]()
	f.open[id] = t
	return id[:]
}

// drop ends a try with f's lock held.
func (f *faces) drop(id store.ID) {
	go f.open[id].zero() // a frame of it may be looked at
	delete(f.open, id)
}

func (f *faces) find(session string) (id store.ID, t *try) {
	b, err := hex.DecodeString(session)
	if err != nil || len(b) != len(id) {
		return id, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	id = store.ID(b)
	return id, f.open[id]
}

// end forgets a try whose lock is held.
func (f *faces) end(id store.ID, t *try) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, id)
	t.forget()
}

func (t *try) zero() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget()
}

func (t *try) forget() {
	if t.with != nil {
		t.with.Zero()
		t.with = nil
	}
}

// sweep ends tries whose time is over.
func (f *faces) sweep(now int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, old := range f.open {
		if old.until <= now {
			f.drop(id)
		}
	}
}
