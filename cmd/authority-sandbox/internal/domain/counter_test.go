package domain

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	randv2 "math/rand/v2"
	"slices"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// someKey is a public key that nothing has the other half of: quick to make, and no
// certificate of these tests signs.
func someKey(t testing.TB) *rsa.PublicKey {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 2047))
	must.OK(t, err)
	return &rsa.PublicKey{N: n.SetBit(n, 0, 1).SetBit(n, 2047, 1), E: 65537}
}

// registry is an authority with residents, and their certificates.
type registry struct {
	testing.TB
	s   *Service
	db  *store.DB
	now int64
}

func newRegistry(t testing.TB, names ...string) *registry {
	t.Helper()
	o := newOffice(t)
	r := &registry{TB: t, s: o.s, db: o.s.db, now: 1_795_000_000}
	for kind := range 2 {
		ca, err := pki.NewCardCA(pki.Kind(kind), "JPKI-TEST", time.Unix(r.now, 0))
		r.must(err)
		r.s.keys.Cards = append(r.s.keys.Cards, ca)
	}
	r.s.now = func() time.Time { return time.Unix(r.now, 0) }
	for _, name := range names {
		r.must(r.db.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.AddPerson(store.Person{ID: fresh[store.ID](), Name: name,
				Items: store.Items{Name: name, Address: "1-1", Birth: "1989-01-08", Sex: "3", Municipality: 99201}})
		}))
	}
	return r
}

func (r *registry) must(err error) {
	r.Helper()
	must.OK(r, err)
}

func (r *registry) in(f func(c *call) error) {
	r.Helper()
	r.must(r.s.app(r.Context(), f))
}

func (r *registry) holding(name string) (h *holding) {
	r.Helper()
	r.in(func(c *call) (err error) { h, err = c.holding(name); return err })
	return h
}

// setUp puts a phone in whose pair is issued, as the app will.
func (r *registry) setUp(name string, kind life.Carrier) {
	r.Helper()
	h := r.holding(name)
	r.in(func(c *call) error {
		carrier := store.Carrier{ID: fresh[store.ID](), Person: h.who.ID, Kind: kind, Made: r.now}
		err := c.AddCarrier(carrier)
		for kind, of := range [...]life.Slot{life.Auth: life.CardAuth, life.Sign: life.CardSign} {
			base := h.certs[of]
			row := store.Cert{Issuer: base.Issuer, Serial: store.Serial(append(make([]byte, 4), carrier.ID[:]...)), Kind: life.Kind(kind), Person: h.who.ID,
				Carrier: carrier.ID, Version: h.who.Version, NotAfter: base.NotAfter, Part: 100_000, Base: &base.Serial,
				Status: store.Status{State: life.Issued, Since: r.now}}
			err = errors.Join(err, c.AddCert(row, "test"))
		}
		return err
	})
}

// alive leaves away what is dead: which of a person's dead phones was the last is of no matter.
func alive(p life.Person) life.Person {
	for s := range life.Slots {
		if c := p.At(life.Slot(s)); c.State == life.Revoked {
			*c = life.Cert{}
		}
	}
	if !p.Phone.Live() {
		p.Phone = life.Phone{}
	}
	if p.Next.Pair == (life.Pair{}) {
		p.Next = life.Phone{}
	}
	return p
}

// ends are those after which little else can happen; elsewhere are those that come
// with the app.
var (
	ends      = map[life.Op]bool{life.Die: true, life.Leave: true, life.ReturnCard: true, life.NewCard: true, life.Renew: true, life.ChangeItems: true}
	elsewhere = map[life.Op]bool{life.Apply: true, life.Issue: true, life.IssuePrivate: true}
)

// TestRowsAreWhatStepSays does what can happen at random, for several residents, and holds
// the rows against Step, the events against the rows, and the rows of the others against what
// they were.
func TestRowsAreWhatStepSays(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := randv2.New(randv2.NewPCG(seed, 7))
	names := []string{"aki", "ren", "mei"}
	r := newRegistry(t, names...)
	liftable := life.Policy{}
	done := map[life.Op]int{}
	for round := range 600 {
		r.now += rng.Int64N(3)
		if r.s.policy.Certificates = life.DefaultPolicy; rng.IntN(2) == 0 {
			r.s.policy.Certificates = liftable
		}
		name := names[rng.IntN(len(names))]
		before := r.holding(name)
		if before.is.Card.Sign.State == life.Good && before.is.Next.Pair == (life.Pair{}) && rng.IntN(3) == 0 {
			r.setUp(name, life.Android+life.Carrier(rng.IntN(2)))
			before = r.holding(name)
		}
		var others []string
		for _, other := range names {
			if other != name {
				others = append(others, r.all(other))
			}
		}
		e := life.Event{Op: life.Op(rng.IntN(life.Ops)), By: life.Proof(rng.IntN(life.Proofs)), Keys: true}
		for range 50 { // most of what can happen is refused, and some is the end of much
			if _, _, no := r.s.policy.Certificates.Step(before.is, e); no == life.Allowed && (!ends[e.Op] || rng.IntN(8) == 0) {
				break
			}
			e.Op, e.By = life.Op(rng.IntN(life.Ops)), life.Proof(rng.IntN(life.Proofs))
		}
		if elsewhere[e.Op] {
			continue
		}
		act := Act{Name: name, Event: e, Keys: [2]*rsa.PublicKey{someKey(t), someKey(t)}, Items: func(i *store.Items) { i.Address = fmt.Sprint("number ", r.now, rng.Int()) }}
		want, _, refused := r.s.policy.Certificates.Step(before.is, e)
		_, err := r.s.Counter(t.Context(), act)
		var why life.Refusal
		switch {
		case refused != life.Allowed && (!errors.As(err, &why) || why != refused):
			t.Fatalf("%s, %s: %v, want %v", e.Op, e.By, err, refused)
		case refused == life.Allowed && err != nil:
			t.Fatalf("%s, %s: %v", e.Op, e.By, err)
		case refused == life.Allowed:
			done[e.Op]++
		}
		if got := r.holding(name).is; alive(got) != alive(want) {
			t.Fatalf("%s, %s of\n%+v\nis\n%+v\nwant\n%+v", e.Op, e.By, before.is, got, want)
		}
		for _, other := range names {
			if other != name {
				if is := r.all(other); is != others[0] {
					t.Fatalf("%s of %s changed %s:\n%s\n%s", e.Op, name, other, others[0], is)
				}
				others = others[1:]
			}
		}
		if want.Gone { // a new resident in the place of one who is gone
			i := slices.Index(names, name)
			names[i] = fmt.Sprint("resident ", round)
			r.must(r.db.Tx(t.Context(), func(tx *store.Tx) error {
				return tx.AddPerson(store.Person{ID: fresh[store.ID](), Name: names[i], Items: before.who.Items})
			}))
		}
	}
	t.Logf("done: %v", done)
	if len(done) < 12 {
		t.Errorf("only %v was done", done)
	}
}

// all is every certificate of a person, each of which is what its events say.
func (r *registry) all(name string) (text string) {
	r.Helper()
	r.in(func(c *call) error {
		p, err := c.PersonNamed(name)
		if err != nil {
			return err
		}
		list, err := c.CertsOf(p.ID, true)
		for _, cert := range list {
			is, err := c.Status(cert.Issuer, cert.Serial, r.now)
			if err != nil || is != cert.Status {
				r.Errorf("%s: certificate %x is %+v by its row, %+v by its events, %v", name, cert.Serial.Int(), cert.Status, is, err)
			}
			text += fmt.Sprintf("%x %+v\n", cert.Serial.Int(), is)
		}
		return err
	})
	return text
}
