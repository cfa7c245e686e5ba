package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

var transport = []requirement{
	{"Transport", "the line is TLS 1.3, the certificate is the authority's and for serving", func(s *suite) error {
		return s.hears(func(*tls.Config) {}, true)
	}},
	{"Transport", "a client without a certificate is not answered", func(s *suite) error {
		return s.hears(func(c *tls.Config) { c.Certificates = nil }, false)
	}},
	{"Transport", "a client with a certificate of another CA is not answered", func(s *suite) error {
		own, err := stranger(s.line.leaf.Subject.CommonName)
		if err != nil {
			return err
		}
		return s.hears(func(c *tls.Config) { c.Certificates = []tls.Certificate{own} }, false)
	}},
	{"Transport", "a client that speaks TLS 1.2 is not answered", func(s *suite) error {
		return s.hears(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }, false)
	}},
	{"Transport", "a client with another client's key is not answered", func(s *suite) error {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		return s.hears(func(c *tls.Config) {
			c.Certificates = []tls.Certificate{{Certificate: s.line.own.Certificate, PrivateKey: key}}
		}, false)
	}},
	{"Transport", "plaintext is not answered", plaintext},
	{"Transport", "a certificate of the CA that is not valid yet is not answered", func(s *suite) error { return s.withheld("early") }},
	{"Transport", "a certificate of the CA that is for serving is not answered", func(s *suite) error { return s.withheld("server") }},
	{"Transport", "a kiosk that is not registered is refused with kiosk", func(s *suite) error {
		l, err := s.other("unknown")
		if err != nil {
			return err
		}
		_, err = s.opens(l, s.card())
		return wants(err, wire.CodeKiosk)
	}},
	{"Transport", "an expired kiosk is refused with kiosk, and may hand in records", func(s *suite) error { return s.lapsed("expired") }},
	{"Transport", "a revoked kiosk is refused with kiosk, and may hand in records", func(s *suite) error { return s.lapsed("revoked") }},
	{"Transport", "the session of another kiosk is unknown", func(s *suite) error {
		l, err := s.other("second")
		if err != nil {
			return err
		}
		v, err := s.claimed(kiosk.FlowP)
		if err != nil {
			return err
		}
		v.line = l
		return first(wants(v.proves(kiosk.Reset, nil), wire.CodeOver), wants(v.settles(nil, kiosk.Failed), wire.CodeOver))
	}},
}

// hears is nil where a connection spoilt by change is answered, or is not, as
// it should be.
func (s *suite) hears(change func(*tls.Config), should bool) error {
	l, err := lineWith(s.options, s.line.roots, s.line.own, change)
	if err != nil {
		return err
	}
	defer l.Close()
	a, err := l.do(s.ctx, http.MethodGet, wire.PathOf(s.version, wire.PathHealth), nil)
	switch {
	case should && err != nil:
		return err
	case should:
		return s.document.Reply(http.MethodGet, wire.PathOf(s.version, wire.PathHealth), a.status, a.header, a.body)
	case err == nil:
		return fmt.Errorf("it was answered with status %d", a.status)
	}
	return s.stillThere()
}

// stillThere keeps an authority that answers no kiosk from passing for careful.
func (s *suite) stillThere() error {
	_, err := s.judged(s.line, http.MethodGet, wire.PathHealth, nil)
	return err
}

// stranger is a kiosk of an unknown CA.
func stranger(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func plaintext(s *suite) error {
	u, err := url.Parse(s.options.url)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(s.ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // the read fails then
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", wire.PathHealth, u.Host)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return s.stillThere() // an alert, or the end
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusBadRequest {
		return fmt.Errorf("it was answered with status %d", response.StatusCode)
	}
	return s.stillThere()
}

// other is the line of another kiosk of -kiosks.
func (s *suite) other(name string) (*line, error) {
	if s.options.kiosks == "" {
		return nil, notProvoked("no --kiosks")
	}
	certificate, key := s.options.pair(name)
	l, err := newLine(s.options, certificate, key)
	if errors.Is(err, os.ErrNotExist) {
		return nil, notProvoked("no " + name + " in --kiosks")
	}
	return l, err
}

func (s *suite) withheld(name string) error {
	l, err := s.other(name)
	if err != nil {
		return err
	}
	defer l.Close()
	return s.hears(func(c *tls.Config) { c.Certificates = []tls.Certificate{l.own} }, false)
}

// lapsed kiosks hear why, and hand in what they still have.
func (s *suite) lapsed(name string) error {
	l, err := s.other(name)
	if err != nil {
		return err
	}
	defer l.Close()
	_, err = s.opens(l, s.card())
	if err := wants(err, wire.CodeKiosk); err != nil {
		return err
	}
	_, err = s.beat(l, "")
	if err := wants(err, wire.CodeKiosk); err != nil {
		return err
	}
	r, err := s.hands(l, newLedger(2))
	if err == nil && r.Acked != 2 {
		err = fmt.Errorf("of two records %d are kept", r.Acked)
	}
	if err != nil {
		return err
	}
	_, err = ask[wire.SettleReply](s, l, wire.PathSettle,
		wire.SettleRequest{Envelope: s.mint(), Session: freshID(), Outcome: wire.Outcome(kiosk.Failed)})
	return wants(err, wire.CodeOver) // which is about the session, not about the kiosk
}

var version = []requirement{
	{"/health", "says a state, a clock, and this contract among those it speaks", func(s *suite) error {
		a, err := s.judged(s.line, http.MethodGet, wire.PathHealth, nil)
		if err != nil {
			return err
		}
		var h wire.Health
		if err := s.decode(a.body, &h); err != nil {
			return err
		}
		for _, c := range h.Contracts {
			if c == s.version {
				return nil
			}
		}
		return fmt.Errorf("it speaks %v", h.Contracts)
	}},
	{"Version", "a message of another version is refused on every path, and both versions are named", func(s *suite) error {
		for _, path := range s.posts() {
			body := strings.Replace(s.example(path), fmt.Sprintf(`"contract":%d`, s.version), `"contract":9317`, 1)
			_, err := s.judged(s.line, http.MethodPost, path, []byte(body))
			var r *refused
			if !errors.As(err, &r) || r.Code != wire.CodeContract || r.status != http.StatusBadRequest {
				return fmt.Errorf("%s: %v", path, orAnswered(err))
			}
			if !regexp.MustCompile(`\b9317\b`).MatchString(r.Detail) || !regexp.MustCompile(fmt.Sprintf(`\b%d\b`, s.version)).MatchString(r.Detail) {
				return fmt.Errorf("%s: the detail is %q", path, r.Detail)
			}
		}
		return nil
	}},
	{"Version", "a message of another version may be anything else besides", func(s *suite) error {
		return s.malformed(wire.PathSettle, []byte(`{"contract":9317,"news":{"deep":[1,2,3]}}`))
	}},
}

func orAnswered(err error) error {
	if err == nil {
		return errors.New("it was answered")
	}
	return err
}

// malformed is nil where these bytes are refused as no message of the contract.
func (s *suite) malformed(path string, body []byte) error {
	_, err := s.judged(s.line, http.MethodPost, path, body)
	return breaks(err, http.StatusBadRequest)
}
