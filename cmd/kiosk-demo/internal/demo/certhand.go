package demo

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/kiosk-demo/internal/certs"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// CertHand is what the app does with the residents' phones: each resident has one of every
// kind.
type CertHand struct {
	authority *harness.Authority
	cards     *cards.Cards
	card      *harness.Phone // holds cards
	batch     *sim.Batch

	mu     sync.Mutex
	phones map[string]*handheld // by resident and phone
}

// handheld is a phone and what its app keeps between two steps.
type handheld struct {
	certs.Phone
	app   *handset.App // nil: it has no secure element
	draft handset.Draft
	key   *ecdsa.PrivateKey // of a private certificate
	cert  []byte            // that, DER
}

// NewCertHand makes a maker of secure elements that the authority believes, and phones with
// its elements. dir is where its root is written.
func NewCertHand(ctx context.Context, a *harness.Authority, c *cards.Cards, dir string) (*CertHand, error) {
	now := time.Now()
	maker, err := sim.NewMaker("Maker of the demo", now.AddDate(0, 0, -1), now.AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	batch, err := maker.Batch("batch of the demo", now.AddDate(0, 0, -1), now.AddDate(5, 0, 0))
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, "element-maker.crt.pem")
	if err := pemfile.Write(root, "CERTIFICATE", maker.Cert.Raw); err != nil {
		return nil, err
	}
	if _, err := a.Command(ctx, "elements", "admit", root); err != nil {
		return nil, err
	}
	return &CertHand{authority: a, cards: c, card: harness.NewPhone(c, a.App()), batch: batch, phones: map[string]*handheld{}}, nil
}

// kinds are the phones of every resident.
var kinds = []certs.Phone{{Key: "android", Kind: certs.Android}, {Key: "iphone", Kind: certs.IPhone}, {Key: "plain", Kind: certs.Plain}}

// People lists the residents.
func (h *CertHand) People() (list []certs.Person) {
	lying := h.cards.Lying()
	for _, c := range h.cards.All() {
		list = append(list, certs.Person{Key: c.Key, Name: c.Name, Away: c == lying || c == h.cards.Extra()})
	}
	return list
}

// Phones are one of each kind.
func (h *CertHand) Phones(string) []certs.Phone { return kinds }

var errNoPhone = errors.New("demo: there is no such phone")

// find answers a phone of a resident, new where it was not in a hand before, and the card.
func (h *CertHand) find(person, phone string) (*handheld, *cards.Card, error) {
	card := h.cards.Find(person)
	if card == nil {
		return nil, nil, errNobody
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.phones[person+"/"+phone]; p != nil {
		return p, card, nil
	}
	for _, of := range kinds {
		if of.Key != phone {
			continue
		}
		p := &handheld{Phone: of}
		if of.Kind != certs.Plain {
			p.app = handset.New(sim.NewPhone(sim.PhoneKind(of.Kind), h.batch.Element(), time.Now), h.authority.App(), time.Now)
		}
		h.phones[person+"/"+phone] = p
		return p, card, nil
	}
	return nil, nil, errNoPhone
}

// Phone of a resident that was in a hand before; nil: it was not.
func (h *CertHand) Phone(person, phone string) *sim.Phone {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.phones[person+"/"+phone]; p != nil && p.app != nil {
		return p.app.Phone
	}
	return nil
}

// Status of a phone. One whose certificates have ended has its element erased.
func (h *CertHand) Status(ctx context.Context, person, phone string) (s certs.Status, err error) {
	p, _, err := h.find(person, phone)
	if err != nil {
		return s, err
	}
	if p.app == nil {
		return certs.Status{Weak: p.cert != nil}, nil
	}
	if _, err := p.app.Follow(ctx); err != nil && !errors.Is(err, handset.ErrNone) {
		return s, err
	}
	s.PhoneReply, err = p.app.Status(ctx)
	if errors.Is(err, handset.ErrNone) {
		if err = nil; p.app.Phone.Cert(kiosk.RefAuth) != nil { // it was wiped
			s.State = appclient.PhoneActive
		}
	}
	return s, err
}

// Left are the tries of a secret of card or phone.
func (h *CertHand) Left(ctx context.Context, person, phone string, of certs.Secret) (int8, error) {
	p, card, err := h.find(person, phone)
	if err != nil {
		return -1, err
	}
	var tries kiosk.Tries
	if of.OfPhone && p.app != nil {
		pin, password := p.app.Phone.Tries()
		return kiosk.Tries{pin, password}.Of(of.Ref), nil
	}
	err = h.cards.Hold(ctx, card, func(ctx context.Context, c *jpki.Card) error {
		f, err := c.Read(ctx)
		tries = tries.With(kiosk.RefAuth, f.AuthTries).With(kiosk.RefSign, f.SignTries)
		return err
	})
	return tries.Of(of.Ref), ofCard(err)
}

func ofCard(err error) error {
	if errors.Is(err, cards.ErrAway) {
		return certs.ErrAway
	}
	return err
}

// Draft makes the phone's keys.
func (h *CertHand) Draft(ctx context.Context, person, phone string) (d certs.Draft, err error) {
	p, card, err := h.find(person, phone)
	if err != nil {
		return d, err
	}
	if p.app == nil {
		return d, errNoPhone
	}
	cert, err := certOf(card, "auth")
	if err != nil {
		return d, err
	}
	made, err := p.app.Begin(ctx, cert)
	h.mu.Lock()
	p.draft = made
	h.mu.Unlock()
	return certs.Draft{Statement: made.Statement, Maker: made.Offer.Maker, Own: made.Code, Theirs: made.Offer.Code}, err
}

// certOf a card, as its folder has it: the app reads the one freely and the other behind the
// password.
func certOf(c *cards.Card, which string) ([]byte, error) {
	return pemfile.Read(filepath.Join(c.Dir, which+".crt.pem"))
}

// Install puts what was issued into the secure element.
func (h *CertHand) Install(ctx context.Context, person, phone string, c certs.Chosen) error {
	p, _, err := h.find(person, phone)
	if err != nil {
		return err
	}
	if p.app == nil {
		return errNoPhone
	}
	r, err := p.app.Status(ctx)
	if err != nil {
		return err
	}
	return p.app.Install(r, c.PIN, c.Password)
}

// Wipe is the phone's way back to what it left the shop with.
func (h *CertHand) Wipe(person, phone string) {
	if p, _, err := h.find(person, phone); err == nil && p.app != nil {
		p.app.Wipe()
	}
}

// Do carries an act out.
func (h *CertHand) Do(ctx context.Context, person, phone string, act certs.Act, secret []byte, c certs.Chosen) (t certs.Told, err error) {
	p, card, err := h.find(person, phone)
	if err != nil {
		return t, err
	}
	line := h.authority.App()
	switch {
	case act == certs.Private:
		return t, h.private(ctx, p, card, secret)
	case act == certs.WeakLogIn:
		return h.weakLogIn(ctx, p)
	case act == certs.Hold:
		_, err = byCard(ctx, h, card, kiosk.RefAuth, secret, appclient.ForHold, line.PhoneHold)
	case act == certs.Release:
		_, err = byCard(ctx, h, card, kiosk.RefSign, secret, appclient.ForRelease, line.PhoneRelease)
	case p.app == nil:
		return t, errNoPhone
	case act == certs.Apply, act == certs.Activate:
		err = h.setUp(ctx, p, card, act, secret, c)
	case act == certs.LogIn:
		var r appclient.LogInReply
		if r, err = byPhone(ctx, p.app, kiosk.RefAuth, secret, appclient.ForLogIn, line.LogIn); err == nil {
			t = certs.Told{Resident: r.Resident, Weak: r.Weak}
		}
	case act == certs.GiveUp:
		_, err = byPhone(ctx, p.app, kiosk.RefSign, secret, appclient.ForGiveUp, line.PhoneGiveUp)
	}
	return t, ofCard(err)
}

func (h *CertHand) setUp(ctx context.Context, p *handheld, card *cards.Card, act certs.Act, password []byte, c certs.Chosen) error {
	cert, err := certOf(card, "sign")
	if err != nil {
		return err
	}
	held := handset.Card{Cert: cert, Sign: func(digest [32]byte) ([]byte, error) {
		return h.card.SignBy(ctx, card, kiosk.RefSign, password, digest)
	}}
	if act == certs.Apply {
		h.mu.Lock()
		draft := p.draft
		h.mu.Unlock()
		_, err = p.app.Apply(ctx, draft, held)
		return err
	}
	r, err := p.app.Status(ctx)
	if err == nil {
		_, err = p.app.Activate(ctx, r, c.PIN, c.Password, held)
	}
	return err
}
