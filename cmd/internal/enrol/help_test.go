package enrol

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

const name = "kiosk-0001"

// desk is an authority whose person approves after some questions.
type desk struct {
	*testing.T
	server *httptest.Server
	pin    string
	ca     *x509.Certificate
	key    *ecdsa.PrivateKey

	mu    sync.Mutex
	ask   enrolment.Ask
	nonce wire.Hash
	asked int // questions what became of it

	waits  int                                                      // how many of these are answered with waiting
	answer func(*enrolment.Collected)                               // changes what is handed out
	first  func(w http.ResponseWriter, r *http.Request) (done bool) // answers in the desk's place
	life   func(c *x509.Certificate)
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, waits: 2, nonce: wire.Hash{1}}
	d.key = d.newKey()
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	d.ca = d.certify(ca, ca, &d.key.PublicKey)
	d.server = httptest.NewTLSServer(d)
	d.server.Config.ErrorLog = nil
	d.pin = enrolment.Pin(d.server.Certificate())
	t.Cleanup(d.server.Close)
	return d
}

func (d *desk) newKey() *ecdsa.PrivateKey {
	d.Helper()
	key := must.Key(d)
	return key
}

func (d *desk) certify(c, by *x509.Certificate, key *ecdsa.PublicKey) *x509.Certificate {
	d.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, by, key, d.key)
	must.OK(d, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(d, err)
	return cert
}

// leaf is a kiosk's.
func (d *desk) leaf(key *ecdsa.PublicKey, change func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if change != nil {
		change(c)
	}
	return d.certify(c, d.ca, key)
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.first != nil && d.first(w, r) {
		return
	}
	body, err := io.ReadAll(r.Body)
	must.Note(d, err)
	var answer any
	switch r.URL.Path {
	case enrolment.PathAsk:
		if d.ask, err = enrolment.Decode[enrolment.Ask](body); err != nil {
			d.Error(err)
		}
		answer = enrolment.Asked{Contract: 1, Request: wire.ID{2}, Nonce: d.nonce, Expires: time.Now().Add(time.Hour).Unix()}
	case enrolment.PathCollect:
		d.asked++
		answer = d.collected()
	}
	text, err := wire.Encode(answer)
	must.Note(d, err)
	w.Write(text) //nolint:errcheck // a test's
}

func (d *desk) collected() enrolment.Collected {
	if d.asked <= d.waits {
		return enrolment.Collected{Contract: 1, State: enrolment.Waiting}
	}
	key, err := enrolment.Request(d.ask.CSR, name)
	must.Note(d, err)
	got := enrolment.Collected{Contract: 1, State: enrolment.Approved, Certificate: d.leaf(key, d.life).Raw}
	got.Roots = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d.ca.Raw}))
	got.Cards, got.CodeKey, got.RecordsKey = got.Roots, d.sealing(), d.sealing()
	if d.answer != nil {
		d.answer(&got)
	}
	return got
}

func (d *desk) sealing() string {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.Note(d, err)
	der, err := x509.MarshalPKIXPublicKey(key.PublicKey())
	must.Note(d, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// machine is one that is not enrolled, in a new folder.
func machine(t *testing.T) (dir string, c config.Config) {
	dir = t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	c.Authority = config.Authority{Roots: at("etc/roots"), CodeKey: at("etc/code"), RecordsKey: at("etc/records"), Certificate: at("lib/cert"), Key: at("lib/key")}
	c.Cards.Authorities = []string{at("etc/cards")}
	return dir, c
}

// run is Run with a clock that each pause moves.
func (d *desk) run(c config.Config, change func(*Options)) (Result, enrolment.Code, error) {
	d.Helper()
	var shown enrolment.Code
	now := time.Now()
	o := Options{Config: c, Kiosk: name, Authority: d.server.URL, Key: d.pin, Wait: time.Hour, Now: func() time.Time { return now },
		Sleep: func(_ context.Context, p time.Duration) error { now = now.Add(p); return nil },
		Show:  func(code enrolment.Code, _ time.Time) { shown = code }}
	if change != nil {
		change(&o)
	}
	r, err := Run(d.Context(), o)
	return r, shown, err
}

// files are those below a folder, with their modes.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		i, err := e.Info()
		rel, _ := filepath.Rel(dir, path)
		all = append(all, rel+" "+i.Mode().String())
		return err
	})
	must.OK(t, err)
	slices.Sort(all)
	return all
}
