package authority

import (
	"errors"
	"net/http"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// TestLookBelievesOnlyWhatCanBe: a session stands for a certificate that is good, and only
// a refusal in the contract's words says that nothing was held.
func TestLookBelievesOnlyWhatCanBe(t *testing.T) {
	id, challenge, none := &wire.ID{1}, &wire.Hash{2}, &wire.ID{}
	replies := []struct {
		wire.LookReply
		good bool
	}{
		{wire.LookReply{UserCertificate: wire.Good, SignCertificate: wire.Changed, Session: id, Challenge: challenge}, true},
		{wire.LookReply{UserCertificate: wire.Held, SignCertificate: wire.Held}, true},
		{wire.LookReply{UserCertificate: wire.Held, Session: id, Challenge: challenge}, false},
		{wire.LookReply{UserCertificate: wire.Good}, false},
		{wire.LookReply{UserCertificate: wire.Good, Session: id}, false},
		{wire.LookReply{UserCertificate: wire.Good, Session: none, Challenge: challenge}, false},
	}
	_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
		if r.URL.Path == wire.PathHold {
			w.Header().Set("Content-Type", "application/json")
			if n%2 == 1 {
				oddly(w)
				w.WriteHeader(502)
				return
			}
			w.WriteHeader(409)
			data, _ := wire.Encode(&wire.Refusal{Contract: wire.Contract, Code: wire.CodeOver})
			w.Write(data)
			return
		}
		say(t, w, body, func(e wire.Envelope) any {
			r := replies[n].LookReply
			r.Envelope = e
			return &r
		})
	})
	facts := port.Facts{AuthCert: []byte{0x30, 0}}
	for i, r := range replies {
		got, err := c.Look(t.Context(), facts)
		if r.good != (err == nil) || r.good && (got.User != kiosk.CertState(r.UserCertificate) || (got.Session.ID != kiosk.SessionID{}) != (r.Session != nil)) {
			t.Errorf("%d: %+v, %v", i, got, err)
		}
	}
	if err := c.Hold(t.Context(), session, [16]byte{}); !errors.Is(err, port.ErrRefused) {
		t.Errorf("a refusal is %v", err)
	}
	if err := c.Hold(t.Context(), session, [16]byte{}); err == nil || errors.Is(err, port.ErrRefused) {
		t.Errorf("trouble on the way is %v", err)
	}
	if _, err := c.Look(t.Context(), port.Facts{}); err == nil {
		t.Error("a card without a certificate was asked about")
	}
	if _, err := c.See(t.Context(), session, nil); err == nil {
		t.Error("a signature of no bytes was handed over")
	}
}
