package ocsp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
)

// Status of a certificate.
type Status uint8

// The three of RFC 6960, 2.2. Unknown is what was never issued.
const (
	Good Status = iota
	Revoked
	Unknown
)

// A Single is what is said of one certificate.
type Single struct {
	ID     []byte // CertID of the request
	Status Status
	At     time.Time  // since when it is revoked
	Reason crl.Reason // CertificateHold where that may end
}

// An Answer is about every certificate of a request.
type Answer struct {
	Singles              []Single
	Nonce                []byte // of the request
	Produced, This, Next time.Time
}

// A Responder signs answers for one CA, which certified its key for that.
type Responder struct {
	Cert *x509.Certificate
	key  crypto.Signer
	id   [sha1.Size]byte
}

// NewResponder is one with an ECDSA key on P-256: RSA costs fifteen times as much.
func NewResponder(cert *x509.Certificate, key crypto.Signer) (*Responder, error) {
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() || !public.Equal(cert.PublicKey) {
		return nil, errors.New("ocsp: not the certificate's key, or not ECDSA P-256")
	}
	point, err := public.Bytes()
	return &Responder{Cert: cert, key: key, id: sha1.Sum(point)}, err
}

// Sign makes OCSPResponse, DER.
func (r *Responder) Sign(a Answer) ([]byte, error) {
	data, err := r.data(a)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(data)
	signature, err := r.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	b := cryptobyte.NewBuilder(make([]byte, 0, len(data)+len(r.Cert.Raw)+len(signature)+64))
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(0) // successful
		b.AddASN1(context(0), func(b *cryptobyte.Builder) {
			b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidBasic)
				b.AddASN1(tags.OCTET_STRING, func(b *cryptobyte.Builder) {
					b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddBytes(data)
						b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidSigned) })
						b.AddASN1BitString(signature)
						b.AddASN1(context(0), func(b *cryptobyte.Builder) {
							b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(r.Cert.Raw) })
						})
					})
				})
			})
		})
	})
	return b.Bytes()
}

// data is ResponseData, what is signed. The responder is named by its key.
func (r *Responder) data(a Answer) ([]byte, error) {
	b := cryptobyte.NewBuilder(make([]byte, 0, 512))
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(context(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString(r.id[:]) })
		b.AddASN1GeneralizedTime(a.Produced.UTC())
		b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, s := range a.Singles {
				single(b, s, a)
			}
		})
		if a.Nonce == nil {
			return
		}
		b.AddASN1(context(1), func(b *cryptobyte.Builder) {
			b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidNonce)
					b.AddASN1(tags.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(a.Nonce) })
				})
			})
		})
	})
	return b.Bytes()
}

func single(b *cryptobyte.Builder, s Single, a Answer) {
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(s.ID)
		switch s.Status {
		case Good:
			b.AddASN1(tags.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
		case Revoked:
			b.AddASN1(context(1), func(b *cryptobyte.Builder) {
				b.AddASN1GeneralizedTime(s.At.UTC())
				if s.Reason != crl.Unspecified {
					b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(s.Reason)) })
				}
			})
		default:
			b.AddASN1(tags.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
		}
		b.AddASN1GeneralizedTime(a.This.UTC())
		b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(a.Next.UTC()) })
	})
}

// A Refused is why there is no answer (OCSPResponseStatus).
type Refused byte

// The refusals that we use.
const (
	Malformed    Refused = 1
	Trouble      Refused = 2 // internalError
	Later        Refused = 3 // tryLater
	Unauthorized Refused = 6 // about a CA that we do not answer for
)

// Refusal is the answer that says so.
func Refusal(why Refused) []byte { return []byte{0x30, 3, 0x0A, 1, byte(why)} }
