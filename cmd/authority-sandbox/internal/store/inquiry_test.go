package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/must"
)

// TestADisclosureAndAWithdrawalAreNumberedFromTheConsent, so that the later one has the
// greater number, and a withdrawn one gives no more.
func TestADisclosureAndAWithdrawalAreNumberedFromTheConsent(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		asked := Asked{Request: ID{7}, Service: c.Service, Handle: c.Handle}
		find := func(tx *Tx, q Asked) Finding {
			t.Helper()
			list, err := tx.Find("bank", []Asked{q}, 30)
			must.OK(t, err)
			return list[0]
		}
		d := Disclosure{Provider: "bank", Request: asked.Request, Platform: "carrier", Items: consent.Name, Base: 1, Version: 2, Fee: 20, At: 30}
		inTx(t, db, func(tx *Tx) error {
			f := find(tx, asked)
			if f.Disclosure != nil || f.Service.Provider != "bank" || f.Consent.ID != c.ID || f.Consent.Items != consent.Name || *f.Newest != (Newest{Registered: true, Version: 1, Any: true, Good: 1}) {
				t.Errorf("%+v, %+v, %+v", f, f.Consent, f.Newest)
			}
			for _, other := range []Asked{{Service: c.Service, Handle: ID{1}}, {Service: ID{1}, Handle: c.Handle}} {
				if f := find(tx, other); f.Consent != nil || f.Newest != nil {
					t.Errorf("%+v is found: %+v", other, f)
				}
			}
			return tx.Disclose(Given{f.Consent, d})
		})
		inTx(t, db, func(tx *Tx) error {
			f := find(tx, asked)
			if f.Disclosure == nil || f.Disclosure.Consent != c.ID || f.Disclosure.Base != 1 || f.Disclosure.Version != 2 || f.Consent.Version != 2 || f.Consent.N != 1 {
				t.Fatalf("%+v, %+v", f.Disclosure, f.Consent)
			}
			f.Consent.CancelledAt = 40
			n, err := tx.Cancel(*f.Consent)
			if n != 2 {
				t.Errorf("the withdrawal has number %d", n)
			}
			return err
		})
		d.Request = ID{8}
		for n := range int64(3) { // as it was read before the disclosure, before the withdrawal, and behind it
			stale := c
			stale.N = n
			if err := db.Tx(t.Context(), func(tx *Tx) error { return tx.Disclose(Given{&stale, d}) }); err == nil {
				t.Errorf("items were given by a consent that was read before it was withdrawn, at number %d", n)
			}
		}
		inTx(t, db, func(tx *Tx) error {
			got, err := tx.ConsentOf(c.ID)
			list, derr := tx.Disclosures(c.ID)
			if got.CancelledAt != 40 || got.CancelledN != 2 || len(list) != 1 || list[0].N != 1 || list[0].Provider != "bank" || list[0].Request != asked.Request || list[0].Fee != 20 {
				t.Errorf("%+v, %+v", got, list)
			}
			_, none := tx.ConsentOf(ID{1})
			if !errors.Is(none, ErrNone) {
				t.Error(none)
			}
			return errors.Join(err, derr)
		})
	})
}

func TestAProvidersQuestionsAreCountedByTheDay(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		budget := func(day int64) (b Budget) {
			inTx(t, db, func(tx *Tx) (err error) {
				b, _, err = tx.Inquire("bank", day, 30, []Asked{{Handle: ID{1}}}, 0)
				return err
			})
			return b
		}
		if b := budget(100); b != (Budget{Consents: 1}) {
			t.Errorf("%+v", b)
		}
		inTx(t, db, func(tx *Tx) error {
			return errors.Join(tx.CountAsked("bank", 100, 3, 3), tx.CountRevoked(c.Person, 100), tx.CountRevoked(c.Person, 99), tx.CountRevoked(c.Person, 70), tx.CountRevoked(ID{1}, 100))
		})
		if b := budget(100); b != (Budget{Asked: 3, Revoked: 2, Consents: 1}) {
			t.Errorf("%+v", b)
		}
		if b := budget(101); b != (Budget{Revoked: 2, Consents: 1}) {
			t.Errorf("%+v", b)
		}
		inTx(t, db, func(tx *Tx) error {
			var got []int
			for _, hour := range []int64{5, 5, 6} {
				n, err := tx.CountMisses("bank", 100, hour, 2)
				if err != nil {
					return err
				}
				got = append(got, n)
			}
			if !slices.Equal(got, []int{2, 4, 2}) {
				t.Error(got)
			}
			return nil
		})
	})
}

func TestNewestIsTheNewestGoodOneOfCardAndPhone(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		newest := func() (n Newest) {
			inTx(t, db, func(tx *Tx) error {
				list, err := tx.Find("bank", []Asked{{Service: c.Service, Handle: c.Handle}}, 30)
				n = *list[0].Newest
				return err
			})
			return n
		}
		inTx(t, db, func(tx *Tx) error {
			issuer, err := tx.AddIssuer([]byte("in software"), InSoftware)
			_, ierr := tx.AddItems(c.Person, Items{Name: "H", Birth: "1989-01-08", Sex: "3"})
			copied := good(issuer, Serial{2}, Person{ID: c.Person}, newID())
			copied.Version, copied.NotAfter = 2, 1000
			return errors.Join(err, ierr, tx.AddCarrier(Carrier{ID: copied.Carrier, Person: c.Person, Kind: life.Software}), tx.AddCert(copied, "made"))
		})
		if n := newest(); n != (Newest{Registered: true, Version: 2, Any: true, Good: 1}) {
			t.Errorf("%+v", n)
		}
		inTx(t, db, func(tx *Tx) error {
			all, err := tx.CertsOf(c.Person, true)
			return errors.Join(err, tx.SetStatus(all[0], Status{life.Held, life.OnHold, 7}, "lost"), tx.SetGone(c.Person, 9))
		})
		if n := newest(); n != (Newest{Version: 2, Any: true}) {
			t.Errorf("%+v", n)
		}
	})
}

func TestWhatWasAgreedAndGivenIsNotRewritten(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.AddProof(Proof{Nonce: ID{1}, Consent: c.ID, Statement: []byte("s"), CMS: []byte("c")})
			return errors.Join(err, tx.Disclose(Given{&c, Disclosure{Provider: "bank", Version: 1}}))
		})
		for _, table := range []string{"seals", "texts", "proofs", "disclosures", "changes"} {
			column := "since"
			if table == "proofs" || table == "disclosures" || table == "changes" {
				column = "at"
			}
			for _, s := range []string{`UPDATE ` + table + ` SET ` + column + ` = 0`, `DELETE FROM ` + table} {
				if _, err := db.sql.Exec(s); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s: %v", s, err)
				}
			}
		}
	})
}
