package store

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/must"
)

func cardIssuer(t *testing.T, db *DB) (issuer int64) {
	t.Helper()
	inTx(t, db, func(tx *Tx) (err error) {
		if _, err := tx.Issuer([]byte("of cards")); !errors.Is(err, ErrNone) {
			t.Errorf("an issuer that is not there: %v", err)
		}
		issuer, err = tx.AddIssuer([]byte("of cards"), InHardware)
		return err
	})
	return issuer
}

// history is what a certificate was, and from when on.
type history []Status

func (h history) at(moment int64) (is Status) {
	for _, s := range h {
		if s.Since <= moment {
			is = s
		}
	}
	return is
}

// TestStatusFromEventsIsThatOfTheRow makes and changes certificates at random and asks of
// every moment what each of them was, and what each list had in it.
func TestStatusFromEventsIsThatOfTheRow(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	onEach(t, func(t *testing.T, db *DB) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p, carrier := resident(t, db, "hanako")
		issuer := cardIssuer(t, db)
		made := map[Serial]history{}
		part := func(s Serial) int64 { return int64(s[19] % 3) }
		now := int64(1000)
		for range 300 {
			now += rng.Int64N(3)
			inTx(t, db, func(tx *Tx) error {
				all, err := tx.CertsOf(p.ID, true)
				if err != nil {
					return err
				}
				live := slices.DeleteFunc(all, func(c Cert) bool { return c.State == life.Revoked })
				if len(live) == 0 || rng.IntN(6) == 0 {
					serial, err := SerialOf(new(big.Int).SetUint64(rng.Uint64()))
					made[serial] = history{{life.Issued, 0, now}}
					return errors.Join(err, tx.AddCert(Cert{Issuer: issuer, Serial: serial, Person: p.ID, Carrier: carrier, Kind: life.Kind(rng.IntN(2)),
						NotAfter: 5000, Part: part(serial), Status: made[serial][0]}, "made"))
				}
				c := live[rng.IntN(len(live))]
				at := now - rng.Int64N(2) // a clock that is set back
				to := Status{State: life.Good + life.State(rng.IntN(3)), Reason: life.Reason(rng.IntN(7)), Since: at}
				err = tx.SetStatus(c, to, "changed")
				to.Since = max(at, c.Since)
				made[c.Serial] = append(made[c.Serial], to)
				return err
			})
		}
		inTx(t, db, func(tx *Tx) error {
			all, err := tx.CertsOf(p.ID, true)
			for _, c := range all {
				if byEvents, err := tx.Status(issuer, c.Serial, now); err != nil || byEvents != c.Status {
					t.Errorf("certificate %x is %+v by its row and %+v by its events, %v", c.Serial.Int(), c.Status, byEvents, err)
				}
			}
			if len(all) != len(made) || len(all) < 20 {
				t.Errorf("%d certificates, made %d", len(all), len(made))
			}
			return err
		})
		for moment := int64(999); moment <= now; moment += 7 {
			lists := [3][]Entry{}
			for _, serial := range slices.SortedFunc(maps.Keys(made), func(a, b Serial) int { return a.Int().Cmp(b.Int()) }) {
				want := made[serial].at(moment)
				got, err := db.Status(t.Context(), issuer, serial, moment)
				if known := want.State != life.None; got != want || known != (err == nil) || !known && !errors.Is(err, ErrNone) {
					t.Errorf("at %d certificate %x was %+v (%v), want %+v", moment, serial.Int(), got, err, want)
				}
				if want.State >= life.Held {
					lists[part(serial)] = append(lists[part(serial)], Entry{serial, want})
				}
			}
			for i, want := range lists {
				if got := entries(t, db, Part{Issuer: issuer, Part: int64(i), At: moment, Ended: 5000}); !slices.Equal(got, want) {
					t.Errorf("at %d part %d has\n%v\nwant\n%v", moment, i, got, want)
				}
				if got := entries(t, db, Part{Issuer: issuer, Part: int64(i), At: moment, Ended: 5001}); len(got) > 0 {
					t.Errorf("at %d part %d has %d entries of certificates past their last day", moment, i, len(got))
				}
			}
		}
	})
}

func entries(t *testing.T, db *DB, p Part) (list []Entry) {
	t.Helper()
	err := db.Snapshot(t.Context(), func(tx *Tx) error {
		return tx.Entries(p, func(e Entry) error { list = append(list, e); return nil })
	})
	must.OK(t, err)
	return list
}

func good(issuer int64, serial Serial, p Person, carrier ID) Cert {
	return Cert{Issuer: issuer, Serial: serial, Person: p.ID, Carrier: carrier, Kind: life.Sign, NotAfter: 9, Status: Status{State: life.Good, Since: 1}}
}

func TestRevokedIsForGoodAndAChangeIsSeenByItsRevision(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		p, carrier := resident(t, db, "taro")
		issuer := cardIssuer(t, db)
		read := func() (c Cert, revision int64) {
			inTx(t, db, func(tx *Tx) error {
				list, err := tx.CertsOf(p.ID, false)
				if err != nil || len(list) != 1 {
					return fmt.Errorf("%d certificates, %w", len(list), err)
				}
				c = list[0]
				revision, err = tx.Revision(issuer, 0)
				return err
			})
			return c, revision
		}
		inTx(t, db, func(tx *Tx) error { return tx.AddCert(good(issuer, Serial{1}, p, carrier), "made") })
		c, before := read()
		inTx(t, db, func(tx *Tx) error { return tx.SetStatus(c, Status{life.Held, life.OnHold, 5}, "lost") })
		if err := db.Tx(t.Context(), func(tx *Tx) error { return tx.SetStatus(c, Status{State: life.Good, Since: 6}, "found") }); err == nil {
			t.Error("what had changed meanwhile was changed")
		}
		c, after := read()
		if after != before+1 {
			t.Errorf("the revision was %d and is %d", before, after)
		}
		inTx(t, db, func(tx *Tx) error { return tx.SetStatus(c, Status{life.Revoked, life.NotNeeded, 7}, "returned") })
		c, _ = read()
		if err := db.Tx(t.Context(), func(tx *Tx) error { return tx.SetStatus(c, Status{State: life.Good, Since: 8}, "found") }); err == nil {
			t.Error("a revoked certificate became good")
		}
		// Another takes its place on the card, and it stays among all of them.
		inTx(t, db, func(tx *Tx) error { return tx.AddCert(good(issuer, Serial{2}, p, carrier), "renewed") })
		if c, _ = read(); c.Serial != (Serial{2}) {
			t.Errorf("current is %x", c.Serial.Int())
		}
	})
}

func TestHistoryIsNotRewritten(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		p, carrier := resident(t, db, "jiro")
		issuer := cardIssuer(t, db)
		inTx(t, db, func(tx *Tx) error { return tx.AddCert(good(issuer, Serial{1}, p, carrier), "made") })
		statements := []string{`UPDATE events SET at = 0`, `DELETE FROM events`, `UPDATE items SET address = 'Rei-shi'`, `DELETE FROM items`}
		if db.group == nil {
			statements = append(statements, `TRUNCATE events`, `TRUNCATE items`)
		}
		for _, s := range statements {
			if _, err := db.sql.Exec(s); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", s, err)
			}
		}
	})
}

func TestListIsReadFromItsIndex(t *testing.T) {
	db := create(t, fresh(t, "sqlite"))
	all := plans(t, db.sql, entriesAt)
	if want := "SEARCH c USING COVERING INDEX certs_listed (issuer=? AND part=?)"; all[0] != want {
		t.Errorf("%s, want %s", all[0], want)
	}
	for _, plan := range all {
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP") {
			t.Error(plan)
		}
	}
}

// TestIssuersThatComeAtOnceHaveNumbersOfTheirOwn, and the same one has the same number.
func TestIssuersThatComeAtOnceHaveNumbersOfTheirOwn(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		var all sync.WaitGroup
		var numbers sync.Map
		for i := range 40 {
			name := fmt.Sprint("issuer ", i%8)
			all.Go(func() {
				err := db.Tx(t.Context(), func(tx *Tx) error {
					n, err := tx.AddIssuer([]byte(name), InHardware)
					if of, known := numbers.LoadOrStore(n, name); err == nil && known && of != name {
						t.Errorf("%s and %s are both number %d", name, of, n)
					}
					return err
				})
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		all.Wait()
		inTx(t, db, func(tx *Tx) error {
			n, err := tx.Count("issuers")
			if n != 8 {
				t.Errorf("%d issuers", n)
			}
			return err
		})
	})
}

// TestWhatIsAskedEveryMinuteReadsByAnIndex: SQLite answers no request while it runs, and PostgreSQL with one core less.
func TestWhatIsAskedEveryMinuteReadsByAnIndex(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		if db.group == nil {
			return // its plans depend on what is in its tables
		}
		clear(db.group.stmts)
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.Applying()
			_, lerr := tx.Outlived(InSoftware, 1)
			for kind := range Prunables() {
				_, perr := tx.Prune(kind, Old{}, 100)
				err = errors.Join(err, perr)
			}
			return errors.Join(err, lerr)
		})
		for query := range db.group.stmts {
			for _, plan := range plans(t, db.sql, query) {
				if table, scans := strings.CutPrefix(plan, "SCAN "); scans && !slices.Contains([]string{"looks", "rates", "challenges"}, table) { // few: minutes live, and lost phones
					t.Errorf("%s\n\t%s", query, plan)
				}
			}
		}
	})
}
