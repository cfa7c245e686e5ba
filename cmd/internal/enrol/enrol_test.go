package enrol

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/devices/tpm"
	"multicopy.example/devices/tpm/tpmtest"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

func TestAMachineIsEnrolledWithAllThatItsConfigurationNames(t *testing.T) {
	d := newDesk(t)
	dir, c := machine(t)
	r, code, err := d.run(c, nil)
	must.OK(t, err)
	if want := enrolment.CodeOf(d.ask.CSR, d.nonce); code != want || d.asked != 3 {
		t.Errorf("code %s, want %s; asked %d times", code, want, d.asked)
	}
	want := []string{"etc/cards -rw-r--r--", "etc/code -rw-r--r--", "etc/records -rw-r--r--", "etc/roots -rw-r--r--", "lib/cert -rw-r--r--", "lib/key -rw-------"}
	if got := files(t, dir); !slices.Equal(got, want) || len(r.Files) != 6 {
		t.Errorf("%q, and said %q", got, r.Files)
	}
	if i, err := os.Stat(filepath.Join(dir, "lib")); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", i, err)
	}
	pair, err := renewal.Enrolled(c.Authority)
	if err != nil || !bytes.Equal(pair.Certificate[0], r.Certificate.Raw) {
		t.Errorf("%v", err)
	}
	before := d.asked
	if _, _, err := d.run(c, nil); err == nil || !strings.Contains(err.Error(), "is there already") || d.asked != before {
		t.Errorf("enrolled twice: %v", err)
	}
}

func TestAMachineThatIsEnrolledAsksForNothing(t *testing.T) {
	for _, there := range []string{"lib/key", "lib/key.renewed"} {
		d := newDesk(t)
		d.first = func(http.ResponseWriter, *http.Request) bool { t.Error("the authority was asked"); return false }
		dir, c := machine(t)
		at := filepath.Join(dir, there)
		must.OK(t, errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte("here"), 0o600)))
		if _, _, err := d.run(c, nil); err == nil || !strings.Contains(err.Error(), at+" is there already") {
			t.Errorf("%s: %v", there, err)
		}
	}
}

// A wipe removes the key and leaves the certificate.
func TestAMachineThatWasWipedIsEnrolledAnew(t *testing.T) {
	d := newDesk(t)
	dir, c := machine(t)
	if _, _, err := d.run(c, nil); err != nil {
		t.Fatal(err)
	}
	must.OK(t, os.Remove(c.Authority.Key))
	d.answer = func(m *enrolment.Collected) { // as the public files are that stayed
		for to, name := range map[*string]string{&m.CodeKey: c.Authority.CodeKey, &m.RecordsKey: c.Authority.RecordsKey} {
			b, err := os.ReadFile(name)
			if *to = string(b); err != nil {
				t.Error(err)
			}
		}
	}
	r, _, err := d.run(c, nil)
	if err != nil || len(r.Files) != 2 || len(files(t, dir)) != 6 {
		t.Errorf("%q, %v, %q", r.Files, err, files(t, dir))
	}
	if pair, err := renewal.Enrolled(c.Authority); err != nil || !bytes.Equal(pair.Certificate[0], r.Certificate.Raw) {
		t.Error(err)
	}
}

// Of an answer that is not what was asked for nothing is kept, and the machine can ask
// again.
func TestAWrongAnswerChangesNothing(t *testing.T) {
	other := newDesk(t)
	for why, c := range map[string]struct {
		says   string
		change func(*desk, *config.Config, *Options)
	}{
		"another authority's key": {"has another key", func(_ *desk, _ *config.Config, o *Options) { o.Key = "sha256:" + strings.Repeat("0", 64) }},
		"a pin that is none":      {"64 hexadecimal digits", func(_ *desk, _ *config.Config, o *Options) { o.Key = "sha256:0" }},
		"no TLS": {"is not https", func(d *desk, _ *config.Config, o *Options) {
			o.Authority = strings.Replace(o.Authority, "https", "http", 1)
		}},
		"a path":                  {"is not https", func(_ *desk, _ *config.Config, o *Options) { o.Authority += "/v2" }},
		"no name":                 {"no kiosk's name", func(_ *desk, _ *config.Config, o *Options) { o.Kiosk = "a b" }},
		"two files for the cards": {"names 2 files", func(_ *desk, c *config.Config, _ *Options) { c.Cards.Authorities = append(c.Cards.Authorities, "x") }},
		"one file for two":        {"for two files", func(_ *desk, c *config.Config, _ *Options) { c.Authority.Roots = c.Authority.Key }},
		"it is not approved":      {"not approved by", func(d *desk, _ *config.Config, _ *Options) { d.waits = 1 << 30 }},
		"a certificate of another": {"for another key", func(d *desk, _ *config.Config, _ *Options) {
			d.answer = func(m *enrolment.Collected) { m.Certificate = other.leaf(&other.key.PublicKey, nil).Raw }
		}},
		"an ended certificate": {"renewed at once", func(d *desk, _ *config.Config, _ *Options) {
			d.life = func(c *x509.Certificate) { c.NotAfter = time.Now() }
		}},
		"a key that is none": {"code_key", func(d *desk, _ *config.Config, _ *Options) {
			d.answer = func(m *enrolment.Collected) { m.CodeKey = "x" }
		}},
		"roots that are none": {"roots", func(d *desk, _ *config.Config, _ *Options) {
			d.answer = func(m *enrolment.Collected) { m.Roots = m.CodeKey }
		}},
		"a refusal": {"(gone)", func(d *desk, _ *config.Config, _ *Options) { d.first = refuses(enrolment.CodeGone, http.StatusGone) }},
		"another's page": {"status 404", func(d *desk, _ *config.Config, _ *Options) {
			d.first = func(w http.ResponseWriter, r *http.Request) bool { http.NotFound(w, r); return true }
		}},
		"a way elsewhere": {"status 307", func(d *desk, _ *config.Config, _ *Options) {
			d.first = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, other.server.URL, http.StatusTemporaryRedirect)
				return true
			}
		}},
		"an answer without end": {"longer than", func(d *desk, _ *config.Config, _ *Options) {
			d.first = func(w http.ResponseWriter, _ *http.Request) bool { w.Write(make([]byte, 1<<20)); return true }
		}}, //nolint:errcheck // a test's
	} {
		t.Run(why, func(t *testing.T) {
			d := newDesk(t)
			dir, cfg := machine(t)
			_, _, err := d.run(cfg, func(o *Options) { c.change(d, &cfg, o); o.Config = cfg })
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
			if d.ask.CSR != nil && strings.Contains(why, "authority's key") {
				t.Error("a stranger was asked")
			}
		})
	}
}

func refuses(code string, status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		text, _ := wire.Encode(enrolment.Refusal{Contract: 1, Code: code, Detail: "why"})
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		w.Write(text) //nolint:errcheck // a test's
		return true
	}
}

func TestAPublicFileThatIsThereHoldsTheSame(t *testing.T) {
	d := newDesk(t)
	dir, c := machine(t)
	must.OK(t, errors.Join(os.MkdirAll(filepath.Join(dir, "etc"), 0o700), os.WriteFile(c.Authority.Roots, []byte("another"), 0o644)))
	if _, _, err := d.run(c, nil); err == nil || !strings.Contains(err.Error(), "holds another") {
		t.Error(err)
	}
	if left := files(t, dir); len(left) != 1 {
		t.Errorf("%q", left)
	}
	d.asked = 0
	d.answer = func(m *enrolment.Collected) {
		must.Note(t, os.WriteFile(c.Authority.Roots, []byte(m.Roots), 0o644))
	}
	if r, _, err := d.run(c, nil); err != nil || len(r.Files) != 5 {
		t.Errorf("%q, %v", r.Files, err)
	}
}

// A network that fails, and an authority that has no room, end no wait.
func TestTroubleOnTheWayIsWaitedOut(t *testing.T) {
	d := newDesk(t)
	_, c := machine(t)
	n := 0
	d.first = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != enrolment.PathCollect {
			return false
		}
		switch n++; n {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			return refuses(enrolment.CodeBusy, http.StatusTooManyRequests)(w, r)
		}
		return false
	}
	if _, _, err := d.run(c, nil); err != nil || n != 5 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestAMachineWhoseCertificateHasEndedAsksAgain(t *testing.T) { asksAgain(t, "") }

// The first key and the next never leave the chip, which signs the request for the next.
func TestAMachineWithATPMHasItsKeysThere(t *testing.T) {
	must.Need(t, "swtpm")
	asksAgain(t, string(tpmtest.Start(t).Device))
}

// asksAgain enrols a machine, lets its certificate end, and enrols it again.
func asksAgain(t *testing.T, chip string) {
	d := newDesk(t)
	dir, c := machine(t)
	c.Authority.TPM = chip
	d.life = func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(-1, 0, 0) }
	if _, _, err := d.run(c, func(o *Options) { o.Again = true }); err == nil {
		t.Error("asked again without a first")
	}
	if _, _, err := d.run(c, func(o *Options) { o.Now = func() time.Time { return time.Now().AddDate(-1, 0, 1) } }); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.run(c, func(o *Options) { o.Again = true }); err == nil || !strings.Contains(err.Error(), "good until") {
		t.Errorf("still good: %v", err)
	}
	first, err := renewal.Enrolled(c.Authority)
	must.OK(t, err)
	ended := time.Now().AddDate(1, 0, 2)
	d.life = func(c *x509.Certificate) { c.NotBefore, c.NotAfter = ended.Add(-time.Hour), ended.AddDate(1, 0, 0) }
	r, _, err := d.run(c, func(o *Options) { o.Again, o.Now = true, func() time.Time { return ended } })
	must.OK(t, err)
	digest := enrolment.Again(name, d.ask.CSR)
	if !bytes.Equal(d.ask.Old, first.Certificate[0]) || !ecdsa.VerifyASN1(first.Leaf.PublicKey.(*ecdsa.PublicKey), digest[:], d.ask.Signature) {
		t.Error("the old key did not sign")
	}
	next, err := renewal.Beside(c.Authority).Newest(first)
	if err != nil || !bytes.Equal(next.Certificate[0], r.Certificate.Raw) || reflect.DeepEqual(next.PrivateKey, first.PrivateKey) {
		t.Errorf("the next is not used: %v", err)
	}
	if got := files(t, dir); len(got) != 7 || !slices.Contains(got, "lib/key.renewed -rw-------") {
		t.Errorf("%q", got)
	}
	for _, key := range []string{c.Authority.Key, c.Authority.Key + ".renewed"} {
		text, err := os.ReadFile(key)
		if kept := bytes.Contains(text, []byte("-----BEGIN "+tpm.Block)); err != nil || kept != (chip != "") {
			t.Errorf("%s is kept by the TPM: %v, %v", key, kept, err)
		}
	}
}
