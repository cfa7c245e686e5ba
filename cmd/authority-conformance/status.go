package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/internal/pemfile"
)

// What the authority tells of certificates, over HTTP without TLS (RFC 5280, 6960 and 9654).

// told is a certificate that is asked about, and its CA's.
type told struct{ cert, ca *x509.Certificate }

// toldOf are a test card's user and signing certificate.
func (s *suite) toldOf(name string) (auth, sign told, err error) {
	read := func(file string) *x509.Certificate {
		der, e := pemfile.Read(filepath.Join(s.options.residents, name, file))
		if e != nil {
			err = errors.Join(err, e)
			return nil
		}
		c, e := x509.ParseCertificate(der)
		err = errors.Join(err, e)
		return c
	}
	auth, sign = told{read("auth.crt.pem"), read("ca.auth.crt.pem")}, told{read("sign.crt.pem"), read("ca.sign.crt.pem")}
	return auth, sign, err
}

// refusedAs is a card whose opening is refused with that code.
func (s *suite) refusedAs(code string) (auth, sign told, err error) {
	name := s.options.refused[code]
	if name == "" {
		return auth, sign, notProvoked("no --refused " + code)
	}
	return s.toldOf(name)
}

// neverIssued is a certificate of a good one's CA of a number that it has not drawn.
func neverIssued(like told) told {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] = b[0]&0x3F | 0x40
	return told{&x509.Certificate{SerialNumber: new(big.Int).SetBytes(b)}, like.ca}
}

// fetch is one exchange with the status line.
func (s *suite) fetch(method, path, kind string, body []byte) ([]byte, error) {
	if s.options.status == "" {
		return nil, notProvoked("no --status")
	}
	r, err := http.NewRequestWithContext(s.ctx, method, strings.TrimSuffix(s.options.status, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	client := &http.Client{Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	a, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	all, err := io.ReadAll(io.LimitReader(a.Body, 64<<20))
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", a.StatusCode)
	}
	return all, err
}

// question is a request about one certificate.
func question(t told, hash crypto.Hash, nonce []byte) ([]byte, error) {
	der, err := ocsp.CreateRequest(t.cert, t.ca, &ocsp.RequestOptions{Hash: hash})
	if err != nil || nonce == nil {
		return der, err
	}
	var without struct{ Body struct{ List asn1.RawValue } }
	if _, err := asn1.Unmarshal(der, &without); err != nil {
		return nil, err
	}
	type extension struct {
		ID    asn1.ObjectIdentifier
		Value []byte
	}
	inner, err := asn1.Marshal(nonce)
	if err != nil {
		return nil, err
	}
	var with struct {
		Body struct {
			List       asn1.RawValue
			Extensions []extension `asn1:"explicit,tag:2"`
		}
	}
	with.Body.List, with.Body.Extensions = without.Body.List, []extension{{oidNonce, inner}}
	return asn1.Marshal(with)
}

var oidNonce = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}

const isRequest = "application/ocsp-request"

// asks posts a request and looks at everything of the answer but what it says.
func (s *suite) asks(t told, hash crypto.Hash, nonce []byte) (*ocsp.Response, error) {
	der, err := question(t, hash, nonce)
	if err != nil {
		return nil, err
	}
	answer, err := s.fetch(http.MethodPost, "/ocsp", isRequest, der)
	if err != nil {
		return nil, err
	}
	return believed(answer, t, nonce)
}

// believed is an answer that a CA's responder signed, of this moment, to this question.
func believed(answer []byte, t told, nonce []byte) (*ocsp.Response, error) {
	r, err := ocsp.ParseResponseForCert(answer, t.cert, t.ca)
	if err != nil {
		return nil, err
	}
	if r.ThisUpdate.After(r.ProducedAt) || !r.NextUpdate.After(r.ProducedAt) {
		return nil, fmt.Errorf("signed at %v, good from %v to %v", r.ProducedAt, r.ThisUpdate, r.NextUpdate)
	}
	if got := nonceOf(r.TBSResponseData); !bytes.Equal(got, nonce) {
		return nil, fmt.Errorf("nonce %x, and %x was asked with", got, nonce)
	}
	return r, nil
}

// nonceOf is the nonce of ResponseData, whose extensions stand last.
func nonceOf(data []byte) []byte {
	var all, list cryptobyte.String
	input := cryptobyte.String(data)
	if !input.ReadASN1(&all, tags.SEQUENCE) || !all.SkipOptionalASN1(tags.Tag(0).ContextSpecific().Constructed()) {
		return nil
	}
	var any cryptobyte.String
	var tag tags.Tag
	var extended bool
	if !all.ReadAnyASN1(&any, &tag) || !all.SkipASN1(tags.GeneralizedTime) || !all.SkipASN1(tags.SEQUENCE) ||
		!all.ReadOptionalASN1(&any, &extended, tags.Tag(1).ContextSpecific().Constructed()) || !extended || !any.ReadASN1(&list, tags.SEQUENCE) {
		return nil
	}
	for !list.Empty() {
		var one, value, nonce cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !list.ReadASN1(&one, tags.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) || !one.SkipOptionalASN1(tags.BOOLEAN) || !one.ReadASN1(&value, tags.OCTET_STRING) {
			return nil
		}
		if oid.Equal(oidNonce) && value.ReadASN1(&nonce, tags.OCTET_STRING) {
			return nonce
		}
	}
	return nil
}

// says is nil where OCSP says that of a certificate.
func (s *suite) says(t told, status, reason int) error {
	r, err := s.asks(t, crypto.SHA1, nil)
	if err == nil && (r.Status != status || status == ocsp.Revoked && r.RevocationReason != reason) {
		err = fmt.Errorf("OCSP says %d for reason %d of it, and %d for %d belongs", r.Status, r.RevocationReason, status, reason)
	}
	return err
}

// refusesAs is nil where a request is refused with that status of OCSP.
func (s *suite) refusesAs(der []byte, want ocsp.ResponseStatus) error {
	answer, err := s.fetch(http.MethodPost, "/ocsp", isRequest, der)
	if err != nil {
		return err
	}
	var said ocsp.ResponseError
	if _, err := ocsp.ParseResponse(answer, nil); !errors.As(err, &said) || said.Status != want {
		return fmt.Errorf("%v, and %v belongs", err, want)
	}
	return nil
}

// hold runs the command that holds the phone's certificates and releases them.
func (s *suite) hold(word string) error {
	if s.options.hold == "" {
		return notProvoked("no --hold")
	}
	command := exec.CommandContext(s.ctx, s.options.hold, filepath.Join(s.options.residents, s.options.refused["phone"]), word)
	var said strings.Builder
	command.Stderr = &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", s.options.hold, word, err, said.String())
	}
	return nil
}
