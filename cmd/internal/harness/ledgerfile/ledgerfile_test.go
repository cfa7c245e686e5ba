package ledgerfile

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// kept is a data folder with a few lines of a visit, and who may read them.
func kept(t *testing.T) (*Reader, string) {
	t.Helper()
	a, public := newAuditor(t)
	dir := filepath.Join(t.TempDir(), "data")
	write(t, public, dir)
	return a, dir
}

func newAuditor(t *testing.T) (*Reader, []byte) {
	t.Helper()
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must.OK(t, err)
	name := filepath.Join(t.TempDir(), "records.key.pem")
	must.OK(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	a, err := Open(name)
	must.OK(t, err)
	return a, key.PublicKey().Bytes()
}

func write(t *testing.T, key []byte, dir string) {
	t.Helper()
	l, err := offline.OpenLedger(t.Context(), dir, offline.Options{Now: time.Now, Key: key})
	must.OK(t, err)
	for _, e := range []kiosk.Entry{
		{Kind: kiosk.EntryTrying, Before: 3, After: -1},
		{Kind: kiosk.EntryTried, Before: -1, After: 3, Outcome: kiosk.Done},
		{Kind: kiosk.EntryEnded, Before: -1, After: -1, Message: kiosk.MsgReset},
	} {
		e.Session, e.Flow, e.Act = kiosk.SessionID{7}, kiosk.FlowP, kiosk.Reset
		must.OK(t, l.Append(t.Context(), e))
	}
	must.OK(t, l.Close())
}

func TestASealedLedgerHasNothingInClear(t *testing.T) {
	a, dir := kept(t)
	if n, err := a.Sealed(t.Context(), dir); n < 3 || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
}

func TestABodyLeftInClearIsFound(t *testing.T) {
	a, dir := kept(t)
	must.OK(t, a.PlantClear(t.Context(), dir))
	if _, err := a.Sealed(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "left-behind") {
		t.Errorf("found: %v", err)
	}
}

func TestRecordsOfAnotherKeyAreNotRead(t *testing.T) {
	_, dir := kept(t)
	stranger, _ := newAuditor(t)
	if _, err := stranger.Sealed(context.Background(), dir); err == nil {
		t.Error("a stranger has read the records")
	}
}

// What is searched for is what a record in clear would hold, to the byte: a
// record made of it reads as the same line.
func TestTheBodyIsTheRecords(t *testing.T) {
	a, dir := kept(t)
	records, err := a.Records(t.Context(), dir)
	must.OK(t, err)
	for _, r := range records {
		want, err := a.Line(r)
		must.OK(t, err)
		clear := slices.Clone(r.Bytes[:92])
		clear[2] = byte(record.SealNone)
		clear = binary.BigEndian.AppendUint16(clear, bodyLen)
		got, err := record.Decode(append(clear, Body(want)...))
		if err != nil || got.Entry != want.Entry || !got.Time.Equal(want.Time) {
			t.Errorf("%+v\nwant %+v: %v", got, want, err)
		}
	}
}

func TestReadingChangesNothing(t *testing.T) {
	a, dir := kept(t)
	before := everything(t, dir)
	must.OK(t, must.Err(a.Records(t.Context(), dir)))
	if !bytes.Equal(before, everything(t, dir)) {
		t.Error("the folder was changed")
	}
}

func everything(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all = append(append(all, path...), b...)
		return err
	})
	must.OK(t, err)
	return all
}
