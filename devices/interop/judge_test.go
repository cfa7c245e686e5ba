package interop

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// path is where Debian's programs lie; the caller's own is not asked, so that
// what judges is what Debian ships.
const path = "/usr/sbin:/usr/bin:/sbin:/bin"

// packages are the judges and the Debian packages that they come with.
var packages = map[string]string{
	"opensc-tool":     "opensc",
	"pkcs11-tool":     "opensc",
	"pkcs15-crypt":    "opensc",
	"pkcs15-tool":     "opensc",
	"openssl":         "openssl",
	"pcscd":           "pcscd",
	"nfc-list":        "libnfc-bin",
	"nfc-poll":        "libnfc-examples",
	"pn53x-diagnose":  "libnfc-pn53x-examples",
	"pn53x-tamashell": "libnfc-pn53x-examples",
	"stdbuf":          "coreutils",
	"sh":              "dash",
}

const (
	vpcdDriver   = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
	pkcs11Module = "/usr/lib/*/opensc-pkcs11.so"
)

// program is where a judge lies. One that does not is a failure.
func program(t testing.TB, name string) string {
	t.Helper()
	if testing.Short() && name != "openssl" && name != "sh" && name != "stdbuf" {
		t.Skip("needs Debian's package " + packages[name])
	}
	p, ok := find(name)
	if !ok {
		missing(t, name, packages[name])
	}
	return p
}

func find(name string) (string, bool) {
	for dir := range strings.SplitSeq(path, ":") {
		if p := filepath.Join(dir, name); executable(p) {
			return p, true
		}
	}
	return "", false
}

func executable(p string) bool {
	s, err := os.Stat(p)
	return err == nil && s.Mode().IsRegular() && s.Mode()&0o111 != 0
}

// library is where a judge's shared object lies.
func library(t testing.TB, pattern, pkg string) string {
	t.Helper()
	must.Need(t, "Debian's package "+pkg)
	found, err := filepath.Glob(pattern)
	must.OK(t, err)
	if len(found) == 0 {
		missing(t, pattern, pkg)
	}
	return found[0]
}

func missing(t testing.TB, what, pkg string) {
	t.Helper()
	t.Fatalf("%s is not here, and without this judge the test has not passed: apt-get install --no-install-recommends %s", what, pkg)
}

// patience is for one run of one program, on a machine that may be busy.
const patience = time.Minute

// A verdict is what a judge said.
type verdict struct {
	name        string
	out, errors string
	ok          bool // exit status 0
}

// run lets a judge speak, with an environment of its own.
func run(t testing.TB, env []string, name string, args ...string) verdict {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, program(t, name), args...)
	c.Env = append([]string{"PATH=" + path, "LC_ALL=C", "HOME=" + t.TempDir()}, env...)
	c.WaitDelay = 5 * time.Second
	var out, errors bytes.Buffer
	c.Stdout, c.Stderr = &out, &errors
	err := c.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s %s: no end in %v\n%s%s", name, strings.Join(args, " "), patience, &out, &errors)
	}
	if _, exit := err.(*exec.ExitError); err != nil && !exit {
		t.Fatalf("%s: %v", name, err)
	}
	return verdict{name, out.String(), errors.String(), err == nil}
}

// passes wants exit status 0.
func (v verdict) passes(t testing.TB) verdict {
	t.Helper()
	if !v.ok {
		t.Fatalf("%s is not content:\n%s%s", v.name, v.out, v.errors)
	}
	return v
}

// says wants every one of these in what the judge printed, spaces apart.
func (v verdict) says(t testing.TB, wants ...string) {
	t.Helper()
	said := squeeze(v.out + "\n" + v.errors)
	for _, w := range wants {
		if !strings.Contains(said, squeeze(w)) {
			t.Errorf("%s does not say %q:\n%s%s", v.name, w, v.out, v.errors)
		}
	}
}

// squeeze makes of every run of spaces one.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

const hanakoDir = "../sim/testdata/residents/hanako"

// resident is a test's own copy of the test resident.
func resident(t testing.TB) sim.Resident {
	t.Helper()
	r, err := sim.ReadResident(hanakoDir)
	must.OK(t, err)
	return r
}
