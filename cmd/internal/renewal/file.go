package renewal

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk/config"
)

// File keeps the renewed certificate and its key, in one file beside the
// enrolled key: the two change together or not at all. The enrolled pair is
// never touched; staff can go back to it.
type File struct {
	name string
	of   config.Authority
	step func(string) error // nil outside of tests: what a cut does between two steps
}

// Name is the path of the file.
func (f File) Name() string { return f.name }

// Beside is the file for the renewed pair of the enrolled key.
func Beside(a config.Authority) File { return File{name: a.Key + ".renewed", of: a} }

// NewKey is Keeper's.
func (f File) NewKey() (crypto.Signer, error) { return NewKey(f.of) }

const maxPair = 64 << 10

// Newest is the pair to use: the renewed one where it is of the same kiosk, was not
// made before the enrolled one, which staff may have replaced since, and is good
// for longer.
// Where there is trouble with the renewed one the enrolled one is the answer,
// and the error says what the trouble is.
func (f File) Newest(enrolled tls.Certificate) (tls.Certificate, error) {
	renewed, err := f.read()
	if errors.Is(err, fs.ErrNotExist) {
		return enrolled, nil
	}
	if err != nil {
		return enrolled, fmt.Errorf("%s: %w", f.name, err)
	}
	old, err := x509.ParseCertificate(enrolled.Certificate[0])
	switch {
	case err != nil:
		return enrolled, err
	case renewed.Leaf.Subject.CommonName != old.Subject.CommonName:
		return enrolled, fmt.Errorf("%s is of another kiosk, %q", f.name, renewed.Leaf.Subject.CommonName)
	case renewed.Leaf.NotBefore.Before(old.NotBefore), !renewed.Leaf.NotAfter.After(old.NotAfter):
		return enrolled, nil
	}
	return renewed, nil
}

func (f File) read() (tls.Certificate, error) {
	if err := config.Private(f.name); err != nil {
		return tls.Certificate{}, err
	}
	file, err := os.Open(f.name)
	if err != nil {
		return tls.Certificate{}, err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxPair+1))
	if err != nil {
		return tls.Certificate{}, err
	}
	if len(b) > maxPair {
		return tls.Certificate{}, errors.New("too long for a certificate and a key")
	}
	pair, err := pairOf(f.of, b, b)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	return pair, err
}

// Ready is Keeper's.
func (f File) Ready() error {
	return f.file().Ready()
}

func (f File) file() replace.File { return replace.File{Name: f.name, Mode: 0o600, Step: f.step} }

// Keep is Keeper's.
func (f File) Keep(pair tls.Certificate) error {
	key, err := KeyPEM(pair.PrivateKey)
	if err != nil {
		return err
	}
	var text []byte
	for _, c := range pair.Certificate {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	return f.file().Durable(append(text, key...))
}
