// Package version says which source a program was built from: call String.
package version

import (
	"runtime/debug"
	"strings"
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
