package sim_test

import (
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// ready is a card with its counters worn and its PIN verified.
func ready(t *testing.T) *sim.Card {
	t.Helper()
	r := resident(t)
	r.PINTries, r.PasswordTries = 2, 3
	c := sim.NewCard(r)
	c.PowerOn()
	hear(t, c, selectAP, "9000")
	hear(t, c, verifyPIN, "9000")
	return c
}

func TestResetNeedsOpeningAndProof(t *testing.T) {
	c := ready(t)
	hear(t, c, newPass, "6982") // verified, not opened
	hear(t, c, selectAP, "9000")
	open(t, c, 0x9B, 0x02)
	hear(t, c, newPass, "6982") // opened, not verified
	hear(t, c, wrongPIN, "63C2")
	open(t, c, 0x9B, 0x02)
	hear(t, c, newPass, "6982")
	hear(t, c, verifyPass, "9000") // the target's own secret is no proof
	open(t, c, 0x9B, 0x02)
	hear(t, c, newPass, "6982")
	hear(t, c, verifyPIN, "9000")
	open(t, c, 0x9B, 0x02)
	hear(t, c, newPass, "9000")
	if s := c.Snapshot(); !s.AuthVerified || s.SignVerified || s.SignTries != 5 {
		t.Errorf("afterwards: %+v", s)
	}
	hear(t, c, newPass, "6982") // spent
	hear(t, c, verifyNew, "9000")
	hear(t, c, verifyPass, "63C4")
}

func TestUnlockLeavesTheSecret(t *testing.T) {
	c := ready(t)
	for range 3 {
		hear(t, c, wrongPass, "63C"+string('0'+byte(c.Tries(kiosk.RefSign)-1)))
	}
	hear(t, c, verifyPass, "6984")
	open(t, c, 0x9B, 0x03)
	hear(t, c, unlockPass, "9000")
	hear(t, c, askPass, "63C5")
	hear(t, c, verifyPass, "9000")
}

func TestPINIsRenewedByThePassword(t *testing.T) {
	c := ready(t)
	hear(t, c, verifyPass, "9000")
	open(t, c, 0x98, 0x02)
	hear(t, c, "00 2C 02 98 04 38 36 34 32", "9000")
	if s := c.Snapshot(); s.AuthVerified || !s.SignVerified || s.AuthTries != 3 {
		t.Errorf("afterwards: %+v", s)
	}
	hear(t, c, verifyPIN, "63C2")
	hear(t, c, "00 20 00 98 04 38 36 34 32", "9000")
}

// The opening names one command and is spent by the next, whatever it is.
func TestOpeningIsForOneCommand(t *testing.T) {
	for name, between := range map[string]struct{ command, sw string }{
		"a counter asked":      {askPIN, "63C3"},
		"a file selected":      {"00 A4 02 0C 02 00 06", "9000"},
		"a challenge":          {challenge16, "9000"},
		"an unknown command":   {"00 CA 00 00 00", "6D00"},
		"a broken command":     {"00", "6700"},
		"the other act":        {unlockPass, "6982"},
		"the other secret":     {"00 2C 02 98 04 38363432", "6982"},
		"a secret of bad form": {"00 2C 02 9B 06 414243444546", "6A80"},
		"a lower-case secret":  {"00 2C 02 9B 06 616263313233", "6A80"},
		"no secret at all":     {"00 2C 02 9B", "6A80"},
		"a wrong P1":           {"00 2C 00 9B", "6A86"},
		"P2 of the current":    {"00 2C 02 80 06 414243313233", "6A86"},
	} {
		c := ready(t)
		open(t, c, 0x9B, 0x02)
		hear(t, c, between.command, between.sw)
		if c.Snapshot().Opened {
			t.Errorf("%s: the opening stands", name)
		}
		hear(t, c, newPass, "6982")
		if c.Tries(kiosk.RefSign) != 3 || c.Tries(kiosk.RefAuth) != 3 {
			t.Errorf("%s: a counter has changed", name)
		}
		hear(t, c, verifyPass, "9000")
	}
	c := ready(t)
	open(t, c, 0x9B, 0x03)
	hear(t, c, "00 2C 03 9B 06 414243313233", "6700") // unlock sets no secret
	hear(t, c, verifyPass, "9000")
}

func TestOpeningRefused(t *testing.T) {
	r := resident(t)
	other := r
	other.AuthCert = r.SignCert // another key, so another card id
	for name, c := range map[string]struct {
		make func(challenge []byte) string
		sw   string
	}{
		"another card":      {func(c []byte) string { return openingFor(t, other, c, 0x9B, 2) }, "6300"},
		"another challenge": {func(c []byte) string { return openingFor(t, r, append(c[1:16:16], 0), 0x9B, 2) }, "6300"},
		"no such target":    {func(c []byte) string { return openingFor(t, r, c, 0x97, 2) }, "6A80"},
		"no such act":       {func(c []byte) string { return openingFor(t, r, c, 0x9B, 4) }, "6A80"},
		"another key's P2":  {func(c []byte) string { return "00 82 00 97" + openingFor(t, r, c, 0x9B, 2)[11:] }, "6A86"},
		"with Le":           {func(c []byte) string { return openingFor(t, r, c, 0x9B, 2) + "00" }, "6700"},
		"empty":             {func(c []byte) string { return "00 82 00 96" }, "6700"},
	} {
		card := ready(t)
		hear(t, card, c.make(hear(t, card, challenge16, "9000")), c.sw)
		if card.Snapshot().Opened {
			t.Errorf("%s: opened", name)
		}
		hear(t, card, newPass, "6982")
	}
}

func TestChallengeIsForOneCommand(t *testing.T) {
	r := resident(t)
	c := ready(t)
	first := hear(t, c, challenge16, "9000")
	hear(t, c, askPIN, "63C3")
	hear(t, c, openingFor(t, r, first, 0x9B, 2), "6985")

	second := hear(t, c, challenge16, "9000")
	hear(t, c, openingFor(t, r, second, 0x9B, 2), "9000")
	hear(t, c, openingFor(t, r, second, 0x9B, 2), "6985") // replayed
	third := hear(t, c, challenge16, "9000")
	hear(t, c, openingFor(t, r, second, 0x9B, 2), "6300")
	if string(first) == string(second) || string(second) == string(third) {
		t.Error("a challenge came twice")
	}

	eight := hear(t, c, "00 84 00 00 08", "9000")
	hear(t, c, openingFor(t, r, eight, 0x9B, 2), "6985")
	if got := hear(t, c, "00 84 00 00 00", "9000"); len(got) != 256 {
		t.Errorf("%d bytes for Le 00", len(got))
	}
	hear(t, c, "00 84 00 00 00 01 00", "6985") // extended Le
	hear(t, c, "00 84 00 00", "6700")
	hear(t, c, "00 84 01 00 10", "6A86")

	fourth := hear(t, c, challenge16, "9000")
	c.PowerOff()
	c.PowerOn()
	hear(t, c, openingFor(t, r, fourth, 0x9B, 2), "6985")
}
