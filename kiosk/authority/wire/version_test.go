package wire

import (
	"reflect"
	"testing"

	"multicopy.example/kiosk/must"
)

// TestAPathSaysItsContract, and nothing else is a path of one.
func TestAPathSaysItsContract(t *testing.T) {
	for path, want := range map[string]int{
		"/v2/open": 2, "/v1/open": 1, "/v2/": 2, "/v3/open": 0, "/v12/open": 0, "/v01/open": 0, "/v/open": 0, "/open": 0, "": 0, "v2/open": 0,
	} {
		version, newest, ok := ParsePath(path)
		if version != want || ok != (want != 0) {
			t.Errorf("%q is of contract %d, %t", path, version, ok)
		}
		if ok && PathOf(version, newest) != path {
			t.Errorf("%q comes back as %q", path, PathOf(version, newest))
		}
	}
	if _, newest, _ := ParsePath("/v1/open"); newest != PathOpen || PathOf(1, PathHealth) != "/v1/health" {
		t.Errorf("%q is not %q", newest, PathOpen)
	}
	if got := Versions(); !reflect.DeepEqual(got, []int{1, 2}) {
		t.Errorf("contracts %v", got)
	}
}

// TestAMessageOfOneContractIsNoneOfTheOther, although its fields are the same.
func TestAMessageOfOneContractIsNoneOfTheOther(t *testing.T) {
	for _, version := range Versions() {
		data, err := Encode(goldenOf(version)["ProveReply"])
		must.OK(t, err)
		for _, other := range Versions() {
			if err := DecodeVersion(other, data, new(ProveReply)); (err == nil) != (other == version) {
				t.Errorf("contract %d read as %d: %v", version, other, err)
			}
		}
	}
}
