package offline

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

// testdata/v1/ledger.db and head are a ledger as version 1 wrote it: two
// visits, the second cut short after writing, five records acknowledged, one
// of them set aside. Every later program has to open it.
func TestALedgerOfVersion1OpensForEver(t *testing.T) {
	from := filepath.Join("testdata", "v1")
	if !exists(filepath.Join(from, dbName)) && *sample.Write {
		makeGoldenLedger(t, from)
	}
	dir := newDir(t)
	must.OK(t, errors.Join(os.Mkdir(dir, dirMode), copyLedger(from, filepath.Join(dir, liveName))))
	before := mustVerify(t, dir)
	const want = "9525cc" // the first bytes of the last hash; set once, with the file
	if got := hex.EncodeToString(before.Hash[:])[:len(want)]; got != want {
		t.Errorf("the last hash begins %s, was %s", got, want)
	}
	if before.First != 1 || before.Last != 14 || before.Acked != 5 || before.Waiting != 9 || before.Aside != 1 || short(before.Open) != "writing/2" {
		t.Errorf("%+v", before)
	}
	l := mustOpen(t, dir, testOptions())
	if l.Aside() != nil {
		t.Fatalf("set aside: %v", l.Aside().Reason)
	}
	script := append(append([]kiosk.Entry{boot()}, visit(1)...), visit(2)[:5]...)
	for i, r := range all(t, l) {
		if line, err := record.Decode(r.Bytes); err != nil || line.Entry != script[i] || !line.Time.Equal(noon) {
			t.Errorf("record %d: %+v, %v", i+1, line, err)
		}
	}
	mustAppend(t, l, visit(2)[5:]...)
	if open, err := l.Open(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("%v, %v", short(open), err)
	}
}

func makeGoldenLedger(t *testing.T, to string) {
	t.Helper()
	dir := newDir(t)
	l := mustOpen(t, dir, testOptions())
	mustAppend(t, l, boot())
	mustAppend(t, l, visit(1)...)
	mustAppend(t, l, visit(2)[:5]...)
	e := l.Head().Epoch
	must.OK(t, errors.Join(l.Ack(t.Context(), upTo(l, 3)), l.SetAside(t.Context(), e, 4, "a sentence of the authority"), l.Ack(t.Context(), upTo(l, 5))))
	mustClose(t, l)
	must.OK(t, copyLedger(filepath.Join(dir, liveName), to))
}
