package store

import (
	"errors"
	"fmt"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/must"
)

func inTx(t *testing.T, db *DB, f func(*Tx) error) {
	t.Helper()
	must.OK(t, db.Tx(t.Context(), f))
}

// resident puts a person with a card in.
func resident(t *testing.T, db *DB, name string) (p Person, carrier ID) {
	t.Helper()
	p = Person{ID: ID([]byte(fmt.Sprintf("%16s", name))), Name: name, Items: Items{Name: name, Address: "Test-shi 1-1", Birth: "1989-01-08", Sex: "3", Municipality: 99201}}
	carrier = ID([]byte(fmt.Sprintf("%15s1", name)))
	inTx(t, db, func(tx *Tx) error {
		return errors.Join(tx.AddPerson(p), tx.AddCarrier(Carrier{ID: carrier, Person: p.ID, Kind: life.Card}))
	})
	return p, carrier
}

func TestItemsAreVersions(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		p, _ := resident(t, db, "ren")
		inTx(t, db, func(tx *Tx) error {
			moved := p.Items
			moved.Address, moved.Since = "Rei-shi 2", 77
			version, err := tx.AddItems(p.ID, moved)
			if err != nil {
				return err
			}
			now, err := tx.PersonNamed("ren")
			if moved.Version = 2; err != nil || now.Items != moved || version != 2 || now.ID != p.ID {
				t.Errorf("%+v, %v", now, err)
			}
			if _, err := tx.PersonNamed("absent"); !errors.Is(err, ErrNone) {
				t.Errorf("of a name that is not there: %v", err)
			}
			return nil
		})
	})
}

// TestSnapshotSeesOneMomentBesideWriters: what is written while it reads is not there for
// it, and is written all the same; it writes nothing itself.
func TestSnapshotSeesOneMomentBesideWriters(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		resident(t, db, "saburo")
		err := db.Snapshot(t.Context(), func(tx *Tx) error {
			before, err := tx.Count("people")
			if err != nil {
				return err
			}
			resident(t, db, "aki")
			after, err := tx.Count("people")
			if before != 1 || after != 1 {
				t.Errorf("%d people, then %d", before, after)
			}
			return err
		})
		must.Note(t, err)
		if err := db.Snapshot(t.Context(), func(tx *Tx) error { _, err := tx.exec(`DELETE FROM people`); return err }); err == nil {
			t.Error("a snapshot wrote")
		}
		inTx(t, db, func(tx *Tx) error { // and its connection serves others as before
			n, err := tx.Count("people")
			if n != 2 {
				t.Errorf("%d people", n)
			}
			return err
		})
	})
}
