package interop

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// A bridge is a card behind libnfc: commands go in at the top of
// pn53x-tamashell and come out, through libnfc's frames on the pty, at the
// virtual PN532. With pcscd above it a whole foreign stack (OpenSC, PC/SC,
// libnfc) stands between the test and our two doubles; of ours there is only
// this file.
type bridge struct {
	t   testing.TB
	atr []byte

	mu  sync.Mutex
	in  io.Writer
	out *bufio.Scanner
}

func newBridge(t testing.TB, s *station) *bridge {
	t.Helper()
	// Both streams in one and unbuffered, so that an answer and a complaint
	// come in order, and at once.
	c := exec.Command(program(t, "stdbuf"), "-o0", program(t, "pn53x-tamashell"), "/dev/stdin")
	c.Env = append([]string{"PATH=" + path, "LC_ALL=C"}, s.env...)
	in, err := c.StdinPipe()
	must.OK(t, err)
	out, err := c.StdoutPipe()
	must.OK(t, err)
	c.Stderr = c.Stdout
	must.OK(t, c.Start())
	t.Cleanup(func() {
		_ = in.Close() // tamashell says bye
		_ = c.Wait()
	})
	b := &bridge{t: t, in: in, out: bufio.NewScanner(out)}
	found, ok := b.find()
	if !ok {
		t.Fatal("libnfc finds no card")
	}
	b.atr = atrOf(found)
	return b
}

// tell sends one command and returns what the chip answered, ok false where
// libnfc had no answer.
func (b *bridge) tell(command string) (answer []byte, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := fmt.Fprintln(b.in, command); err != nil {
		return nil, false
	}
	for b.out.Scan() {
		// A prompt may stand before it, and an error's text in its place.
		if _, rx, here := strings.Cut(b.out.Text(), "Rx:"); here {
			answer, err := hex.DecodeString(strings.Join(strings.Fields(rx), ""))
			return answer, err == nil
		}
	}
	return nil, false
}

// find lists one card, as PN532's reply has it: Tg, ATQB, length, ATTRIB_RES.
func (b *bridge) find() (record []byte, ok bool) {
	found, ok := b.tell("4A010300")
	if !ok || len(found) < 2 || found[0] != 1 {
		return nil, false
	}
	return found[1:], true
}

// atrOf is the ATR that PC/SC part 3 (§3.1.3.2.3.2) makes of a Type B card.
func atrOf(record []byte) []byte {
	mbli := byte(0)
	if record[13] > 0 {
		mbli = record[14] & 0xF0
	}
	atr := append([]byte{0x3B, 0x88, 0x80, 0x01}, record[6:13]...)
	atr = append(atr, mbli)
	tck := byte(0)
	for _, x := range atr[1:] {
		tck ^= x
	}
	return append(atr, tck)
}

func (b *bridge) PowerOn() {
	b.tell("320101")
	if _, ok := b.find(); !ok {
		b.t.Error("the card is not found again")
	}
}

func (b *bridge) PowerOff() { b.tell("320100") }

func (b *bridge) Exchange(command []byte) (response []byte, ok bool) {
	answer, ok := b.tell("4001" + hex.EncodeToString(command))
	if !ok || len(answer) < 3 || answer[0] != 0 {
		return nil, false
	}
	return answer[1:], true
}

// The whole way down: OpenSC, pcscd, vpcd, libnfc, pty, virtual PN532, card.
func TestForeignStackDownToTheCard(t *testing.T) {
	reader := newStation(t)
	card := sim.NewCard(resident(t))
	reader.Lay(card)
	b := newBridge(t, reader)
	if got, want := hex.EncodeToString(b.atr), hex.EncodeToString(contactless); got != want {
		t.Errorf("ATR %s, want that of real cards, %s", got, want)
	}
	s := insert(t, b)
	s.run("opensc-tool", "-n").passes(t).says(t, "jpki")
	s.run("opensc-tool", "--atr").passes(t).says(t, "3b:88:80:01:00:00:41:e0:b3:81:a1:00:3b")
	v := s.run("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "0000")
	if v.ok || card.Snapshot().AuthTries != 2 {
		t.Errorf("after a wrong PIN: content %v, %d tries left", v.ok, card.Snapshot().AuthTries)
	}
	s.run("pkcs15-tool", "--list-pins").passes(t).says(t, "Tries left : 2", "Tries left : 5")
	f := newPaper(t, resident(t).AuthCert)
	s.run("pkcs11-tool", "--module", library(t, pkcs11Module, "opensc-pkcs11"), "--slot-index", "0", "--login", "--pin", "1234",
		"--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01", "--input-file", f.text, "--output-file", f.signature).passes(t)
	f.judged(t, true)
	if left := card.Snapshot().AuthTries; left != 3 {
		t.Errorf("after the right PIN: %d tries left", left)
	}
	reader.heard("InDataExchange 00 A4 04 0C", "InListPassiveTarget 01 03 00")
}
