package pki

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"multicopy.example/cmd/internal/replace"
)

// Folder writes and reads PEM files. Keys are readable by their owner alone.
type Folder string

// Certs writes certificates into one file.
func (d Folder) Certs(name string, certs ...*x509.Certificate) error {
	return d.write(name, PEM(certs...), 0o644)
}

// PEM is the text of certificates.
func PEM(certs ...*x509.Certificate) []byte {
	var all bytes.Buffer
	for _, c := range certs {
		pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return all.Bytes()
}

// Key writes a private key as PKCS#8.
func (d Folder) Key(name string, key any) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return d.write(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

// Public writes a public key as SubjectPublicKeyInfo.
func (d Folder) Public(name string, key any) error {
	text, err := PublicPEM(key)
	if err != nil {
		return err
	}
	return d.write(name, text, 0o644)
}

// PublicPEM is the text of a public key, SubjectPublicKeyInfo.
func PublicPEM(key any) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

const wrappingKey = "AES-256 KEY" // the PEM type; ours, since PKCS#8 has no such kind

// NewWrappingKey makes a random key of n bytes and writes it where there is no
// file of that name. It is on the disk before it is answered: what is wrapped by
// a key that a power cut takes away is lost.
func (d Folder) NewWrappingKey(name string, n int) ([]byte, error) {
	key := make([]byte, n)
	rand.Read(key)
	path := filepath.Join(string(d), name)
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer folder.Close() // only read
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err = errors.Join(pem.Encode(f, &pem.Block{Type: wrappingKey, Bytes: key}), f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return key, folder.Sync()
}

// ReadWrappingKey reads what NewWrappingKey wrote.
func (d Folder) ReadWrappingKey(name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(d), name))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != wrappingKey {
		return nil, fmt.Errorf("pki: %s holds no wrapping key", name)
	}
	return block.Bytes, nil
}

// Text writes anything else.
func (d Folder) Text(name string, data []byte) error { return d.write(name, data, 0o600) }

func (d Folder) write(name string, data []byte, mode os.FileMode) error {
	path := filepath.Join(string(d), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, mode)
}

// ReadCerts reads every certificate of a file.
func (d Folder) ReadCerts(name string) (certs []*x509.Certificate, err error) {
	data, err := os.ReadFile(filepath.Join(string(d), name))
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("pki: %s: %w", name, err)
		}
		certs = append(certs, c)
	}
	if len(certs) == 0 {
		return nil, fmt.Errorf("pki: %s holds no certificate", name)
	}
	return certs, nil
}

// ReadKey reads a private key of the kind K, the first of its file.
func ReadKey[K any](d Folder, name string) (key K, err error) {
	all, err := ReadKeys[K](d, name)
	if err != nil {
		return key, err
	}
	return all[0], nil
}

// ReadKeys reads every private key of a file, each of the kind K.
func ReadKeys[K any](d Folder, name string) (all []K, err error) {
	data, err := os.ReadFile(filepath.Join(string(d), name))
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("pki: %s: %w", name, err)
		}
		key, ok := k.(K)
		if !ok {
			return nil, fmt.Errorf("pki: %s holds another kind of key", name)
		}
		all = append(all, key)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("pki: %s holds no key", name)
	}
	return all, nil
}

// ReplaceKeys writes these private keys, the first the one in use, in the place of a
// file's: a power cut leaves the one or the other.
func ReplaceKeys[K any](d Folder, name string, keys []K) error {
	var text []byte
	for _, k := range keys {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			return err
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	}
	return d.replace(name, text, 0o600)
}

// replace is on the disk when it returns.
func (d Folder) replace(name string, text []byte, mode os.FileMode) error {
	return replace.File{Name: filepath.Join(string(d), name), Mode: mode}.Durable(text)
}
