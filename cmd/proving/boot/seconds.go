package main

import (
	"fmt"
	"os"
	"strings"
)

// seconds of the processor that a process has used, of all its threads (proc(5)): 100 ticks each.
func seconds(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	var user, system float64
	fmt.Sscan(f[11], &user)   //nolint:errcheck // a number, by proc(5)
	fmt.Sscan(f[12], &system) //nolint:errcheck // a number, by proc(5)
	return (user + system) / 100
}
