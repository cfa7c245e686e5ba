package store

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// holder puts a person with a card in that a kiosk can ask about.
func holder(t *testing.T, db *DB, name string) (user Cert, hash Hash) {
	t.Helper()
	c := oldCert(t, name)
	hash = sha256.Sum256(c.Raw)
	inTx(t, db, func(tx *Tx) (err error) {
		user, err = tx.AddHolder(Holder{Person: Person{ID: newID(), Name: name}, User: c, Sign: oldCert(t, name)}, "test")
		return errors.Join(err, tx.AddCard(sha256.Sum256(c.RawSubjectPublicKeyInfo), hash, user.Issuer, user.Serial))
	})
	return user, hash
}

// TestACardIsReadBehindItsLock: what changes its certificates meanwhile is waited for, and seen.
func TestACardIsReadBehindItsLock(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		user, hash := holder(t, db, "hanako")
		read := make(chan wire.CertState, 1)
		inTx(t, db, func(tx *Tx) error {
			if _, err := tx.CardByUser(hash); err != nil {
				return err
			}
			if err := tx.SetStatus(user, Status{life.Held, life.OnHold, 5}, "lost"); err != nil {
				return err
			}
			go func() {
				var c Card
				err := db.Tx(t.Context(), func(tx *Tx) (err error) { c, err = tx.CardByUser(hash); return err })
				must.Note(t, err)
				read <- c.UserState
			}()
			return waits(t, db)
		})
		if state := <-read; state != wire.Held {
			t.Errorf("it is read as %s", state)
		}
	})
}

// waits returns when a transaction of PostgreSQL's waits for a lock; SQLite's wait for
// each other in this process.
func waits(t *testing.T, db *DB) error {
	for end := time.Now().Add(20 * time.Second); db.group == nil && time.Now().Before(end); {
		var n int
		if err := db.sql.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`).Scan(&n); err != nil || n > 0 {
			return err
		}
	}
	return nil
}

func TestACardIsReadFromIndexes(t *testing.T) {
	db := create(t, fresh(t, "sqlite"))
	var row cardRow
	for _, plan := range plans(t, db.sql, row.where(`k.user_hash = $1`).query) {
		if strings.HasPrefix(plan, "SCAN") {
			t.Error(plan)
		}
	}
}

// TestTheCertificateOnTheCardIsTheOneThatCounts: a new signing certificate takes the place of
// the one before it, which stays what it was.
func TestTheCertificateOnTheCardIsTheOneThatCounts(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		user, hash := holder(t, db, "midori")
		inTx(t, db, func(tx *Tx) error {
			all, err := tx.CertsOf(user.Person, false)
			for _, c := range all {
				if c.Kind != life.Sign {
					continue
				}
				next := c
				next.Serial, next.Before, next.DER, next.Status = Serial{1}, &c.Serial, []byte("new"), Status{State: life.Good, Since: 9}
				err = errors.Join(tx.SetStatus(c, Status{life.Revoked, life.ItemsChanged, 8}, "moved"), tx.AddCert(next, "new"))
			}
			card, cerr := tx.CardByUser(hash)
			if card.SignState != wire.Good || string(card.SignCert) != "new" || card.UserState != wire.Good {
				t.Errorf("%+v", card)
			}
			all, aerr := tx.CertsOf(user.Person, true)
			if len(all) != 3 {
				t.Errorf("%d certificates", len(all))
			}
			return errors.Join(err, cerr, aerr)
		})
	})
}
