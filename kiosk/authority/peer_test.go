package authority

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
)

// pair is a certificate and its key.
type pair struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (p pair) tls() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{p.cert.Raw}, PrivateKey: p.key}
}

func (p pair) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(p.cert)
	return pool
}

// certify makes a certificate that change may spoil; by nil signs itself.
func certify(t *testing.T, by *pair, change func(*x509.Certificate)) pair {
	t.Helper()
	key := must.Key(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "kiosk-1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	change(template)
	signer := &pair{template, key}
	if by != nil {
		signer = by
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, &key.PublicKey, signer.key)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return pair{cert, key}
}

func authorityCA(t *testing.T) pair {
	return certify(t, nil, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage, c.ExtKeyUsage = true, x509.KeyUsageCertSign, nil
		c.NotBefore, c.NotAfter = time.Now().AddDate(-20, 0, 0), time.Now().AddDate(20, 0, 0)
	})
}

func clientCert(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }

func config(t *testing.T, url string, ca, own pair) Config {
	t.Helper()
	code, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	return Config{URL: url, Roots: ca.pool(), Certificate: own.tls(), CodeKey: code.PublicKey().Bytes(), Log: slog.New(slog.DiscardHandler)}
}

func newClient(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	must.OK(t, err)
	t.Cleanup(c.Close)
	return c
}

// far is an authority that answers with handler.
type far struct {
	ca, server, own pair
	*httptest.Server
}

var loaded = sync.OnceValues(func() (*contract.Document, error) { return contract.Load(wire.Documents()...) })

// watch is between every client and every far end of these tests.
func watch(t *testing.T, next http.Handler) http.Handler {
	t.Helper()
	d, err := loaded()
	must.OK(t, err)
	return (&contract.Watch{Document: d, Tell: t.Errorf, Bodies: true}).Handler(next)
}

func farEnd(t *testing.T, spoil func(*far), handler http.HandlerFunc) *far {
	t.Helper()
	f := &far{ca: authorityCA(t)}
	f.server = certify(t, &f.ca, func(*x509.Certificate) {})
	f.own = certify(t, &f.ca, clientCert)
	f.Server = httptest.NewUnstartedServer(watch(t, handler))
	f.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	f.TLS = &tls.Config{Certificates: []tls.Certificate{f.server.tls()}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: f.ca.pool(), MinVersion: tls.VersionTLS13}
	spoil(f)
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

func fine(w http.ResponseWriter, r *http.Request) {
	data, _ := wire.Encode(&wire.Health{Contract: wire.Contract, Contracts: []int{1}, Now: 1790000000})
	w.Header().Set("Content-Type", "application/json")
	w.Write(data)
}

// TestRefusesEveryBadPeer: no bad end hears a request, and each is named.
func TestRefusesEveryBadPeer(t *testing.T) {
	heard := false
	handler := func(w http.ResponseWriter, r *http.Request) { heard = true; fine(w, r) }
	ca := authorityCA(t)
	use := func(p pair) func(*tls.Config) {
		return func(c *tls.Config) { c.Certificates = []tls.Certificate{p.tls()} }
	}
	spoil := func(change func(*x509.Certificate)) func(*far) {
		return func(f *far) { use(certify(t, &f.ca, change))(f.TLS) }
	}
	for name, c := range map[string]struct {
		spoil func(*far)
		says  string
	}{
		"another CA":   {func(f *far) { use(certify(t, &ca, func(*x509.Certificate) {}))(f.TLS) }, "unknown authority"},
		"signs itself": {func(f *far) { use(certify(t, nil, func(*x509.Certificate) {}))(f.TLS) }, "not the authority"},
		"another name": {spoil(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"elsewhere.example"}, nil }), "127.0.0.1"},
		"no name":      {spoil(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }), "127.0.0.1"},
		"expired":      {spoil(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = day(-30), day(-1) }), "clock"},
		"not yet":      {spoil(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = day(1), day(30) }), "clock"},
		"expired wrong name": {spoil(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter, c.IPAddresses = day(-30), day(-1), nil
		}), "not the authority"},
		"wrong purpose":                  {spoil(clientCert), "usage"},
		"no purpose":                     {spoil(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }), "usage"},
		"asks for no client certificate": {func(f *far) { f.TLS.ClientAuth = tls.NoClientCert }, "asks for no client certificate"},
		"does not know us":               {func(f *far) { f.TLS.ClientCAs = ca.pool() }, "tls"},
		"TLS 1.2":                        {func(f *far) { f.TLS.MinVersion, f.TLS.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }, "version"},
	} {
		t.Run(name, func(t *testing.T) {
			heard = false
			f := farEnd(t, c.spoil, handler)
			_, err := newClient(t, config(t, f.URL, f.ca, f.own)).Health(t.Context())
			word := kiosk.MsgPeer
			if c.says == "clock" {
				word = kiosk.MsgClock
			}
			wantFault(t, err, word)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
			if heard {
				t.Error("it heard a request")
			}
		})
	}
	t.Run("plaintext", func(t *testing.T) {
		s := httptest.NewServer(http.HandlerFunc(handler))
		defer s.Close()
		own := certify(t, &ca, clientCert)
		_, err := newClient(t, config(t, strings.Replace(s.URL, "http:", "https:", 1), ca, own)).Health(t.Context())
		wantFault(t, err, kiosk.MsgPeer)
	})
	t.Run("control", func(t *testing.T) {
		f := farEnd(t, func(*far) {}, handler)
		h, err := newClient(t, config(t, f.URL, f.ca, f.own)).Health(t.Context())
		if err != nil || !h.Open || h.Now != 1790000000 {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

func day(n int) time.Time { return time.Now().AddDate(0, 0, n) }

func wantFault(t *testing.T, err error, w kiosk.Message) {
	t.Helper()
	var f port.Fault
	if !errors.As(err, &f) || kiosk.Message(f) != w {
		t.Errorf("got %v, want %s", err, w)
	}
}

// TestNobodyThere: refused, silent, and gone in the middle are the network's.
func TestNobodyThere(t *testing.T) {
	ca := authorityCA(t)
	own := certify(t, &ca, clientCert)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	address := l.Addr().String()
	var closing sync.WaitGroup
	closing.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	})
	_, err = newClient(t, config(t, "https://"+address, ca, own)).Health(t.Context())
	wantFault(t, err, kiosk.MsgNetwork)
	l.Close()
	closing.Wait()
	_, err = newClient(t, config(t, "https://"+address, ca, own)).Health(t.Context())
	wantFault(t, err, kiosk.MsgNetwork)

	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	must.OK(t, err)
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = newClient(t, config(t, "https://"+silent.Addr().String(), ca, own)).Health(ctx)
	wantFault(t, err, kiosk.MsgNetwork)
}

// TestConfigurationIsChecked before anything is connected.
func TestConfigurationIsChecked(t *testing.T) {
	ca := authorityCA(t)
	own := certify(t, &ca, clientCert)
	good := config(t, "https://localhost:1", ca, own)
	if _, err := New(good); err != nil {
		t.Fatal("the control:", err)
	}
	other := certify(t, &ca, clientCert)
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	for name, spoil := range map[string]func(*Config){
		"plain http": func(c *Config) { c.URL = "http://localhost" }, "a path": func(c *Config) { c.URL = "https://localhost/x" },
		"a login": func(c *Config) { c.URL = "https://a:b@localhost" }, "no host": func(c *Config) { c.URL = "https://" },
		"no CA": func(c *Config) { c.Roots = nil }, "no log": func(c *Config) { c.Log = nil },
		"no certificate": func(c *Config) { c.Certificate = tls.Certificate{} }, "another's key": func(c *Config) { c.Certificate.PrivateKey = other.key },
		"no key": func(c *Config) { c.Certificate.PrivateKey = nil }, "a key of another kind": func(c *Config) { c.Certificate.PrivateKey = long },
		"no code key": func(c *Config) { c.CodeKey = nil }, "a short code key": func(c *Config) { c.CodeKey = c.CodeKey[1:] },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

var slots = secrettest.Slots(1)

func typed(t *testing.T, digits string) secret.Secret {
	t.Helper()
	return secrettest.Typed(t, slots()[0], digits)
}
