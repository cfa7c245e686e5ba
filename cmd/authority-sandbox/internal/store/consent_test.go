package store

import (
	"crypto/sha256"
	"errors"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// agreed is a person's consent to a service of a bank, and the bank.
func agreed(t *testing.T, db *DB, name string) (c Consent) {
	t.Helper()
	p, carrier := resident(t, db, name)
	issuer := cardIssuer(t, db)
	text := Text{Lang: "ja", Words: "words of " + name}
	made := good(issuer, Serial{1}, p, carrier)
	made.Version, made.NotAfter = 1, 1000
	text.Hash = sha256.Sum256([]byte(text.Words))
	c = Consent{ID: newID(), Handle: newID(), Person: p.ID, Service: newID(), Text: text.Hash, Version: 1, Received: 10, Consent: consent.Consent{Items: consent.Name, From: 20, Until: 90}}
	inTx(t, db, func(tx *Tx) error {
		return errors.Join(tx.AddCert(made, "made"),
			tx.PutPlatform(Platform{Name: "carrier", SPKI: Hash{1}, Standing: consent.Good}),
			tx.AddProvider(Provider{ID: "bank", Platform: "carrier", Name: "The bank", Standing: consent.Good, Seal: []byte{1}}, 5),
			tx.AddService(Service{ID: c.Service, Provider: "bank", Title: "Accounts", Purpose: "letters", Opened: 5}),
			tx.AddText(c.Service, text, 5), tx.AddConsent(c),
			tx.AddChange("bank", Change{Service: c.Service, Consent: &c.ID, What: ConsentGiven, At: 10}, 1))
	})
	return c
}

func TestProvidersHaveServicesKeysAndChanges(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		inTx(t, db, func(tx *Tx) error {
			return errors.Join(tx.AddSeal("bank", []byte{2}, 6), tx.SetEnds(c.Service, 500), tx.SetStanding("bank", consent.Suspended),
				tx.AddChange("bank", Change{Service: c.Service, What: ServiceEnds, At: 11}, 0),
				tx.PutPlatform(Platform{Name: "carrier", SPKI: Hash{2}, Standing: consent.Suspended}))
		})
		inTx(t, db, func(tx *Tx) error {
			p, err := tx.Provider("bank")
			if err != nil || p.Name != "The bank" || p.Platform != "carrier" || p.Standing != consent.Suspended || p.Consents != 1 || p.Changes != 2 || p.SealN != 2 || p.Seal[0] != 2 {
				t.Errorf("%+v, %v", p, err)
			}
			carrier, err := tx.Platform("carrier")
			if err != nil || carrier.SPKI != (Hash{2}) || carrier.Standing != consent.Suspended {
				t.Errorf("%+v, %v", carrier, err)
			}
			s, err := tx.Service(c.Service)
			if err != nil || s.Provider != "bank" || s.Title != "Accounts" || s.Purpose != "letters" || s.Ends != 500 {
				t.Errorf("%+v, %v", s, err)
			}
			x, err := tx.Text(c.Service, c.Text)
			if err != nil || x.Lang != "ja" || x.Words != "words of hanako" {
				t.Errorf("%+v, %v", x, err)
			}
			list, err := tx.Changes("bank", 0, 1)
			if err != nil || len(list) != 1 || list[0].N != 1 || *list[0].Consent != c.ID || list[0].What != ConsentGiven {
				t.Errorf("%+v, %v", list, err)
			}
			rest, err := tx.Changes("bank", 1, 9)
			if err != nil || len(rest) != 1 || rest[0].N != 2 || rest[0].Consent != nil || rest[0].What != ServiceEnds {
				t.Errorf("%+v, %v", rest, err)
			}
			all, err := tx.Providers()
			services, serr := tx.Services("bank")
			if len(all) != 1 || len(services) != 1 || services[0].ID != c.Service {
				t.Errorf("%+v, %+v", all, services)
			}
			_, none := tx.Provider("another")
			_, noText := tx.Text(c.Service, Hash{9})
			if !errors.Is(none, ErrNone) || !errors.Is(noText, ErrNone) {
				t.Errorf("%v, %v", none, noText)
			}
			return errors.Join(err, serr)
		})
	})
}

func TestProofsCountOnceAndSayWhoseCertificateItWas(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		p := Proof{Nonce: ID{1}, Consent: c.ID, Act: consent.ToWithdraw, Statement: []byte("s"), CMS: []byte("c"), Channel: "bank", At: 9}
		inTx(t, db, func(tx *Tx) error {
			first, err := tx.AddProof(p)
			other := p
			other.CMS = []byte("d")
			second, again := tx.AddProof(other)
			got, gerr := tx.ProofOf(p.Nonce)
			if !first || second || got.Consent != c.ID || got.Act != p.Act || string(got.CMS) != "c" || got.Channel != "bank" {
				t.Errorf("%v, %v, %+v", first, second, got)
			}
			return errors.Join(err, again, gerr)
		})
		inTx(t, db, func(tx *Tx) error {
			s, err := tx.SignerOf([]byte("of cards"), Serial{1})
			if want := (Signer{Person: c.Person, Kind: life.Sign, Carrier: life.Card, State: life.Good, Current: true, NotAfter: 1000, Version: 1, Assurance: InHardware}); s != want {
				t.Errorf("%+v, want %+v", s, want)
			}
			_, another := tx.SignerOf([]byte("of others"), Serial{1})
			_, serial := tx.SignerOf([]byte("of cards"), Serial{2})
			_, proof := tx.ProofOf(ID{2})
			for _, none := range []error{another, serial, proof} {
				if !errors.Is(none, ErrNone) {
					t.Error(none)
				}
			}
			return err
		})
	})
}
