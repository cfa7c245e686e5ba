package authority

import (
	"bytes"
	"net/http"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// A claim is kept by the request that made it, byte for byte, and by no other.
func TestClaimIsKeptByTheSameBytes(t *testing.T) {
	ticket, closed := &wire.Hash{5}, true
	s, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
		closed = closed && r.Close
		say(t, w, body, func(e wire.Envelope) any { return &wire.CodeReply{Envelope: e, Ticket: ticket, CodesLeft: 5} })
	})
	if err := c.Keep(t.Context(), session); err != nil || len(s.bodies) != 0 {
		t.Fatalf("%v; %d requests before there was a ticket", err, len(s.bodies))
	}
	must.OK(t, must.Err(c.Code(t.Context(), session, typed(t, "73519462"))))
	for range 2 {
		must.OK(t, c.Keep(t.Context(), session))
	}
	if len(s.bodies) != 3 || !bytes.Equal(s.bodies[0], s.bodies[1]) || !bytes.Equal(s.bodies[0], s.bodies[2]) || !closed {
		t.Errorf("%d requests: %s", len(s.bodies), s.bodies)
	}
	another := session
	another.ID[0]++
	if err := c.Keep(t.Context(), another); err != nil || len(s.bodies) != 3 {
		t.Errorf("%v; the session of another ticket is kept", err)
	}
	ticket = &wire.Hash{6}
	wantFault(t, c.Keep(t.Context(), session), kiosk.MsgContract)
	ticket = nil
	wantFault(t, c.Keep(t.Context(), session), kiosk.MsgContract)
}
