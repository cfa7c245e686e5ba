package domain

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// An Act is what happens to a person's certificates at a municipal office, or by a call.
type Act struct {
	Name  string // the test resident's
	Event life.Event
	Items func(*store.Items) // what becomes of them; where the event is life.ChangeItems
	Keys  [2]*rsa.PublicKey  // by life.Kind: those that new certificates are made over
}

// A Holding is what a person has after an act.
type Holding struct {
	Resident     string     `json:"resident"`
	Name         string     `json:"name"`
	Address      string     `json:"address"`
	Birth        string     `json:"birth"`
	Municipality int64      `json:"municipality"`
	Version      int64      `json:"version"`        // of these items
	Gone         int64      `json:"gone,omitempty"` // since when not in the register
	Certificates []HeldCert `json:"certificates"`

	made [2]*x509.Certificate // by life.Kind
}

// Made are the certificates that the act made, by life.Kind; nil: none.
func (h Holding) Made() [2]*x509.Certificate { return h.made }

// HeldCert is one certificate of a holding.
type HeldCert struct {
	Certificate string `json:"certificate"`
	State       string `json:"state"`
	Reason      string `json:"reason,omitempty"`
	Since       int64  `json:"since"`
	Serial      string `json:"serial"`
	NotAfter    int64  `json:"not_after"`
}

// Counter does what happens at a municipal office, or answers why it does not: a
// life.Refusal or an ErrApp. What becomes of every certificate is decided by package life
// and written in one transaction. That the proof of the event was given is for who calls.
func (s *Service) Counter(ctx context.Context, a Act) (out Holding, err error) {
	err = s.app(ctx, func(c *call) error {
		h, err := c.holding(a.Name)
		if err != nil {
			return err
		}
		_, changes, refused := s.policy.Certificates.Step(h.is, a.Event)
		if refused != life.Allowed {
			return refused
		}
		made, err := s.carryOut(c, h, a, changes)
		if err != nil {
			return err
		}
		out, err = c.told(a.Name)
		out.made = made
		return err
	})
	return out, err
}

// Holding of a person, as it is.
func (s *Service) Holding(ctx context.Context, name string) (out Holding, err error) {
	err = s.app(ctx, func(c *call) (err error) {
		out, err = c.told(name)
		return err
	})
	return out, err
}

func (c *call) told(name string) (out Holding, err error) {
	h, err := c.holding(name)
	if err != nil {
		return out, err
	}
	w := h.who
	out = Holding{Resident: w.Name, Name: w.Items.Name, Address: w.Address, Birth: w.Birth, Municipality: w.Municipality, Version: w.Version, Gone: w.Gone}
	for slot, cert := range h.certs {
		if cert == nil {
			continue
		}
		one := HeldCert{Certificate: life.Slot(slot).String(), State: cert.State.String(), Since: cert.Since,
			Serial: hex.EncodeToString(cert.Serial.Int().Bytes()), NotAfter: cert.NotAfter}
		if cert.State == life.Held || cert.State == life.Revoked {
			one.Reason = cert.Reason.String()
		}
		out.Certificates = append(out.Certificates, one)
	}
	return out, nil
}

// carryOut writes an act and answers the certificates that it made.
func (s *Service) carryOut(c *call, h *holding, a Act, changes []life.Change) (made [2]*x509.Certificate, err error) {
	switch a.Event.Op {
	case life.ChangeItems:
		if err := changeItems(c, h, a.Items); err != nil {
			return made, err
		}
	case life.Die, life.Leave:
		if err := c.SetGone(h.who.ID, c.now); err != nil {
			return made, err
		}
	case life.WithdrawBatch:
		of := h.phone.ID
		if a.Event.Next {
			of = h.next.ID
		}
		if err := c.SetWithdrawn(of, c.now); err != nil {
			return made, err
		}
	case life.NewCard:
		h.card = fresh[store.ID]()
		if err := c.AddCarrier(store.Carrier{ID: h.card, Person: h.who.ID, Kind: life.Card, Made: c.now}); err != nil {
			return made, err
		}
	}
	cause := fmt.Sprintf("%s by %s", a.Event.Op, a.Event.By)
	for _, change := range changes {
		if change.To == life.Issued {
			if made, err = s.makeCerts(h, a, changes); err != nil {
				return made, err
			}
			break
		}
	}
	for _, change := range changes {
		if err := c.change(h, change, made, cause); err != nil {
			return made, err
		}
	}
	return made, nil
}

func changeItems(c *call, h *holding, change func(*store.Items)) error {
	next := h.who.Items
	change(&next)
	next.Version, next.Since = h.who.Version, h.who.Since
	if next == h.who.Items {
		return ErrApp{Text: "that is what the register says already"}
	}
	if _, err := homeOf(next.Municipality); err != nil {
		return err
	}
	next.Since = c.now
	_, err := c.AddItems(h.who.ID, next)
	return err
}

// change writes one change.
func (c *call) change(h *holding, change life.Change, made [2]*x509.Certificate, cause string) error {
	switch next := change.Slot == life.NextSign || change.Slot == life.NextAuth; {
	case change.To == life.Applied: // the application itself is its carrier's
		return nil
	case change.To == life.Issued && (next || change.Slot <= life.CardAuth):
		return c.add(h, change.Slot, made, cause)
	case next && change.To != life.Held:
		if err := c.SetUntil(h.next.ID, 0); err != nil || change.To == life.None {
			return err
		}
	}
	if h.certs[change.Slot] == nil {
		return ErrApp{Text: "that is asked for in an app and not here"}
	}
	cert := h.certs[change.Slot]
	to := store.Status{State: change.To, Reason: change.Reason, Since: max(c.now, cert.Since)}
	if err := c.SetStatus(*cert, to, cause); err != nil {
		return err
	}
	cert.Status = to
	if to.State == life.Revoked && cert.Kind == life.Sign {
		day, _ := dayOf(c.now)
		return c.CountRevoked(h.who.ID, day)
	}
	return nil
}

// add puts a certificate of the card or of a phone in that was made, as issued.
func (c *call) add(h *holding, slot life.Slot, made [2]*x509.Certificate, cause string) error {
	kind, other, before, phone := life.Sign, life.CardAuth, slot, false
	switch slot {
	case life.CardAuth:
		kind, other = life.Auth, life.CardSign
	case life.NextSign:
		other, before, phone = life.NextAuth, life.PhoneSign, true
	case life.NextAuth:
		kind, other, before, phone = life.Auth, life.NextSign, life.PhoneAuth, true
	}
	row, err := store.CertOf(made[kind])
	if err != nil {
		return err
	}
	if row.Issuer, err = c.AddIssuer(made[kind].RawIssuer, store.InHardware); err != nil {
		return err
	}
	row.Kind, row.Person, row.Carrier, row.Version = kind, h.who.ID, h.card, h.who.Version
	if phone {
		row.Carrier, row.Base = h.next.ID, &h.certs[[...]life.Slot{life.Auth: life.CardAuth, life.Sign: life.CardSign}[kind]].Serial
	}
	row.Part = int64(pki.PartOf(pki.Holder{Home: pki.Municipality{Code: int(h.who.Municipality)}, Phone: phone}, made[kind].SerialNumber))
	row.Status = store.Status{State: life.Issued, Since: c.now}
	if before := h.certs[before]; before != nil {
		row.Before, row.Since = &before.Serial, max(c.now, before.Since)
	}
	if pair := made[1-kind]; pair != nil {
		serial, err := store.SerialOf(pair.SerialNumber)
		if err != nil {
			return err
		}
		row.Pair = &serial
	} else if h.certs[other] != nil {
		row.Pair = &h.certs[other].Serial
	}
	h.certs[slot] = &row
	if err := c.AddCert(row, cause); err != nil || kind == life.Sign || phone {
		return err
	}
	return c.AddCard(sha256.Sum256(made[kind].RawSubjectPublicKeyInfo), sha256.Sum256(made[kind].Raw), row.Issuer, row.Serial)
}

// years is how long the certificates of a new pair are good; a signing certificate alone ends
// with the other one of its card.
const years = 4

// makeCerts makes the certificates that these changes need.
func (s *Service) makeCerts(h *holding, a Act, changes []life.Change) (made [2]*x509.Certificate, err error) {
	if s.keys.Cards == nil {
		return made, ErrApp{Text: "this folder has no keys of the CAs of cards: it was made before they were kept; init makes another"}
	}
	home, err := homeOf(h.who.Municipality)
	if err != nil {
		return made, err
	}
	born, err := time.Parse(time.DateOnly, h.who.Birth)
	if err != nil {
		return made, fmt.Errorf("the date of birth of %s: %w", h.who.Name, err)
	}
	of := pki.Holder{Items: pki.Items{Name: h.who.Items.Name, Sex: h.who.Sex, Birth: born, Address: h.who.Address}, Home: home, Until: s.now().AddDate(years, 0, 0)}
	if a.Event.Op == life.NewSign {
		of.Until = time.Unix(h.certs[life.CardAuth].NotAfter, 0).UTC()
	}
	on := [...]life.Slot{life.Auth: life.CardAuth, life.Sign: life.CardSign}
	if of.Phone = a.Event.Op == life.Issue; of.Phone { // it ends with the card's of its kind
		on = [...]life.Slot{life.Auth: life.NextAuth, life.Sign: life.NextSign}
	}
	for kind, slot := range on {
		if !slices.ContainsFunc(changes, func(c life.Change) bool { return c.Slot == slot && c.To == life.Issued }) {
			continue
		}
		if of.Phone {
			of.Until = time.Unix(h.certs[[...]life.Slot{life.Auth: life.CardAuth, life.Sign: life.CardSign}[kind]].NotAfter, 0).UTC()
		}
		if a.Keys[kind] == nil {
			return made, errors.New("domain: an act that makes a certificate has no key for it")
		}
		if made[kind], err = s.keys.Cards[kind].Certify(of, a.Keys[kind]); err != nil {
			return made, err
		}
	}
	return made, nil
}

func homeOf(code int64) (pki.Municipality, error) {
	for _, m := range pki.Municipalities() {
		if int64(m.Code) == code {
			return m, nil
		}
	}
	return pki.Municipality{}, ErrApp{Text: fmt.Sprintf("the sandbox has no municipality %d", code)}
}
