package interop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// A slot is a reader of pcscd's into which a test puts a card. Between them
// runs the protocol of vpcd (vsmartcard): each message is a length of two
// bytes, big-endian, and a body; a body of one byte is about the power, every
// other is a command.
//
// Debian's package lets vpcd listen on every address of the machine (ports
// 35963 and 35964). Here it is the other way round: the configuration names a
// host, so vpcd connects, to a port on the loopback that is open for one test.
// And pcscd gets its own socket from us, as systemd would give it, so that it
// neither disturbs a pcscd of the machine's nor shows its readers to other programs.
type slot struct {
	t    testing.TB
	card card
	atr  []byte
	env  []string // with which programs find this pcscd

	mu   sync.Mutex
	sent []exchange
}

// card is what lies in the slot: a sim.Card, or the way to one.
type card interface {
	PowerOn()
	PowerOff()
	Exchange(command []byte) (response []byte, ok bool)
}

type exchange struct{ command, response []byte }

// Control messages of vpcd.
const (
	vpcdOff   = 0
	vpcdOn    = 1
	vpcdReset = 2
	vpcdATR   = 4
)

// contactless is the ATR that a reader makes of the ATQB of sim.Card (PC/SC
// part 3 §3.1.3.2.3.2): application data, protocol info, and MBLI 0.
var contactless = []byte{0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x3B}

// insert starts a pcscd of this test's own with the card in its first reader.
func insert(t testing.TB, c card) *slot {
	t.Helper()
	s := &slot{t: t, card: c, atr: contactless}
	if b, ok := c.(*bridge); ok {
		s.atr = b.atr
	}
	first, second := listen(t)
	var serving sync.WaitGroup
	serving.Go(func() { accept(first, s.serve) })
	serving.Go(func() { accept(second, (&slot{t: t, card: dumb{}, atr: contactless}).serve) })
	t.Cleanup(func() {
		_, _ = first.Close(), second.Close()
		serving.Wait()
	})
	s.start(first.Addr().(*net.TCPAddr).Port)
	return s
}

// dumb is the card in the second reader. vpcd always makes two readers, and
// dies of one that it cannot reach or that has no card.
type dumb struct{}

func (dumb) PowerOn()                       {}
func (dumb) PowerOff()                      {}
func (dumb) Exchange([]byte) ([]byte, bool) { return []byte{0x6A, 0x82}, true }

// listen opens a port and the next, where vpcd looks for the second reader.
func listen(t testing.TB) (first, second net.Listener) {
	t.Helper()
	for range 100 {
		first, err := net.Listen("tcp", "127.0.0.1:0")
		must.OK(t, err)
		second, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", first.Addr().(*net.TCPAddr).Port+1))
		if err == nil {
			return first, second
		}
		must.OK(t, first.Close())
	}
	t.Fatal("no two ports side by side are free on 127.0.0.1")
	return nil, nil
}

func accept(l net.Listener, serve func(net.Conn) error) {
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed at the end of the test
		}
		_ = serve(c) // ends when pcscd hangs up
		_ = c.Close()
	}
}

// start runs pcscd until the end of the test.
func (s *slot) start(port int) {
	t := s.t
	t.Helper()
	dir, conf := t.TempDir(), t.TempDir()
	socket := filepath.Join(dir, "pcscd.comm")
	keepOther(t)
	reader := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME 127.0.0.1:%#x\nLIBPATH %s\nCHANNELID %#x\n",
		port, library(t, vpcdDriver, "vsmartcard-vpcd"), port)
	must.OK(t, os.WriteFile(filepath.Join(conf, "vpcd"), []byte(reader), 0o600))
	must.OK(t, os.WriteFile(filepath.Join(dir, "opensc.conf"), []byte("app default { }\n"), 0o600))
	s.env = []string{"PCSCLITE_CSOCK_NAME=" + socket, "OPENSC_CONF=" + filepath.Join(dir, "opensc.conf")}

	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	must.OK(t, err)
	defer listener.Close()
	listener.SetUnlinkOnClose(false)
	file, err := listener.File()
	must.OK(t, err)
	defer file.Close()

	// sd_listen_fds(3): descriptor 3, for the process of that number.
	c := exec.Command(program(t, "sh"), "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --foreground --config "$1"`,
		program(t, "pcscd"), conf)
	c.Env = []string{"PATH=" + path, "LC_ALL=C"}
	c.ExtraFiles = []*os.File{file}
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	must.OK(t, c.Start())
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		select {
		case err := <-ended:
			t.Errorf("pcscd ended before its test (%v). It has to be able to write /run/pcscd: as root, or where that folder is its own:\n%s", err, &said)
			return
		default:
		}
		_ = c.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = c.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("pcscd said:\n%s", &said)
		}
	})
}

// pidFile is what every pcscd writes when it starts and removes when it ends,
// also one that was handed its socket.
const pidFile = "/run/pcscd/pcscd.pid"

// keepOther says when a pcscd of the machine's own is running, and gives it
// its pid file back at the end. The two share nothing else.
func keepOther(t testing.TB) {
	t.Helper()
	pid, err := os.ReadFile(pidFile)
	if err != nil {
		return
	}
	n, err := strconv.Atoi(strings.Trim(string(pid), " \n\x00"))
	if err != nil || n <= 0 || syscall.Kill(n, 0) != nil {
		return // left behind
	}
	t.Logf("a pcscd of this machine's runs already (process %d); it is left alone", n)
	t.Cleanup(func() {
		if err := os.WriteFile(pidFile, pid, 0o644); err != nil {
			t.Errorf("the running pcscd has lost its pid file: %v", err)
		}
	})
}

// serve is the card's side of one connection.
func (s *slot) serve(c net.Conn) error {
	defer s.card.PowerOff()
	for {
		// vpcd writes length and body apart, and its kernel holds the body back
		// until the length is acknowledged: at once, please, not in 40 ms.
		if err := quick(c); err != nil {
			return err
		}
		var head [2]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint16(head[:]))
		if _, err := io.ReadFull(c, body); err != nil {
			return err
		}
		answer, err := s.answer(body)
		if err != nil {
			return err
		}
		if answer == nil {
			continue
		}
		frame := append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)
		if _, err := c.Write(frame); err != nil {
			return err
		}
	}
}

func quick(c net.Conn) error {
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}

var errTorn = errors.New("the card is gone")

func (s *slot) answer(body []byte) ([]byte, error) {
	if len(body) != 1 {
		answer, ok := s.card.Exchange(body)
		if !ok {
			return nil, errTorn
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sent = append(s.sent, exchange{body, answer})
		return answer, nil
	}
	switch body[0] {
	case vpcdOff:
		s.card.PowerOff()
	case vpcdOn:
		s.card.PowerOn()
	case vpcdReset:
		s.card.PowerOff()
		s.card.PowerOn()
	case vpcdATR:
		return s.atr, nil
	}
	return nil, nil
}

// exchanges are what went to and fro since the last call.
func (s *slot) exchanges() []exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.sent
	s.sent = nil
	return all
}

// run lets a PC/SC program speak. Settings go into opensc.conf's section for
// every program.
func (s *slot) run(name string, args ...string) verdict {
	s.t.Helper()
	return run(s.t, s.env, name, args...)
}

// drivers names the card drivers that OpenSC may try; its default is all that
// it has, and jpki is among the last.
func (s *slot) drivers(names string) {
	s.t.Helper()
	conf := strings.TrimPrefix(s.env[1], "OPENSC_CONF=")
	must.OK(s.t, os.WriteFile(conf, []byte("app default {\n\tcard_drivers = "+names+";\n}\n"), 0o600))
}
