package domain

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

var rounds = flag.Int("rounds", 60, "withdrawals among inquiries, of each store")

// TestNoDisclosureIsLaterThanItsWithdrawal: people withdraw while their bank asks and they
// move, in many orders. What was asked for when the withdrawal had been answered is never
// given, and no disclosure has a greater number than the withdrawal.
func TestNoDisclosureIsLaterThanItsWithdrawal(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	onEach(t, func(t *testing.T, w *town) {
		rng := rand.New(rand.NewPCG(seed, 1))
		given, begun := 0, w.now
		var issuer int64
		var phone store.ID
		for round := range *rounds {
			name := fmt.Sprint("resident ", round/roundsEach)
			if round%roundsEach == 0 { // what one has had makes each next question slower, and each is a day later than the last
				w.now = begun
				w.arrives(name)
				issuer, phone = w.phone(name)
			}
			given += w.race(rng, name, issuer, phone)
		}
		w.in(func(c *call) error {
			n, err := c.Count("disclosures")
			if n != int64(given) {
				t.Errorf("%d disclosures of %d that were told", n, given)
			}
			return err
		})
		if t.Logf("%d disclosures", given); given == 0 {
			t.Error("nothing was given")
		}
	})
}

// moves of a person while the bank asks, and how many withdrawals one makes.
const moves, roundsEach = 4, 20

// phone is another carrier of a person's, and who issues its certificates.
func (w *town) phone(name string) (issuer int64, carrier store.ID) {
	w.Helper()
	h := w.holding(name)
	carrier = fresh[store.ID]()
	w.in(func(c *call) error {
		return c.AddCarrier(store.Carrier{ID: carrier, Person: h.who.ID, Kind: life.Android, Made: w.now})
	})
	return h.certs[life.CardSign].Issuer, carrier
}

// movesByPhone gives a person another address and a certificate with it, on the phone alone,
// so that the card's key goes on signing.
func (w *town) movesByPhone(name, to string, issuer int64, phone store.ID) error {
	return w.s.app(w.Context(), func(c *call) error {
		p, err := c.PersonNamed(name)
		if err != nil {
			return err
		}
		p.Address = to
		version, err := c.AddItems(p.ID, p.Items)
		if err != nil {
			return err
		}
		serial := fresh[store.ID]()
		return c.AddCert(store.Cert{Issuer: issuer, Serial: store.Serial(append(make([]byte, 4), serial[:]...)), Kind: life.Sign, Person: p.ID, Carrier: phone,
			Version: version, NotAfter: c.now + 1_000_000, Part: 100_000, Status: store.Status{State: life.Good, Since: c.now}}, "test")
	})
}

// race is one consent's: how often items were given.
func (w *town) race(rng *rand.Rand, name string, issuer int64, phone store.ID) int {
	w.now++
	a, err := w.s.Give(w.Context(), w.by, w.signs(name, w.statement(consent.Address)))
	w.must(err)
	w.now = a.From
	w.mayAsk(theBank)
	said := w.signs(name, w.withdrawal(a))
	var withdrawn atomic.Bool
	var given, late atomic.Int64
	var all sync.WaitGroup
	all.Go(func() {
		for range rng.IntN(8) {
			if _, _, err := w.s.Latest(w.Context(), w.by, theBank, []store.Asked{{Request: fresh[store.ID](), Service: a.Consent.Service, Handle: store.ID{}}}); err != nil {
				w.Error(err)
			}
		}
		must.Note(w, must.Err(w.s.Withdraw(w.Context(), w.by, said)))
		withdrawn.Store(true)
	})
	all.Go(func() {
		for i := range moves {
			must.Note(w, w.movesByPhone(name, fmt.Sprint(a.From, i), issuer, phone))
		}
	})
	for range 3 {
		all.Go(func() {
			for done := false; !done; {
				done = withdrawn.Load()
				list := []store.Asked{{Request: fresh[store.ID](), Service: a.Consent.Service, Handle: fresh[store.ID]()}, {Request: fresh[store.ID](), Service: a.Consent.Service, Handle: a.Handle}}
				got, _, err := w.s.Latest(w.Context(), w.by, theBank, list)
				switch {
				case err != nil:
					w.Error(err)
				case got[1].Decision == consent.Given && done:
					late.Add(1)
				case got[1].Decision == consent.Given:
					given.Add(1)
				}
			}
		})
	}
	all.Wait()
	if late.Load() != 0 {
		w.Errorf("%d disclosures after the withdrawal was answered", late.Load())
	}
	w.in(func(c *call) error {
		of, err := c.ConsentOf(a.ID)
		list, derr := c.Disclosures(a.ID)
		for i, d := range list {
			if d.N != int64(i+1) || d.N >= of.CancelledN {
				w.Errorf("disclosure %d has number %d, the withdrawal %d", i, d.N, of.CancelledN)
			}
		}
		return errors.Join(err, derr)
	})
	return int(given.Load())
}

// TestItemsStandInOnePlaceAlone: what a person is called and where she lives is found
// nowhere else than in the register, in certificates and in what she signed with one.
func TestItemsStandInOnePlaceAlone(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		a := w.gives("hanako", consent.AllItems)
		canary := []string{"CANARY-NAME", "CANARY-ADDRESS", "1977-07-07"}
		w.acts("hanako", life.ChangeItems, func(i *store.Items) { i.Name, i.Address, i.Birth = canary[0], canary[1], canary[2] })
		w.acts("hanako", life.NewSign)
		got := w.asks(a)
		if got.Decision != consent.Given || got.Items.Name != canary[0] {
			t.Fatalf("%+v", got)
		}
		w.must(second(w.s.Withdraw(t.Context(), w.by, w.signs("hanako", w.withdrawal(a)))))
		tables := w.everything()
		found := map[string]bool{}
		for table, text := range tables {
			for _, c := range canary {
				found[table] = found[table] || strings.Contains(text, c)
			}
		}
		for _, table := range []string{"items", "certs", "proofs"} {
			if !found[table] {
				t.Errorf("%s is not read: nothing is found in it", table)
			}
			delete(found, table)
		}
		for table, has := range found {
			if has {
				t.Errorf("%s holds an item", table)
			}
		}
		if _, read := found["disclosures"]; !read {
			t.Error("disclosures are not read")
		}
	})
}

// everything is the text of each table.
func (w *town) everything() map[string]string {
	w.Helper()
	driver, dsn, list := "sqlite3", "file:"+w.dsn, `SELECT name FROM sqlite_schema WHERE type = 'table'`
	if store.IsPostgres(w.dsn) {
		driver, dsn, list = "pgx", w.dsn, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	db, err := sql.Open(driver, dsn)
	w.must(err)
	defer db.Close()
	all := map[string]string{}
	for _, name := range w.rows(db, list) {
		all[name] = strings.Join(w.rows(db, "SELECT * FROM "+name), "\n")
	}
	return all
}

// rows are the texts of a query's rows.
func (w *town) rows(db *sql.DB, query string) (all []string) {
	w.Helper()
	rows, err := db.QueryContext(w.Context(), query)
	w.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	w.must(err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		w.must(rows.Scan(into...))
		var text []string
		for _, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			text = append(text, fmt.Sprint(v))
		}
		all = append(all, strings.Join(text, "|"))
	}
	w.must(rows.Err())
	return all
}
