package store

import (
	"context"
	"errors"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

// TestTransactionsThatWaitForEachOtherAreBothDone: each has locked what the other one wants next. PostgreSQL ends one of them,
// which is run again; SQLite runs one at a time.
func TestTransactionsThatWaitForEachOtherAreBothDone(t *testing.T) {
	db := create(t, fresh(t, "postgres"))
	const one, other = "one", "other"
	inTx(t, db, func(tx *Tx) error { return errors.Join(tx.SetSetting(one, 0), tx.SetSetting(other, 0)) })
	var both, all sync.WaitGroup
	var runs [2]int
	both.Add(len(runs))
	for i, order := range [][2]string{{one, other}, {other, one}} {
		all.Go(func() {
			err := db.Tx(context.Background(), func(tx *Tx) error {
				if _, err := tx.exec(`UPDATE settings SET value = value + 1 WHERE name = $1`, order[0]); err != nil {
					return err
				}
				if runs[i]++; runs[i] == 1 { // from here on each has what the other one wants
					both.Done()
					both.Wait()
				}
				return tx.run(`UPDATE settings SET value = value + 1 WHERE name = $1`, order[1])
			})
			must.Note(t, err)
		})
	}
	all.Wait()
	if n := runs[0] + runs[1]; n != 3 {
		t.Errorf("the two ran %d times", n)
	}
	for _, name := range []string{one, other} {
		if n := setting(t, db, name); n != 2 {
			t.Errorf("%s is %d", name, n)
		}
	}
}
