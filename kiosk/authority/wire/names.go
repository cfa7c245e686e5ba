package wire

import (
	"crypto/ecdh"
	"crypto/hpke"
	"errors"
	"slices"
)

// MaxNameBytes is the longest name that can be sealed: 40 characters.
const MaxNameBytes = 160

const namesLen = 2 * (1 + MaxNameBytes)

// ErrNames: they are too long, or were sealed for another consent, session or request.
var ErrNames = errors.New("wire: names that are not of this consent")

func namesInfo(session, request, consent ID) []byte {
	return slices.Concat([]byte(namesTag), session[:], request[:], consent[:])
}

// SealNames seals the names of a company and its service to the key of a request. What comes
// of it has one length, whatever they are.
func SealNames(key Hash, session, request, consent ID, company, title string) (sealed Names, err error) {
	k, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(key[:])
	if err != nil || len(company) > MaxNameBytes || len(title) > MaxNameBytes {
		return sealed, errors.Join(ErrNames, err)
	}
	var text [namesLen]byte
	text[0] = byte(copy(text[1:], company))
	text[1+MaxNameBytes] = byte(copy(text[2+MaxNameBytes:], title))
	b, err := hpke.Seal(k, hpke.HKDFSHA256(), hpke.AES256GCM(), namesInfo(session, request, consent), text[:])
	copy(sealed[:], b)
	return sealed, err
}

// A NamesKey opens the names of one reply.
type NamesKey struct{ key hpke.PrivateKey }

// NewNamesKey makes one, and what the request says of it.
func NewNamesKey() (k NamesKey, public Hash, err error) {
	if k.key, err = hpke.DHKEM(ecdh.X25519()).GenerateKey(); err != nil {
		return k, public, err
	}
	copy(public[:], k.key.PublicKey().Bytes())
	return k, public, nil
}

// Open is the other end of SealNames. The caller erases the names.
func (k NamesKey) Open(session, request, consent ID, sealed Names) (company, title []byte, err error) {
	b, err := hpke.Open(k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), namesInfo(session, request, consent), sealed[:])
	if err != nil || len(b) != namesLen || b[0] > MaxNameBytes || b[1+MaxNameBytes] > MaxNameBytes {
		clear(b)
		return nil, nil, errors.Join(ErrNames, err)
	}
	return b[1 : 1+b[0]], b[2+MaxNameBytes : 2+MaxNameBytes+int(b[1+MaxNameBytes])], nil
}
