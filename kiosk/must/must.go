// Package must ends a test at an error that the test is not about: call [OK]. It is for tests
// and for the packages that help them.
package must

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"os"
	"testing"
)

// OK ends the test where there is an error.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Note marks the test as failed where there is an error, and lets it go on.
func Note(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// Read is what the file holds.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	OK(t, err)
	return b
}

// Key is a new one on P-256.
func Key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	OK(t, err)
	return key
}

// Block is the first block of a PEM text.
func Block(t testing.TB, text []byte) []byte {
	t.Helper()
	b, _ := pem.Decode(text)
	if b == nil {
		t.Fatal("no PEM")
	}
	return b.Bytes
}

// Request is a request for a certificate of that name over a key.
func Request(t testing.TB, name string, key crypto.Signer) []byte {
	t.Helper()
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}, key)
	OK(t, err)
	return csr
}

// Err is the error of a call that has a value too.
func Err[T any](_ T, err error) error { return err }

// Need skips the test in a short run, which leaves out what needs more than this tree.
func Need(t testing.TB, what string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs " + what)
	}
}
