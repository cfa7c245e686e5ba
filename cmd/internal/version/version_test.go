package version

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

func TestStringHasVersionCommitAndToolchain(t *testing.T) {
	for want, b := range map[string]*debug.BuildInfo{
		"(devel) go1.26.3": {GoVersion: "go1.26.3", Main: debug.Module{Version: "(devel)"}},
		"v1.0.0 commit abc+dirty go1.26.3": {GoVersion: "go1.26.3", Main: debug.Module{Version: "v1.0.0"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}},
	} {
		if got := of(b); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if String() == "" {
		t.Error("no version at all")
	}
}

func TestBuiltIsTheTimeOfTheCommitOrZero(t *testing.T) {
	for value, want := range map[string]time.Time{"2026-11-25T10:00:00Z": time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), "yesterday": {}, "": {}} {
		b := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.time", Value: value}}}
		if got := built(b); !got.Equal(want) {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	if !built(&debug.BuildInfo{}).IsZero() {
		t.Error("a time out of nothing")
	}
}

func TestProgramIsTheDigestOfItsFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "program")
	must.OK(t, os.WriteFile(name, []byte("abc"), 0o600))
	if got := digest(name); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-4, the digest of "abc"
		t.Error(got)
	}
	if got := digest(name + "2"); got != "unknown" {
		t.Error(got)
	}
	self, err := os.Executable()
	if err != nil || Program() != digest(self) {
		t.Errorf("%v: %s", err, Program())
	}
}
