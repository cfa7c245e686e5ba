package interop

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// The job by which drivers are compared: select the JPKI application, read the
// user-authentication certificate (876 bytes), ask both counters, verify the
// PIN, sign one 32-byte digest.
//
// A kiosk has to know two things more before it may do that: what kind of card
// lies there (EF 0006) and which certificates it holds (EF 0008). On a card
// that refuses short file identifiers the first of these reads is also what
// finds that out. They are counted apart, as what they are.

// A bill is what a program has asked of a card.
type bill struct {
	apdus, command, response int
	air                      time.Duration // the least these bytes take, see bound_test.go
	chip                     [2]time.Duration
}

var bauds = [2]int{115200, 921600}

func (b *bill) add(command, response int) {
	b.apdus++
	b.command += command
	b.response += response
	b.air += air(command, response)
	for i, baud := range bauds {
		b.chip[i] += uart(command, response, baud)
	}
}

func (b bill) String() string {
	return fmt.Sprintf("%5d %8d %9d %9.1f %9.1f", b.apdus, b.command, b.response, ms(b.air+b.chip[0]), ms(b.air+b.chip[1]))
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }

// split sends a kiosk's own two questions to one bill and the job to another.
func split(all []exchange) (job, own bill) {
	current := byte(0)
	for _, e := range all {
		c, to := e.command, &job
		switch {
		case c[1] == apdu.InsSelect && c[2] == 0x02:
			current = c[6]
		case c[1] == apdu.InsSelect:
			current = 0
		case c[1] == apdu.InsRead && c[2]&0x80 != 0:
			current = c[2] & 0x1F
		}
		if (c[1] == apdu.InsSelect || c[1] == apdu.InsRead) && (current == 0x06 || current == 0x08) {
			to = &own
		}
		to.add(len(c), len(e.response))
	}
	return job, own
}

// A scale is a link that keeps what went through it.
type scale struct {
	jpki.Link
	all []exchange
}

func (s *scale) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	r, err := s.Link.Transmit(ctx, c)
	if err == nil {
		s.all = append(s.all, exchange{raw, r.AppendTo(nil)})
	}
	return r, err
}

// A wire is a link with no reader between.
type wire struct{ card *sim.Card }

func (w wire) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	answer, ok := w.card.Exchange(raw)
	if !ok {
		return apdu.Response{}, errTorn
	}
	return apdu.ParseResponse(answer)
}

func (wire) Present(context.Context) error   { return nil }
func (w wire) Release(context.Context) error { w.card.PowerOff(); return nil }

// A style is a kind of card, and what the job may cost on it at most.
type style struct {
	name           string
	make           func(*sim.Card)
	apdus, command int
}

var styles = []style{
	{"short file identifiers", func(*sim.Card) {}, 9, 109},
	{"files selected", (*sim.Card).RefuseSFI, 13, 137},
}

func (s style) card(t testing.TB) *sim.Card {
	t.Helper()
	c := sim.NewCard(measured(t))
	s.make(c)
	return c
}

var quiet = slog.New(slog.DiscardHandler)

// doJob is the job as the kiosk does it.
func doJob(t testing.TB, d *jpki.Card) port.Facts {
	t.Helper()
	ctx := context.Background()
	facts, err := d.Read(ctx)
	must.OK(t, err)
	if len(facts.AuthCert) != certSize || facts.AuthTries != 3 || facts.SignTries != 5 || !facts.Trusted {
		t.Fatalf("%d bytes of certificate, tries %d and %d, trusted %v", len(facts.AuthCert), facts.AuthTries, facts.SignTries, facts.Trusted)
	}
	must.OK(t, d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234")))
	digest := sha256.Sum256([]byte("32 bytes of digest"))
	signature, err := d.Sign(ctx, kiosk.RefAuth, digest)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(facts.AuthCert)
	must.OK(t, err)
	must.OK(t, cert.CheckSignature(x509.SHA256WithRSA, []byte("32 bytes of digest"), signature))
	return facts
}

func driver(t testing.TB, l jpki.Link) *jpki.Card {
	t.Helper()
	return jpki.New(l, []*x509.Certificate{measured(t).AuthCA}, quiet)
}

// priced is the job's price by our driver, and of what the kiosk asks beside.
func priced(t testing.TB, s style) (job, own bill) {
	t.Helper()
	card := s.card(t)
	card.PowerOn()
	counted := &scale{Link: wire{card}}
	doJob(t, driver(t, counted))
	verifies := 0
	for _, e := range counted.all {
		if e.command[1] == apdu.InsVerify && len(e.command) > 5 {
			verifies++
		}
	}
	if verifies != 1 {
		t.Errorf("%s: %d tries were spent on one job", s.name, verifies)
	}
	return split(counted.all)
}

// pricedOpenSC is the job's price by OpenSC, its JPKI driver alone.
func pricedOpenSC(t testing.TB, s style) (whole bill) {
	t.Helper()
	in := insert(t, s.card(t))
	in.drivers("jpki")
	f := newPaper(t, measured(t).AuthCert)
	in.run("pkcs11-tool", "--module", library(t, pkcs11Module, "opensc-pkcs11"), "--slot-index", "0", "--login", "--pin", "1234",
		"--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01", "--input-file", f.text, "--output-file", f.signature).passes(t)
	f.judged(t, true)
	for _, e := range in.exchanges() {
		whole.add(len(e.command), len(e.response))
	}
	return whole
}

func TestJobCostsNoMoreThanTheCardAsks(t *testing.T) {
	for _, s := range styles {
		job, own := priced(t, s)
		if job.apdus > s.apdus || job.command > s.command {
			t.Errorf("%s: the job took %d APDUs and %d command bytes, at most %d and %d", s.name, job.apdus, job.command, s.apdus, s.command)
		}
		if own.apdus > 5 || own.command > 29 {
			t.Errorf("%s: %d APDUs and %d bytes for the label and the list of certificates", s.name, own.apdus, own.command)
		}
		if peer := pricedOpenSC(t, s); peer.apdus <= job.apdus+own.apdus || peer.command <= job.command+own.command {
			t.Errorf("%s: OpenSC does it in %d APDUs and %d bytes; what is it that we count?", s.name, peer.apdus, peer.command)
		}
	}
}

// haveOpenSC is for the figures alone, where a peer is welcome and no judge.
func haveOpenSC() bool {
	modules, _ := filepath.Glob(pkcs11Module) // errs for a bad pattern alone
	if _, err := os.Stat(vpcdDriver); err != nil || len(modules) == 0 {
		return false
	}
	for _, name := range []string{"pkcs11-tool", "pcscd", "openssl"} {
		if _, ok := find(name); !ok {
			return false
		}
	}
	return true
}

func table(t testing.TB) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-46s %5s %8s %9s %9s %9s\n", "", "APDUs", "command", "response", "ms at", "ms at")
	fmt.Fprintf(&b, "%-46s %5s %8s %9s %9d %9d\n", "bytes, and the least time they take", "", "bytes", "bytes", bauds[0], bauds[1])
	for _, s := range styles {
		job, own := priced(t, s)
		fmt.Fprintf(&b, "%-46s %s\n", s.name+": the job", job)
		fmt.Fprintf(&b, "%-46s %s\n", "  label, list of certificates, style found out", own)
		if peer := "  OpenSC, its JPKI driver alone"; haveOpenSC() {
			fmt.Fprintf(&b, "%-46s %s\n", peer, pricedOpenSC(t, s))
		} else {
			fmt.Fprintf(&b, "%-46s not installed\n", peer)
		}
	}
	return b.String()
}
