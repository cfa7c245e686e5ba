package offline

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

// Where the sealed body of a record has the name of its key, its context and the
// index of its message (package record).
const keyAt, encAt, indexAt, cipherAt = 94, 102, 134, 142

func keyOf(b []byte) string   { return string(b[keyAt:encAt]) }
func encOf(b []byte) string   { return string(b[encAt:indexAt]) }
func indexOf(b []byte) uint64 { return binary.BigEndian.Uint64(b[indexAt:cipherAt]) }

// testdata/v1-sealed is a ledger with sealed bodies: two openings, the second
// visit cut short, five records acknowledged, a receipt.
func TestASealedLedgerOpensForEver(t *testing.T) {
	from := filepath.Join("testdata", "v1-sealed")
	if !exists(from) && *sample.Write {
		makeSealedLedger(t, from)
	}
	dir := newDir(t)
	must.OK(t, errors.Join(os.Mkdir(dir, dirMode), copyLedger(from, filepath.Join(dir, liveName))))
	before := mustVerify(t, dir)
	if before.Last != 14 || before.Acked != 5 || before.Waiting != 9 || short(before.Open) != "writing/2" ||
		len(before.Receipts) != 1 || before.Receipts[0].Seq != 5 {
		t.Errorf("%+v", before)
	}
	l := mustOpen(t, dir, testOptions())
	if l.Aside() != nil {
		t.Fatalf("set aside: %v", l.Aside().Reason)
	}
	if !l.Latest().Equal(noon) {
		t.Errorf("latest %v: the head told it", l.Latest())
	}
	script := append(append([]kiosk.Entry{boot()}, visit(1)...), visit(2)[:5]...)
	for i, r := range all(t, l) {
		if line, err := open(r.Bytes); err != nil || line.Entry != script[i] || !line.Time.Equal(noon) {
			t.Errorf("record %d: %+v, %v", i+1, line, err)
		}
	}
	mustAppend(t, l, visit(2)[5:]...)
}

func makeSealedLedger(t *testing.T, to string) {
	t.Helper()
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustAppend(t, l, visit(1)...)
	mustClose(t, l)
	l = mustOpen(t, dir, testOptions())
	mustAppend(t, l, visit(2)[:5]...)
	must.OK(t, l.Ack(t.Context(), receipt(all(t, l)[4])))
	mustClose(t, l)
	must.OK(t, copyLedger(filepath.Join(dir, liveName), to))
}

// One nonce under two texts gives both away. A line that the disk refused was
// sealed, and the next one has its number.
func TestARefusedLineUsesItsNonceUp(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	must.OK(t, must.Err(l.db.Exec("PRAGMA max_page_count = 8")))
	var err error
	messages := uint64(0) // sealed, the refused one among them
	for ; err == nil; messages++ {
		err = l.Append(t.Context(), boot())
	}
	if !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	must.OK(t, must.Err(l.db.Exec("PRAGMA max_page_count = 1000000")))
	mustAppend(t, l, boot())
	records := all(t, l)
	last := records[len(records)-1]
	if uint64(len(records)) != messages || indexOf(last.Bytes) != messages {
		t.Errorf("%d records, the refused one was message %d, the next is message %d", len(records), messages-1, indexOf(last.Bytes))
	}
	seen := map[uint64]bool{}
	for _, r := range records {
		if seen[indexOf(r.Bytes)] {
			t.Errorf("record %d has a nonce that was used", r.Seq)
		}
		seen[indexOf(r.Bytes)] = true
	}
}

func TestEachOpeningHasItsOwnContext(t *testing.T) {
	dir := newDir(t)
	for range 3 {
		l := mustOpen(t, dir, testOptions())
		mustAppend(t, l, boot(), boot())
		mustClose(t, l)
	}
	l := mustOpen(t, dir, testOptions())
	encs := map[string]int{}
	for i, r := range all(t, l) {
		encs[encOf(r.Bytes)]++
		if indexOf(r.Bytes) != uint64(i%2) {
			t.Errorf("record %d is message %d", r.Seq, indexOf(r.Bytes))
		}
	}
	if len(encs) != 3 {
		t.Errorf("%d contexts in three openings", len(encs))
	}
}

func TestARecordOpensAloneAndInAnyOrder(t *testing.T) {
	l := mustOpen(t, newDir(t), testOptions())
	want := visit(1)
	mustAppend(t, l, want...)
	records := all(t, l)
	for i := len(records) - 1; i >= 0; i-- {
		if line, err := open(records[i].Bytes); err != nil || line.Entry != want[i] { // a new Opener each
			t.Errorf("record %d: %+v, %v", i+1, line, err)
		}
	}
}

// A key is replaced: old records wait for the old one, an Opener with both
// reads all, and the name of a key that is missing is told.
func TestAnotherKeyDoesNotOpen(t *testing.T) {
	seed := sha256.Sum256([]byte("the key after"))
	after, err := ecdh.X25519().NewPrivateKey(seed[:])
	must.OK(t, err)
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustClose(t, l)
	opt := testOptions()
	opt.Key = after.PublicKey().Bytes()
	l = mustOpen(t, dir, opt)
	mustAppend(t, l, boot())
	records := all(t, l)
	if keyOf(records[0].Bytes) == keyOf(records[1].Bytes) {
		t.Error("two keys of one name")
	}
	if _, err := open(records[1].Bytes); !errors.Is(err, record.ErrSealed) {
		t.Errorf("%v", err)
	}
	both, err := record.NewOpener(recordsKey(), after)
	must.OK(t, err)
	for _, r := range records {
		if line, err := both.Decode(r.Bytes); err != nil || line.Entry != boot() {
			t.Errorf("%+v, %v", line, err)
		}
	}
	// The name of one key over the bytes of another picks, and proves nothing.
	forged := bytes.Clone(records[1].Bytes)
	copy(forged[keyAt:], keyOf(records[0].Bytes))
	if _, err := open(forged); !errors.Is(err, record.ErrRecord) {
		t.Errorf("%v", err)
	}
}

func TestAKeyThatIsNoneIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	for name, key := range map[string][]byte{"none": nil, "short": make([]byte, 31), "long": make([]byte, 33)} {
		opt := testOptions()
		opt.Key = key
		dir := newDir(t)
		if l, err := OpenLedger(t.Context(), dir, opt); err == nil {
			t.Errorf("%s: opened", name)
			mustClose(t, l)
		}
		if exists(filepath.Join(dir, liveName)) {
			t.Errorf("%s: a ledger was made", name)
		}
	}
	other, err := ecdh.P256().GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	must.OK(t, err)
	if _, err := record.NewOpener(other); err == nil {
		t.Error("a P-256 key opens X25519")
	}
}
