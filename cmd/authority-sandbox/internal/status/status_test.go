package status

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	judge "golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/must"
)

func TestAnswerIsWhatTheStoreSays(t *testing.T) {
	d := open(t)
	never, _, err := d.sign.Issue(pki.Holder{Home: pki.Municipalities()[0], Until: noon.AddDate(4, 0, 0)})
	must.OK(t, err)
	moved := d.issue(d.sign)
	d.memory.set(moved, Status{Is: ocsp.Revoked, Reason: crl.AffiliationChanged, Since: noon.Add(-time.Hour).Unix()})
	on := d.issue(d.sign)
	d.memory.set(on, held)
	for _, c := range []struct {
		of             *x509.Certificate
		by             *pki.CA
		status, reason int
		this           time.Time
	}{
		{d.cert, d.sign, judge.Good, 0, noon}, {d.auth, d.user, judge.Good, 0, noon}, {never, d.sign, judge.Unknown, 0, noon},
		{moved, d.sign, judge.Revoked, 3, noon}, {on, d.sign, judge.Revoked, 6, noon.Add(30 * time.Second)}, // not before it was so
	} {
		r, _ := d.ask(c.of, c.by)
		if r.Status != c.status || r.RevocationReason != c.reason || !r.ThisUpdate.Equal(c.this) || !r.NextUpdate.Equal(noon.Add(Tick)) {
			t.Errorf("%+v: %+v", c, r)
		}
		w := d.do("GET", "/ocsp/"+base64.StdEncoding.EncodeToString(d.request(c.of, c.by)), "", nil)
		r, err := judge.ParseResponseForCert(w.Body.Bytes(), c.of, c.by.Cert)
		if err != nil || r.Status != c.status {
			t.Errorf("by GET: %+v, %v", r, err)
		}
		if w.Header().Get("Cache-Control") != "max-age=840, public, no-transform, must-revalidate" || w.Header().Get("Last-Modified") != c.this.Format(http.TimeFormat) {
			t.Errorf("%v", w.Header())
		}
	}
	l := d.list("/crl/sign/99201")
	if len(l.RevokedCertificateEntries) != 2 || !l.ThisUpdate.Equal(noon.Add(time.Minute)) || !l.NextUpdate.Equal(noon.Add(time.Minute+ListLife)) {
		t.Errorf("%+v", l)
	}
}

// The end of a hold: in the same second the list is another, and no answer that was kept is given.
func TestReleaseOfAHoldIsToldAtOnce(t *testing.T) {
	d := open(t)
	before := d.memory.of[serialOf(d.cert)]
	var last *x509.RevocationList
	for round := range 3 {
		for _, c := range []struct {
			is     Status
			status int
			listed int
		}{{held, judge.Revoked, 1}, {before, judge.Good, 0}} {
			d.memory.set(d.cert, c.is)
			for range 2 { // live, and as it is kept
				if r, _ := d.ask(d.cert, d.sign); r.Status != c.status {
					t.Errorf("round %d: OCSP says %d, want %d", round, r.Status, c.status)
				}
				l := d.list("/crl/sign/99201")
				if len(l.RevokedCertificateEntries) != c.listed {
					t.Errorf("round %d: %d entries, want %d", round, len(l.RevokedCertificateEntries), c.listed)
				}
				if last != nil && l.Number.Cmp(last.Number) < 0 || last != nil && bytes.Equal(l.Raw, last.Raw) != (l.Number.Cmp(last.Number) == 0) {
					t.Errorf("round %d: list %d after %d", round, l.Number, last.Number)
				}
				last = l
			}
		}
	}
}

func TestAnswersAndListsAreKeptForATick(t *testing.T) {
	d := open(t)
	d.memory.set(d.auth, held)
	_, first := d.ask(d.cert, d.sign)
	list := d.list("/crl/sign/99201")
	d.pass(13 * time.Minute)
	if _, again := d.ask(d.cert, d.sign); !bytes.Equal(again, first) {
		t.Error("signed anew within the tick")
	}
	if reads := d.memory.reads; !bytes.Equal(d.list("/crl/sign/99201").Raw, list.Raw) || d.memory.reads != reads {
		t.Error("written anew within the tick")
	}
	d.pass(time.Minute)
	if r, again := d.ask(d.cert, d.sign); bytes.Equal(again, first) || !r.ThisUpdate.Equal(noon.Add(Tick)) {
		t.Error("kept beyond the tick")
	}
	if l := d.list("/crl/sign/99201"); l.Number.Cmp(list.Number) <= 0 {
		t.Errorf("list %d after %d", l.Number, list.Number)
	}
	w := d.do("GET", "/crl/sign/99201", "", nil)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/crl/sign/99201", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	if d.service.ServeHTTP(again, r); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d, %d bytes", again.Code, again.Body.Len())
	}
	r.Header.Del("If-None-Match")
	r.Header.Set("If-Modified-Since", d.now().Format(http.TimeFormat)) // of the list of before in the same second
	again = httptest.NewRecorder()
	if d.service.ServeHTTP(again, r); again.Code != http.StatusOK || w.Header().Get("Last-Modified") != "" {
		t.Errorf("%d %v", again.Code, w.Header())
	}
}

// withNonce adds a nonce to a request that has none.
func withNonce(t testing.TB, der, nonce []byte) []byte {
	t.Helper()
	var request struct {
		Body struct{ List asn1.RawValue }
	}
	_, err := asn1.Unmarshal(der, &request)
	must.OK(t, err)
	type extension struct {
		ID    asn1.ObjectIdentifier
		Value []byte
	}
	inner, err := asn1.Marshal(nonce)
	must.OK(t, err)
	var out struct {
		Body struct {
			List       asn1.RawValue
			Extensions []extension `asn1:"explicit,tag:2"`
		}
	}
	out.Body.List, out.Body.Extensions = request.Body.List, []extension{{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}, inner}}
	der, err = asn1.Marshal(out)
	must.OK(t, err)
	return der
}

func TestNonceIsRepeatedAndItsAnswerNotKept(t *testing.T) {
	d := open(t)
	nonce := []byte("sixteen octets..")
	q := withNonce(t, d.request(d.cert, d.sign), nonce)
	var last []byte
	for range 2 {
		w := d.do("GET", "/ocsp/"+base64.StdEncoding.EncodeToString(q), "", nil)
		_, err := judge.ParseResponseForCert(w.Body.Bytes(), d.cert, d.sign.Cert)
		if err != nil || !bytes.Contains(w.Body.Bytes(), append([]byte{4, 18, 4, 16}, nonce...)) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v, %v", err, w.Header())
		}
		if bytes.Equal(w.Body.Bytes(), last) || len(d.service.answers.by) > 0 {
			t.Error("it was kept")
		}
		last = w.Body.Bytes()
	}
}

// While holds come and go, an answer is what the store said at some moment between question and answer.
func TestNoAnswerIsOlderThanItsQuestion(t *testing.T) {
	d := open(t)
	before := d.memory.of[serialOf(d.cert)]
	d.memory.set(d.cert, before)
	first := d.memory.revision
	revision := func() int64 {
		d.memory.mu.Lock()
		defer d.memory.mu.Unlock()
		return d.memory.revision
	}
	request := d.request(d.cert, d.sign)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				was := revision()
				a, why := d.service.ask(context.Background(), request)
				l, err := d.service.list(context.Background(), d.service.named("sign"), 99201)
				now := revision()
				if why != 0 || err != nil {
					t.Errorf("%d, %v", why, err)
					return
				}
				r, err := judge.ParseResponse(a.der, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if was == now && ((r.Status == judge.Good) != ((was-first)%2 == 0) || l.revision != was) || l.revision < was || l.revision > now {
					t.Errorf("revision %d to %d: OCSP says %d, the list is of %d", was, now, r.Status, l.revision)
				}
			}
		})
	}
	for n := range 400 {
		d.memory.set(d.cert, []Status{held, before}[n%2])
	}
	all.Wait()
}

func TestResponderIsAnotherBeforeItsCertificateEnds(t *testing.T) {
	d := open(t)
	seen := map[string]bool{}
	for range 60 {
		r, _ := d.ask(d.cert, d.sign) // checks the chain up to the CA
		if r.Certificate == nil || r.NextUpdate.After(r.Certificate.NotAfter) || r.ThisUpdate.Before(r.Certificate.NotBefore) {
			t.Fatalf("at %v: %+v", d.now(), r)
		}
		seen[string(r.Certificate.Raw)] = true
		d.pass(24 * time.Hour)
	}
	if len(seen) < 8 || len(seen) > 10 {
		t.Errorf("%d responders in 60 days", len(seen))
	}
	d.pass(-400 * 24 * time.Hour)
	if r, _ := d.ask(d.cert, d.sign); d.now().Before(r.Certificate.NotBefore) {
		t.Error("the clock was set back, and the responder is of the future")
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	var k answers
	for n := range mostAnswers + 100 {
		k.keep([]byte{byte(n), byte(n >> 8), byte(n >> 16)}, noon, Status{}, &answer{})
	}
	if len(k.by) != mostAnswers {
		t.Errorf("%d answers are kept", len(k.by))
	}
	l := newLists()
	for n := range 10 {
		l.keep(partOf{part: pki.Part(n)}, &list{tick: noon, der: make([]byte, mostBytes/4)})
		l.keep(partOf{part: pki.Part(n)}, &list{tick: noon, der: make([]byte, mostBytes/4)})
	}
	size := 0
	for _, o := range l.by {
		size += len(o.der)
	}
	if size != l.size || size > mostBytes || len(l.by) != 4 {
		t.Errorf("%d lists of %d bytes, counted as %d", len(l.by), size, l.size)
	}
	n := 0
	for _, err := range bounded(func(yield func(crl.Entry, error) bool) {
		for yield(crl.Entry{}, nil) {
		}
	}) {
		if n++; err != nil {
			if !errors.Is(err, errTooLong) || n != mostBytes/64+1 {
				t.Errorf("%v at entry %d", err, n)
			}
			break
		}
	}
}
