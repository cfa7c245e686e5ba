package authority

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// keyed answers a whole visit and notes which of our keys each request came
// over.
type keyed struct {
	mu   sync.Mutex
	over map[string][32]byte // path → SHA-256 of the client's key, the last time
	next byte                // of the session
}

func (k *keyed) answer(t *testing.T) func(int, http.ResponseWriter, *http.Request, []byte) {
	return func(_ int, w http.ResponseWriter, r *http.Request, body []byte) {
		peer := r.TLS.PeerCertificates[0]
		k.mu.Lock()
		k.over[r.URL.Path] = sha256.Sum256(peer.RawSubjectPublicKeyInfo)
		if r.URL.Path == wire.PathOpen {
			k.next++
		}
		session := wire.ID{k.next}
		k.mu.Unlock()
		if r.URL.Path == wire.PathRecords {
			var m wire.RecordsRequest
			if err := wire.Decode(body, &m); err != nil {
				t.Error(err)
				return
			}
			last := m.Records[len(m.Records)-1]
			if head := wire.KioskHead(last.Epoch, last.Seq, last.Hash); !ecdsa.VerifyASN1(peer.PublicKey.(*ecdsa.PublicKey), head[:], m.Signature) {
				t.Error("a batch is signed with another key than its connection's")
			}
		}
		say(t, w, body, func(e wire.Envelope) any {
			switch r.URL.Path {
			case wire.PathOpen:
				return &wire.OpenReply{Envelope: e, Session: session, Challenge: wire.Hash{2}, Flow: wire.Flow(kiosk.FlowP), Factor: wire.Factor(kiosk.FactorCode), CodesLeft: 5}
			case wire.PathProve:
				return &wire.ProveReply{Envelope: e}
			case wire.PathSettle:
				return &wire.SettleReply{Envelope: e}
			case wire.PathRecords:
				return &wire.RecordsReply{Envelope: e}
			}
			return &wire.HeartbeatReply{Envelope: e, Now: 1790000000}
		})
	}
}

func spkiOf(c *x509.Certificate) [32]byte { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// A proof names the key of the connection that it will come over. A card has
// signed, and a try may have been spent, before it could be found out that it
// names another.
func TestACertificateRenewedInTheMiddleOfAVisit(t *testing.T) {
	k := &keyed{over: map[string][32]byte{}}
	s, c := script(t, k.answer(t))
	old := spkiOf(s.own.cert)
	renewed := certify(t, &s.ca, clientCert)

	facts := port.Facts{AuthCert: []byte{0x30, 3, 2, 1, 7}, AuthTries: 3}
	visit, err := c.Open(t.Context(), facts)
	must.OK(t, err)
	must.OK(t, c.Adopt(renewed.tls()))
	proves := func(v port.Session, key [32]byte) {
		t.Helper()
		want := wire.Proof(wire.ProofContext{Session: v.ID, Challenge: v.Challenge, KioskKey: key, UserCert: facts.AuthCert, Flow: v.Flow, Act: kiosk.Reset, Factor: v.Factor})
		if c.Digest(v, facts.AuthCert, kiosk.Reset) != want {
			t.Error("the proof names another key")
		}
		must.Note(t, c.Prove(t.Context(), v, kiosk.Reset, make([]byte, 256)))
		must.Note(t, must.Err(c.Settle(t.Context(), v.ID, kiosk.GrantID{}, kiosk.Done)))
		for _, path := range []string{wire.PathOpen, wire.PathProve, wire.PathSettle} {
			if k.over[path] != key {
				t.Errorf("%s came over another key than the proof names", path)
			}
		}
	}
	if _, err := c.Heartbeat(t.Context(), wire.Beat{}); err != nil || k.over[wire.PathHeartbeat] != spkiOf(renewed.cert) {
		t.Errorf("a sign of life does not come over the new key (%v)", err)
	}
	proves(visit, old)

	visit, err = c.Open(t.Context(), facts)
	must.OK(t, err)
	proves(visit, spkiOf(renewed.cert))
	if c.Certificate().Equal(s.own.cert) {
		t.Error("the old certificate is still ours")
	}
	// A word about a visit of an earlier start goes by what is ours now.
	if _, err := c.Settle(t.Context(), kiosk.SessionID{77}, kiosk.GrantID{1}, kiosk.Done); err != nil || k.over[wire.PathSettle] != spkiOf(renewed.cert) {
		t.Errorf("a late settlement: %v", err)
	}
}

func TestABatchIsSignedWithTheKeyOfItsConnection(t *testing.T) {
	k := &keyed{over: map[string][32]byte{}}
	s, c := script(t, k.answer(t))
	pairs := []pair{certify(t, &s.ca, clientCert), certify(t, &s.ca, clientCert)}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 20 {
				// Nothing is acknowledged; the far end looks at the signature.
				if _, err := c.Batch(t.Context(), []port.Record{{Epoch: [16]byte{1}, Seq: 1, Bytes: []byte("one")}}); errors.As(err, new(peerError)) {
					t.Error(err)
				}
			}
		})
	}
	for i := range 20 {
		must.Note(t, c.Adopt(pairs[i%2].tls()))
	}
	wg.Wait()
}

func TestOnlyACertificateOfOursIsAdopted(t *testing.T) {
	s, c := script(t, (&keyed{over: map[string][32]byte{}}).answer(t))
	stranger := certify(t, &s.ca, func(x *x509.Certificate) { clientCert(x); x.Subject.CommonName = "kiosk-2" })
	mixed := certify(t, &s.ca, clientCert).tls()
	mixed.PrivateKey = stranger.key
	for name, own := range map[string]pair{"another kiosk's": stranger} {
		if err := c.Adopt(own.tls()); err == nil {
			t.Errorf("%s was adopted", name)
		}
	}
	if err := c.Adopt(mixed); err == nil {
		t.Error("a certificate without its key was adopted")
	}
	if !c.Certificate().Equal(s.own.cert) {
		t.Error("a refused certificate took the old one's place")
	}
}

// An authority with too much to do closes connections before their handshake.
// A second knock at once would double its trouble.
func TestWhoIsTurnedAwayDoesNotKnockTwice(t *testing.T) {
	door, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	defer door.Close()
	var knocks atomic.Int32
	go func() {
		for {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			knocks.Add(1)
			conn.Close()
		}
	}()
	ca := authorityCA(t)
	c := newClient(t, config(t, "https://"+door.Addr().String(), ca, certify(t, &ca, clientCert)))
	_, err = c.Heartbeat(t.Context(), wire.Beat{})
	wantFault(t, err, kiosk.MsgNetwork)
	if !errors.Is(err, port.ErrHandshake) || knocks.Load() != 1 {
		t.Errorf("%d knocks, %v", knocks.Load(), err)
	}
	_, err = c.Batch(t.Context(), []port.Record{{Epoch: [16]byte{1}, Seq: 1, Bytes: []byte("one")}})
	if !errors.As(err, new(port.ErrRetryLater)) || !errors.Is(err, port.ErrHandshake) || knocks.Load() != 2 {
		t.Errorf("%d knocks, %v", knocks.Load(), err)
	}
	_, err = c.Open(t.Context(), port.Facts{AuthCert: []byte{0x30, 3, 2, 1, 7}})
	wantFault(t, err, kiosk.MsgNetwork)
	if knocks.Load() != 4 {
		t.Errorf("a resident knocked %d times", knocks.Load()-2)
	}
}
