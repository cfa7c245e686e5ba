package renewal

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/tpm"
	"multicopy.example/devices/tpm/tpmtest"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// The whole way over a real line: the firmware's client renews, keeps, and uses
// the new key from the next connection on; the next start finds it.
func TestARenewedCertificateIsUsedAtOnceAndAfterTheNextStart(t *testing.T) { renewsOverTLS(t, "") }

// The first key is in a file, as of a machine whose configuration did not name the TPM
// when it was enrolled; the next is in the chip, and signs the handshakes.
func TestARenewedKeyIsMadeInTheTPM(t *testing.T) {
	must.Need(t, "swtpm")
	chip := tpmtest.Start(t)
	f, renewed := renewsOverTLS(t, string(chip.Device))
	pair, err := f.Newest(renewed)
	must.OK(t, err)
	if _, ok := pair.PrivateKey.(*tpm.Key); !ok {
		t.Errorf("the renewed key is a %T", pair.PrivateKey)
	}
	without := f
	without.of.TPM = ""
	if _, err := without.Newest(renewed); err == nil || !strings.Contains(err.Error(), "authority.tpm") {
		t.Errorf("read without its TPM: %v", err)
	}
}

func renewsOverTLS(t *testing.T, chip string) (File, tls.Certificate) {
	ca := newCA(t)
	server := ca.issue(t, func(x *x509.Certificate) {
		x.Subject.CommonName, x.ExtKeyUsage, x.IPAddresses = "authority", []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []net.IP{net.IPv4(127, 0, 0, 1)}
	})
	var mu sync.Mutex
	var seen []*x509.Certificate
	far := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.TLS.PeerCertificates[0])
		mu.Unlock()
		body, err := io.ReadAll(r.Body)
		must.Note(t, err)
		var reply any
		switch r.URL.Path {
		case wire.PathHeartbeat:
			var m wire.HeartbeatRequest
			must.Note(t, wire.Decode(body, &m))
			reply = &wire.HeartbeatReply{Envelope: m.Envelope, Now: time.Now().Unix()}
		case wire.PathRenew:
			var m wire.RenewRequest
			must.Note(t, wire.Decode(body, &m))
			csr, err := x509.ParseCertificateRequest(m.CSR)
			must.Note(t, err)
			reply = &wire.RenewReply{Envelope: m.Envelope, Certificate: certify(t, &ca, csr.PublicKey.(*ecdsa.PublicKey), nil).Raw}
		}
		data, err := wire.Encode(reply)
		must.Note(t, err)
		w.Header().Set("Content-Type", "application/json")
		w.Write(data)
	}))
	far.TLS = &tls.Config{Certificates: []tls.Certificate{server.tls()}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.pool(), MinVersion: tls.VersionTLS13}
	far.StartTLS()
	defer far.Close()

	code, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	enrolled := ca.issue(t, func(x *x509.Certificate) { x.NotBefore, x.NotAfter = time.Now().Add(-300*day), time.Now().Add(65*day) }).tls()
	f := Beside(config.Authority{Key: filepath.Join(t.TempDir(), "kiosk.key.pem"), TPM: chip})
	start := func() *authority.Client {
		pair, err := f.Newest(enrolled)
		must.OK(t, err)
		c, err := authority.New(authority.Config{URL: far.URL, Roots: ca.pool(), Certificate: pair, CodeKey: code.PublicKey().Bytes(), Log: slog.New(slog.DiscardHandler)})
		must.OK(t, err)
		t.Cleanup(c.Close)
		return c
	}
	beat := func(c *authority.Client) *x509.Certificate {
		must.OK(t, must.Err(c.Heartbeat(t.Context(), wire.Beat{Version: "1"})))
		return seen[len(seen)-1]
	}
	c := start()
	if !beat(c).Equal(enrolled.Leaf) {
		t.Error("the control: not over the enrolled certificate")
	}
	must.OK(t, Now(t.Context(), c, f, time.Now()))
	now := beat(c)
	if now.Equal(enrolled.Leaf) || !now.Equal(c.Certificate()) || !Due(now).After(time.Now()) {
		t.Error("the next request does not come over the new certificate")
	}
	if !beat(start()).Equal(now) {
		t.Error("the next start goes back to the old certificate")
	}
	return f, enrolled
}
