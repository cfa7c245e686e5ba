package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// transportCA is the CA of the test's connections.
func (b *bench) transportCA() *pki.Pair {
	b.Helper()
	key, err := pki.ReadKey[*ecdsa.PrivateKey](pki.Folder(b.dir), "ca.key.pem")
	must.OK(b, err)
	certs, err := pki.Folder(b.dir).ReadCerts(fixture.TransportCA)
	must.OK(b, err)
	return &pki.Pair{Cert: certs[0], Key: key}
}

// another kiosk, registered or not.
func (b *bench) another(name string, registered bool) *authority.Client {
	b.Helper()
	p, err := b.transportCA().Kiosk(name, time.Now().Add(-time.Hour), time.Now().AddDate(0, 1, 0))
	must.OK(b, err)
	if registered {
		b.register(store.Kiosk{Name: name, Flows: "PU"})
	}
	c := b.client(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
	b.Cleanup(c.Close)
	return c
}

// TestKioskThatMayNotServe: unknown, revoked, expired. The last two may still
// settle and hand in records.
func TestKioskThatMayNotServe(t *testing.T) { onEach(t, kioskThatMayNotServe) }

func kioskThatMayNotServe(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	_, err := b.another("kiosk-9999", false).Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgPeer)

	s := b.claim(c, r)
	g := b.mustGrant(c, s, kiosk.Reset)
	b.register(store.Kiosk{Name: testKiosk, Revoked: true, Flows: "PU"})
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgPeer)
	if _, err := b.settle(s, g.ID, kiosk.Unknown); err != nil {
		t.Errorf("a revoked kiosk may not settle: %v", err)
	}
	b.register(store.Kiosk{Name: testKiosk, Flows: "PU"}) // does not make its certificate good again
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgPeer)

	b = start(t, on)
	c = b.card("hanako")
	s = b.claim(c, b.reserve(c, kiosk.FlowP))
	g = b.mustGrant(c, s, kiosk.Reset)
	must.Note(t, must.Err(b.settle(s, g.ID, kiosk.Unknown)))
	b.kiosk.Close()
	b.clock.pass(400 * 24 * time.Hour) // past the kiosk's certificate, not the authority's
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgPeer)
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("an expired kiosk is not told why: %v", err)
	}
	if _, err := b.settle(s, g.ID, kiosk.Done); err != nil {
		t.Errorf("an expired kiosk may not settle: %v", err)
	}
	l := newLedger()
	if acked, err := b.kiosk.Batch(t.Context(), l.lines(3)); err != nil || acked.Seq != 3 {
		t.Errorf("an expired kiosk may not hand in records: %+v, %v", acked, err)
	}
	records, err := b.app.Records(t.Context(), testKiosk)
	if err != nil || len(records) != 3 || records[0].Flags != "expired " {
		t.Errorf("%+v, %v", records, err)
	}
}

// TestKioskRenewsItsCertificate, for its own name alone.
func TestKioskRenewsItsCertificate(t *testing.T) { onEach(t, kioskRenewsItsCertificate) }

func kioskRenewsItsCertificate(t *testing.T, on engine) {
	b := start(t, on)
	key := must.Key(t)
	request := func(name string) []byte {
		return must.Request(t, name, key)
	}
	_, err := b.kiosk.Renew(t.Context(), request("kiosk-0002"))
	want(t, err, kiosk.MsgContract)
	der, err := b.kiosk.Renew(t.Context(), request(testKiosk))
	must.OK(t, err)
	renewed := b.client(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
	defer renewed.Close()
	if h, err := renewed.Heartbeat(t.Context(), wire.Beat{Version: "1.0.0", Queue: 2, Out: kiosk.MsgReader}); err != nil || h.Now != b.clock.now().Unix() || !h.Open {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestKeyThatCannotSignRecordsIsRefused in the words of the contract.
func TestKeyThatCannotSignRecordsIsRefused(t *testing.T) {
	b := start(t, sqlite)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must.OK(t, err)
	ca := b.transportCA()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: testKiosk},
		NotBefore: b.clock.now().Add(-time.Hour), NotAfter: b.clock.now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, ca.Cert, public, ca.Key)
	must.OK(t, err)
	m := wire.HeartbeatRequest{Envelope: newEnvelope(), Version: "1.0.0"}
	status, reply := b.rawBy(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, wire.PathHeartbeat, encode(t, m))
	if status != http.StatusForbidden || refusalOf(t, reply).Code != wire.CodeKiosk {
		t.Errorf("%d %s", status, reply)
	}
}

// raw posts bytes as they are.
func (b *bench) raw(path string, body []byte) (status int, reply []byte) {
	b.Helper()
	pair, err := fixture.KioskPair(b.dir)
	must.OK(b, err)
	return b.rawBy(pair, path, body)
}

func (b *bench) rawBy(pair tls.Certificate, path string, body []byte) (status int, reply []byte) {
	b.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(b, b.dir, fixture.TransportCA))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}, DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Post("https://"+b.at.Listen+path, "application/json", bytes.NewReader(body))
	must.OK(b, err)
	defer response.Body.Close()
	reply, err = io.ReadAll(response.Body)
	must.OK(b, err)
	return response.StatusCode, reply
}

func encode(t testing.TB, m any) []byte {
	t.Helper()
	data, err := wire.Encode(m)
	must.OK(t, err)
	return data
}

// TestNonsenseIsRefused with a message of the contract, and stored nowhere.
func TestNonsenseIsRefused(t *testing.T) { onEach(t, nonsenseIsRefused) }

func nonsenseIsRefused(t *testing.T, on engine) {
	b := start(t, on)
	good := `{"contract":2,"request":"AAAAAAAAAAAAAAAAAAAAAA==","session":"AAAAAAAAAAAAAAAAAAAAAA==","outcome":"failed"}`
	for name, body := range map[string]string{
		"empty": "", "list": "[]", "version": strings.Replace(good, `"contract":2`, `"contract":9317`, 1),
		"surplus": strings.Replace(good, "{", `{"x":1,`, 1), "case": strings.Replace(good, `"session"`, `"Session"`, 1),
		"trailing": good + "{}", "null": strings.Replace(good, `"failed"`, "null", 1), "long": `{"x":"` + strings.Repeat("a", wire.MaxMessage) + `"}`,
	} {
		b.watch.Odd(wire.PathSettle, []byte(body))
		status, reply := b.raw(wire.PathSettle, []byte(body))
		if r := refusalOf(t, reply); status != 400 || r.Code != wire.CodeContract || !json.Valid(reply) {
			t.Errorf("%s: %d %s", name, status, reply)
		} else if name == "version" && (!strings.Contains(r.Detail, "contract 9317") || !strings.Contains(r.Detail, "contract 2")) {
			t.Errorf("not both versions are named: %s", r.Detail)
		}
	}
	b.watch.Odd("/v2/nothing", []byte(good))
	if status, reply := b.raw("/v2/nothing", []byte(good)); status != 400 || refusalOf(t, reply).Code != wire.CodeContract {
		t.Errorf("%d %s", status, reply)
	}
}

// TestBadClientsAreRefused: no certificate, a stranger's, a server's, TLS 1.2.
func TestBadClientsAreRefused(t *testing.T) { onEach(t, badClientsAreRefused) }

func badClientsAreRefused(t *testing.T, on engine) {
	b := start(t, on)
	stranger, err := pki.NewTransportCA(time.Now())
	must.OK(t, err)
	strange, err := stranger.Kiosk(testKiosk, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	must.OK(t, err)
	server, err := b.transportCA().Server(time.Now(), testKiosk)
	must.OK(t, err)
	early, err := b.transportCA().Kiosk(testKiosk, time.Now().Add(time.Hour), time.Now().Add(2*time.Hour))
	must.OK(t, err)
	mine, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	pair := func(p *pki.Pair) []tls.Certificate {
		return []tls.Certificate{{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key}}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(t, b.dir, fixture.TransportCA))
	for name, c := range map[string]*tls.Config{
		"none": {}, "another CA": {Certificates: pair(strange)}, "a server's": {Certificates: pair(server)}, "not yet valid": {Certificates: pair(early)},
		"TLS 1.2": {Certificates: []tls.Certificate{mine}, MaxVersion: tls.VersionTLS12},
	} {
		c.RootCAs = roots
		client := http.Client{Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}}
		if response, err := client.Get("https://" + b.at.Listen + wire.PathHealth); err == nil {
			response.Body.Close()
			t.Errorf("%s: answered %d", name, response.StatusCode)
		}
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{mine}}, DisableKeepAlives: true}}
	response, err := client.Get("https://" + b.at.Listen + wire.PathHealth)
	if err != nil {
		t.Fatal("the control was refused too:", err)
	}
	response.Body.Close()
}

// TestMessageOutsideTheContractIsNoticed: the watch of these tests is awake.
func TestMessageOutsideTheContractIsNoticed(t *testing.T) {
	onEach(t, messageOutsideTheContractIsNoticed)
}

func messageOutsideTheContractIsNoticed(t *testing.T, on engine) {
	b := start(t, on)
	var told []string
	b.watch.Tell = func(f string, a ...any) { told = append(told, fmt.Sprintf(f, a...)) }
	b.raw(wire.PathSettle, []byte(`{"contract":2}`))
	if len(told) != 1 || !strings.Contains(told[0], "outside the contract: POST /v2/settle") {
		t.Errorf("told %q", told)
	}
	if b.watch.Seen() != 1 {
		t.Errorf("%d requests were seen", b.watch.Seen())
	}
}
