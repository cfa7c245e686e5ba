package status

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"log/slog"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	judge "golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/must"
)

// memory is a source of the tests.
type memory struct {
	mu       sync.Mutex
	of       map[[crl.SerialLen]byte]Status
	revision int64
	reads    int // of entries
	err      error
}

func (m *memory) Status(_ context.Context, _ pki.Kind, serial [crl.SerialLen]byte, _ time.Time) (Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	is, ok := m.of[serial]
	if !ok {
		is.Is = ocsp.Unknown
	}
	return is, m.err
}

func (m *memory) Part(_ context.Context, _ pki.Kind, _ pki.Part, _ time.Time, use func(int64, crl.Entries) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	var all []crl.Entry
	for serial, s := range m.of {
		if s.Is == ocsp.Revoked {
			all = append(all, crl.Entry{Serial: serial, At: s.Since, Reason: s.Reason})
		}
	}
	slices.SortFunc(all, func(a, b crl.Entry) int { return bytes.Compare(a.Serial[:], b.Serial[:]) })
	return use(m.revision, func(yield func(crl.Entry, error) bool) {
		m.reads++
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	})
}

func (m *memory) set(c *x509.Certificate, s Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of[serialOf(c)] = s
	m.revision++
}

func serialOf(c *x509.Certificate) (s [crl.SerialLen]byte) {
	c.SerialNumber.FillBytes(s[:])
	return s
}

// desk is the service, its two CAs and a certificate of each kind that it knows to be good.
type desk struct {
	testing.TB
	memory     *memory
	user, sign *pki.CA
	cert, auth *x509.Certificate
	service    *Service

	mu sync.Mutex
	at time.Time
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{TB: t, memory: &memory{of: map[[crl.SerialLen]byte]Status{}}, at: noon.Add(time.Minute)}
	var err error
	d.user, err = pki.NewCardCA(pki.User, "JPKI-TEST", noon)
	must.OK(t, err)
	d.sign, err = pki.NewCardCA(pki.Sign, "JPKI-TEST", noon)
	must.OK(t, err)
	d.cert, d.auth = d.issue(d.sign), d.issue(d.user)
	d.service, err = New(d.memory, []*pki.CA{d.user, d.sign}, d.now, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	return d
}

func (d *desk) issue(ca *pki.CA) *x509.Certificate {
	d.Helper()
	cert, _, err := ca.Issue(pki.Holder{Items: pki.Items{Name: "hanako"}, Home: pki.Municipalities()[0], Until: noon.AddDate(4, 0, 0)})
	must.OK(d, err)
	d.memory.set(cert, Status{Since: noon.AddDate(-1, 0, 0).Unix()})
	return cert
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *desk) pass(more time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(more)
}

func (d *desk) do(method, path, kind string, body []byte) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequestWithContext(d.Context(), method, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	d.service.ServeHTTP(w, r)
	return w
}

const isRequest = "application/ocsp-request"

func (d *desk) request(c *x509.Certificate, by *pki.CA) []byte {
	d.Helper()
	der, err := judge.CreateRequest(c, by.Cert, &judge.RequestOptions{Hash: crypto.SHA256})
	must.OK(d, err)
	return der
}

func (d *desk) ask(c *x509.Certificate, by *pki.CA) (*judge.Response, []byte) {
	d.Helper()
	w := d.do("POST", "/ocsp", isRequest, d.request(c, by))
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/ocsp-response" || w.Header().Get("Cache-Control") != "no-store" {
		d.Fatalf("%d %v", w.Code, w.Header())
	}
	r, err := judge.ParseResponseForCert(w.Body.Bytes(), c, by.Cert)
	must.OK(d, err)
	return r, w.Body.Bytes()
}

func (d *desk) list(path string) *x509.RevocationList {
	d.Helper()
	w := d.do("GET", path, "", nil)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/pkix-crl" {
		d.Fatalf("%d %v", w.Code, w.Header())
	}
	l, err := x509.ParseRevocationList(w.Body.Bytes())
	must.OK(d, err)
	must.OK(d, l.CheckSignatureFrom(d.sign.Cert))
	return l
}

var held = Status{Is: ocsp.Revoked, Reason: crl.CertificateHold, Since: noon.Add(30 * time.Second).Unix()}
