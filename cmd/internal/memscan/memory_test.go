package memscan

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk/must"
)

// The scanned process is this test binary run once more. It builds the secret
// from halves (variables: constants would be joined by the compiler), so that
// its text does not have it, writes it where it is told to, and waits.
var half1, half2 = "QUARTZ", "48135927"

const helper = "MEMORY_TEST_HELPER"

func helperMain() {
	page, err := unix.Mmap(-1, 0, 3*chunk, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		panic(err)
	}
	put := func(at int) {
		copy(page[at:], half1)
		copy(page[at+len(half1):], half2)
	}
	in := bufio.NewReader(os.Stdin)
	for {
		switch line, _ := in.ReadString('\n'); line {
		case "one\n":
			clear(page)
			put(4096)
		case "edge\n": // across the edge of two windows
			clear(page)
			put(chunk - 5)
		case "two\n":
			put(2*chunk + 77)
		case "none\n":
			clear(page)
		default:
			return
		}
		os.Stdout.WriteString("done\n")
	}
}

func TestMain(m *testing.M) {
	if os.Getenv(helper) != "" {
		helperMain()
		return
	}
	os.Exit(m.Run())
}

func TestEveryCopyOfASecretIsCounted(t *testing.T) {
	self, err := os.Executable()
	must.OK(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helper+"=1")
	in, err := cmd.StdinPipe()
	must.OK(t, err)
	out, err := cmd.StdoutPipe()
	must.OK(t, err)
	must.OK(t, cmd.Start())
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	said := bufio.NewReader(out)
	patterns := secretscan.Patterns(secretscan.Secret{Name: "password", Value: []byte(half1 + half2)})
	for _, step := range []struct {
		order string
		want  int
	}{{"one", 1}, {"two", 2}, {"none", 0}, {"edge", 1}} {
		must.OK(t, must.Err(io.WriteString(in, step.order+"\n")))
		if line, err := said.ReadString('\n'); err != nil || line != "done\n" {
			t.Fatalf("the helper said %q %v", line, err)
		}
		r, err := Scan(t.Context(), cmd.Process.Pid, patterns)
		must.OK(t, err)
		if n := len(r.Of("password")); n != step.want {
			t.Errorf("after %q there are %d copies, want %d: %v", step.order, n, step.want, r.Copies)
		}
		found, err := Contains(t.Context(), cmd.Process.Pid, [][]byte{[]byte(half1 + half2), []byte(helper)})
		if err != nil || found[0] != (step.want > 0) || !found[1] {
			t.Errorf("after %q contains says %v %v", step.order, found, err)
		}
		if r.Bytes < 3*chunk {
			t.Errorf("only %d bytes were searched", r.Bytes)
		}
	}
}

func TestAProcessThatIsGoneIsNoCleanScan(t *testing.T) {
	cmd := exec.Command("/bin/true")
	must.OK(t, cmd.Run())
	if _, err := Scan(t.Context(), cmd.Process.Pid, nil); err == nil {
		t.Error("the memory of no process is clean")
	}
}

func TestAMappingThatCannotBeReadFailsTheScan(t *testing.T) {
	// A page of a file mapping behind the end of the file: mapped, readable by
	// its permissions, and an I/O error to read.
	f, err := os.CreateTemp(t.TempDir(), "short")
	must.OK(t, err)
	defer f.Close()
	b, err := unix.Mmap(int(f.Fd()), 0, 4096, unix.PROT_READ, unix.MAP_SHARED)
	must.OK(t, err)
	defer unix.Munmap(b)
	mem, err := os.Open("/proc/self/mem")
	must.OK(t, err)
	defer mem.Close()
	all, err := regions(os.Getpid())
	must.OK(t, err)
	for _, region := range all {
		if region.Name == f.Name() {
			err := walkRegion(t.Context(), mem, region, make([]byte, chunk+2*margin), &Report{}, func(window) {})
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("the error is %v", err)
			}
			return
		}
	}
	t.Fatal("the mapping is not in the list")
}

func TestMapsAsTheKernelWritesThem(t *testing.T) {
	all, err := parseMaps(strings.NewReader(`00400000-00a0b000 r-xp 00000000 08:01 1234                               /opt/a b/kiosk
c000000000-c000400000 rw-p 00000000 00:00 0 
7ffff7fc1000-7ffff7fc5000 r--p 00000000 00:00 0                          [vvar]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
7f0000000000-7f0000001000 ---p 00000000 00:00 0
`))
	must.OK(t, err)
	var read []bool
	for _, r := range all {
		read = append(read, r.searched())
	}
	if len(all) != 5 || all[0].Name != "/opt/a b/kiosk" || all[1].Name != "" || all[1].To != 0xc000400000 {
		t.Errorf("%v", all)
	}
	if !read[0] || !read[1] || read[2] || read[3] || read[4] {
		t.Errorf("searched: %v", read)
	}
}

func FuzzParseRegion(f *testing.F) {
	f.Add("00400000-00a0b000 r-xp 00000000 08:01 1234   /opt/kiosk")
	f.Add("c000000000-c000400000 rw-p 00000000 00:00 0 ")
	f.Add("2-1 rw-p 0 0 0")
	f.Fuzz(func(t *testing.T, line string) {
		if r, err := parseRegion(line); err == nil && (r.To <= r.From || len(r.Perms) != 4) {
			t.Errorf("%q became %v", line, r)
		}
	})
}
