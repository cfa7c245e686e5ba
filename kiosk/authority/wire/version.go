package wire

import (
	"strconv"
	"strings"
)

// Every path begins with its contract: /v1/open is PathOpen of contract 1.

var prefix = "/v" + strconv.Itoa(Contract) + "/"

// PathOf is one of this package's paths in an older contract.
func PathOf(version int, path string) string {
	return "/v" + strconv.Itoa(version) + "/" + strings.TrimPrefix(path, prefix)
}

// ParsePath is the contract of a request and the path it has in the newest. ok is
// false for a path of a contract that this package does not speak.
func ParsePath(path string) (version int, newest string, ok bool) {
	for v := Contract; v >= Oldest; v-- {
		if rest, found := strings.CutPrefix(path, "/v"+strconv.Itoa(v)+"/"); found {
			return v, prefix + rest, true
		}
	}
	return 0, "", false
}

// Versions are the contracts that this package speaks, the oldest first.
func Versions() (all []int) {
	for v := Oldest; v <= Contract; v++ {
		all = append(all, v)
	}
	return all
}
