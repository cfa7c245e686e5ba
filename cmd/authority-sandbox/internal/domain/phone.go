package domain

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cms"
)

// The certificates of a phone, from the application for them until they are in use. What a
// statement says is believed because the card's signing key has signed it, and that the keys
// are in a secure element because its maker says so. A phone's own word makes nothing good.

// applicationLife is how long an application waits for its activation.
const applicationLife = 24 * time.Hour

// phoneFlow is the flow of a challenge that a phone's keys are made on.
const phoneFlow = 3

// phones are the carriers by the words of an application.
var phones = map[string]life.Carrier{appclient.Android: life.Android, appclient.IPhone: life.IPhone}

func phoneWord(kind life.Carrier) string {
	for word, k := range phones {
		if k == kind {
			return word
		}
	}
	return ""
}

// AppPhoneNonce makes what an applicant's phone makes its keys on. It is of the person whose
// card it is, and of no other.
func (s *Service) AppPhoneNonce(ctx context.Context, m appclient.PhoneNonceRequest) (reply appclient.PhoneNonceReply, err error) {
	nonce := fresh[store.Hash]()
	return appclient.PhoneNonceReply{Nonce: nonce[:]}, s.app(ctx, func(c *call) error {
		k, _, err := c.recognised(m.Cert)
		if err != nil {
			return err
		}
		if k.On != life.Card {
			return refusedBy(life.NotTheirs)
		}
		return c.AddChallenge(nonce, sha256.Sum256(k.Person[:]), phoneFlow, c.now)
	})
}

// AppPhoneOffer reads an application before a secret is spent on its signature, and says what
// the person compares with what the phone shows.
func (s *Service) AppPhoneOffer(ctx context.Context, m appclient.PhoneOffer) (reply appclient.PhoneOfferReply, err error) {
	said, err := appclient.DecodeApplication(m.Statement)
	if err != nil {
		return reply, errStatement
	}
	return reply, s.app(ctx, func(c *call) error {
		made, err := c.attested(said)
		reply = appclient.PhoneOfferReply{Phone: said.Phone, Maker: made.maker, Code: appclient.ControlCode(m.Statement)}
		return err
	})
}

var (
	errStatement   = ErrApp{"the statement is not of its form", "statement"}
	errSignature   = ErrApp{"no signature of this statement", "signature"}
	errMoment      = ErrApp{"the statement was signed at another time than now", "moment"}
	errPhoneNonce  = ErrApp{"the nonce is not of this person, or its time is over: begin anew", "nonce"}
	errNonceUsed   = ErrApp{"the nonce was used for another application", "nonce-used"}
	errApplication = ErrApp{"there is no such application of this person", "no-application"}
	errOtherCerts  = ErrApp{"it is about other certificates than those that were issued", "other-certificates"}
)

// AppPhoneApply applies. The same statement and signature once more get the same answer.
func (s *Service) AppPhoneApply(ctx context.Context, m appclient.PhoneApply) (reply appclient.PhoneReply, err error) {
	said, err := appclient.DecodeApplication(m.Statement)
	if err != nil {
		return reply, errStatement
	}
	signer, err := cms.Verify(m.CMS, m.Statement)
	if err != nil {
		return reply, errSignature
	}
	var refused ErrApp
	var name string
	var phone store.ID
	err = s.app(ctx, func(c *call) (err error) {
		refused = ErrApp{}
		k, by, err := c.recognised(signer.Certificate.Raw)
		if err != nil {
			return err
		}
		name = k.Name
		if _, err := c.holding(name); err != nil { // locks
			return err
		}
		before, err := c.ApplicationOn(said.Nonce)
		switch again := bytes.Equal(before.Statement, m.Statement) && bytes.Equal(before.CMS, m.CMS); {
		case err == nil && !again:
			return errNonceUsed
		case err == nil:
			phone = before.Carrier
			return nil
		case !errors.Is(err, store.ErrNone):
			return err
		case !appclient.Timely(said.At, c.now) || !appclient.Timely(signer.At.Unix(), c.now):
			return errMoment
		}
		taken, err := c.TakeChallenge(said.Nonce, sha256.Sum256(k.Person[:]), phoneFlow, c.now-int64(challengeLife.Seconds()))
		switch {
		case err != nil:
			return err
		case !taken:
			return errPhoneNonce
		}
		// The nonce is used, whatever comes of it: what is refused from here on is committed.
		if phone, err = s.applyFor(c, k, by, said, m); errors.As(err, &refused) {
			return nil
		}
		return err
	})
	if err == nil && refused != (ErrApp{}) {
		err = refused
	}
	if err != nil {
		return reply, err
	}
	if err := s.setUp(ctx, name); err != nil { // or it is issued a minute later
		s.log.Error("what was applied for is not issued yet", "err", err)
	}
	return s.AppPhone(ctx, appclient.ID(phone).String())
}

// applyFor refuses before it writes.
func (s *Service) applyFor(c *call, k store.KnownCert, by life.Proof, said appclient.Application, m appclient.PhoneApply) (phone store.ID, err error) {
	made, err := c.attested(said)
	if err != nil {
		return phone, err
	}
	e := life.Event{Op: life.Apply, By: by, Kind: phones[said.Phone], Attested: true}
	h, changes, err := s.allowed(c, k, e)
	if err != nil {
		return phone, err
	}
	if _, err := s.carryOut(c, h, Act{Name: k.Name, Event: e}, changes); err != nil { // ends the application before it
		return phone, err
	}
	phone = fresh[store.ID]()
	err = c.AddCarrier(store.Carrier{ID: phone, Person: h.who.ID, Kind: e.Kind, Until: c.now + int64(applicationLife.Seconds()), Batch: made.batch, Made: c.now})
	if err != nil {
		return phone, err
	}
	return phone, c.AddApplication(store.Application{Carrier: phone, Nonce: said.Nonce, Statement: m.Statement, CMS: m.CMS, At: c.now})
}

// setUp does the authority's part of setting a person's phone up: it issues what is applied
// for, or ends it after its time. Where the card is held the application waits.
func (s *Service) setUp(ctx context.Context, name string) error {
	return s.app(ctx, func(c *call) error {
		h, err := c.holding(name)
		if err != nil {
			return err
		}
		a := Act{Name: name, Event: life.Event{Op: life.Issue, By: life.Issuer}}
		if c.now >= h.next.Until {
			a.Event.Op = life.Lapse
		}
		_, changes, refused := s.policy.Certificates.Step(h.is, a.Event)
		if refused != life.Allowed {
			return nil // there is nothing to do, or not now
		}
		if a.Event.Op == life.Issue {
			if a.Keys, err = c.keysOf(h.next.ID); err != nil {
				return err
			}
		}
		_, err = s.carryOut(c, h, a, changes)
		return err
	})
}

// keysOf an application, which were attested when it was taken.
func (c *call) keysOf(phone store.ID) (keys [2]*rsa.PublicKey, err error) {
	a, err := c.ApplicationOf(phone)
	if err != nil {
		return keys, err
	}
	said, err := appclient.DecodeApplication(a.Statement)
	if err != nil {
		return keys, err
	}
	for kind, of := range [...]appclient.PhoneKey{life.Auth: said.Auth, life.Sign: said.Sign} {
		if keys[kind], _, err = requested(of.Request); err != nil {
			return keys, err
		}
	}
	return keys, nil
}

// SetUpPhones does the authority's part for every phone that is being set up. Trouble is
// logged and stops nothing: it is called again.
func (s *Service) SetUpPhones(ctx context.Context) {
	var names []string
	err := s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		names, err = tx.Applying()
		return err
	})
	for _, name := range names { // also behind one that cannot be done
		err = errors.Join(err, s.setUp(ctx, name))
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("phones that are being set up are not looked at", "err", err)
	}
}

// AppPhoneActivate takes the certificates of a phone into use, and ends those of the one
// before it. The same once more gets the answer of how they are now.
func (s *Service) AppPhoneActivate(ctx context.Context, m appclient.PhoneActivate) (reply appclient.PhoneReply, err error) {
	said, err := appclient.DecodeActivation(m.Statement)
	if err != nil {
		return reply, errStatement
	}
	signer, err := cms.Verify(m.CMS, m.Statement)
	if err != nil {
		return reply, errSignature
	}
	err = s.app(ctx, func(c *call) error {
		k, by, err := c.recognised(signer.Certificate.Raw)
		if err != nil {
			return err
		}
		h, err := c.holding(k.Name)
		if err != nil {
			return err
		}
		phone := store.ID(said.Application)
		of, err := c.Carrier(phone)
		if errors.Is(err, store.ErrNone) || err == nil && (of.Person != h.who.ID || phoneWord(of.Kind) == "") {
			return errApplication
		}
		if err != nil {
			return err
		}
		certs, _, err := c.CertsOn(phone)
		switch {
		case err != nil:
			return err
		case h.next.ID != phone && h.phone.ID != phone, certs[life.Auth] == nil, certs[life.Sign] == nil:
			return refusedBy(life.NothingIssued)
		case sha256.Sum256(certs[life.Auth].DER) != said.Auth || sha256.Sum256(certs[life.Sign].DER) != said.Sign:
			return errOtherCerts
		case h.phone.ID == phone:
			return nil // it was done before
		case !appclient.Timely(said.At, c.now) || !appclient.Timely(signer.At.Unix(), c.now):
			return errMoment
		}
		digest := sha256.Sum256(m.Statement)
		keys := signed(certs[life.Auth].DER, digest, m.Auth) && signed(certs[life.Sign].DER, digest, m.Sign)
		e := life.Event{Op: life.Activate, By: by, Keys: keys}
		h, changes, err := s.allowed(c, k, e)
		if err != nil {
			return err
		}
		_, err = s.carryOut(c, h, Act{Name: k.Name, Event: e}, changes)
		return err
	})
	if err != nil {
		return reply, err
	}
	return s.AppPhone(ctx, said.Application.String())
}
