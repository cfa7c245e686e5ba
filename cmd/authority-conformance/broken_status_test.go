package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/kiosk/must"
)

// forger has the keys of the sandbox's CAs.
type forger struct {
	t    *testing.T
	cas  []*x509.Certificate
	keys []*rsa.PrivateKey
}

func newForger(t *testing.T, dir string) *forger {
	t.Helper()
	f := &forger{t: t}
	for _, name := range []string{"auth", "sign"} {
		der, err := pemfile.Read(filepath.Join(dir, "card-ca."+name+".crt.pem"))
		must.OK(t, err)
		ca, err := x509.ParseCertificate(der)
		must.OK(t, err)
		key, err := rsaKey(filepath.Join(dir, "card-ca."+name+".key.pem"))
		must.OK(t, err)
		f.cas, f.keys = append(f.cas, ca), append(f.keys, key)
	}
	return f
}

// good answers a request that the certificate is good, by a responder of so many days; 0 is the CA itself.
func (f *forger) good(der []byte, days int) []byte {
	q, err := ocsp.ParseRequest(der)
	if err != nil {
		return []byte{0x30, 3, 10, 1, 1}
	}
	at := slices.IndexFunc(f.cas, func(ca *x509.Certificate) bool { // by its key, hashed as in the request
		h := q.HashAlgorithm.New()
		h.Write(x509.MarshalPKCS1PublicKey(ca.PublicKey.(*rsa.PublicKey)))
		return bytes.Equal(h.Sum(nil), q.IssuerKeyHash)
	})
	if at < 0 {
		return []byte{0x30, 3, 10, 1, 6}
	}
	ca, now := f.cas[at], time.Now().Truncate(time.Minute)
	said := ocsp.Response{Status: ocsp.Good, SerialNumber: q.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour), IssuerHash: q.HashAlgorithm}
	var by crypto.Signer = f.keys[at]
	responder := ca
	if days > 0 {
		key := must.Key(f.t)
		template := &x509.Certificate{SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "forged"}, NotBefore: now, NotAfter: now.AddDate(0, 0, days),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: asn1.NullBytes}}}
		der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, f.keys[at])
		must.OK(f.t, err)
		responder, err = x509.ParseCertificate(der)
		must.OK(f.t, err)
		by, said.Certificate = key, responder
	}
	answer, err := ocsp.CreateResponse(ca, responder, said, by)
	must.OK(f.t, err)
	return answer
}

// list signs one anew after a change.
func (f *forger) list(der []byte, change func(*x509.RevocationList)) []byte {
	l, err := x509.ParseRevocationList(der)
	if err != nil {
		return der
	}
	for i, ca := range f.cas {
		if l.CheckSignatureFrom(ca) != nil {
			continue
		}
		for _, e := range l.Extensions {
			if e.Id.String() == "2.5.29.28" {
				l.ExtraExtensions = []pkix.Extension{e}
			}
		}
		for n := range l.RevokedCertificateEntries {
			l.RevokedCertificateEntries[n].Extensions = nil // made of the reason again
		}
		change(l)
		der, err = x509.CreateRevocationList(rand.Reader, l, ca, f.keys[i])
		must.OK(f.t, err)
	}
	return der
}

// next asks the sandbox itself.
type next func(method, path string, body []byte) []byte

// statusBreakages are status lines that do one thing wrong, and the line that has to fail.
var statusBreakages = map[string]struct {
	catches string
	answer  func(f *forger, kept map[string][]byte, method, path string, body []byte, n next) []byte
}{
	"says good of what it never issued": {`^/ocsp        one that was never issued`, func(f *forger, _ map[string][]byte, _, path string, body []byte, n next) []byte {
		return f.good(body, 14)
	}},
	"has a responder of a year": {`^/ocsp        a certificate in order`, func(f *forger, _ map[string][]byte, _, _ string, body []byte, _ next) []byte {
		return f.good(body, 365)
	}},
	"lets the CA itself answer": {`^/ocsp        a certificate in order`, func(f *forger, _ map[string][]byte, _, _ string, body []byte, _ next) []byte {
		return f.good(body, 0)
	}},
	"leaves the nonce out": {`^/ocsp        a nonce of 1`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		var all struct{ Body struct{ List asn1.RawValue } }
		if _, err := asn1.Unmarshal(body, &all); err != nil {
			return n(method, path, body)
		}
		without, err := asn1.Marshal(all)
		must.Note(f.t, err)
		return n(method, path, without)
	}},
	"takes every nonce": {`^/ocsp        a nonce of 1`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		if answer := n(method, path, body); len(answer) > 5 {
			return answer
		}
		return f.good(body, 14)
	}},
	"answers for every CA": {`^/ocsp        about another's CA`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		if answer := n(method, path, body); !bytes.Equal(answer, []byte{0x30, 3, 10, 1, 6}) {
			return answer
		}
		return []byte{0x30, 3, 10, 1, 2}
	}},
	"names no distribution point": {`^/crl         a certificate's list`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		return f.list(n(method, path, body), func(l *x509.RevocationList) { l.ExtraExtensions = nil })
	}},
	"names it so that it may be passed over": {`^/crl         a certificate's list`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		return f.list(n(method, path, body), func(l *x509.RevocationList) { l.ExtraExtensions[0].Critical = false })
	}},
	"serves one list for all": {`^/crl         a certificate's list`, func(f *forger, _ map[string][]byte, method, _ string, body []byte, n next) []byte {
		return n(method, "/crl/sign/99202", body)
	}},
	"signs lists badly": {`^/crl         a certificate's list`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		der := n(method, path, body)
		der[len(der)-1] ^= 1
		return der
	}},
	"leaves the reasons out": {`^/crl         has what is held`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		return f.list(n(method, path, body), func(l *x509.RevocationList) {
			for i := range l.RevokedCertificateEntries {
				l.RevokedCertificateEntries[i].ReasonCode = 0
			}
		})
	}},
	"leaves out what is held": {`^/crl         has what is held`, func(f *forger, _ map[string][]byte, method, path string, body []byte, n next) []byte {
		return f.list(n(method, path, body), func(l *x509.RevocationList) {
			l.RevokedCertificateEntries = slices.DeleteFunc(l.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool { return e.ReasonCode == 6 })
		})
	}},
	"releases without a new list": {`^/crl         the end of a phone's hold`, func(f *forger, kept map[string][]byte, method, path string, body []byte, n next) []byte {
		der := n(method, path, body)
		if strings.HasPrefix(path, "/crl") {
			if len(der) < len(kept[path]) {
				return kept[path] // the longest that there was
			}
			kept[path] = der
		}
		return der
	}},
	"releases and gives answers of before": {`^/crl         the end of a phone's hold`, func(f *forger, kept map[string][]byte, method, path string, body []byte, n next) []byte {
		der, key := n(method, path, body), string(body)
		if path != "/ocsp" {
			return der
		}
		if len(kept[key]) > len(der) { // what is revoked has a reason and a time
			return kept[key]
		}
		kept[key] = der
		return der
	}},
}

// beforeStatus serves a broken status line in front of the sandbox's; nil breaks nothing.
func beforeStatus(t *testing.T, s sandbox, answer func(f *forger, kept map[string][]byte, method, path string, body []byte, n next) []byte) string {
	t.Helper()
	f, kept := newForger(t, s.dir), map[string][]byte{}
	var mu sync.Mutex
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body := orAbort(io.ReadAll(r.Body))
		n := func(method, path string, body []byte) []byte {
			return forwarded(r.Context(), method, "http://"+s.Status+path, r.Header.Get("Content-Type"), body).body
		}
		if answer == nil {
			w.Write(n(r.Method, r.URL.EscapedPath(), body))
			return
		}
		w.Write(answer(f, kept, r.Method, r.URL.EscapedPath(), body, n))
	}))
	t.Cleanup(front.Close)
	return "http://" + front.Listener.Addr().String()
}

// TestBrokenStatusIsCaught by the line that is about it; and that line is ok where nothing
// is broken, through the same front.
func TestBrokenStatusIsCaught(t *testing.T) {
	s := serve(t)
	honest := beforeStatus(t, s, nil)
	for name, broken := range statusBreakages {
		t.Run(name, func(t *testing.T) {
			args := func(line string) []string { return s.args(s.Listen, "--cards", "hanako,taro", "--status", line) }
			caught(t, broken.catches, args(honest), args(beforeStatus(t, s, broken.answer)))
		})
	}
}
