package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// The ledgers and exports that are kept for ever.
const kept = "../../offline/testdata"

// recordsKey is the key that their bodies are sealed to, no secret.
func recordsKey(t testing.TB) *ecdh.PrivateKey {
	t.Helper()
	seed := sha256.Sum256([]byte("records key of the tests"))
	key, err := ecdh.X25519().NewPrivateKey(seed[:])
	must.OK(t, err)
	return key
}

func pemFile(t testing.TB, kind string, der []byte, err error) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.pem")
	must.OK(t, errors.Join(err, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)))
	return name
}

// keyFile is that of a key that was rotated: another one stands before it.
func keyFile(t testing.TB) string {
	t.Helper()
	later, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	var text []byte
	for _, key := range []*ecdh.PrivateKey{later, recordsKey(t)} {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		must.OK(t, err)
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	}
	return write(t, filepath.Join(t.TempDir(), "file.pem"), string(text))
}

func say(t testing.TB, args ...string) (string, error) {
	t.Helper()
	var out, errs strings.Builder
	if cli.Run(t.Context(), root(), append([]string{"ledger"}, args...), &out, &errs) != cli.Done {
		return out.String(), errors.New(errs.String())
	}
	return out.String(), nil
}

func TestWhatAnAuditorReadsIsAsAgreed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must.OK(t, errors.Join(os.Mkdir(dir, 0o700), os.CopyFS(filepath.Join(dir, "live"), os.DirFS(filepath.Join(kept, "v1-sealed")))))
	file, key := filepath.Join("../../offline/export/testdata", "export-v1"), keyFile(t)
	for name, args := range map[string][]string{
		"verify-file": {"verify", "--file", file}, "show-file": {"show", "--file", file}, "show-file-key": {"show", "--file", file, "--records-key", key},
		"stats-file": {"stats", "--file", file}, "stats-file-key": {"stats", "--file", file, "--records-key", key},
		"verify-data": {"verify", "--data", dir}, "show-data-key": {"show", "--data", dir, "--records-key", key}, "stats-data": {"stats", "--data", dir},
	} {
		got, err := say(t, args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if head, _, ok := strings.Cut(got, "\nsize "); ok { // of this disk
			got = head + "\n"
		}
		golden.Is(t, filepath.Join("testdata", name+".golden"), []byte(got))
	}
}

// served is a folder with a ledger of a visit, whose first records the
// authority signed, and that authority's certificate.
func served(t *testing.T, l *offline.Ledger) (certificate string) {
	t.Helper()
	key := must.Key(t)
	shape := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, key.Public(), key)
	certificate = pemFile(t, "CERTIFICATE", der, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(t, err)
	for _, k := range []kiosk.EntryKind{kiosk.EntryTrying, kiosk.EntryTried, kiosk.EntryProving} {
		must.OK(t, l.Append(t.Context(), kiosk.Entry{Kind: k, Session: session, Before: 3, After: -1, Flow: kiosk.FlowP}))
	}
	records, err := l.Unsent(t.Context(), 2)
	must.OK(t, err)
	last := records[1]
	digest := wire.AuthorityHead("shop-1", last.Epoch, last.Seq, last.Hash)
	r := port.Receipt{Epoch: last.Epoch, Seq: last.Seq, Head: last.Hash, Key: sha256.Sum256(cert.RawSubjectPublicKeyInfo)}
	r.Signature, err = ecdsa.SignASN1(rand.Reader, key, digest[:])
	must.OK(t, err)
	must.OK(t, l.Ack(t.Context(), r))
	return certificate
}

var session = kiosk.SessionID([]byte("sixteen bytes ok"))

func openLedger(t *testing.T, dir string) *offline.Ledger {
	t.Helper()
	l, err := offline.OpenLedger(t.Context(), dir, offline.Options{Now: time.Now, Key: recordsKey(t).PublicKey().Bytes()})
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, l.Close())
	})
	return l
}

// On a kiosk that serves, on one that is stopped, and in an export.
func TestAReceiptIsCheckedWithTheAuthoritysCertificate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	l := openLedger(t, dir)
	cert := served(t, l)
	stranger := served(t, openLedger(t, filepath.Join(t.TempDir(), "data")))
	file := filepath.Join(t.TempDir(), "export")
	check := func(source ...string) {
		t.Helper()
		with := func(more ...string) []string { return append(append([]string{"verify"}, source...), more...) }
		if text, err := say(t, with("--authority", cert, "--kiosk", "shop-1")...); err != nil || !strings.Contains(text, "signed by the authority") {
			t.Errorf("%v\n%s", err, text)
		}
		if text, err := say(t, with()...); err != nil || !strings.Contains(text, "not checked") {
			t.Errorf("%v\n%s", err, text)
		}
		for _, wrong := range [][]string{with("--authority", cert, "--kiosk", "shop-2"), with("--authority", stranger, "--kiosk", "shop-1")} {
			if text, err := say(t, wrong...); err == nil || !strings.Contains(err.Error(), "the receipt for record 2") {
				t.Errorf("%q: %v\n%s", wrong, err, text)
			}
		}
	}
	check("--data", dir) // it is open
	must.OK(t, must.Err(say(t, "export", "--data", dir, "--out", file)))
	check("--file", file)
	must.OK(t, l.Close())
	check("--data", dir)
	if _, err := say(t, "export", "--data", dir, "--out", file); err == nil {
		t.Error("an export was written over another")
	}
}

func TestAnAuditorSeesAChangedByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	l := openLedger(t, dir)
	served(t, l)
	must.OK(t, l.Close())
	if text, err := say(t, "verify", "--data", dir); err != nil || !strings.Contains(text, "the ledger verifies") {
		t.Fatalf("%v:\n%s", err, text)
	}
	name := filepath.Join(dir, "live", "ledger.db")
	b := must.Read(t, name)
	at := bytes.LastIndex(b, session[:])
	if at < 0 {
		t.Fatal("the record is not in the database")
	}
	b[at] ^= 1
	must.OK(t, os.WriteFile(name, b, 0o600))
	file := filepath.Join(t.TempDir(), "export")
	if _, err := say(t, "export", "--data", dir, "--out", file); err != nil { // what is wrong is exported too
		t.Fatal(err)
	}
	for _, source := range [][]string{{"--data", dir}, {"--file", file}} {
		if text, err := say(t, append([]string{"verify"}, source...)...); err == nil || !strings.Contains(text, "wrong") {
			t.Fatalf("verified a changed ledger: %v\n%s", err, text)
		}
	}
}

func TestWhatCannotBeMeantIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	openLedger(t, dir)
	none := filepath.Join(t.TempDir(), "none")
	for _, args := range [][]string{
		{}, {"burn"}, {"verify"}, {"verify", "--data", none}, {"verify", "--data", dir, "--file", none}, {"verify", "--file", none},
		{"verify", "--data", dir, "more"}, {"verify", "--data", dir, "--kiosk", "shop-1"}, {"verify", "--data", dir, "--authority", none, "--kiosk", "shop-1"},
		{"verify", "--data", dir, "--authority", keyFile(t), "--kiosk", "shop-1"}, {"show", "--data", dir, "--records-key", none},
		{"show", "--data", dir, "--authority", none}, {"export", "--data", dir}, {"export", "--file", none, "--out", none},
		{"verify", "--file", keyFile(t)}, {"show", "--data", dir, "--records-key", served(t, openLedger(t, filepath.Join(t.TempDir(), "data")))},
	} {
		if text, err := say(t, args...); err == nil {
			t.Errorf("%q is no error:\n%s", args, text)
		}
	}
}
