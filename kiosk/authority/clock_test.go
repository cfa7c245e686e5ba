package authority

import (
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// A machine that lost its clock is in 1970, where a certificate that ended
// yesterday is as good as any.
func TestAMachineWithoutItsClockBelievesNoOldCertificate(t *testing.T) {
	lost := func() time.Time { return time.Unix(3600, 0) }
	old := func(f *far) {
		f.server = certify(t, &f.ca, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Unix(0, 0), day(-1) })
		f.TLS.Certificates[0] = f.server.tls()
	}
	for name, built := range map[string]time.Time{"a word before this start": time.Now(), "a build that does not know": {}, "a build of now": time.Now()} {
		f := farEnd(t, old, fine)
		f.ca.cert.NotBefore = time.Unix(0, 0)
		cfg := config(t, f.URL, f.ca, f.own)
		cfg.Now, cfg.Built = lost, built
		if name == "a word before this start" {
			cfg.Built, cfg.Said = time.Time{}, built
		}
		c := newClient(t, cfg)
		_, err := c.Health(t.Context())
		if shown := c.Shown(); shown == nil || !shown.Equal(f.server.cert) {
			t.Errorf("%s: its dates are the trouble, and it is not to be seen: %v", name, shown)
		}
		if built.IsZero() {
			if err != nil {
				t.Errorf("%s: %v: the test proves nothing", name, err)
			}
			continue
		}
		t.Run(name, func(t *testing.T) { wantFault(t, err, kiosk.MsgClock) })
	}
}

// The authority's own word counts too, by each message that carries it, and not
// beyond its certificate, which would shut it out.
func TestTheAuthoritysTimeIsAFloorOfTheClock(t *testing.T) {
	said := time.Now().Add(time.Hour).Truncate(time.Second)
	var says time.Time
	_, c := script(t, func(_ int, w http.ResponseWriter, r *http.Request, body []byte) {
		if r.URL.Path == wire.PathHealth {
			data, _ := wire.Encode(&wire.Health{Contract: wire.Contract, Contracts: []int{1}, Now: says.Unix()})
			w.Header().Set("Content-Type", "application/json")
			w.Write(data)
			return
		}
		say(t, w, body, func(e wire.Envelope) any { return &wire.HeartbeatReply{Envelope: e, Now: says.Unix()} })
	})
	if !c.Said().IsZero() {
		t.Error("something was said before anything was asked")
	}
	health := func() error { _, err := c.Health(t.Context()); return err }
	beat := func() error { _, err := c.Heartbeat(t.Context(), wire.Beat{}); return err }
	for _, s := range []struct {
		name string
		ask  func() error
		says time.Time
		want time.Time
	}{
		{"health", health, said, said},
		{"an older word, which mends a wrong one", beat, said.Add(-time.Minute), said.Add(-time.Minute)},
		{"a heartbeat", beat, said.Add(time.Minute), said.Add(time.Minute)},
		{"a time beyond its certificate", health, said.AddDate(1, 0, 0), said.Add(time.Minute)},
	} {
		says = s.says
		must.OK(t, s.ask())
		if got := c.Said(); !got.Equal(s.want) {
			t.Errorf("%s: %v is to be kept, want %v", s.name, got, s.want)
		}
		if got := c.Now(); !got.Equal(s.want) {
			t.Errorf("%s: certificates are judged by %v, want %v", s.name, got, s.want)
		}
	}
}

// Its dates are told to staff, who would look for the fault at the authority.
func TestACertificateOfAnotherCAIsNotTheOneThatWasShown(t *testing.T) {
	f := farEnd(t, func(*far) {}, fine)
	c := newClient(t, config(t, f.URL, authorityCA(t), f.own))
	if _, err := c.Health(t.Context()); err == nil || c.Shown() != nil {
		t.Errorf("%v, shown %v", err, c.Shown())
	}
}
