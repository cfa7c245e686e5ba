package domain

import (
	"context"
	"encoding/hex"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
)

// What a person has, and what is done with the phone in use: each on one signature, which
// says what it is for.

// AppPhone says how an application stands. Who knows its number made it.
func (s *Service) AppPhone(ctx context.Context, application string) (reply appclient.PhoneReply, err error) {
	var id appclient.ID
	if id.UnmarshalText([]byte(application)) != nil {
		return reply, errApplication
	}
	return reply, s.app(ctx, func(c *call) error {
		reply, err = s.phone(c, store.ID(id))
		return err
	})
}

func (s *Service) phone(c *call, id store.ID) (reply appclient.PhoneReply, err error) {
	if _, err = c.ApplicationOf(id); errors.Is(err, store.ErrNone) {
		return reply, errApplication
	}
	if err != nil {
		return reply, err
	}
	of, err := c.Carrier(id)
	if err != nil {
		return reply, err
	}
	certs, causes, err := c.CertsOn(id)
	reply = appclient.PhoneReply{Application: hex.EncodeToString(id[:]), Phone: phoneWord(of.Kind), State: appclient.PhoneEnded, Until: of.Until}
	if of.Until != 0 {
		reply.State = appclient.PhoneApplied
	}
	for kind, cert := range certs {
		if cert == nil {
			continue
		}
		reply.Certificates = append(reply.Certificates, mineCert([...]string{life.Auth: "phone auth", life.Sign: "phone sign"}[kind], *cert, causes[kind]))
		switch cert.State {
		case life.Issued:
			reply.State = appclient.PhoneIssued
		case life.Good, life.Held:
			reply.State = appclient.PhoneActive
		}
	}
	if reply.State == appclient.PhoneIssued || reply.State == appclient.PhoneActive {
		reply.Auth, reply.Sign = certs[life.Auth].DER, certs[life.Sign].DER
		for _, ca := range s.keys.Cards {
			reply.CAs = append(reply.CAs, ca.Cert.Raw)
		}
	}
	return reply, err
}

func mineCert(name string, c store.Cert, cause string) appclient.MineCert {
	one := appclient.MineCert{Certificate: name, State: c.State.String(), Since: c.Since, Cause: cause, Serial: hex.EncodeToString(c.Serial.Int().Bytes()), NotAfter: c.NotAfter}
	if c.State == life.Held || c.State == life.Revoked {
		one.Reason = c.Reason.String()
	}
	return one
}

// mine lists what a person has. A phone that is held says by whose word: that is how its
// owner learns of another who has the card and its PIN.
func (c *call) mine(name string) (reply appclient.MineReply, err error) {
	h, err := c.holding(name)
	if err != nil {
		return reply, err
	}
	reply = appclient.MineReply{Resident: name, Certificates: []appclient.MineCert{}}
	for slot, cert := range h.certs {
		if cert == nil {
			continue
		}
		cause, err := c.Cause(cert.Issuer, cert.Serial)
		if err != nil {
			return reply, err
		}
		reply.Certificates = append(reply.Certificates, mineCert(life.Slot(slot).String(), *cert, cause))
	}
	return reply, nil
}

// phoneActs are what can be asked for by a proof, by what its signature is for.
var phoneActs = map[string]life.Op{
	appclient.ForMine: life.See, appclient.ForHold: life.HoldPhone, appclient.ForRelease: life.ReleasePhone, appclient.ForGiveUp: life.GiveUpPhone,
}

// AppMine does what a signature is for, appclient.ForMine and the like, and lists what the person
// has then.
func (s *Service) AppMine(ctx context.Context, what string, p appclient.Proof) (reply appclient.MineReply, err error) {
	op, ok := phoneActs[what]
	if !ok {
		return reply, errors.New("domain: that is nothing a person does with a phone")
	}
	err = s.proven(ctx, p, what, func(c *call, k store.KnownCert, by life.Proof) error {
		e := life.Event{Op: op, By: by}
		h, changes, err := s.allowed(c, k, e)
		if err != nil {
			return err
		}
		if _, err := s.carryOut(c, h, Act{Name: k.Name, Event: e}, changes); err != nil {
			return err
		}
		reply, err = c.mine(k.Name)
		return err
	})
	if err != nil {
		return appclient.MineReply{}, err
	}
	return reply, nil
}
