package main

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/must"
)

// keyFile is a key on P-256, and a file with its public half.
func (b *bench) keyFile(name string) (*ecdsa.PrivateKey, string) {
	b.Helper()
	key := must.Key(b)
	must.OK(b, pki.Folder(b.dir).Public(name, &key.PublicKey))
	return key, filepath.Join(b.dir, name)
}

// textFile is a file with these words.
func (b *bench) textFile(name, words string) string {
	b.Helper()
	path := filepath.Join(b.dir, name)
	must.OK(b, os.WriteFile(path, []byte(words), 0o600))
	return path
}

// platform registers one, with its key and certificate.
func (b *bench) platform(name string) (*ecdsa.PrivateKey, *x509.Certificate) {
	b.Helper()
	key := must.Key(b)
	csr := must.Request(b, name, key)
	told := b.told(cli.Done, "platform", "add", "--platform", name, "--request", b.textFile(name+".csr", string(csr)))
	cert, err := x509.ParseCertificate(must.Block(b, []byte(told)))
	must.OK(b, err)
	return key, cert
}

// opens a service and answers its id.
func (b *bench) opens(bank, words string) string {
	b.Helper()
	var s listedService
	text := b.told(cli.Done, "service", "open", "--bank", bank, "--title", "Accounts", "--purpose", "Letters reach you", "--text", "ja="+b.textFile("consent.ja.txt", words), "--json")
	must.OK(b, json.Unmarshal([]byte(text), &s))
	return s.Service
}

func TestAnOperatorLetsPlatformsAndBanksIn(t *testing.T) {
	b := start(t, sqlite)
	_, cert := b.platform("platform-a")
	if cert.Subject.CommonName != "platform-a" {
		t.Error(cert.Subject)
	}
	_, seal := b.keyFile("bank.pub.pem")
	b.told(cli.Done, "bank", "add", "--bank", "bank-a", "--platform", "platform-a", "--name", "Rei Bank", "--seal", seal)
	service := b.opens("bank-a", "I agree.")
	_, next := b.keyFile("next.pub.pem")
	b.told(cli.Done, "bank", "seal", "--bank", "bank-a", "--seal", next)
	b.told(cli.Done, "bank", "suspend", "--bank", "bank-a")
	if text := b.told(cli.Done, "bank", "list"); !strings.Contains(text, "suspended") || !strings.Contains(text, service) {
		t.Error(text)
	}
	b.told(cli.Done, "bank", "restore", "--bank", "bank-a")
	b.told(cli.Done, "service", "close", "--service", service, "--day", "2099-12-31")
	var list []listedBank
	must.OK(t, json.Unmarshal([]byte(b.told(cli.Done, "bank", "list", "--json")), &list))
	if len(list) != 1 || list[0].Key != 2 || list[0].Suspended || list[0].Services[0].Service != service || list[0].Services[0].Ends == 0 {
		t.Errorf("%+v", list)
	}
	b.told(cli.Done, "platform", "suspend", "--platform", "platform-a")
	b.told(cli.Done, "platform", "restore", "--platform", "platform-a")
	for _, args := range [][]string{
		{"platform", "suspend", "--platform", "platform-x"},
		{"platform", "add", "--platform", "platform-b", "--request", filepath.Join(b.dir, "platform-a.csr")},
		{"platform", "add", "--platform", testKiosk, "--request", filepath.Join(b.dir, "platform-a.csr")},
		{"bank", "add", "--bank", "bank-a", "--platform", "platform-a", "--name", "Again", "--seal", seal},
		{"bank", "add", "--bank", "bank-b", "--platform", "platform-a", "--name", "B", "--seal", filepath.Join(b.dir, "platform-a.csr")},
		{"bank", "seal", "--bank", "bank-b", "--seal", seal},
		{"service", "close", "--service", strings.Repeat("0", 32), "--day", "2099-12-31"},
	} {
		b.told(cli.Failed, args...)
	}
	for _, args := range [][]string{{"service", "close", "--service", "0", "--day", "2099-12-31"}, {"service", "close", "--service", service, "--day", "soon"}, {"bank", "add"}} {
		b.told(cli.WrongUse, args...)
	}
}
