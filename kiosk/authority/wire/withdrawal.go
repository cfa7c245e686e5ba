package wire

import (
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"time"
)

// Withdrawal is what a kiosk composes, of what was listed, for the card to sign. Nothing
// else reaches it: every field has a fixed length or an alphabet.
type Withdrawal struct {
	Service, Consent, Nonce ID
	Items                   int8 // a sum of 1 name, 2 address, 4 birth date, 8 sex
	Lang                    string
	Text                    Hash
	At                      int64 // Unix seconds
}

// statement is JSON of these members in this order, without white space.
type statement struct {
	V       string   `json:"v"`
	Act     string   `json:"act"`
	Service string   `json:"service"`
	Consent string   `json:"consent"`
	Items   []string `json:"items"`
	Lang    string   `json:"lang"`
	Text    string   `json:"text"`
	Nonce   string   `json:"nonce"`
	At      int64    `json:"at"`
}

var (
	itemNames = [...]string{"name", "address", "birth", "sex"}
	langTag   = regexp.MustCompile(`^[A-Za-z0-9-]{2,8}$`)
)

// ErrWithdrawal: what was listed can be no consent.
var ErrWithdrawal = errors.New("wire: what was listed is no consent")

// Statement is what the person declares, as it is signed.
func (w Withdrawal) Statement() ([]byte, error) {
	if w.Service == (ID{}) || w.Consent == (ID{}) || w.Nonce == (ID{}) || w.Items < 1 || w.Items > 15 || !langTag.MatchString(w.Lang) || w.At <= 0 {
		return nil, ErrWithdrawal
	}
	s := statement{V: "latest-items/1", Act: "withdraw", Service: hex.EncodeToString(w.Service[:]), Consent: hex.EncodeToString(w.Consent[:]),
		Lang: w.Lang, Text: "sha256:" + hex.EncodeToString(w.Text[:]), Nonce: hex.EncodeToString(w.Nonce[:]), At: w.At}
	for i, name := range itemNames {
		if w.Items>>i&1 == 1 {
			s.Items = append(s.Items, name)
		}
	}
	return json.Marshal(s)
}

// Digest is what the card signs: SHA-256 of the signed attributes over the statement.
// certificate is the SHA-256 of the card's signing certificate, which the kiosk never reads.
func (w Withdrawal) Digest(certificate Hash) (d [32]byte, err error) {
	text, err := w.Statement()
	if err != nil {
		return d, err
	}
	attributes, err := SignedAttributes(sha256.Sum256(text), time.Unix(w.At, 0), certificate)
	return sha256.Sum256(attributes), err
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue // SET OF
}

// signingCertificate is of RFC 5035: SHA-256 is its default hash.
type signingCertificate struct {
	Certs []struct{ Hash []byte }
}

// SignedAttributes are those of CAdES-BES in DER, over content whose SHA-256 is digest,
// signed at a moment by the key of a certificate whose SHA-256 is certificate. What is signed
// is the SHA-256 of these bytes.
func SignedAttributes(digest [32]byte, at time.Time, certificate [32]byte) ([]byte, error) {
	parts := []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{ // in the order that DER gives them: by their lengths
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}}, // content type: data
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}, at.UTC().Truncate(time.Second)},                    // signing time
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}, digest[:]},                                         // message digest
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, signingCertificate{[]struct{ Hash []byte }{{certificate[:]}}}},
	}
	set := asn1.RawValue{Tag: asn1.TagSet, IsCompound: true}
	for _, p := range parts {
		value, err := asn1.Marshal(p.value)
		if err != nil {
			return nil, err
		}
		one, err := asn1.Marshal(attribute{p.oid, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: value}})
		if err != nil {
			return nil, err
		}
		set.Bytes = append(set.Bytes, one...)
	}
	return asn1.Marshal(set)
}
