package verifier

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// Types of what is signed, in the header "typ".
const (
	TypeItems   = "latest-items+jws"
	TypeReceipt = "consent-receipt+jws"
)

// Items are what is given: those that the person agreed to, as they are now. What a sealed
// answer is bound to stands with them and, for those who read headers, in both headers.
type Items struct {
	Provider string `json:"provider"`
	Service  ID     `json:"service"`
	Bound
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Birth   string `json:"birth,omitempty"` // YYYY-MM-DD
	Sex     string `json:"sex,omitempty"`   // one digit
	Serial  Serial `json:"serial,omitzero"` // by which the bank asks from now on, where it asked by one
}

// Bound is what an answer is about.
type Bound struct {
	Request ID    `json:"request"`
	Consent ID    `json:"consent"`
	AsOf    int64 `json:"as_of"` // Unix seconds
}

func (b Bound) headers() map[jose.HeaderKey]any {
	return map[jose.HeaderKey]any{"request": b.Request, "consent": b.Consent, "as_of": b.AsOf}
}

// thumbprint names a key (RFC 7638, SHA-256).
func thumbprint(key any) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), err
}

// Authority signs answers and receipts, ES256.
type Authority struct {
	key *ecdsa.PrivateKey
	id  string
}

// NewAuthority signs with this key.
func NewAuthority(key *ecdsa.PrivateKey) (*Authority, error) {
	id, err := thumbprint(&key.PublicKey)
	return &Authority{key, id}, err
}

// sign makes a JWS in the compact form (RFC 7515).
func (a *Authority) sign(payload []byte, typ, content string, headers map[jose.HeaderKey]any) (string, error) {
	o := (&jose.SignerOptions{ExtraHeaders: headers}).WithType(jose.ContentType(typ))
	if content != "" {
		o = o.WithContentType(jose.ContentType(content))
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: a.key, KeyID: a.id}}, o)
	if err != nil {
		return "", err
	}
	signed, err := s.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Seal makes an answer: a JWS of the authority around a JWE (RFC 7516, ECDH-ES and A256GCM)
// to the bank's key, SubjectPublicKeyInfo. The JWE's protected header, which its tag covers,
// says what the answer is about, and so does that of the JWS.
func (a *Authority) Seal(items Items, spki []byte) (string, error) {
	key, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return "", fmt.Errorf("verifier: the bank's key: %w", err)
	}
	id, err := thumbprint(key)
	if err != nil {
		return "", fmt.Errorf("verifier: the bank's key: %w", err)
	}
	text, err := json.Marshal(items)
	if err != nil {
		return "", err
	}
	e, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: key, KeyID: id}, &jose.EncrypterOptions{ExtraHeaders: items.headers()})
	if err != nil {
		return "", err
	}
	sealed, err := e.Encrypt(text)
	if err != nil {
		return "", err
	}
	inner, err := sealed.CompactSerialize()
	if err != nil {
		return "", err
	}
	return a.sign([]byte(inner), TypeItems, "JWE", items.headers())
}

// Receipt signs one.
func (a *Authority) Receipt(r Receipt) (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	return a.sign(text, TypeReceipt, "json", nil)
}

// Bank reads what the authority signed, and what is sealed to it.
type Bank struct {
	Provider  string
	Authority *ecdsa.PublicKey
	Keys      []*ecdsa.PrivateKey // the one in use and those before it
}

// ErrAnswer: what came is not the answer to what was asked.
var ErrAnswer = errors.New("verifier: not the authority's answer to this question")

// open checks a JWS and answers its payload and protected header.
func (b Bank) open(text, typ string) ([]byte, jose.Header, error) {
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, jose.Header{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	payload, err := signed.Verify(b.Authority)
	if err != nil {
		return nil, jose.Header{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	header := signed.Signatures[0].Protected
	if header.ExtraHeaders[jose.HeaderType] != typ {
		return nil, header, fmt.Errorf("%w: of another type", ErrAnswer)
	}
	return payload, header, nil
}

// Open reads the answer to a question of this bank. The platform that carried it cannot read it,
// and cannot have put another in its place.
func (b Bank) Open(sealed string, q Question) (items Items, err error) {
	payload, outer, err := b.open(sealed, TypeItems)
	if err != nil {
		return items, err
	}
	jwe, err := jose.ParseEncryptedCompact(string(payload), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return items, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	var text []byte
	err = errors.New("sealed to another key")
	for _, key := range b.Keys {
		if id, terr := thumbprint(&key.PublicKey); terr != nil || id != jwe.Header.KeyID {
			continue
		}
		text, err = jwe.Decrypt(key)
	}
	if err != nil {
		return items, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if items, err = Decode[Items](text); err != nil {
		return items, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if items.Request != q.Request || items.Service != q.Service || items.Provider != b.Provider || !items.stands(outer) || !items.stands(jwe.Header) {
		return Items{}, fmt.Errorf("%w: about another", ErrAnswer)
	}
	return items, nil
}

// stands reports whether a header says the same.
func (b Bound) stands(h jose.Header) bool {
	of := func(id ID) string { text, _ := id.MarshalText(); return string(text) }
	at, _ := h.ExtraHeaders["as_of"].(float64)
	return h.ExtraHeaders["request"] == of(b.Request) && h.ExtraHeaders["consent"] == of(b.Consent) && int64(at) == b.AsOf
}

// Receipt reads one that the authority signed.
func (b Bank) Receipt(text string) (r Receipt, err error) {
	payload, _, err := b.open(text, TypeReceipt)
	if err != nil {
		return r, err
	}
	return Decode[Receipt](payload)
}
