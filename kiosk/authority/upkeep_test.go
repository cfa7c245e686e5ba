package authority

import (
	"crypto/ecdsa"
	"net/http"
	"sync/atomic"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// TestARenewalIsSignedByTheOldKeyOverAWholeHandshake, also when a connection
// stands that could be used or resumed.
func TestARenewalIsSignedByTheOldKeyOverAWholeHandshake(t *testing.T) {
	csr := []byte("a request for a certificate")
	var renewals, resumed atomic.Int32
	s, c := script(t, func(_ int, w http.ResponseWriter, r *http.Request, body []byte) {
		peer := r.TLS.PeerCertificates[0]
		if r.URL.Path != wire.PathRenew {
			if r.TLS.DidResume {
				resumed.Add(1)
			}
			w.Header().Set("Connection", "close")
			say(t, w, body, func(e wire.Envelope) any { return &wire.HeartbeatReply{Envelope: e, Now: 1790000000} })
			return
		}
		renewals.Add(1)
		var m wire.RenewRequest
		if err := wire.Decode(body, &m); err != nil {
			t.Error(err)
			return
		}
		if digest := wire.Renewal(peer.Subject.CommonName, csr); !ecdsa.VerifyASN1(peer.PublicKey.(*ecdsa.PublicKey), digest[:], m.Signature) {
			t.Error("the old key did not sign the request")
		}
		if r.TLS.DidResume {
			t.Error("the renewal came over a resumed connection")
		}
		say(t, w, body, func(e wire.Envelope) any { return &wire.RenewReply{Envelope: e, Certificate: peer.Raw} })
	})
	for range 3 {
		must.OK(t, must.Err(c.Heartbeat(t.Context(), wire.Beat{})))
		if der, err := c.Renew(t.Context(), csr); err != nil || string(der) != string(s.own.cert.Raw) {
			t.Fatal(err)
		}
	}
	if resumed.Load() == 0 || renewals.Load() != 3 {
		t.Errorf("%d connections were resumed and %d renewals came: it proves nothing", resumed.Load(), renewals.Load())
	}
}

// TestAHeartbeatIsAnsweredWithHealth of every state.
func TestAHeartbeatIsAnsweredWithHealth(t *testing.T) {
	for state, open := range map[wire.Service]bool{wire.ServiceOpen: true, wire.ServiceBusy: true, wire.ServiceClosed: false} {
		_, c := script(t, func(_ int, w http.ResponseWriter, _ *http.Request, body []byte) {
			say(t, w, body, func(e wire.Envelope) any {
				return &wire.HeartbeatReply{Envelope: e, State: state, Now: 1790000000, RetryAfter: 7}
			})
		})
		want := port.Health{Open: open, Now: 1790000000, RetryAfter: 7}
		if h, err := c.Heartbeat(t.Context(), wire.Beat{Out: kiosk.MsgReader}); err != nil || h != want {
			t.Errorf("%+v, %v, want %+v", h, err, want)
		}
	}
}
