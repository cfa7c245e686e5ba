package sim_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

var _ sim.Target = (*sim.Card)(nil)

// Programs that look for their own card first bind the wrong driver to a card
// that agrees with them.
func TestForeignCommandsAreRefused(t *testing.T) {
	c := powered(t)
	for _, when := range []string{"at power-up", "with the application selected"} {
		for command, sw := range map[string]string{
			"00 A4 04 00 06 A0 00 00 00 01 01":          "6A82", // muscle
			"00 A4 04 00 09 A0 00 00 03 08 00 00 10 00": "6A82", // PIV
			"00 A4 04 00 06 D2 76 00 01 24 01":          "6A82", // OpenPGP
			"00 A4 04 00 07 62 76 01 FF 00 00 00":       "6A82", // coolkey
			"00 A4 04 0C 0B D392F00026010000000100":     "6A82", // longer than ours
			"00 A4 04 0C 0A D392F000260100000002":       "6A82",
			"00 A4 04 0C":                               "6A82",
			"00 A4 04 0C 01 D3":                         "6A82",
			"00 CA DF 30 05":                            "6D00",
			"00 CB 3F FF 03 5C 01 7E 08":                "6D00",
			"80 32 00 80":                               "6E00",
			"90 20 00 98":                               "6E00",
			"0C 20 00 98":                               "6882",
			"00 A4 00 00 02 3F 00":                      "6A82",
			"00 A4 08 00 02 3F 00":                      "6A86",
			"00":                                        "6700",
			"00 A4 04":                                  "6700",
			"00 A4 04 0C 0A D3":                         "6700",
		} {
			if t.Failed() {
				t.Log(when)
			}
			hear(t, c, command, sw)
		}
		hear(t, c, selectAP, "9000")
	}
}

func TestApplications(t *testing.T) {
	c := powered(t)
	hear(t, c, "00 A4 00 00", "6A86") // after a cold reset
	hear(t, c, "00 A4 02 0C 02 00 06", "6A82")
	hear(t, c, "00 B0 86 00 20", "6986")
	hear(t, c, askPIN, "6986")
	hear(t, c, "00 A4 04 0C 05 D3 92 F0 00 26", "9000") // a part of the AID
	hear(t, c, askPIN, "63C3")
	hear(t, c, "00 A4 00 00", "9000") // and the application stays selected
	hear(t, c, askPIN, "63C3")
	hear(t, c, "00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 09", "6A82")
	hear(t, c, askPIN, "63C3") // a refused SELECT changes nothing
	for _, aid := range []string{"D3921000310001010408", "D3921000310001010402", "D3921000310001010100"} {
		hear(t, c, "00 A4 04 0C 0A "+aid, "9000")
		hear(t, c, askPIN, "6986")
		hear(t, c, "00 A4 02 0C 02 00 01", "6A82")
	}
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 A4 04 0C 07 A0 00 00 01 51 00 00", "9000")
	hear(t, c, "00 A4 00 00", "6A86") // as at power-up
}

func TestSelectAndPowerForgetEverything(t *testing.T) {
	for name, act := range map[string]func(*sim.Card){
		"the same application": func(c *sim.Card) { hear(t, c, selectAP, "9000") },
		"another application":  func(c *sim.Card) { hear(t, c, "00 A4 04 0C 0A D3921000310001010408", "9000") },
		"power":                func(c *sim.Card) { c.PowerOff(); c.PowerOn() },
	} {
		c := powered(t)
		hear(t, c, selectAP, "9000")
		hear(t, c, verifyPIN, "9000")
		hear(t, c, verifyPass, "9000")
		open(t, c, 0x9B, 0x02)
		if s := c.Snapshot(); !s.AuthVerified || !s.SignVerified || !s.Opened {
			t.Fatalf("before %s: %+v", name, s)
		}
		act(c)
		if s := c.Snapshot(); s.AuthVerified || s.SignVerified || s.Opened {
			t.Errorf("after %s: %+v", name, s)
		}
	}
}

func TestFilesAndWhoMayReadThem(t *testing.T) {
	for fid, sw := range map[int]string{
		0x01: "6982", 0x02: "9000", 0x06: "9000", 0x08: "9000", 0x09: "6982", 0x0A: "9000", 0x0B: "9000",
		0x10: "6981", 0x16: "6981", 0x17: "6981", 0x18: "6981", 0x1A: "6981", 0x1B: "6981",
		0x03: "6A82", 0x1E: "6A82",
	} {
		c := powered(t)
		hear(t, c, selectAP, "9000")
		hear(t, c, verifyPIN, "9000") // the PIN opens none of them
		hear(t, c, fmt.Sprintf("00 B0 %02X 00 03", 0x80|fid), sw)
		selected := sw
		if sw != "6A82" {
			hear(t, c, fmt.Sprintf("00 A4 02 0C 02 00 %02X", fid), "9000")
		} else {
			hear(t, c, fmt.Sprintf("00 A4 02 0C 02 00 %02X", fid), "6A82")
			selected = "6986"
		}
		hear(t, c, "00 B0 00 00 03", selected)
	}
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, verifyPass, "9000")
	if got := hear(t, c, "00 B0 81 00 00", "9000"); !bytes.Equal(got, resident(t).SignCert.Raw[:256]) {
		t.Error("the signing certificate after the password")
	}
}

func TestReadBinaryAtTheEdges(t *testing.T) {
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 B0 00 00 04", "6986") // nothing is current
	if got := hear(t, c, "00 B0 86 00 00", "9000"); len(got) != 160 || string(got[:16]) != "JPKIAPICCTOKEN2 " ||
		!bytes.Equal(got[96:100], []byte{0, 0, 4, 0x0D}) || string(got[144:]) != "9999999999999999" {
		t.Errorf("token information: %d bytes, % X", len(got), got)
	}
	for command, n := range map[string]int{
		"00 B0 00 9F 00": 1, "00 B0 00 00 A0": 160, "00 B0 00 00 A1": 160, "00 B0 86 9F 02": 1,
	} {
		if got := hear(t, c, command, "9000"); len(got) != n {
			t.Errorf("%s: %d bytes, want %d", command, len(got), n)
		}
	}
	hear(t, c, "00 B0 00 A0 01", "6B00")
	hear(t, c, "00 B0 7F FF 01", "6B00")
	hear(t, c, "00 B0 86 A0 01", "6B00")
	hear(t, c, "00 B0 A6 00 01", "6A86")
	hear(t, c, "00 B0 00 00", "6700")
	hear(t, c, "00 B0 00 00 01 00 01", "6700")
	if got := hear(t, c, "00 B0 88 00 00", "9000"); !bytes.Equal(got, []byte{0x8F, 0x8F, 0x00}) {
		t.Errorf("availability % X", got)
	}

	// The certificate, and what a real file has after it.
	cert := resident(t).AuthCert.Raw
	hear(t, c, "00 B0 8A 00 04", "9000")
	var file []byte
	for off := 0; off < 2048; off += 256 {
		file = append(file, hear(t, c, fmt.Sprintf("00 B0 %02X 00 00", off>>8), "9000")...)
	}
	hear(t, c, "00 B0 08 00 00", "6B00")
	if len(file) != 2048 || !bytes.HasPrefix(file, cert) || len(bytes.Trim(file[len(cert):], "\xFF")) > 0 {
		t.Errorf("a file of %d bytes", len(file))
	}
}

func TestATQBOfARealCardWithoutItsName(t *testing.T) {
	c := powered(t)
	first := c.ATQB()
	if !bytes.Equal(first[4:], unhex(t, "00 00 41 E0 B3 81 A1")) {
		t.Errorf("% X", first)
	}
	if c.PowerOn(); c.ATQB() != first {
		t.Error("the PUPI changed without a loss of power")
	}
	c.PowerOff()
	if c.PowerOn(); c.ATQB() == first {
		t.Error("the PUPI names the card")
	}
}

func TestTears(t *testing.T) {
	for how, want := range map[sim.Tear]struct {
		left   int8
		answer string
		ok     bool
	}{
		sim.TearBefore: {3, "", false}, sim.TearAfter: {2, "", false}, sim.TearHalf: {2, "63", true},
	} {
		c := powered(t)
		c.TearAt(3, how)
		hear(t, c, selectAP, "9000")
		hear(t, c, verifyPass, "9000")
		answer, ok := c.Exchange(unhex(t, wrongPIN))
		if ok != want.ok || !bytes.Equal(answer, unhex(t, want.answer)) || c.Tries(kiosk.RefAuth) != want.left {
			t.Errorf("tear %d: % X %v, %d left", how, answer, ok, c.Tries(kiosk.RefAuth))
		}
		if _, ok := c.Exchange(unhex(t, selectAP)); ok {
			t.Errorf("tear %d: it answers without power", how)
		}
		if s := c.Snapshot(); s.Power || s.SignVerified {
			t.Errorf("tear %d: %+v", how, s)
		}
		c.PowerOn()
		hear(t, c, selectAP, "9000") // one tear an order
	}
	c := powered(t)
	c.TearAt(1, sim.TearBefore)
	c.TearAt(0, 0)
	hear(t, c, selectAP, "9000")
}

func TestManyReadersOneCard(t *testing.T) {
	c := powered(t)
	hear(t, c, selectAP, "9000")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				c.Exchange([]byte{0x00, 0x20, 0x00, 0x98})
				c.Snapshot()
				c.ATQB()
				c.Tries(kiosk.RefSign)
			}
		})
	}
	wg.Wait()
	if s := c.Snapshot(); s.Commands != 201 {
		t.Errorf("%d commands, want 201", s.Commands)
	}
}
