package domain

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pgtest"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// onEach runs a test once a store.
func onEach(t *testing.T, test func(*testing.T, *town)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newTown(t, filepath.Join(t.TempDir(), "a.db"))) })
	t.Run("postgres", func(t *testing.T) {
		test(t, newTown(t, pgtest.Empty(t)))
	})
}

// town is an authority with a bank, its platform and residents whose cards sign.
type town struct {
	*registry
	dsn     string
	by      Carrier
	service store.Service
	text    [32]byte
	certs   map[string]*x509.Certificate
}

const (
	theBank  = "bank-a"
	theWords = "I agree."
)

// cardKey is the signing key of every card of these tests.
var cardKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var cardCAs = sync.OnceValue(func() (cas []*pki.CA) {
	for kind := range 2 {
		ca, err := pki.NewCardCA(pki.Kind(kind), "JPKI-TEST", time.Unix(1_795_000_000, 0))
		if err != nil {
			panic(err)
		}
		cas = append(cas, ca)
	}
	return cas
})

func newTown(t *testing.T, dsn string) *town {
	t.Helper()
	db, err := store.Create(t.Context(), dsn, make([]byte, store.KeyLen))
	must.OK(t, err)
	t.Cleanup(func() { db.Close() })
	w := &town{dsn: dsn, registry: &registry{TB: t, db: db, now: 1_795_000_000}, by: Carrier{Name: "platform-a", SPKI: [32]byte{1}}, certs: map[string]*x509.Certificate{}}
	keys := Keys{Cards: cardCAs(), UserCA: x509.NewCertPool(), SignCA: x509.NewCertPool()}
	keys.SignCA.AddCert(keys.Cards[pki.Sign].Cert)
	w.s = New(db, keys, DefaultPolicy, func() time.Time { return time.Unix(w.now, 0) }, slog.New(slog.DiscardHandler))
	w.must(w.s.SetPlatform(t.Context(), store.Platform{Name: w.by.Name, SPKI: w.by.SPKI, Standing: consent.Good}))
	w.service = w.addBank(theBank, w.by.Name)
	w.text = sha256.Sum256([]byte(theWords))
	return w
}

// addBank registers a bank with one service.
func (w *town) addBank(name, platform string) store.Service {
	w.Helper()
	w.must(w.s.AddProvider(w.Context(), store.Provider{ID: name, Platform: platform, Name: "The bank", Seal: sealKey(w)}))
	of, err := w.s.OpenService(w.Context(), store.Service{Provider: name, Title: "Accounts", Purpose: "Letters reach you"}, map[string]string{"ja": theWords})
	w.must(err)
	return of
}

func sealKey(t testing.TB) []byte {
	t.Helper()
	key := must.Key(t)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must.OK(t, err)
	return spki
}

// arrives puts a resident in, with a card.
func (w *town) arrives(name string) {
	w.Helper()
	w.must(w.db.Tx(w.Context(), func(tx *store.Tx) error {
		return tx.AddPerson(store.Person{ID: fresh[store.ID](), Name: name,
			Items: store.Items{Name: name, Address: name + " 1-1", Birth: "1989-01-08", Sex: "3", Municipality: 99201}})
	}))
	w.acts(name, life.NewCard)
}

// acts does something at the counter.
func (w *town) acts(name string, op life.Op, change ...func(*store.Items)) {
	w.Helper()
	a := Act{Name: name, Event: life.Event{Op: op, By: life.Counter, Keys: true}, Keys: [2]*rsa.PublicKey{life.Auth: someKey(w), life.Sign: &cardKey().PublicKey}}
	if len(change) > 0 {
		a.Items = change[0]
	}
	h, err := w.s.Counter(w.Context(), a)
	w.must(err)
	if made := h.Made()[life.Sign]; made != nil {
		w.certs[name] = made
	}
}

// moves gives a person another address and a new signing certificate.
func (w *town) moves(name, to string) {
	w.Helper()
	w.acts(name, life.ChangeItems, func(i *store.Items) { i.Address = to })
	w.acts(name, life.NewSign)
}

func second[T any](_ T, err error) error { return err }

// TestAnOperatorLetsABankIn, gives it another key, and suspends it.
func TestAnOperatorLetsABankIn(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		key := sealKey(t)
		for name, err := range map[string]error{
			"a kiosk's name":        w.s.SetPlatform(t.Context(), store.Platform{Name: "kiosk-0001"}),
			"an unknown platform":   w.s.AddProvider(t.Context(), store.Provider{ID: "bank-b", Platform: "platform-b", Name: "B", Seal: key}),
			"a bank twice":          w.s.AddProvider(t.Context(), store.Provider{ID: theBank, Platform: w.by.Name, Name: "B", Seal: key}),
			"no key":                w.s.AddProvider(t.Context(), store.Provider{ID: "bank-b", Platform: w.by.Name, Name: "B"}),
			"no name":               w.s.AddProvider(t.Context(), store.Provider{ID: "bank-b", Platform: w.by.Name, Seal: key}),
			"a bad id":              w.s.AddProvider(t.Context(), store.Provider{ID: "Bank B", Platform: w.by.Name, Name: "B", Seal: key}),
			"a key for no bank":     w.s.SetSeal(t.Context(), "bank-b", key),
			"a service of no bank":  second(w.s.OpenService(t.Context(), store.Service{Provider: "bank-b", Title: "T", Purpose: "P"}, map[string]string{"ja": "x"})),
			"a service without ja":  second(w.s.OpenService(t.Context(), store.Service{Provider: theBank, Title: "T", Purpose: "P"}, map[string]string{"en": "x"})),
			"a service of no title": second(w.s.OpenService(t.Context(), store.Service{Provider: theBank, Purpose: "P"}, map[string]string{"ja": "x"})),
			"no such platform":      second(w.s.Platform(t.Context(), "platform-b")),
			"no such bank":          w.s.SetStanding(t.Context(), "bank-b", consent.Suspended),
		} {
			var refused ErrApp
			if !errors.As(err, &refused) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.must(w.s.SetSeal(t.Context(), theBank, key))
		list, services, err := w.s.Providers(t.Context())
		if err != nil || len(list) != 1 || list[0].SealN != 2 || string(list[0].Seal) != string(key) || len(services[theBank]) != 1 || services[theBank][0] != w.service {
			t.Errorf("%+v, %+v, %v", list, services, err)
		}
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Suspended))
		if list, _, err = w.s.Providers(t.Context()); err != nil || list[0].Standing != consent.Suspended {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
