package store

import (
	"errors"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestEnrolmentsWaitAreApprovedOnceAndExpire(t *testing.T) { onEach(t, enrolmentsWait) }

func enrolmentsWait(t *testing.T, db *DB) {
	do := func(f func(*Tx) error) error { t.Helper(); return db.Tx(t.Context(), f) }
	does := func(f func(*Tx) error) {
		t.Helper()
		must.OK(t, do(f))
	}
	old := Hash{1}
	first := Enrolment{ID: ID{1}, Kiosk: "k", CSR: []byte("csr"), Nonce: Hash{2}, Address: "::1", Made: 100, Expires: 200}
	again := Enrolment{ID: ID{2}, Kiosk: "l", CSR: []byte("other"), Nonce: Hash{3}, Old: &old, Address: "::1", Made: 101, Expires: 201}
	does(func(tx *Tx) error { return errors.Join(tx.AddEnrolment(first), tx.AddEnrolment(again)) })
	does(func(tx *Tx) error {
		got, err := tx.Enrolment(again.ID)
		if got.Kiosk != "l" || got.Old == nil || *got.Old != old || got.Nonce != again.Nonce || got.Certificate != nil {
			t.Errorf("%+v", got)
		}
		if _, err := tx.Enrolment(ID{9}); err != ErrNone {
			t.Error(err)
		}
		w, cerr := tx.CountEnrolments("k", "::1", 200)
		if w != (Waiting{All: 2, Name: 1, Net: 2, Both: 1}) {
			t.Errorf("%+v", w)
		}
		every, eerr := tx.Enrolments("", 201)
		own, oerr := tx.Enrolments("k", 150)
		if len(every) != 1 || every[0].ID != again.ID || len(own) != 1 || own[0].ID != first.ID || own[0].Old != nil {
			t.Errorf("%+v, %+v", every, own)
		}
		return errors.Join(err, cerr, eerr, oerr)
	})
	does(func(tx *Tx) error { return tx.ApproveEnrolment(first.ID, []byte("cert"), 300) })
	if err := do(func(tx *Tx) error { return tx.ApproveEnrolment(first.ID, []byte("another"), 400) }); err == nil {
		t.Error("approved twice")
	}
	does(func(tx *Tx) error {
		got, err := tx.Enrolment(first.ID)
		if w, cerr := tx.CountEnrolments("k", "::1", 200); string(got.Certificate) != "cert" || got.Expires != 300 || cerr != nil || w != (Waiting{All: 1, Net: 1}) {
			t.Errorf("%+v, %+v, %v", got, w, cerr)
		}
		return err
	})
	gone := int64(0)
	for kind := range Prunables() {
		does(func(tx *Tx) error {
			n, err := tx.Prune(kind, Old{Enrolments: 300}, 10)
			gone += n
			return err
		})
	}
	does(func(tx *Tx) error {
		if n, err := tx.Count("enrolments"); err != nil || n != 1 || gone != 1 {
			t.Errorf("%d left, %d gone, %v", n, gone, err)
		}
		return nil
	})
	does(func(tx *Tx) error { return tx.PutKiosk(Kiosk{Name: "k", Flows: "P"}, 1) })
	does(func(tx *Tx) error {
		k, err := tx.Kiosk("k")
		list, lerr := tx.Kiosks()
		if k.Flows != "P" || k.Revoked || len(list) != 1 || list[0] != k {
			t.Errorf("%+v, %+v", k, list)
		}
		return errors.Join(err, lerr)
	})
}
