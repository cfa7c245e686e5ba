package wire

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// CodeInfo binds a sealed one-time password to its session and request, so
// that it opens nowhere else.
func CodeInfo(session kiosk.SessionID, request ID) []byte {
	b := append([]byte(codeTag), session[:]...)
	return append(b, request[:]...)
}

// SealCode seals a one-time password of CodeLen digits to the authority's key.
// It is the only function of this package that sees a secret's bytes: they go
// straight from the locked page into the cipher, and what is kept is
// ciphertext of one length.
func SealCode(key hpke.PublicKey, session kiosk.SessionID, request ID, code secret.Secret) (sealed Sealed, err error) {
	err = code.Use(func(b []byte) error {
		if len(b) != CodeLen {
			return fmt.Errorf("a one-time password has %d digits: %w", CodeLen, port.Fault(kiosk.MsgForm))
		}
		sealed, err = hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), CodeInfo(session, request), b)
		return err
	})
	return sealed, err
}

// OpenCode is the other end of SealCode. key is the X25519 private key, 32
// bytes.
func OpenCode(key []byte, session kiosk.SessionID, request ID, sealed Sealed) ([]byte, error) {
	k, err := hpke.DHKEM(ecdh.X25519()).NewPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("key for one-time passwords: %w", err)
	}
	code, err := hpke.Open(k, hpke.HKDFSHA256(), hpke.AES256GCM(), CodeInfo(session, request), sealed)
	if err != nil {
		return nil, fmt.Errorf("the one-time password was not sealed for this request: %w", err)
	}
	return code, nil
}

// ParseSealingKey reads a PEM file (PUBLIC KEY, X25519) with the key that one-time
// passwords or the ledger's records are sealed to.
func ParseSealingKey(file []byte) ([]byte, error) {
	block, rest := pem.Decode(file)
	if block == nil || block.Type != "PUBLIC KEY" || len(bytes.TrimSpace(rest)) != 0 {
		return nil, errors.New("the file holds no single public key")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	k, ok := key.(*ecdh.PublicKey)
	if !ok || k.Curve() != ecdh.X25519() {
		return nil, errors.New("the key is not X25519")
	}
	return k.Bytes(), nil
}
