package sim

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"multicopy.example/kiosk"
)

const maxResidentFile = 64 << 10

// ReadResident reads the folder that Resident describes. It is strict: what it
// does not expect in one of its files is an error, and so is a pair of key and
// certificate that do not belong together.
func ReadResident(dir string) (Resident, error) {
	var r Resident
	if err := r.readCard(dir); err != nil {
		return Resident{}, err
	}
	if err := errors.Join(r.readKeys(dir), r.readFace(dir)); err != nil {
		return Resident{}, err
	}
	if err := belongs(r.AuthKey, r.AuthCert, r.AuthCA); err != nil {
		return Resident{}, fmt.Errorf("%s: auth: %w", dir, err)
	}
	if r.SignKey == nil {
		r.Password, r.PasswordTries = nil, 0
		return r, nil
	}
	if err := belongs(r.SignKey, r.SignCert, r.SignCA); err != nil {
		return Resident{}, fmt.Errorf("%s: sign: %w", dir, err)
	}
	if !isPassword(r.Password) || r.PasswordTries < 0 || r.PasswordTries > kiosk.RefSign.Full() {
		return Resident{}, fmt.Errorf("%s: card.json: password or password_tries", dir)
	}
	return r, nil
}

func (r *Resident) readCard(dir string) error {
	b, err := readFile(dir, "card.json")
	if err != nil {
		return err
	}
	var j struct {
		PIN           *string `json:"pin"`
		Password      *string `json:"password"`
		PINTries      *int8   `json:"pin_tries"`
		PasswordTries *int8   `json:"password_tries"`
		Token         *string `json:"token"`
		Name          *string `json:"name"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return fmt.Errorf("%s: card.json: %w", dir, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s: card.json: something follows the object", dir)
	}
	if j.PIN == nil || j.Password == nil || j.PINTries == nil || j.PasswordTries == nil || j.Token == nil || j.Name == nil {
		return fmt.Errorf("%s: card.json: a key is missing", dir)
	}
	r.PIN, r.Password, r.Token, r.Name = []byte(*j.PIN), []byte(*j.Password), *j.Token, *j.Name
	r.PINTries, r.PasswordTries = *j.PINTries, *j.PasswordTries
	switch {
	case !isPIN(r.PIN):
		return fmt.Errorf("%s: card.json: pin", dir)
	case r.PINTries < 0 || r.PINTries > kiosk.RefAuth.Full():
		return fmt.Errorf("%s: card.json: pin_tries", dir)
	case len(r.Token) == 0 || len(r.Token) > 32 || !isASCII(r.Token):
		return fmt.Errorf("%s: card.json: token", dir)
	}
	return nil
}

// readFace reads what the card hands out for its number B.
func (r *Resident) readFace(dir string) error {
	face, err := readFile(dir, "face.bin")
	number, e := readFile(dir, "number-b.txt")
	if errors.Is(err, fs.ErrNotExist) && errors.Is(e, fs.ErrNotExist) {
		return nil
	}
	if err = errors.Join(err, e); err != nil {
		return err
	}
	number = bytes.TrimSuffix(number, []byte("\n"))
	if len(number) != 14 || len(bytes.Trim(number, digits)) != 0 {
		return fmt.Errorf("%s: number-b.txt: not 14 digits", dir)
	}
	r.Face, r.NumberB = face, number
	return nil
}

func isASCII(s string) bool {
	for _, c := range []byte(s) {
		if c < 0x20 || c > 0x7E {
			return false
		}
	}
	return true
}

func (r *Resident) readKeys(dir string) (err error) {
	read := func(name, kind string, parse func([]byte) error) {
		if err == nil {
			err = readPEM(dir, name, kind, parse)
		}
	}
	read("auth.key.pem", "PRIVATE KEY", rsaKey(&r.AuthKey))
	read("auth.crt.pem", "CERTIFICATE", certificate(&r.AuthCert))
	read("ca.auth.crt.pem", "CERTIFICATE", certificate(&r.AuthCA))
	read("ca.sign.crt.pem", "CERTIFICATE", certificate(&r.SignCA))
	read("grant.pub.pem", "PUBLIC KEY", p256(&r.Authority))
	child, e := isChild(dir)
	if err = errors.Join(err, e); err != nil || child {
		return err
	}
	read("sign.key.pem", "PRIVATE KEY", rsaKey(&r.SignKey))
	read("sign.crt.pem", "CERTIFICATE", certificate(&r.SignCert))
	return err
}

// isChild: both of sign.* are absent. One alone is a mistake.
func isChild(dir string) (bool, error) {
	absent := 0
	for _, name := range []string{"sign.key.pem", "sign.crt.pem"} {
		_, err := os.Stat(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			absent++
		case err != nil:
			return false, err
		}
	}
	if absent == 1 {
		return false, fmt.Errorf("%s: of sign.key.pem and sign.crt.pem only one is there", dir)
	}
	return absent == 2, nil
}

func readPEM(dir, name, kind string, parse func([]byte) error) error {
	b, err := readFile(dir, name)
	if err != nil {
		return err
	}
	block, rest := pem.Decode(b)
	if block == nil || block.Type != kind || !bytes.HasPrefix(b, []byte("-----BEGIN ")) || len(bytes.TrimSpace(rest)) > 0 {
		return fmt.Errorf("%s: not exactly one PEM block %q", filepath.Join(dir, name), kind)
	}
	if err := parse(block.Bytes); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, name), err)
	}
	return nil
}

func readFile(dir, name string) ([]byte, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxResidentFile+1))
	if err == nil && len(b) > maxResidentFile {
		err = fmt.Errorf("%s: above %d bytes", filepath.Join(dir, name), maxResidentFile)
	}
	return b, err
}

func certificate(to **x509.Certificate) func([]byte) error {
	return func(der []byte) (err error) {
		*to, err = x509.ParseCertificate(der)
		return err
	}
}

func rsaKey(to **rsa.PrivateKey) func([]byte) error {
	return func(der []byte) error {
		key, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return err
		}
		k, ok := key.(*rsa.PrivateKey)
		if !ok || k.Size() != 256 {
			return errors.New("not an RSA key of 2048 bits")
		}
		*to = k
		return nil
	}
}

func p256(to **ecdsa.PublicKey) func([]byte) error {
	return func(der []byte) error {
		key, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return err
		}
		k, ok := key.(*ecdsa.PublicKey)
		if !ok || k.Curve != elliptic.P256() {
			return errors.New("not an ECDSA key on P-256")
		}
		*to = k
		return nil
	}
}

// belongs: the certificate is the key's, and the CA signed it. Dates are not
// looked at; a card with an expired certificate is a card.
func belongs(key *rsa.PrivateKey, cert, ca *x509.Certificate) error {
	if !key.PublicKey.Equal(cert.PublicKey) {
		return errors.New("the certificate is another key's")
	}
	return cert.CheckSignatureFrom(ca)
}
