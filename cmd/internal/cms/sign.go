package cms

import (
	"crypto/sha256"
	"time"
)

// Sign is a signature of content at a moment by the key of a certificate, DER: key signs a
// SHA-256 by RSA with PKCS #1 v1.5.
func Sign(content, certificate []byte, at time.Time, key func(digest [32]byte) ([]byte, error)) ([]byte, error) {
	attributes, err := Attributes(sha256.Sum256(content), at, sha256.Sum256(certificate))
	if err != nil {
		return nil, err
	}
	signature, err := key(sha256.Sum256(attributes))
	if err != nil {
		return nil, err
	}
	return Assemble(attributes, certificate, signature)
}
