package version

import (
	"runtime/debug"
	"testing"
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
