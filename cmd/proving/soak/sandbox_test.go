package soak

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) {
	if order := os.Getenv("SOAK_KIOSK"); order != "" { // a kiosk, to be killed
		if err := kioskProcess(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(harness.Main(m))
}

// A sandbox is the authority of one test.
type sandbox struct {
	testing.TB
	*harness.Authority
}

func newSandbox(t testing.TB, args ...string) *sandbox {
	t.Helper()
	return &sandbox{t, harness.StartAuthority(t, args...)}
}

// enrol registers a kiosk and certifies its key, for these days.
func (w *sandbox) enrol(name string, from, to time.Time) {
	w.Helper()
	w.certify(name, from, to)
	w.register(name)
}

func (w *sandbox) certify(name string, from, to time.Time) {
	w.Helper()
	must.OK(w, w.Certify(harness.Certificate{Name: name, From: from, To: to}))
}

func (w *sandbox) register(name string) {
	w.Helper()
	must.OK(w, w.Register(w.Context(), name))
}

// again starts what was killed, and says whether it serves.
func (w *sandbox) again() bool {
	w.Helper()
	err := w.Start(w.Context())
	must.Note(w, err)
	return err == nil
}

// kill is a cut of its power.
func (w *sandbox) kill() {
	w.Helper()
	must.Note(w, w.Kill())
}

// certificate is the one that receipts are signed under.
func (w *sandbox) certificate() *x509.Certificate {
	w.Helper()
	c, err := x509.ParseCertificate(must.Block(w, must.Read(w, w.File("server.crt.pem"))))
	must.OK(w, err)
	return c
}

// alarms are the words of what a person has to look at, sorted.
func (w *sandbox) alarms() (words []string) {
	w.Helper()
	out, err := w.Command(w.Context(), "alarms", "--json")
	var list []struct{ Word string }
	if err == nil {
		err = json.Unmarshal([]byte(out), &list)
	}
	must.OK(w, err)
	for _, a := range list {
		words = append(words, a.Word)
	}
	slices.Sort(words)
	return words
}
