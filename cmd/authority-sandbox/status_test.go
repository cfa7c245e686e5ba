package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// enter puts a certificate of that name's person into the store, and answers it as it is there.
func (b *bench) enter(c *x509.Certificate, name string) store.Cert {
	b.Helper()
	row, err := store.CertOf(c)
	must.OK(b, err)
	rand.Read(row.Person[:])
	row.Carrier, row.Kind, row.Part = row.Person, life.Sign, 99201
	row.Status = store.Status{State: life.Good, Since: b.clock.now().Add(-time.Hour).Unix()}
	err = b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) (err error) {
		if row.Issuer, err = tx.AddIssuer(c.RawIssuer, store.InHardware); err != nil {
			return err
		}
		person := store.Person{ID: row.Person, Name: name, Items: store.Items{Name: name, Birth: "1989-01-08", Sex: "3"}}
		return errors.Join(tx.AddPerson(person), tx.AddCarrier(store.Carrier{ID: row.Carrier, Person: row.Person, Kind: life.Card}), tx.AddCert(row, "made"))
	})
	must.OK(b, err)
	return row
}

// stored is the certificate of a resident's card, as the store has it now.
func (b *bench) stored(name string, kind life.Kind) (row store.Cert) {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) error {
		p, err := tx.PersonNamed(name)
		if err != nil {
			return err
		}
		all, err := tx.CertsOf(p.ID, false)
		for _, c := range all {
			if c.Kind == kind {
				row = c
			}
		}
		return err
	})
	if err != nil || row.Person == (store.ID{}) {
		b.Fatalf("%s has no such certificate: %v", name, err)
	}
	return row
}

// becomes changes what the row is now.
func (b *bench) becomes(row store.Cert, to store.Status) {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) error {
		all, err := tx.CertsOf(row.Person, false)
		for _, c := range all {
			if c.Issuer == row.Issuer && c.Serial == row.Serial {
				return tx.SetStatus(c, to, "by the test")
			}
		}
		return errors.Join(err, errors.New("no such certificate"))
	})
	must.OK(b, err)
}

func (b *bench) fetch(path string) []byte {
	b.Helper()
	r, err := http.Get("http://" + b.at.Status + path)
	must.OK(b, err)
	defer r.Body.Close()
	all, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		b.Fatalf("%s: %d, %v", path, r.StatusCode, err)
	}
	return all
}

func TestCertificatesStatusIsToldOnAPortOfItsOwn(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		b := start(t, on)
		cert, err := x509.ParseCertificate(block(t, b.dir, fixture.Cards, "hanako", "sign.crt.pem"))
		must.OK(t, err)
		ca, err := x509.ParseCertificate(b.fetch("/ca/sign"))
		must.OK(t, err)
		request, err := ocsp.CreateRequest(cert, ca, nil)
		must.OK(t, err)
		row := b.stored("hanako", life.Sign)
		now := b.clock.now().Unix()
		for _, c := range []struct {
			to     store.Status
			status int
			listed bool
		}{
			{store.Status{State: life.Held, Reason: life.OnHold, Since: now}, ocsp.Revoked, true},
			{store.Status{State: life.Good, Since: now}, ocsp.Good, false},
			{store.Status{State: life.Revoked, Reason: life.ItemsChanged, Since: now}, ocsp.Revoked, true},
		} {
			b.becomes(row, c.to)
			r, err := http.Post("http://"+b.at.Status+"/ocsp", "application/ocsp-request", bytes.NewReader(request))
			must.OK(t, err)
			body, err := io.ReadAll(r.Body)
			r.Body.Close()
			must.OK(t, err)
			if is, err := ocsp.ParseResponseForCert(body, cert, ca); err != nil || is.Status != c.status {
				t.Errorf("%v: %+v, %v", c.to, is, err)
			}
			list, err := x509.ParseRevocationList(b.fetch("/crl/sign/99201"))
			if err != nil || list.CheckSignatureFrom(ca) != nil || has(list, cert) != c.listed {
				t.Errorf("%v: %d entries, %v", c.to, len(list.RevokedCertificateEntries), err)
			}
		}
	})
}

func has(list *x509.RevocationList, c *x509.Certificate) bool {
	return slices.ContainsFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool { return e.SerialNumber.Cmp(c.SerialNumber) == 0 })
}

func TestStatusIsServedAtItsAddressAlone(t *testing.T) {
	b := start(t, sqlite)
	for address, paths := range map[string][]string{b.at.Status: {"/v2/health", "/app/records", "/metrics", "/healthz"}, b.at.App: {"/ca/sign"}, b.at.Metrics: {"/ca/sign"}} {
		for _, path := range paths {
			r, err := http.Get("http://" + address + path)
			must.OK(t, err)
			r.Body.Close()
			if r.StatusCode != 404 {
				t.Errorf("%s%s: %d", address, path, r.StatusCode)
			}
		}
	}
}

func TestFolderWithoutTheCAsKeysTellsNoStatus(t *testing.T) {
	dir := newFolder(t, sqlite)
	must.OK(t, os.Remove(filepath.Join(dir, "card-ca.sign.key.pem")))
	s, err := fixture.Open(t.Context(), dir, "", domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	defer s.DB.Close()
	if _, err := statusOf(s, options{now: time.Now}); err == nil {
		t.Error("told without keys")
	}
}
