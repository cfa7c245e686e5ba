package soak

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/kiosk/must"
)

// A shop is one kiosk as an observer sees it who writes down
// what it says.
type shop struct {
	testing.TB
	life
	network *network.Network
	book    *book

	weather sync.Mutex // held by what happens to the network, or by who wants it whole

	now    *process.Process
	orders *os.File
	lives  int
	events chan string // "open", "drained", "said"
}

func newShop(t testing.TB, w *sandbox, l life) *shop {
	t.Helper()
	r, err := network.Open(w.Listen())
	must.OK(t, err)
	t.Cleanup(r.Close)
	l.Folder, l.URL = w.File(""), "https://"+r.Address()
	l.Data = filepath.Join(t.TempDir(), "ledger")
	return &shop{TB: t, life: l, network: r, book: newBook(), events: make(chan string, 64)}
}

// start gives the kiosk power.
func (s *shop) start() error {
	l := s.life
	l.Done = s.book.visited()
	order, err := json.Marshal(l)
	if err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	s.lives++
	s.now, err = process.Start(process.Command{Name: s.Kiosk, Path: os.Args[0], Env: append(os.Environ(), "SOAK_KIOSK="+string(order)),
		Log: filepath.Join(filepath.Dir(s.Data), fmt.Sprintf("%s-%d.log", s.Kiosk, s.lives)), Out: &lines{to: s.hear}, Extra: []*os.File{read}})
	if err != nil {
		write.Close()
		return err
	}
	s.orders = write
	return s.await("open")
}

// order says something to the running kiosk.
func (s *shop) order(what string) error {
	_, err := s.orders.WriteString(what + "\n")
	return err
}

// long is what nothing here takes, unless it hangs.
const long = 5 * time.Minute

// await waits for the kiosk to say so.
func (s *shop) await(what string) error {
	late := time.After(long)
	for {
		select {
		case e := <-s.events:
			if e == what {
				return nil
			}
		case <-s.now.Done():
			select {
			case e := <-s.events: // said, and ended
				if e == what {
					return nil
				}
				continue
			default:
			}
			return fmt.Errorf("%s ended instead of %q: %w: %s", s.Kiosk, what, errors.Join(s.now.Err()), s.lastWords())
		case <-late:
			return fmt.Errorf("%s does not say %q", s.Kiosk, what)
		}
	}
}

func (s *shop) lastWords() string {
	b, err := os.ReadFile(filepath.Join(filepath.Dir(s.Data), fmt.Sprintf("%s-%d.log", s.Kiosk, s.lives)))
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}

// drain waits until the authority has all.
func (s *shop) drain() error {
	if err := s.order("drain"); err != nil {
		return err
	}
	return s.await("drained")
}

// kill is a cut of the kiosk's power.
func (s *shop) kill() error {
	if !s.now.Running() {
		return fmt.Errorf("%s ended by itself: %w: %s", s.Kiosk, errors.Join(s.now.Err()), s.lastWords())
	}
	err := s.now.Kill()
	<-s.now.Done()
	s.orders.Close()
	return err
}

// end lets the kiosk close its ledger.
func (s *shop) end() error {
	s.orders.Close()
	select {
	case <-s.now.Done():
	case <-time.After(long):
		return errors.Join(errors.New("does not end"), s.now.Kill())
	}
	if err := s.now.Err(); err != nil {
		return fmt.Errorf("%s: %w: %s", s.Kiosk, err, s.lastWords())
	}
	return nil
}

// hear takes one line of the kiosk's, from the one goroutine that copies them.
func (s *shop) hear(line string) {
	kind, rest, _ := strings.Cut(line, " ")
	switch kind {
	case "open", "drained", "said":
		s.events <- kind
		return
	}
	if err := s.book.note(kind, strings.Fields(rest), line); err != nil {
		s.Errorf("%s said %q: %v", s.Kiosk, line, err)
	}
}

// lines cuts what is written to it into lines. A last one without its end, of a
// kiosk that was killed while it spoke, was not said.
type lines struct {
	to  func(string)
	buf []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.buf = append(l.buf, b...)
	for {
		i := bytes.IndexByte(l.buf, '\n')
		if i < 0 {
			return len(b), nil
		}
		l.to(string(l.buf[:i]))
		l.buf = l.buf[i+1:]
	}
}

func hash(s string) (h [32]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || copy(h[:], b) != len(b) || len(b) != 32 {
		return h, fmt.Errorf("%q is no hash", s)
	}
	return h, nil
}

func epoch(s string) (e [16]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || copy(e[:], b) != len(b) || len(b) != 16 {
		return e, fmt.Errorf("%q is no epoch", s)
	}
	return e, nil
}

func number(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }
