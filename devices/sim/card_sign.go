package sim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"

	"multicopy.example/devices/apdu"
)

// Longest input that PKCS#1 v1.5 can pad for 2048 bits (RFC 8017 §9.2).
const maxSignInput = 245

// sign is COMPUTE DIGITAL SIGNATURE with the private key that P2 names. P1:
//
//	00 PKCS#1 v1.5 over the data as it is      03 the card hashes, then as 02
//	01 the card hashes, bare hash padded       04 PSS over a given hash
//	02 32 bytes, the card makes the DigestInfo 05 PSS, the card hashes
func (c *Card) sign(cmd apdu.Command) apdu.Response {
	key, guard, refusal := c.keyNamed(cmd.P2)
	switch {
	case !refusal.OK():
		return sw(refusal)
	case cmd.P1 > 5:
		return sw(apdu.SWP1P2)
	case len(cmd.Data) == 0 || len(cmd.Data) > maxSignInput || cmd.Le == 0:
		return sw(apdu.SWLength)
	case cmd.Le < key.Size():
		return sw(0x6C00) // the right Le is 256
	case !c.verified(guard):
		return sw(apdu.SWSecurity)
	}
	given := cmd.P1 == 2 || cmd.P1 == 4
	if given && len(cmd.Data) != sha256.Size {
		return sw(apdu.SWData)
	}
	hash := cmd.Data
	if cmd.P1&1 == 1 {
		sum := sha256.Sum256(cmd.Data)
		hash = sum[:]
	}
	signature, err := signWith(key, cmd.P1, hash)
	if err != nil {
		return sw(apdu.SWNoDiagnosis)
	}
	return apdu.Response{Data: signature, SW: apdu.SWOK}
}

func signWith(key *rsa.PrivateKey, p1 byte, hash []byte) ([]byte, error) {
	switch p1 {
	case 0, 1:
		return rsa.SignPKCS1v15(nil, key, crypto.Hash(0), hash)
	case 2, 3:
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, hash)
	}
	return rsa.SignPSS(rand.Reader, key, crypto.SHA256, hash, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
}

// keyNamed finds the key and the secret that guards it.
func (c *Card) keyNamed(p2 byte) (key *rsa.PrivateKey, guard byte, refusal apdu.Status) {
	sfi, refusal := c.named(p2)
	switch {
	case !refusal.OK():
		return nil, 0, refusal
	case sfi == sfiAuthKey:
		return c.res.AuthKey, sfiPIN, apdu.SWOK
	case sfi == sfiSignKey && c.res.SignKey != nil:
		return c.res.SignKey, sfiPassword, apdu.SWOK
	case p2 == 0x80:
		return nil, 0, apdu.SWIncompatible
	}
	return nil, 0, apdu.SWReference
}
