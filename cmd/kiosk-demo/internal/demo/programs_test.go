package demo

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// reached says whether the authority's TLS answers at the address.
func reached(address string) bool {
	any := &tls.Config{InsecureSkipVerify: true} // only who answers is asked, and nothing is said
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: time.Minute}, "tcp", address, any)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

func TestTheFirmwareReachesTheAuthorityByTheNetworkAlone(t *testing.T) {
	c := open(t)
	must.OK(t, c.Serve(nil))
	idle(t, c)
	cfg, err := config.Load(c.Kiosk.ConfigFile())
	must.OK(t, err)
	address := strings.TrimPrefix(cfg.Authority.URL, "https://")
	if address == c.Authority.Listen() || !reached(address) {
		t.Fatalf("%s is the authority's own address, or leads nowhere", address)
	}
	turn(t, c, Network, Cut)
	if reached(address) {
		t.Error("a cut network leads somewhere")
	}
	turn(t, c, Network, Whole)
	if !reached(address) {
		t.Error("a restored network leads nowhere")
	}
	turn(t, c, Authority, Killed)
	if reached(address) {
		t.Error("a dead authority is reached")
	}
	turn(t, c, Authority, Runs)
	if !reached(address) {
		t.Error("the restarted authority has another address")
	}
	must.Note(t, must.Err(c.Authority.App().Records(t.Context(), c.Kiosk.Name)))
	must.Note(t, must.Err(os.Stat(filepath.Join(c.Dir, "logs", "authority-2.log"))))
	if err := c.Why(); err != nil {
		t.Errorf("an end that was wanted is reported: %v", err)
	}
}

// idle waits until the firmware says that it is.
func idle(t *testing.T, c *Demo) {
	t.Helper()
	for {
		places, told := c.Kiosk.Seen.Places()
		if n := len(places); n > 0 && places[n-1].Name == "idle" {
			return
		}
		select {
		case <-told:
		case <-t.Context().Done():
			t.Fatal("the firmware says nothing")
		}
	}
}

func TestAFirmwareThatWasKilledIsAtNoPlaceUntilItSaysOne(t *testing.T) {
	c := open(t)
	if standing(t, c, Firmware).Disabled != true {
		t.Error("a firmware that was never started can be switched")
	}
	must.OK(t, c.Serve(nil))
	idle(t, c)
	turn(t, c, Firmware, Killed)
	if k := c.Programs()[0]; k.Alive || k.State != "ended" {
		t.Errorf("the killed firmware is shown as %+v", k)
	}
	if err := c.Kiosk.Stop(); err != nil {
		t.Errorf("a killed firmware cannot be stopped: %v", err)
	}
	turn(t, c, Firmware, Runs)
	idle(t, c)
	if places, _ := c.Kiosk.Seen.Places(); len(places) != 3 || places[1].Name != "" {
		t.Errorf("the log says %v", places)
	}
	select {
	case <-c.Ended():
		t.Errorf("the run was ended: %v", c.Why())
	default:
	}
}
