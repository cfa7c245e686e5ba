package wire

import (
	"os/exec"
	"strings"
	"testing"
)

func TestVersionsAreComparedNumberByNumber(t *testing.T) {
	order := []string{"0", "1", "1.2", "1.2.0", "1.10", "2", "9", "10", "20261126233318", "20261126233318.1", "20261127000000"}
	for i, a := range order {
		if !IsVersion(a) {
			t.Errorf("%q is no version", a)
		}
		for j, b := range order {
			if Older(a, b) != (i < j) {
				t.Errorf("%q is older than %q: %v", a, b, Older(a, b))
			}
		}
	}
	if Older("007", "7") || Older("7", "007") {
		t.Error("a zero in front makes another version")
	}
	for _, bad := range []string{"", "1.", ".1", "1..2", "v1", "1-2", "1.2.3.4.5", "12345678901234567890", "1\n"} {
		if IsVersion(bad) {
			t.Errorf("%q is a version", bad)
		}
	}
	out, err := exec.Command("sort", "-V", "-c").CombinedOutput() // of no input: is it there
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := exec.Command("sort", "-V", "-c")
	c.Stdin = strings.NewReader(strings.Join(order, "\n") + "\n")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("sort -V, which the machine's floor goes by, has another order: %s", out)
	}
}

func TestABundlesAddressHasOneSpelling(t *testing.T) {
	h := count[Hash](0xA0)
	path := PathBundle(h)
	if got, ok := ParseBundle(path); !ok || got != h {
		t.Errorf("%s comes back as %x", path, got)
	}
	for _, bad := range []string{"", "/bundles/", strings.ToUpper(path), path + "0", path[:len(path)-1], path[:len(path)-1] + "g", "/bundles/../" + path[9:]} {
		if _, ok := ParseBundle(bad); ok {
			t.Errorf("%q is the address of a bundle", bad)
		}
	}
}
