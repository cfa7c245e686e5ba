package store

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

func bytesOf(b []byte) string { return fmt.Sprintf("x'%x'", b) }

// oldCardRow is a row of cards as it was until format 8.
func oldCardRow(t *testing.T, card Hash, name string, user, sign wire.CertState) string {
	auth, signing := oldCert(t, name), oldCert(t, name)
	hash := sha256.Sum256(auth.Raw)
	second := bytesOf(signing.Raw)
	if sign == wire.None {
		second = "NULL"
	}
	return fmt.Sprintf(`INSERT INTO cards VALUES (%s, %s, '%s', %s, %d, %s, %d)`, bytesOf(card[:]), bytesOf(hash[:]), name, bytesOf(auth.Raw), user, second, sign)
}

var began = time.Unix(1_600_000_000, 0)

func oldCert(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	key := must.Key(t)
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{Organization: []string{"JPKI-TEST"}}, NotBefore: began, NotAfter: began.AddDate(5, 0, 0)}
	if name == "sora" {
		template.Policies = []x509.OID{phonePolicy(t)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must.OK(t, err)
	c, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return c
}

func phonePolicy(t *testing.T) x509.OID {
	oid, err := x509.ParseOID("1.2.392.200149.8.5.1.0.40")
	must.OK(t, err)
	return oid
}

// TestCardsOfOlderFormatsBecomePeople: each card's states are those of its certificates then,
// and each person has a carrier and the items that every certificate of those days says.
func TestCardsOfOlderFormatsBecomePeople(t *testing.T) {
	cards := []struct {
		name       string
		user, sign wire.CertState
		is         [2]Status
	}{
		{"hanako", wire.Good, wire.Good, [2]Status{{State: life.Good}, {State: life.Good}}},
		{"midori", wire.Good, wire.Changed, [2]Status{{State: life.Good}, {State: life.Revoked, Reason: life.ItemsChanged}}},
		{"kenji", wire.Revoked, wire.Revoked, [2]Status{{State: life.Revoked, Reason: life.NotNeeded}, {State: life.Revoked, Reason: life.NotNeeded}}},
		{"sachiko", wire.Held, wire.Held, [2]Status{{State: life.Held, Reason: life.OnHold}, {State: life.Held, Reason: life.OnHold}}},
		{"yuki", wire.Good, wire.None, [2]Status{{State: life.Good}}},
		{"sora", wire.Good, wire.Good, [2]Status{{State: life.Good}, {State: life.Good}}},
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := fresh(t, engine)
			rows := []string{`INSERT INTO format VALUES (8)`}
			for i, c := range cards {
				rows = append(rows, oldCardRow(t, Hash{byte(i)}, c.name, c.user, c.sign))
			}
			for i := range 150 { // more than are read at once
				rows = append(rows, oldCardRow(t, Hash{99, byte(i)}, fmt.Sprint("one of many ", i), wire.Good, wire.None))
			}
			old(t, dsn, "testdata/format8.sql", rows...)
			db, err := Open(t.Context(), dsn, testKey)
			must.OK(t, err)
			defer db.Close()
			inTx(t, db, func(tx *Tx) error {
				if n, err := tx.Count("people"); err != nil || n != int64(len(cards)+150) {
					t.Errorf("%d people, %v", n, err)
				}
				for _, c := range cards {
					p, err := tx.PersonNamed(c.name)
					carriers, cerr := tx.CarriersOf(p.ID)
					certs, lerr := tx.CertsOf(p.ID, false)
					if err := errors.Join(err, cerr, lerr); err != nil {
						return err
					}
					if kind := map[bool]life.Carrier{true: life.Android}[c.name == "sora"]; len(carriers) != 1 || carriers[0].Kind != kind {
						t.Errorf("%s has the carriers %+v", c.name, carriers)
					}
					if p.Items.Name != c.name || p.Version != 1 || p.Municipality != 99201 {
						t.Errorf("%+v", p)
					}
					for _, cert := range certs {
						want := c.is[cert.Kind]
						if want.Since = began.Unix(); cert.Status != want {
							t.Errorf("%s, kind %d: %+v, want %+v", c.name, cert.Kind, cert.Status, want)
						}
						if cert.Kind != life.Auth {
							continue
						}
						card, err := tx.CardByUser(sha256.Sum256(cert.DER))
						if err != nil || card.UserState != c.user || c.sign != wire.None && card.SignState != c.sign || (card.SignCert == nil) != (c.sign == wire.None) {
							t.Errorf("%s: %+v, %v", c.name, card, err)
						}
					}
					if want := 2 - map[bool]int{true: 1}[c.sign == wire.None]; len(certs) != want {
						t.Errorf("%s has %d certificates, want %d", c.name, len(certs), want)
					}
				}
				return nil
			})
		})
	}
}

// TestACardThatCannotBeReadStopsTheChange, and the rows stay as they were.
func TestACardThatCannotBeReadStopsTheChange(t *testing.T) {
	dsn := fresh(t, "sqlite")
	old(t, dsn, "testdata/format6.sql", `INSERT INTO format VALUES (6)`, `INSERT INTO cards VALUES (x'01', x'02', 'broken', x'03', 0, NULL, 0)`)
	for range 2 {
		if db, err := Open(t.Context(), dsn, testKey); err == nil {
			db.Close()
			t.Fatal("opened")
		} else if want := "card of broken"; !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
