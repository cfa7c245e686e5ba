package status

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	judge "golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/must"
)

func TestRequestIsRefused(t *testing.T) {
	d := open(t)
	stranger, err := pki.NewCardCA(pki.Sign, "STRANGER", noon)
	must.OK(t, err)
	both := func() []byte {
		a, err := ocsp.Parse(d.request(d.cert, d.sign))
		must.OK(t, err)
		b, err := ocsp.Parse(d.request(d.auth, d.user))
		must.OK(t, err)
		one := func(id []byte) []byte { return append([]byte{0x30, byte(len(id))}, id...) }
		list := append(one(a.Certificates[0].Raw), one(b.Certificates[0].Raw)...)
		b2 := append([]byte{0x30, 0x81, byte(len(list))}, list...)
		b1 := append([]byte{0x30, 0x81, byte(len(b2))}, b2...)
		return append([]byte{0x30, 0x81, byte(len(b1))}, b1...)
	}
	good := d.request(d.cert, d.sign)
	for name, c := range map[string]struct {
		method, path, kind string
		body               []byte
		status             int
		why                judge.ResponseStatus // of 200
		err                error
	}{
		"not a request":              {"POST", "/ocsp", isRequest, []byte("hello"), 200, judge.Malformed, nil},
		"no request":                 {"POST", "/ocsp", isRequest, nil, 200, judge.Malformed, nil},
		"too long":                   {"POST", "/ocsp", isRequest, make([]byte, 1<<20), 200, judge.Malformed, nil},
		"of another CA":              {"POST", "/ocsp", isRequest, d.request(d.cert, stranger), 200, judge.Unauthorized, nil},
		"of two CAs":                 {"POST", "/ocsp", isRequest, both(), 200, judge.Unauthorized, nil},
		"while the store is away":    {"POST", "/ocsp", isRequest, good, 200, judge.TryLater, errors.New("away")},
		"a list without a store":     {"GET", "/crl/sign/99201", "", nil, 503, 0, errors.New("away")},
		"in another type":            {"POST", "/ocsp", "text/plain", good, 415, 0, nil},
		"not base64":                 {"GET", "/ocsp/!!!", "", nil, 200, judge.Malformed, nil},
		"base64 without its end":     {"GET", "/ocsp/" + base64.RawStdEncoding.EncodeToString(append(good, 0)), "", nil, 200, judge.Malformed, nil},
		"by GET without a request":   {"GET", "/ocsp", "", nil, 405, 0, nil},
		"by PUT":                     {"PUT", "/ocsp", isRequest, good, 405, 0, nil},
		"posted behind the address":  {"POST", "/ocsp/x", isRequest, good, 405, 0, nil},
		"posted to a list":           {"POST", "/crl/sign/99201", "", nil, 405, 0, nil},
		"posted to a CA":             {"POST", "/ca/sign", "", nil, 405, 0, nil},
		"a list of no CA":            {"GET", "/crl/other/99201", "", nil, 404, 0, nil},
		"a list of no part":          {"GET", "/crl/sign/99999", "", nil, 404, 0, nil},
		"a part not as it is spelt":  {"GET", "/crl/sign/+99201", "", nil, 404, 0, nil},
		"a list of all":              {"GET", "/crl/sign", "", nil, 404, 0, nil},
		"no CA":                      {"GET", "/ca/other", "", nil, 404, 0, nil},
		"the root":                   {"GET", "/", "", nil, 404, 0, nil},
		"the kiosks' health":         {"GET", "/v2/health", "", nil, 404, 0, nil},
		"the app":                    {"GET", "/app/records", "", nil, 404, 0, nil},
		"the metrics":                {"GET", "/metrics", "", nil, 404, 0, nil},
		"a path that climbs":         {"GET", "/crl/../../etc/passwd", "", nil, 404, 0, nil},
		"a path that is not cleaned": {"GET", "//crl/sign/99201", "", nil, 404, 0, nil},
	} {
		d.memory.err = c.err
		w := d.do(c.method, c.path, c.kind, c.body)
		d.memory.err = nil
		if w.Code != c.status {
			t.Errorf("%s: %d", name, w.Code)
			continue
		}
		if w.Code != 200 {
			continue
		}
		var said judge.ResponseError
		if _, err := judge.ParseResponse(w.Body.Bytes(), nil); !errors.As(err, &said) || said.Status != c.why || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v, %v", name, err, w.Header())
		}
	}
}

func TestCAsAreServed(t *testing.T) {
	d := open(t)
	for path, want := range map[string]*pki.CA{"/ca/auth": d.user, "/ca/sign": d.sign} {
		for _, method := range []string{"GET", "HEAD"} {
			w := d.do(method, path, "", nil)
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/pkix-cert" || method == "GET" && !bytes.Equal(w.Body.Bytes(), want.Cert.Raw) {
				t.Errorf("%s: %d %v", path, w.Code, w.Header())
			}
		}
	}
	if w := d.do("HEAD", "/ocsp/"+base64.StdEncoding.EncodeToString(d.request(d.cert, d.sign)), "", nil); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
