package secret_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

// address of the slot's first byte. The slot must not be empty.
func address(s secret.Secret) (at uint64) {
	_ = s.Use(func(b []byte) error {
		at = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
		return nil
	})
	return at
}

// The kernel's own word on both pages (proc_pid_smaps(5)): lo locked, dd not in
// a core dump, wf wiped in a child.
func TestPageIsLockedUndumpedAndWipedOnFork(t *testing.T) {
	s, _ := two(t)
	fill(s, "A")
	owner := new([64]byte)
	b, err := secret.Buffers(owner, 100)
	must.OK(t, err)
	b[99] = 1
	for name, at := range map[string]uint64{"slots": address(s), "frames": uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))} {
		flags := flagsAt(t, at)
		for _, f := range []string{"lo", "dd", "wf"} {
			if !slices.Contains(flags, f) {
				t.Errorf("%s: VmFlags %q of the page lack %s", name, flags, f)
			}
		}
	}
	runtime.KeepAlive(owner)
	if _, err := secret.Buffers(owner, unix.Getpagesize()+1); err == nil {
		t.Error("more than a page was given out")
	}
}

// flagsAt are the flags of the mapping that holds an address. Neighbours of the
// same promises may be merged with it, and nothing else.
func flagsAt(t *testing.T, at uint64) (flags []string) {
	t.Helper()
	text := must.Read(t, "/proc/self/smaps")
	inside := false
	for line := range strings.Lines(string(text)) {
		var from, to uint64
		if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n == 2 {
			inside = at >= from && at < to
		}
		if rest, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			flags = strings.Fields(rest)
		}
	}
	return flags
}

// Memory that no owner holds any more is given back, and what it held with it.
func TestBuffersAreGivenBackWithTheirOwner(t *testing.T) {
	var at uint64
	func() {
		owner := new([64]byte)
		b, err := secret.Buffers(owner, secret.Cap)
		must.OK(t, err)
		for i := range b {
			b[i] = mark(i)
		}
		at = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
		if n, where := copies(t); n != 1 || where[0] != at {
			t.Errorf("%d copies at %x, want one at %x", n, where, at)
		}
		runtime.KeepAlive(owner)
	}()
	for looks := 0; ; looks++ {
		runtime.GC()
		if n, _ := copies(t); n == 0 {
			return
		}
		if looks == 1000 {
			t.Fatal("the memory is still there")
		}
		runtime.Gosched()
	}
}

// mark is byte i of a pattern that this file never holds in one piece: it is
// computed one byte at a time and compared one byte at a time.
func mark(i int) byte { return "QXJ7VKZ4"[(i*5+3)%8] ^ byte(i)<<1 }

// copies counts how often the pattern stands in this process's memory. The
// buffer that the scan reads into is mapped apart and left out.
func copies(t *testing.T) (n int, where []uint64) {
	t.Helper()
	buf, err := unix.Mmap(-1, 0, 1<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	must.OK(t, err)
	defer func() { clear(buf); _ = unix.Munmap(buf) }()
	self := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(buf))))
	mem, err := unix.Open("/proc/self/mem", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	must.OK(t, err)
	defer func() { _ = unix.Close(mem) }()
	maps := must.Read(t, "/proc/self/maps")
	scanned := uint64(0)
	for _, r := range readable(string(maps), self, uint64(len(buf))) {
		for at := r[0]; at < r[1]; {
			want := min(uint64(len(buf)), r[1]-at)
			got, err := unix.Pread(mem, buf[:want], int64(at))
			if err != nil || got <= 0 {
				break // [vvar] and pages that went away
			}
			for _, i := range hits(buf[:got]) {
				where = append(where, at+uint64(i))
			}
			scanned += uint64(got)
			if at+uint64(got) >= r[1] {
				break
			}
			at += uint64(got) - (secret.Cap - 1) // a copy may lie across two reads
		}
	}
	if scanned < 1<<20 {
		t.Fatalf("only %d bytes of memory could be read", scanned)
	}
	slices.Sort(where)
	where = slices.Compact(where)
	return len(where), where
}

// readable lists the mappings to scan. The race detector's shadow (terabytes
// of address space, nothing of the program's bytes) is left out by its size.
func readable(maps string, self, size uint64) (out [][2]uint64) {
	for line := range strings.Lines(maps) {
		var from, to uint64
		var perm string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &perm); n != 3 || perm[0] != 'r' || to-from > 1<<30 {
			continue
		}
		if from < self+size && self < to { // merged with a neighbour: only around the buffer
			out = append(out, [2]uint64{from, self}, [2]uint64{self + size, to})
			continue
		}
		out = append(out, [2]uint64{from, to})
	}
	return out
}

func hits(b []byte) (at []int) {
	for i := 0; i+secret.Cap <= len(b); i++ {
		j := bytes.IndexByte(b[i:], mark(0))
		if j < 0 {
			return at
		}
		if i += j; i+secret.Cap > len(b) {
			return at
		}
		n := 1
		for n < secret.Cap && b[i+n] == mark(n) {
			n++
		}
		if n == secret.Cap {
			at = append(at, i)
		}
	}
	return at
}

func TestMemoryHoldsOneCopyAndNoneAfterWipe(t *testing.T) {
	for _, erase := range []struct {
		name string
		by   func(secret.Secret)
	}{
		{"Wipe", secret.Secret.Wipe},
		{"Drop of every byte", func(s secret.Secret) {
			for range secret.Cap {
				s.Drop()
			}
		}},
	} {
		s, other := two(t)
		for i := range secret.Cap {
			s.Append(mark(i))
		}
		at := address(s)
		// Everything that a visit does with a typed secret.
		s.Equal(other)
		s.Len()
		s.Has(secret.Digit)
		for i := range secret.Cap {
			s.At(i)
		}
		if n, where := copies(t); n != 1 || where[0] != at {
			t.Fatalf("%d copies at %x while it is held, want one at %x", n, where, at)
		}
		erase.by(s)
		if n, where := copies(t); n != 0 {
			t.Errorf("%d copies at %x after %s", n, where, erase.name)
		}
	}
}

// leak escapes to the heap.
var leak []byte

// The scan itself can fail: a copy on the heap is found.
func TestScanFindsACopyOnTheHeap(t *testing.T) {
	leak = make([]byte, secret.Cap)
	for i := range leak {
		leak[i] = mark(i)
	}
	n, _ := copies(t)
	clear(leak)
	if n != 1 {
		t.Fatalf("%d copies found, one was made", n)
	}
}
