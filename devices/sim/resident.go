package sim

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
)

// A Resident is what a card is issued with. As a folder it is these files,
// which the sandbox authority writes and LoadResident reads:
//
//	auth.key.pem      PKCS#8, RSA 2048: the user-authentication key
//	auth.crt.pem      its certificate
//	sign.key.pem      PKCS#8, RSA 2048: the signing key
//	sign.crt.pem      its certificate; both of sign.* are absent for a child under 15
//	ca.auth.crt.pem   the CA that signed auth.crt.pem
//	ca.sign.crt.pem   the CA that signed sign.crt.pem
//	grant.pub.pem     PKIX, ECDSA P-256: the authority's key, with which openings are checked
//	card.json         {"pin": "1234", "password": "ABC123", "pin_tries": 3, "password_tries": 5,
//	                   "token": "JPKIAPICCTOKEN2", "name": "花子"}
//
//	face.bin          EF 0002 of 券面事項確認, whole: what is printed on the card, and the photo
//	number-b.txt      14 digits: 照合番号B, which opens it
//
// The last two are absent together; the card then has no such application to read.
//
// Each PEM file holds one block and nothing else. card.json holds all six keys
// and no other. pin is 4 digits and pin_tries 0..3. password is 6 to 16 of A–Z
// and 0–9, both kinds, and password_tries 0..5; without sign.* the two are
// ignored. token is 1 to 32 characters of ASCII, normally one of the Token
// constants. name is for the counter where a card is picked up; it is on no
// certificate and no card. Other files in the folder are left alone.
//
// The folder is read once. What becomes of the secrets and counters stays in
// memory.
type Resident struct {
	Name  string
	Token string // label of EF 0006

	AuthKey          *rsa.PrivateKey
	AuthCert, AuthCA *x509.Certificate
	SignKey          *rsa.PrivateKey   // nil under 15
	SignCert         *x509.Certificate // nil under 15
	SignCA           *x509.Certificate
	Authority        *ecdsa.PublicKey

	PIN, Password           []byte
	PINTries, PasswordTries int8

	Face, NumberB []byte // of 券面事項確認; nil where the card has none
}

// LoadResident is the card of the resident in dir, without power and with
// nothing verified. An error names the file.
func LoadResident(dir string) (*Card, error) {
	r, err := ReadResident(dir)
	if err != nil {
		return nil, err
	}
	return NewCard(r), nil
}
