package offline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// told is a stopped ledger of 16 records of which the authority signed 12.
func told(t *testing.T) (dir string, signed port.Receipt) {
	t.Helper()
	dir = newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, append(visit(1), visit(2)...)...)
	for _, n := range []int{4, 12} {
		signed = receipt(all(t, l)[n-1])
		must.OK(t, l.Ack(t.Context(), signed))
	}
	mustClose(t, l)
	return dir, signed
}

func sameReceipt(a, b port.Receipt) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func TestNewestReceiptOutlivesARestart(t *testing.T) {
	dir, signed := told(t)
	for range 2 {
		r := mustVerify(t, dir)
		if len(r.Receipts) != 1 || !sameReceipt(r.Receipts[0], signed) || r.Acked != 12 {
			t.Fatalf("%+v", r.Receipts)
		}
		l := mustOpen(t, dir, testOptions())
		if err := l.Ack(t.Context(), receipt(all(t, l)[3])); err != nil { // an old one, late
			t.Error(err)
		}
		mustClose(t, l)
	}
}

func TestAReceiptForAnotherRecordIsNotKept(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	mustAppend(t, l, visit(1)...)
	wrong := receipt(all(t, l)[3])
	wrong.Head[0]++
	long := receipt(all(t, l)[3])
	long.Signature = make([]byte, maxSignature+1)
	for _, r := range []port.Receipt{wrong, long} {
		if err := l.Ack(t.Context(), r); !errors.Is(err, record.ErrEntry) {
			t.Errorf("%v", err)
		}
	}
	if n, _, err := l.Queue(t.Context()); n != 8 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	mustAppend(t, l, boot()) // and the ledger is none the worse
}

// An attacker who can write to the disk makes every hash fit, the head's too, but
// cannot make the authority sign.
func TestAHistoryRewrittenBehindAReceiptIsNoticed(t *testing.T) {
	dir, _ := told(t)
	folder := filepath.Join(dir, liveName)
	forged := rewriteFrom(t, folder, 10)
	head, _, err := readHead(filepath.Join(folder, headName))
	must.OK(t, err)
	head.Head = forged
	must.OK(t, createHead(filepath.Join(folder, headName), head))
	if r := verify(t, dir); r.Whole() || !strings.Contains(errors.Join(r.Wrong...).Error(), "record 12 is not the one that the authority knows") {
		t.Fatalf("%v", r.Wrong)
	}
	l := mustOpen(t, dir, testOptions())
	if a := l.Aside(); a == nil || !strings.Contains(a.Reason.Error(), "the authority") {
		t.Errorf("%+v", a)
	}
}

// rewriteFrom changes record seq and makes the rest of the chain follow.
func rewriteFrom(t *testing.T, folder string, seq uint64) Head {
	t.Helper()
	db, err := openDB(t.Context(), filepath.Join(folder, dbName), false)
	must.OK(t, err)
	defer db.Close()
	f, err := examine(t.Context(), db, true)
	must.OK(t, err)
	h := Head{Epoch: f.state.Epoch}
	for _, r := range f.rows {
		b := r.bytes
		if r.head.Seq == seq {
			b[60] ^= 1 // the session
		}
		if r.head.Seq > seq {
			copy(b[28:60], h.Hash[:])
		}
		h.Seq, h.Hash = r.head.Seq, record.Hash(b)
		must.OK(t, must.Err(db.Exec("UPDATE record SET bytes = ?, hash = ? WHERE seq = ?", b, h.Hash[:], int64(h.Seq))))
	}
	return h
}

// The forger also cuts the tail off and moves the watermark back.
func TestATailThatTheAuthorityHasIsMissed(t *testing.T) {
	dir, signed := told(t)
	folder := filepath.Join(dir, liveName)
	db, err := openDB(t.Context(), filepath.Join(folder, dbName), false)
	must.OK(t, err)
	s, err := readState(t.Context(), db)
	must.OK(t, err)
	s.Acked = 10
	var h Head
	var b []byte
	err = errors.Join(writeState(t.Context(), db, s), db.QueryRow("SELECT seq, hash FROM record WHERE seq = 10").Scan(&h.Seq, &b))
	_, del := db.Exec("DELETE FROM record WHERE seq > 10")
	must.OK(t, errors.Join(err, del, db.Close()))
	copy(h.Hash[:], b)
	h.Epoch = s.Epoch
	must.OK(t, createHead(filepath.Join(folder, headName), slot{Head: h}))
	l := mustOpen(t, dir, testOptions())
	if a := l.Aside(); a == nil || !strings.Contains(a.Reason.Error(), "the authority knows record 12 and the last one here is 10") {
		t.Fatalf("%+v", a)
	}
	mustAppend(t, l, boot())
	mustClose(t, l)
	// Its successor keeps the old one's receipt: the proof outlives the spoiled.
	if r := mustVerify(t, dir); len(r.Receipts) != 1 || !sameReceipt(r.Receipts[0], signed) {
		t.Errorf("%+v", r.Receipts)
	}
}

func TestAChangedReceiptRowIsNoticed(t *testing.T) {
	zeros := func(n int) string { return fmt.Sprintf("x'%0*d'", 2*n, 0) }
	for _, change := range []string{
		"UPDATE receipt SET seq = 13", "UPDATE receipt SET head = " + zeros(32), "UPDATE receipt SET signature = x'00'",
		"UPDATE receipt SET key = " + zeros(32), "UPDATE receipt SET epoch = " + zeros(16), "UPDATE receipt SET epoch = x'00'",
		"UPDATE receipt SET signature = " + zeros(129),
	} {
		dir, _ := told(t)
		db, err := openDB(t.Context(), filepath.Join(dir, liveName, dbName), false)
		must.OK(t, err)
		_, err = db.Exec(change)
		must.OK(t, errors.Join(err, db.Close()))
		if r := verify(t, dir); r.Whole() {
			t.Errorf("%s: not noticed", change)
		}
	}
}

// A database that was made before receipts has no table for them until the
// first one comes.
func TestAnOldLedgerTakesReceipts(t *testing.T) {
	dir := newDir(t)
	must.OK(t, errors.Join(os.Mkdir(dir, dirMode), copyLedger(filepath.Join("testdata", "v1"), filepath.Join(dir, liveName))))
	l := mustOpen(t, dir, testOptions())
	must.OK(t, l.Ack(t.Context(), receipt(all(t, l)[9])))
	mustAppend(t, l, boot())
	mustClose(t, l)
	if r := mustVerify(t, dir); len(r.Receipts) != 1 || r.Receipts[0].Seq != 10 || r.Last != 15 {
		t.Errorf("%+v", r)
	}
}

// Records carried over are receipted under their own epoch.
func TestReceiptsOfEarlierLedgers(t *testing.T) {
	s := newSpecimen(t, true)
	spoil(t, s.dir)
	l := mustOpen(t, s.dir, testOptions())
	mustAppend(t, l, boot())
	first, err := l.Unsent(t.Context(), 50)
	must.OK(t, err)
	rest := receipt(s.records[59])
	must.OK(t, errors.Join(l.Ack(t.Context(), receipt(first[len(first)-1])), l.Ack(t.Context(), rest), l.Ack(t.Context(), receipt(all(t, l)[0]))))
	mustClose(t, l)
	if r := mustVerify(t, s.dir); len(r.Receipts) != 2 || !sameReceipt(r.Receipts[0], rest) || r.Receipts[1].Seq != 1 {
		t.Errorf("%+v", r.Receipts)
	}
}

// Where the row about itself is spoiled it is not known what was sent, and all of
// it goes once more. The receipts on that way are older than the one that is
// here, which may be for a record that is lost.
func TestAReceiptDoesNotTakeTheNewerOnesPlace(t *testing.T) {
	dir, signed := told(t)
	spoil(t, dir)
	l := mustOpen(t, dir, testOptions())
	again, err := l.Unsent(t.Context(), 50)
	if err != nil || len(again) != 16 {
		t.Fatalf("%d wait, %v", len(again), err)
	}
	for _, n := range []int{5, 11} {
		must.OK(t, l.Ack(t.Context(), receipt(again[n-1])))
	}
	mustClose(t, l)
	if r := mustVerify(t, dir); len(r.Receipts) != 1 || !sameReceipt(r.Receipts[0], signed) || r.Waiting != 5 {
		t.Errorf("%+v", r.Receipts)
	}
	l = mustOpen(t, dir, testOptions())
	must.OK(t, l.Ack(t.Context(), receipt(again[15])))
	mustClose(t, l)
	if r := mustVerify(t, dir); len(r.Receipts) != 1 || r.Receipts[0].Seq != 16 || r.Waiting != 0 {
		t.Errorf("%+v", r.Receipts)
	}
}
