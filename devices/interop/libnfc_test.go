package interop

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// A station is a virtual PN532 that libnfc's programs find.
type station struct {
	*sim.Reader
	t   testing.TB
	env []string

	mu   sync.Mutex
	seen []string          // one line for every frame
	look func(line string) // called with each, in the reader's goroutine
}

func newStation(t testing.TB) *station {
	t.Helper()
	r, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(r.Close)
	s := &station{Reader: r, t: t, env: []string{"LIBNFC_DEFAULT_DEVICE=pn532_uart:" + r.Path()}}
	r.Watch(func(line string) {
		s.mu.Lock()
		s.seen = append(s.seen, line)
		look := s.look
		s.mu.Unlock()
		if look != nil {
			look(line)
		}
	})
	return s
}

// at steps in at every frame from now on; not to call the reader itself.
func (s *station) at(look func(line string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look = look
}

func (s *station) run(name string, args ...string) verdict {
	s.t.Helper()
	return run(s.t, s.env, name, args...).passes(s.t)
}

// heard wants a command that the program is known to send: a judge that no
// longer asks does not judge.
func (s *station) heard(wants ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := strings.Join(s.seen, "\n")
	for _, w := range wants {
		if !strings.Contains(all, "> "+w) {
			s.t.Errorf("%s was never sent; there were\n%s", w, all)
		}
	}
}

// What a card's ATQB means, in libnfc's words. It takes the CID bit for the
// NAD's: its two masks are the wrong way round (ISO 14443-3 §7.9.4.8).
var typeB = []string{
	"Application Data: 00 00 41 e0", "Protocol Info: b3 81 a1",
}

func TestLibnfcFindsTheReader(t *testing.T) {
	s := newStation(t)
	s.run("nfc-scan-device").says(t, "1 NFC device(s) found", "pn532_uart:"+s.Path())
	s.heard("SAMConfiguration 01", "Diagnose 00 6C 69 62 6E 66 63", "GetFirmwareVersion")
}

func TestReaderPassesItsDiagnosis(t *testing.T) {
	s := newStation(t)
	s.run("pn53x-diagnose").says(t, "Communication line test: OK", "ROM test: OK", "RAM test: OK")
	s.heard("Diagnose 01", "Diagnose 02")
}

func TestCardIsListed(t *testing.T) {
	s := newStation(t)
	if v := s.run("nfc-list", "-t", "8"); strings.Contains(v.out, "target(s) found") {
		t.Errorf("nfc-list finds what is not there:\n%s", v.out)
	}
	s.Lay(sim.NewCard(resident(t)))
	v := s.run("nfc-list", "-v", "-t", "8")
	v.says(t, "1 ISO14443B passive target(s) found", "Maximum frame sizes: 256 bytes",
		"Protocol types supported: ISO/IEC 14443-4", "Frame Waiting Time: 309.3 ms", "Same bitrate in both directions mandatory",
		"PICC to PCD, 1etu=64/fc, bitrate 212 kbits/s supported", "PICC to PCD, 1etu=32/fc, bitrate 424 kbits/s supported")
	v.says(t, typeB...)
	s.heard("InListPassiveTarget 01 03 00", "InDeselect 00", "PowerDown F0")
}

func TestCardIsTakenForNoOtherKind(t *testing.T) {
	s := newStation(t)
	s.Lay(sim.NewCard(resident(t)))
	s.run("nfc-list", "-v").says(t,
		"1 ISO14443B passive target(s) found",
		"0 ISO14443A passive target(s) found", "0 Felica (212 kbps) passive target(s) found",
		"0 Felica (424 kbps) passive target(s) found", "0 ISO14443B' passive target(s) found",
		"0 ISO14443B-2 ST SRx passive target(s) found", "0 ISO14443B-2 ASK CTx passive target(s) found",
		"0 ISO14443B iClass passive target(s) found", "0 ISO14443A-3 Jewel passive target(s) found",
		"0 ISO14443A-2 NFC Barcode passive target(s) found")
	s.heard("InListPassiveTarget 01 00", "InListPassiveTarget 01 01", "InListPassiveTarget 01 04", "InCommunicateThru")
}

// nfc-poll finds a card and then asks whether it is still there until it is
// not.
func TestCardIsPolledAndLifted(t *testing.T) {
	s := newStation(t)
	s.Lay(sim.NewCard(resident(t)))
	var asked atomic.Int32
	s.at(func(line string) {
		if strings.HasPrefix(line, "< InCommunicateThru") && asked.Add(1) == 2 {
			go s.Lift()
		}
	})
	v := s.run("nfc-poll", "-v")
	v.says(t, typeB...)
	v.says(t, "Waiting for card removing", "done")
	s.heard("InAutoPoll 14 02 20 10 03 11 12", "InCommunicateThru")
	if n := asked.Load(); n < 2 {
		t.Errorf("its presence was asked for %d times", n)
	}
}

// The card comes while it is polled for.
func TestCardThatComesLaterIsPolled(t *testing.T) {
	s, card := newStation(t), sim.NewCard(resident(t))
	s.at(func(line string) {
		switch {
		case strings.HasPrefix(line, "> InAutoPoll"):
			time.AfterFunc(100*time.Millisecond, func() { s.Lay(card) }) // while it polls
		case strings.HasPrefix(line, "> InCommunicateThru"):
			go s.Lift()
		}
	})
	s.run("nfc-poll").says(t, typeB...)
}

// refused is the answer to a command that the chip or libnfc had no answer to.
const refused = "-"

// shell runs lines of pn53x-tamashell, each a command in hexadecimal, and
// returns what each was answered. It prints "Tx: …" and, where there is an
// answer, "Rx: …"; its complaints go elsewhere.
func (s *station) shell(lines ...string) []string {
	s.t.Helper()
	v := s.run("pn53x-tamashell", s.script(lines...))
	var answers []string
	for line := range strings.Lines(v.out) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "Tx: ") {
			answers = append(answers, refused)
		}
		if rx, ok := strings.CutPrefix(line, "Rx:"); ok && len(answers) > 0 {
			answers[len(answers)-1] = strings.ToUpper(strings.Join(strings.Fields(rx), ""))
		}
	}
	if len(answers) != len(lines) {
		s.t.Fatalf("%d of %d commands were sent:\n%s%s", len(answers), len(lines), v.out, v.errors)
	}
	return answers
}

// Raw commands: what the chip says, without the programs' own ideas.
func TestRawCommands(t *testing.T) {
	s := newStation(t)
	r := resident(t)
	s.Lay(sim.NewCard(r))
	const selectJPKI = "4001 00A4040C0AD392F000260100000001"
	script := []struct{ command, want string }{
		{"02", "32010607"},
		{"3201 01", ""},
		{"4A 01 03 00", "01 01 50 ........ 000041E0 B381A1 01 01"},
		{selectJPKI, "00 9000"},
		{"4001 00A4040C0AA00000000000000000FF", "00 6A82"},                            // an application that the card does not have
		{"4001 00B08A0000", "00" + hex.EncodeToString(r.AuthCert.Raw[:256]) + "9000"}, // an extended frame of 260 bytes
		{"4001 00B0010000", "00" + hex.EncodeToString(r.AuthCert.Raw[256:512]) + "9000"},
		{"4001 00B08A00FA", "00" + hex.EncodeToString(r.AuthCert.Raw[:250]) + "9000"}, // the longest normal frame but one
		{"4001 00B08A00FC", "00" + hex.EncodeToString(r.AuthCert.Raw[:252]) + "9000"}, // an extended frame
		{"4001 00B0810000", "00 6982"},                                                // the signing certificate without its password
		{"4001 00200098", "00 63C3"},
		{"4001 00200098 04 30303030", "00 63C2"},
		{"4001 00200098", "00 63C2"},
		{"4001 00200098 04 31323334", "00 9000"},
		{"4001 00200098", "00 63C3"},
		{"4001 0020009B", "00 63C5"},
		{"42 BA01", "00 AB01"}, // R(NAK) with CID, answered by R(ACK)
		{"04", "00 01 01 01 00 00 00 00"},
		{"4002 00200098", refused}, // no target has this number
		{"4401", "00"},
		{"5201", "00"},
		{"4001 00200098", refused},
		{"3201 00", ""},
	}
	var lines []string
	for _, l := range script {
		lines = append(lines, strings.ReplaceAll(l.command, " ", ""))
	}
	for i, got := range s.shell(lines...) {
		want := strings.ToUpper(strings.ReplaceAll(script[i].want, " ", ""))
		if !matches(got, want) {
			t.Errorf("%s: answered\n%s, want\n%s", script[i].command, got, want)
		}
	}
}

// matches compares hexadecimal digits, a dot for any.
func matches(got, want string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if want[i] != '.' && want[i] != got[i] {
			return false
		}
	}
	return true
}

// A command that the manual has no form for gets the chip's error frame, which
// libnfc knows by name.
func TestCommandsWithoutForm(t *testing.T) {
	s := newStation(t)
	bad := []string{"4A0103", "4A", "10", "32", "3205FFFF", "60", "600001"}
	for i, got := range s.shell(bad...) {
		if got != refused {
			t.Errorf("%s: answered %s", bad[i], got)
		}
	}
	if s.shell("02")[0] != "32010607" {
		t.Error("no answer to a good one afterwards")
	}
	v := s.run("pn53x-tamashell", s.script("4A0103"))
	v.says(t, "Application level error detected")
}

func (s *station) script(lines ...string) string {
	s.t.Helper()
	f := filepath.Join(s.t.TempDir(), "script")
	must.OK(s.t, os.WriteFile(f, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return f
}

// A judge that accepts everything is none: what the line damages must be
// refused by name.
func TestDamagedFramesAreRefused(t *testing.T) {
	for words, f := range map[string]sim.Faults{
		"Data checksum mismatch":   {BadDCS: true},
		"Length checksum mismatch": {BadLCS: true},
		"TFI Mismatch":             {BadTFI: true},
		"Unexpected PN53x reply!":  {Nack: true},
	} {
		t.Run(words, func(t *testing.T) {
			s := newStation(t)
			s.Fault(f)
			v := run(t, s.env, "nfc-list", "-t", "8")
			if strings.Contains(v.out, "passive target(s) found") {
				t.Errorf("nfc-list believes it:\n%s%s", v.out, v.errors)
			}
			v.says(t, words)
		})
	}
}
