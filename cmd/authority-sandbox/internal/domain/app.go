package domain

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// The stand-in for the phone app's back end. It believes a card's signature; certificates that are no
// longer good may reserve all the same, as if they had died between the app
// and the kiosk, so that the kiosk's refusals can be seen.

// ErrApp is a refusal of the app. Code is its word, where it has one (app.yaml).
type ErrApp struct{ Text, Code string }

func (e ErrApp) Error() string { return e.Text }

const challengeLife = 5 * time.Minute

// flowOf reads a flow's letter.
func flowOf(letter string) (kiosk.Flow, error) {
	var f wire.Flow
	if err := f.UnmarshalText([]byte(letter)); err != nil {
		return 0, ErrApp{Text: "flow is P or U", Code: "contract"}
	}
	return kiosk.Flow(f), nil
}

// app runs a request of the app in a transaction. f may run twice.
func (s *Service) app(ctx context.Context, f func(*call) error) error {
	err := s.db.Tx(ctx, func(tx *store.Tx) error { return f(&call{Tx: tx, now: s.now().Unix()}) })
	var r *refusal
	if errors.As(err, &r) {
		return ErrApp{Text: r.Error(), Code: "certificate"}
	}
	return err
}

// believe finds and locks the card of a user-authentication certificate that a
// CA of ours has signed.
func (s *Service) believe(c *call, der []byte) (card store.Card, err error) {
	if err := s.ours(der); err != nil {
		return card, err
	}
	card, err = c.CardByUser(sha256.Sum256(der))
	if errors.Is(err, store.ErrNone) {
		return card, refuse(wire.CodeWrongCard, unknownCard)
	}
	return card, err
}

// AppChallenge makes a challenge for the card to sign.
func (s *Service) AppChallenge(ctx context.Context, m appclient.ChallengeRequest) (reply appclient.ChallengeReply, err error) {
	flow, err := flowOf(m.Flow)
	if err != nil {
		return reply, err
	}
	challenge := fresh[store.Hash]()
	return appclient.ChallengeReply{Challenge: challenge[:]}, s.app(ctx, func(c *call) error {
		card, err := s.believe(c, m.Cert)
		if err != nil {
			return err
		}
		return c.AddChallenge(challenge, card.Card, int(flow), c.now)
	})
}

// CounterReserve makes a reservation, the newest of its card, on the word of a clerk who has
// looked at the person: the face is not compared.
func (s *Service) CounterReserve(ctx context.Context, m appclient.ReserveRequest) (reply appclient.ReserveReply, err error) {
	flow, err := flowOf(m.Flow)
	if err != nil {
		return reply, err
	}
	believed := false
	err = s.app(ctx, func(c *call) error {
		believed = false
		card, err := s.believe(c, m.Cert)
		if err != nil {
			return err
		}
		if believed, err = s.provesFlow(c, card, flow, m.Cert, m.Challenge, m.Signature); err != nil || !believed {
			return err
		}
		r, code, err := s.newReservation(card.Card, flow, c.now)
		if err != nil {
			return err
		}
		reply = appclient.ReserveReply{Reservation: hex.EncodeToString(r.ID[:]), OTP: code, Expires: r.Expires}
		return c.AddReservation(r)
	})
	if err == nil && !believed {
		err = ErrApp{Text: "the challenge is not known, or the signature does not verify", Code: "signature"}
	}
	return reply, err
}

// newReservation has a fresh secret for its one-time password.
func (s *Service) newReservation(card store.Hash, flow kiosk.Flow, now int64) (r store.Reservation, code string, err error) {
	b := make([]byte, 20) // RFC 4226, 4: 160 bits are recommended
	rand.Read(b)
	r = store.Reservation{ID: fresh[store.ID](), Card: card, Flow: int(flow), Factor: s.policy.Factor,
		Secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b),
		Made:   now, Expires: now + int64(s.policy.Life.Seconds())}
	if kiosk.Factor(r.Factor) == kiosk.FactorReservation {
		return r, "", nil
	}
	code, err = codeOf(r.Secret)
	return r, code, err
}

// AppReservation says how a reservation stands.
func (s *Service) AppReservation(ctx context.Context, id string) (reply appclient.Reservation, err error) {
	b, err := hex.DecodeString(id)
	if err != nil || len(b) != len(store.ID{}) {
		return reply, ErrApp{Text: "a reservation is 32 hexadecimal digits"}
	}
	return reply, s.app(ctx, func(c *call) error {
		r, err := c.Reservation(store.ID(b))
		if errors.Is(err, store.ErrNone) {
			return ErrApp{Text: "no such reservation"}
		}
		if err != nil {
			return err
		}
		if r.State == store.Claimed && c.now >= r.Lease {
			r.State = store.Fresh
		}
		tried, err := c.Tried(r.ID)
		if err != nil {
			return err
		}
		last, err := c.LastOutcome(r.ID)
		reply = appclient.Reservation{State: r.State.String(), Outcome: kiosk.Outcome(last).String(), Flow: kiosk.Flow(r.Flow).String(),
			CodesLeft: 5 - r.Wrong, Grants: r.Grants}
		for _, t := range tried {
			reply.Tried = append(reply.Tried, appclient.Tried(t))
		}
		return err
	})
}

// AppRecords lists what is kept of a kiosk's ledger.
func (s *Service) AppRecords(ctx context.Context, name string) (list []appclient.Record, err error) {
	var records []store.Record
	err = s.app(ctx, func(c *call) (err error) {
		records, err = c.Records(name)
		return err
	})
	list = []appclient.Record{}
	for _, r := range records {
		r.Flags = strings.Replace(r.Flags, aheadMark, "", 1) // raises no alarm
		list = append(list, appclient.Record{Kiosk: name, Epoch: hex.EncodeToString(r.Epoch[:]), Seq: r.Seq, Hash: hex.EncodeToString(r.Hash[:]), Flags: r.Flags})
	}
	return list, err
}

// Alarm is one line of what a person has to look at, as the app's stand-in
// tells it.
type Alarm struct {
	Kiosk  string `json:"kiosk"`
	Epoch  string `json:"epoch"` // the ledger; a reservation where the word is guesses or voids, the first half of a certificate's SHA-256 where it is certificate
	Seq    uint64 `json:"seq"`   // 0: not about one record
	Word   string `json:"word"`
	Detail string `json:"detail"`
	Raised int64  `json:"raised"`
	ID     string `json:"id"`               // ten characters, by which it is named
	State  string `json:"state"`            // raised, seen or closed
	Person string `json:"person,omitempty"` // who has seen or closed it, when and why
	At     int64  `json:"at,omitempty"`
	Why    string `json:"why,omitempty"`
}

// alarmID names an alarm in a person's hands.
func alarmID(a store.Alarm) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%x\n%s\n%d", a.Kiosk, a.Epoch, a.Word, a.Seq))
	return hex.EncodeToString(h[:5])
}

// overdue is after how many seconds a person looks at an outcome that was told
// ahead and whose turn has not come. A kiosk that could tell it can tell the
// rest, in minutes.
const overdue = 24 * 60 * 60

// AppAlarms lists the alarms of a kiosk, or of all where the name is empty, closed ones
// too.
func (s *Service) AppAlarms(ctx context.Context, name string) (list []Alarm, err error) {
	var alarms []store.Alarm
	err = s.app(ctx, func(c *call) (err error) {
		alarms, err = c.allAlarms(name)
		return err
	})
	list = []Alarm{}
	for _, a := range alarms {
		one := Alarm{Kiosk: a.Kiosk, Epoch: hex.EncodeToString(a.Epoch[:]), Seq: a.Seq, Word: a.Word, Detail: a.Detail, Raised: a.Raised,
			ID: alarmID(a), State: a.State()}
		if n := len(a.Acts); n > 0 {
			one.Person, one.At, one.Why = a.Acts[n-1].Person, a.Acts[n-1].At, a.Acts[n-1].Why
		}
		list = append(list, one)
	}
	return list, err
}

// allAlarms are those that are kept and those that are looked for: a kiosk that tells
// outcomes ahead and never what came before them sends nothing in which that shows.
func (c *call) allAlarms(name string) ([]store.Alarm, error) {
	alarms, err := c.Alarms(name)
	if err != nil {
		return nil, err
	}
	late, err := c.Marked(name, aheadMark, c.now-overdue)
	for _, r := range late {
		alarms = append(alarms, store.Alarm{Kiosk: r.Kiosk, Epoch: r.Epoch, Seq: r.Seq, Word: "untold", Raised: r.Stored + overdue,
			Detail: "an outcome was told ahead of its turn a day ago or more, and what came before it was not"})
	}
	if err != nil {
		return nil, err
	}
	return alarms, c.Acts(name, alarms)
}

// ActOnAlarm keeps that a person has seen or closed an alarm. It stays where it is;
// what happens again after it was closed is raised again.
func (s *Service) ActOnAlarm(ctx context.Context, id, act, person, why string) error {
	return s.app(ctx, func(c *call) error {
		all, err := c.allAlarms("")
		if err != nil {
			return err
		}
		for _, a := range all {
			if alarmID(a) == id {
				return c.ActOnAlarm(a, store.AlarmAct{Act: act, Person: person, Why: why, At: c.now})
			}
		}
		return ErrApp{Text: "there is no alarm " + id}
	})
}

// AppHours sets the hours of the service.
func (s *Service) AppHours(ctx context.Context, h appclient.Hours) error {
	if h.From < 0 || h.From > 1439 || h.To < 0 || h.To > 1439 {
		return ErrApp{Text: "hours are minutes from 0 to 1439"}
	}
	return s.app(ctx, func(c *call) error {
		return c.SetSetting(hoursSetting, h.From*day+h.To)
	})
}
