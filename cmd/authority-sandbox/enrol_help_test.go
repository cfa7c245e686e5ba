package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// newcomer is a kiosk without a certificate, and its key.
type newcomer struct {
	*bench
	name string
	key  *ecdsa.PrivateKey
	csr  []byte
}

func (b *bench) newcomer(name string) *newcomer {
	b.Helper()
	key := must.Key(b)
	csr := must.Request(b, name, key)
	return &newcomer{b, name, key, csr}
}

// enrolPost sends bytes to the listener for kiosks without a certificate.
func (b *bench) enrolPost(path string, body []byte) (status int, answer []byte) {
	b.Helper()
	t := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			if pin := enrolment.Pin(s.PeerCertificates[0]); pin != b.at.Key {
				return errors.New("another key: " + pin)
			}
			return nil
		}}}
	r, err := (&http.Client{Transport: t}).Post("https://"+b.at.Enrol+path, "application/json", bytes.NewReader(body))
	must.OK(b, err)
	defer r.Body.Close()
	answer, err = io.ReadAll(r.Body)
	must.OK(b, err)
	return r.StatusCode, answer
}

func enrolled[M enrolment.Message](b *bench, path string, message any) (m M, refusal string) {
	b.Helper()
	body, err := wire.Encode(message)
	must.OK(b, err)
	status, answer := b.enrolPost(path, body)
	if status != http.StatusOK {
		r, err := enrolment.Decode[enrolment.Refusal](answer)
		must.OK(b, err)
		return m, r.Code
	}
	m, err = enrolment.Decode[M](answer)
	must.OK(b, err)
	return m, ""
}

func (n *newcomer) asks() (enrolment.Asked, enrolment.Code) {
	n.Helper()
	a, no := enrolled[enrolment.Asked](n.bench, enrolment.PathAsk, enrolment.Ask{Contract: 1, Kiosk: n.name, CSR: n.csr})
	if no != "" {
		n.Fatalf("refused: %s", no)
	}
	return a, enrolment.CodeOf(n.csr, a.Nonce)
}

// collects answers the pair that was certified, or the state or refusal.
func (n *newcomer) collects(a enrolment.Asked) (pair tls.Certificate, state string) {
	n.Helper()
	n.clock.pass(time.Second) // one network has a message a second of its own
	got, no := enrolled[enrolment.Collected](n.bench, enrolment.PathCollect, enrolment.Collect{Contract: 1, Request: a.Request})
	if no != "" {
		return pair, no
	}
	return tls.Certificate{Certificate: [][]byte{got.Certificate}, PrivateKey: n.key}, got.State
}

func (b *bench) approve(name string, code enrolment.Code, replace bool) error {
	return b.sandbox.Service.Approve(b.Context(), name, code, replace)
}
