package domain

import (
	"context"
	"fmt"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
)

// A private issuer: it believes the signature of a card, and issues certificates for keys
// that lie in a file. Here it is part of the authority; it has a CA and a name of its own.

// privateYears is how long a private certificate is good at most; it ends with the one that it
// was issued on.
const privateYears = 3

// AppPrivate issues a private certificate.
func (s *Service) AppPrivate(ctx context.Context, m appclient.PrivateRequest) (reply appclient.PrivateReply, err error) {
	err = s.proven(ctx, m.Proof, appclient.ForPrivate(m.CSR), func(c *call, k store.KnownCert, by life.Proof) error {
		e := life.Event{Op: life.IssuePrivate, By: by}
		h, _, err := s.allowed(c, k, e)
		if err != nil {
			return err
		}
		if s.keys.Private == nil {
			return ErrApp{Text: "this folder has no private issuer: it was made before there was one; init makes another"}
		}
		from := s.now()
		until := min(from.AddDate(privateYears, 0, 0).Unix(), k.NotAfter)
		cert, err := s.keys.Private(m.CSR, h.who.Items.Name, from, time.Unix(until, 0))
		if err != nil {
			return ErrApp{Text: "the request cannot be certified: " + err.Error()}
		}
		row, err := store.CertOf(cert)
		if err != nil {
			return err
		}
		if row.Issuer, err = c.AddIssuer(cert.RawIssuer, store.InSoftware); err != nil {
			return err
		}
		if h.private == (store.ID{}) {
			h.private = fresh[store.ID]()
			if err := c.AddCarrier(store.Carrier{ID: h.private, Person: h.who.ID, Kind: life.Software, Made: c.now}); err != nil {
				return err
			}
		}
		row.Kind, row.Person, row.Carrier, row.Version, row.Base = life.Sign, h.who.ID, h.private, h.who.Version, &k.Serial
		row.Status = store.Status{State: life.Good, Since: c.now}
		if before := h.certs[life.PrivateSign]; before != nil {
			row.Before, row.Since = &before.Serial, max(c.now, before.Since)
		}
		reply.Cert = cert.Raw
		return c.AddCert(row, fmt.Sprintf("%s by %s", e.Op, e.By))
	})
	if err != nil {
		return appclient.PrivateReply{}, err
	}
	return reply, nil
}

// learntSetting is up to when the private issuer has heard, Unix seconds.
const learntSetting = "private learnt"

// learntAgain is how much of what it has heard it hears again, seconds: what was being committed then, and a clock that
// was set.
const learntAgain = 60 * 60

// LearnPrivate has the private issuer hear of every certificate that ended and that it had
// issued on: it has to end its own. Trouble is logged and stops nothing: it is called again, from where all was done.
func (s *Service) LearnPrivate(ctx context.Context) {
	now := int(s.now().Unix())
	var names []string
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		learnt, err := tx.Setting(learntSetting, 0)
		if err == nil {
			names, err = tx.Outlived(store.InSoftware, int64(min(learnt, now)-learntAgain))
		}
		return err
	})
	for _, name := range names {
		if err == nil {
			_, err = s.Counter(ctx, Act{Name: name, Event: life.Event{Op: life.LearnPrivate, By: life.Issuer}})
		}
	}
	if err == nil {
		err = s.db.Tx(ctx, func(tx *store.Tx) error { return tx.SetSetting(learntSetting, now) })
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("private certificates are not looked at", "err", err)
	}
}
