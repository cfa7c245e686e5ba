package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"multicopy.example/cmd/internal/bars"
)

// What a record costs the kernel: every call that writes, flushes or shapes a
// file, as strace sees it. A record now and then pays for SQLite's checkpoint;
// enough of them are counted that it falls due twice.
const countedRecords = 2000

var (
	syncs  = []string{"fsync", "fdatasync", "sync_file_range", "msync"}
	writes = []string{"write", "pwrite64", "writev", "pwritev", "pwritev2"}
	shapes = []string{"ftruncate", "fallocate", "rename", "renameat", "renameat2", "unlink", "unlinkat"}
)

// mark is written to a file of this name before and after what is counted.
const mark = "mark"

// counted is the process that strace watches.
func counted(name, dir, records string) error {
	n, err := strconv.Atoi(records)
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if err != nil || i < 0 {
		return errors.New("this is started by the benchmark itself")
	}
	m, err := os.Create(filepath.Join(dir, mark))
	if err != nil {
		return err
	}
	defer m.Close()
	s, err := kinds[i].open(dir)
	if err != nil {
		return err
	}
	for k := range warm + n {
		if k == warm {
			m.WriteString("begin")
		}
		if err := s.append(); err != nil {
			return err
		}
	}
	m.WriteString("end")
	return s.close()
}

type tally struct {
	syncs, writes, shapes int
	bytes                 int64
}

func (t tally) calls() int { return t.syncs + t.writes + t.shapes }

func calls(to io.Writer, dir string, b *bars.Bars) error {
	if _, err := exec.LookPath("strace"); err != nil {
		return errors.New("strace is not here; the calls of a record are counted with it (Debian: apt-get install strace)")
	}
	fmt.Fprintf(to, "Calls into the kernel that write, a record; mean of %d, checkpoints included\n", countedRecords)
	t := bars.Table(to)
	fmt.Fprint(t, "\tflushes\twrites\tother\ttogether\tbytes\t\n")
	for i, k := range kinds {
		sub := filepath.Join(dir, fmt.Sprint("counted", i))
		if err := os.Mkdir(sub, 0o700); err != nil {
			return err
		}
		c, err := strace(k.name, sub)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		per := func(n int) float64 { return float64(n) / countedRecords }
		fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t\n", k.name, per(c.syncs), per(c.writes), per(c.shapes), per(c.calls()),
			float64(c.bytes)/countedRecords)
		if i == theLedger {
			b.AtMost("flushes a record (mean, checkpoints included)", per(c.syncs), 1.01)
			b.AtMost("calls that write, a record", per(c.calls()), 4)
		}
	}
	return t.Flush()
}

func strace(name, dir string) (tally, error) {
	exe, err := os.Executable()
	if err != nil {
		return tally{}, err
	}
	log := filepath.Join(dir, "strace.log")
	trace := "trace=" + strings.Join(slices.Concat(syncs, writes, shapes), ",")
	out, err := exec.Command("strace", "-f", "-y", "-qq", "-s", "8", "-e", trace, "-e", "signal=none", "-o", log,
		exe, "counted", name, dir, strconv.Itoa(countedRecords)).CombinedOutput()
	if err != nil {
		return tally{}, fmt.Errorf("strace: %w: %s", err, out)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		return tally{}, err
	}
	return count(b, dir)
}

// A line of strace -f -y: "pid name(fd</path>, …) = result", or in two halves,
// where another thread came between.
var (
	callLine  = regexp.MustCompile(`^(\d+) +(\w+)\((?:(\d+)<([^>]*)>|"([^"]*)"|AT_FDCWD<[^>]*>, "([^"]*)")`)
	resumed   = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>`)
	answer    = regexp.MustCompile(`= (\d+)$`)
	errMarker = errors.New("the log of strace has no beginning or no end")
)

// count counts calls on files below dir between the two marks. Calls of the Go
// runtime on its own descriptors are none of the store's.
func count(log []byte, dir string) (t tally, err error) {
	on, ended := false, false
	half := map[string]bool{} // threads in a write of ours
	s := bufio.NewScanner(bytes.NewReader(log))
	for s.Scan() {
		line := s.Text()
		if m := resumed.FindStringSubmatch(line); m != nil && half[m[1]] {
			half[m[1]] = false
			t.bytes += answered(line)
			continue
		}
		m := callLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name, path := m[2], m[4]+m[5]+m[6]
		switch {
		case path == filepath.Join(dir, mark):
			ended = on
			on = !on
		case !on || !strings.HasPrefix(path, dir) && m[4] != "":
		case slices.Contains(syncs, name):
			t.syncs++
		case slices.Contains(shapes, name):
			t.shapes++
		case slices.Contains(writes, name):
			t.writes++
			t.bytes += answered(line)
			half[m[1]] = strings.HasSuffix(line, "<unfinished ...>")
		}
	}
	if !ended {
		return t, errMarker
	}
	return t, s.Err()
}

func answered(line string) int64 {
	if m := answer.FindStringSubmatch(line); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		return n
	}
	return 0
}
