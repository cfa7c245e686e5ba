package serial

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

// bench is a pty: what is written to the master arrives at the port. The
// slave stays open, as a quiet line stays.
func bench(t *testing.T) (master *os.File, name string) {
	t.Helper()
	m, s, err := pty.Open()
	must.OK(t, err)
	t.Cleanup(func() { _ = s.Close(); _ = m.Close() })
	return m, s.Name()
}

func opened(t *testing.T, name string) *Port {
	t.Helper()
	p, err := Open(name, 115200)
	must.OK(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestWhyAPortDoesNotOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must.OK(t, os.WriteFile(file, nil, 0o600))
	for name, want := range map[string]error{
		filepath.Join(t.TempDir(), "none"): ErrNoDevice,
		file:                               ErrNoDevice,
		"/dev/null":                        ErrNoDevice,
	} {
		if _, err := Open(name, 115200); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	_, name := bench(t)
	if _, err := Open(name, 12345); err == nil {
		t.Error("a rate that no line has was accepted")
	}
	for system, want := range map[error]error{
		fs.ErrPermission: ErrPermission,
		unix.EACCES:      ErrPermission,
		unix.EBUSY:       ErrBusy,
		unix.EAGAIN:      ErrBusy,
		unix.ENXIO:       ErrNoDevice,
	} {
		if err := explain(&fs.PathError{Err: system}); !errors.Is(err, want) || !errors.Is(err, system) {
			t.Errorf("%v explained as %v", system, err)
		}
	}
}

func TestPortIsOursUntilClosed(t *testing.T) {
	_, name := bench(t)
	p := opened(t, name)
	if _, err := Open(name, 115200); !errors.Is(err, ErrBusy) {
		t.Fatalf("second open: %v, want busy", err)
	}
	must.OK(t, p.Close())
	if err := p.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	opened(t, name)
}

// Every byte value arrives as it is: no echo, no line discipline.
func TestBytesPassUnchanged(t *testing.T) {
	m, name := bench(t)
	p := opened(t, name)
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
	}
	must.OK(t, must.Err(m.Write(all)))
	var got []byte
	for buf := make([]byte, 7); len(got) < len(all); { // frames longer than a read
		n, err := p.Read(t.Context(), buf)
		if err != nil || n == 0 {
			t.Fatalf("%d bytes, %v", n, err)
		}
		got = append(got, buf[:n]...)
	}
	if !bytes.Equal(got, all) {
		t.Errorf("read % X", got)
	}
	must.OK(t, p.Write(t.Context(), all))
	back := make([]byte, 0, len(all))
	for buf := make([]byte, 512); len(back) < len(all); {
		n, err := m.Read(buf)
		must.OK(t, err)
		back = append(back, buf[:n]...)
	}
	if !bytes.Equal(back, all) {
		t.Errorf("written % X", back)
	}
}

func TestSilenceOutlastsTheLibrarysTimeout(t *testing.T) {
	m, name := bench(t)
	p := opened(t, name)
	time.AfterFunc(3*readTimeout, func() { _, _ = m.Write([]byte{0x42}) })
	buf := make([]byte, 8)
	if n, err := p.Read(t.Context(), buf); err != nil || n != 1 || buf[0] != 0x42 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := p.Read(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("nothing asked: %d, %v", n, err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	_, name := bench(t)
	p := opened(t, name)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := p.Read(ctx, make([]byte, 8)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("deadline: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := p.Read(ctx, make([]byte, 8)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancel: %v", err)
	}
}

// The pty takes some kilobytes and then no more, like a stuck bridge.
func TestUndrainedWriteEndsWithItsContext(t *testing.T) {
	_, name := bench(t)
	p := opened(t, name)
	ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer cancel()
	if err := p.Write(ctx, make([]byte, 1<<20)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the deadline", err)
	}
}

func TestFlushForgetsWhatWasReceived(t *testing.T) {
	m, name := bench(t)
	p := opened(t, name)
	buf := make([]byte, 1)
	must.OK(t, must.Err(m.Write([]byte("old, and never asked for"))))
	if _, err := p.Read(t.Context(), buf); err != nil || buf[0] != 'o' { // it has all arrived
		t.Fatal(err)
	}
	must.OK(t, p.Flush())
	must.OK(t, must.Err(m.Write([]byte("n"))))
	if _, err := p.Read(t.Context(), buf); err != nil || buf[0] != 'n' {
		t.Errorf("read %q, %v", buf, err)
	}
}

func TestUnpluggedIsToldAndDoesNotSpin(t *testing.T) {
	m, s, err := pty.Open()
	must.OK(t, err)
	p := opened(t, s.Name())
	time.AfterFunc(time.Millisecond, func() { _ = s.Close(); _ = m.Close() })
	for range 2 { // in the middle of a read, and afterwards
		if n, err := p.Read(t.Context(), make([]byte, 8)); n != 0 || !errors.Is(err, ErrUnplugged) {
			t.Errorf("read: %d, %v", n, err)
		}
	}
	if err := p.Write(t.Context(), []byte{1}); !errors.Is(err, ErrUnplugged) {
		t.Errorf("write: %v", err)
	}
	if err := p.Flush(); !errors.Is(err, ErrUnplugged) {
		t.Errorf("flush: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// The library's own Close waits for a Read, and its Read for a byte, for ever.
func TestCloseEndsARead(t *testing.T) {
	_, name := bench(t)
	p := opened(t, name)
	reading, ended := make(chan struct{}), make(chan error)
	go func() {
		close(reading)
		_, err := p.Read(context.Background(), make([]byte, 8))
		ended <- err
	}()
	<-reading
	must.OK(t, p.Close())
	if err := <-ended; !errors.Is(err, os.ErrClosed) {
		t.Errorf("read: %v, want closed", err)
	}
	if err := p.Write(t.Context(), []byte{1}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("write: %v, want closed", err)
	}
	if err := p.Flush(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("flush: %v, want closed", err)
	}
}

func TestOpeningLeaksNoDescriptor(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // no finalizer may tidy up behind us
	_, name := bench(t)
	opened(t, name)
	count := func() int {
		d, err := os.ReadDir("/proc/self/fd")
		must.OK(t, err)
		return len(d)
	}
	before := count()
	for range 100 {
		if _, err := Open(name, 115200); !errors.Is(err, ErrBusy) {
			t.Fatal(err)
		}
		if _, err := Open("/dev/null", 115200); !errors.Is(err, ErrNoDevice) {
			t.Fatal(err)
		}
		openAndClose(t)
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

// openAndClose goes once through the life of a port on a pty of its own.
func openAndClose(t *testing.T) {
	t.Helper()
	m, s, err := pty.Open()
	must.OK(t, err)
	p, err := Open(s.Name(), 115200)
	must.OK(t, err)
	must.OK(t, errors.Join(p.Close(), s.Close(), m.Close()))
}
