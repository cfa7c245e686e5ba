// Package memscan looks through all that another process can read of its own
// memory, for secrets that should be there once or not at all.
//
// It never writes to the process, and never calls a scan clean that was not
// whole: a mapping that still exists and cannot be read fails the scan. It
// needs the right to trace the process (root). Read [Scan] first.
package memscan

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// A Region is one mapping of a process.
type Region struct {
	From, To uint64
	Perms    string // "rw-p"
	Name     string // path, "[heap]", or "" for anonymous memory
}

func (r Region) String() string {
	name := r.Name
	if name == "" {
		name = "anonymous"
	}
	return fmt.Sprintf("%x-%x %s %s", r.From, r.To, r.Perms, name)
}

// Bounds of what is believed of a maps file.
const (
	maxRegions = 65_536 // the kernel's own default limit is 65,530
	maxLine    = 8 << 10
)

// parseMaps reads /proc/PID/maps (proc(5)).
func parseMaps(from io.Reader) ([]Region, error) {
	var all []Region
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, maxLine), maxLine)
	for lines.Scan() {
		if len(all) == maxRegions {
			return nil, fmt.Errorf("memory: more than %d mappings", maxRegions)
		}
		r, err := parseRegion(lines.Text())
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, lines.Err()
}

// parseRegion reads one line: range, permissions, offset, device, inode and,
// after spaces, a name that may itself hold spaces.
func parseRegion(line string) (Region, error) {
	bad := fmt.Errorf("memory: no line of a maps file: %q", line)
	f := strings.SplitN(line, " ", 6)
	if len(f) < 5 || len(f[1]) != 4 {
		return Region{}, bad
	}
	from, to, ok := strings.Cut(f[0], "-")
	if !ok {
		return Region{}, bad
	}
	a, err := strconv.ParseUint(from, 16, 64)
	if err != nil {
		return Region{}, bad
	}
	b, err := strconv.ParseUint(to, 16, 64)
	if err != nil || b <= a {
		return Region{}, bad
	}
	r := Region{From: a, To: b, Perms: f[1]}
	if len(f) == 6 {
		r.Name = strings.TrimLeft(f[5], " ")
	}
	return r, nil
}

// kernels are mappings whose pages are the kernel's: it shares them with every
// process, refuses or answers I/O errors through /proc/PID/mem, and no program
// can write to them.
var kernels = map[string]bool{"[vvar]": true, "[vvar_vclock]": true, "[vsyscall]": true}

// searched says whether a region is read: all that the process can read, but
// the kernel's own pages and windows onto devices.
func (r Region) searched() bool {
	return r.Perms[0] == 'r' && !kernels[r.Name] && !strings.HasPrefix(r.Name, "/dev/dri/")
}

func regions(pid int) ([]Region, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseMaps(f)
}
