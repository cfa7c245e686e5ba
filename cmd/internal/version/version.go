// Package version says which source a program was built from: call String, and
// Built for how old it is.
package version

import (
	"runtime/debug"
	"strings"
	"time"
)

// String is the module's version, the commit, and the toolchain, as the go
// command wrote them into the program; "unknown" where it did not. A commit with
// changes that are not committed ends in "+dirty". It has at most 200 bytes.
func String() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return of(b)
}

func of(b *debug.BuildInfo) string {
	var commit string
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += "+dirty"
		}
	}
	words := []string{b.Main.Version}
	if commit != "" {
		words = append(words, "commit "+commit)
	}
	s := strings.Join(append(words, b.GoVersion), " ")
	return s[:min(len(s), 200)]
}

// Built is the time of the commit that the program was built from: it is no older.
// The zero Time where the go command did not write it into the program.
func Built() time.Time {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	return built(b)
}

func built(b *debug.BuildInfo) (at time.Time) {
	for _, s := range b.Settings {
		if s.Key == "vcs.time" {
			at, _ = time.Parse(time.RFC3339, s.Value) // zero where it is none
		}
	}
	return at
}
