package store

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/authority/wire"
)

// An oldCard is a row of cards until format 8: both certificates and a state of each.
type oldCard struct {
	card       []byte
	name       string
	user, sign []byte
	userState  wire.CertState
	signState  wire.CertState
}

// peopleOfCards makes, of each card, a person, a carrier, certificates and their events. What
// was never kept is not made up: that a state began when its certificate did stands for
// "before anything here", and the items are those that every certificate of those days says.
func (db *DB) peopleOfCards(ctx context.Context) error {
	if err := db.makeTables(ctx); err != nil {
		return err
	}
	return db.Tx(ctx, func(t *Tx) error {
		for _, column := range []string{"issuer INTEGER", "serial BLOB"} {
			if err := db.alter(t, `ALTER TABLE cards ADD COLUMN `+column); err != nil {
				return err
			}
		}
		for after := []byte{}; ; {
			some, err := t.oldCards(after)
			if err != nil {
				return err
			}
			for _, c := range some {
				after = c.card
				if err := t.personOf(c); err != nil {
					return fmt.Errorf("%w (card of %s)", err, c.name)
				}
			}
			if len(some) == 0 {
				break
			}
		}
		for _, column := range []string{"name", "user_cert", "user_state", "sign_cert", "sign_state"} {
			if err := db.alter(t, `ALTER TABLE cards DROP COLUMN `+column); err != nil {
				return err
			}
		}
		return t.run(`UPDATE format SET version = 9`)
	})
}

// oldCards are the next few, so that a large table needs no more memory than a small one.
func (t *Tx) oldCards(after []byte) ([]oldCard, error) {
	return rows(t, `SELECT card, name, user_cert, user_state, sign_cert, sign_state FROM cards WHERE card > $1 ORDER BY card LIMIT 100`, []any{after},
		func(c *oldCard, scan func(...any) error) error {
			return scan(&c.card, &c.name, &c.user, &c.userState, &c.sign, &c.signState)
		})
}

func (t *Tx) personOf(c oldCard) error {
	h := Holder{Person: Person{ID: newID(), Name: c.name}, Kind: life.Card, Assurance: InHardware, UserState: c.userState, SignState: c.signState}
	h.Items = Items{Name: c.name, Address: "Test-shi 1-1", Birth: "1989-01-08", Sex: "3", Municipality: 99201}
	var err error
	if h.User, err = x509.ParseCertificate(c.user); err != nil {
		return err
	}
	if pki.IsPhone(h.User) {
		h.Kind = life.Android
	}
	if !slices.Equal(h.User.Issuer.Organization, []string{"JPKI-TEST"}) {
		h.Assurance = Stranger
	}
	if h.Since = h.User.NotBefore.Unix(); c.sign != nil {
		if h.Sign, err = x509.ParseCertificate(c.sign); err != nil {
			return err
		}
	}
	user, err := t.AddHolder(h, "an older format")
	if err != nil {
		return err
	}
	return t.run(`UPDATE cards SET issuer = $1, serial = $2 WHERE card = $3`, user.Issuer, user.Serial[:], c.card)
}
