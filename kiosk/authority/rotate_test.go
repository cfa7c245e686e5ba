package authority

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A resumed connection shows the certificate of the first one for as long as
// tickets are given out on it. The authority has another key since, and its
// receipts are signed with that.
func TestTheAuthorityHasAnotherKeySinceTheTicket(t *testing.T) {
	var now atomic.Pointer[pair]
	var asked, resumed atomic.Int32
	s := farEnd(t, func(f *far) {
		now.Store(&f.server)
		shape := f.TLS.Clone()
		f.TLS.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			c := shape.Clone()
			c.Certificates = []tls.Certificate{now.Load().tls()}
			return c, nil
		}
	}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		must.Note(t, err)
		asked.Add(1)
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		w.Header().Set("Connection", "close")
		var m wire.RecordsRequest
		must.Note(t, wire.Decode(body, &m))
		last := m.Records[len(m.Records)-1]
		head := wire.AuthorityHead("kiosk-1", last.Epoch, last.Seq, last.Hash)
		signature, err := ecdsa.SignASN1(rand.Reader, now.Load().key, head[:])
		must.Note(t, err)
		say(t, w, body, func(e wire.Envelope) any {
			return &wire.RecordsReply{Envelope: e, Acked: last.Seq, Receipt: &wire.Receipt{Epoch: last.Epoch, Seq: last.Seq, Head: last.Hash, Signature: signature}}
		})
	})
	c := newClient(t, config(t, s.URL, s.ca, s.own))
	hand := func() (port.Receipt, error) {
		return c.Batch(t.Context(), []port.Record{{Epoch: [16]byte{1}, Seq: 1, Bytes: []byte("one")}})
	}
	for range 2 {
		must.OK(t, must.Err(hand()))
	}
	if resumed.Load() != 1 {
		t.Fatalf("%d connections were resumed", resumed.Load())
	}
	next := certify(t, &s.ca, func(*x509.Certificate) {})
	now.Store(&next)
	if r, err := hand(); err != nil || r.Key != spkiOf(next.cert) {
		t.Errorf("after %d requests: %v", asked.Load(), err)
	}
	must.Note(t, must.Err(hand()))
	// A peer that cannot sign as the one it claims to be is asked once more and not believed.
	forger := certify(t, &s.ca, func(*x509.Certificate) {})
	forger.cert = next.cert
	now.Store(&forger)
	before := asked.Load()
	if _, err := hand(); err == nil || errors.As(err, new(port.ErrRetryLater)) || asked.Load() > before+2 {
		t.Errorf("%v, asked %d times", err, asked.Load()-before)
	}
}

// A certificate of the right CA that the authority does not take, and one of a
// stranger. Neither is ours for having been tried.
func TestACertificateIsTriedBeforeItIsOurs(t *testing.T) {
	var refused atomic.Pointer[x509.Certificate]
	s := farEnd(t, func(f *far) {
		f.TLS.VerifyConnection = func(state tls.ConnectionState) error {
			if state.PeerCertificates[0].Equal(refused.Load()) {
				return errors.New("revoked")
			}
			return nil
		}
	}, fine)
	c := newClient(t, config(t, s.URL, s.ca, s.own))
	good, bad := certify(t, &s.ca, clientCert), certify(t, &s.ca, clientCert)
	other := authorityCA(t)
	refused.Store(bad.cert)
	must.Note(t, c.Try(t.Context(), good.tls()))
	for name, p := range map[string]pair{"revoked": bad, "a stranger's": certify(t, &other, clientCert)} {
		if err := c.Try(t.Context(), p.tls()); err == nil {
			t.Errorf("%s: let in", name)
		}
	}
	if _, err := c.Health(t.Context()); err != nil || !c.Certificate().Equal(s.own.cert) {
		t.Errorf("another certificate is ours, or ours is not good any more (%v)", err)
	}
}
