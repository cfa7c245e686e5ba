package appclient

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
)

// LogInChallengeRequest asks for a challenge for the key of any certificate.
type LogInChallengeRequest struct {
	Cert []byte `json:"cert"` // DER
}

// Proof is a certificate whose key has signed a challenge.
type Proof struct {
	Cert      []byte `json:"cert"` // DER
	Challenge []byte `json:"challenge"`
	Signature []byte `json:"signature"` // of LogInDigest: RSA with PKCS#1 v1.5, or ECDSA in ASN.1
}

// LogInRequest logs a person in.
type LogInRequest struct {
	Proof
}

// LogInReply says who it is.
type LogInReply struct {
	Resident string `json:"resident"`
	By       string `json:"by"`   // what it was shown with
	Weak     bool   `json:"weak"` // by a key that can be copied: nothing is done on it
}

// ForLogIn is what the signature of a log-in is for.
const ForLogIn = "login"

// LogInDigest is what the key signs: SHA-256 of the tag and, each after its length as
// two bytes big-endian, the challenge, SHA-256 of the certificate, and what it is for.
func LogInDigest(challenge, cert []byte, what string) [32]byte {
	hash := sha256.Sum256(cert)
	return digest("myna-app/login/v1", challenge, hash[:], []byte(what))
}

func digest(tag string, parts ...[]byte) [32]byte {
	b := []byte(tag)
	for _, part := range parts {
		b = binary.BigEndian.AppendUint16(b, uint16(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// LogInChallenge asks for a challenge that the certificate's key signs.
func (c *Client) LogInChallenge(ctx context.Context, cert []byte) ([]byte, error) {
	var r ChallengeReply
	err := c.do(ctx, http.MethodPost, "/app/login/challenge", LogInChallengeRequest{cert}, &r)
	return r.Challenge, err
}

// LogIn shows who it is by a signature of LogInDigest for ForLogIn.
func (c *Client) LogIn(ctx context.Context, p Proof) (LogInReply, error) {
	var r LogInReply
	return r, c.do(ctx, http.MethodPost, "/app/login", LogInRequest{p}, &r)
}

// PrivateRequest asks the private issuer for a certificate over the key of a PKCS#10
// request, ECDSA P-256. The proof is of a card's signing key, for ForPrivate.
type PrivateRequest struct {
	Proof
	CSR []byte `json:"csr"` // DER
}

// PrivateReply is the certificate.
type PrivateReply struct {
	Cert []byte `json:"cert"` // DER
}

// ForPrivate is what the signature of a PrivateRequest is for: that key and no other.
func ForPrivate(csr []byte) string {
	hash := sha256.Sum256(csr)
	return "private " + hex.EncodeToString(hash[:])
}

// Private asks the private issuer for a certificate.
func (c *Client) Private(ctx context.Context, p Proof, csr []byte) ([]byte, error) {
	var r PrivateReply
	err := c.do(ctx, http.MethodPost, "/app/private", PrivateRequest{p, csr}, &r)
	return r.Cert, err
}
