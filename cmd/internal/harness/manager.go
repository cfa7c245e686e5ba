package harness

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Unit is what a service manager is told of a kiosk.
type Unit struct {
	Watchdog time.Duration // WatchdogSec=: a process that gave no proof of life for so long is aborted
	Again    time.Duration // RestartSec=: one that has ended is started anew after it
}

// ReadUnit reads a unit of systemd, such as buildroot/system/kiosk.service.
func ReadUnit(file string) (u Unit, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return u, err
	}
	for key, to := range map[string]*time.Duration{"WatchdogSec": &u.Watchdog, "RestartSec": &u.Again} {
		_, rest, _ := strings.Cut("\n"+string(b), "\n"+key+"=")
		value, _, _ := strings.Cut(rest, "\n")
		seconds, err := strconv.Atoi(value)
		if err != nil {
			return u, fmt.Errorf("%s: %s: %w", file, key, err)
		}
		*to = time.Duration(seconds) * time.Second
	}
	return u, nil
}

// A Manager stands in for systemd: it hears what a kiosk notifies, aborts one that
// gives no proof of life, and starts one that ended anew (sd_notify(3),
// systemd.service(5)).
type Manager struct {
	unit  Unit
	kiosk *Kiosk
	at    *net.UnixConn
	file  string

	mu      sync.Mutex
	alive   time.Time // the last proof, or the start
	aborted int
	wrong   error // a start that did not succeed
	over    chan struct{}
}

// Manage gives the kiosk, which is switched off, a service manager until Close.
func (k *Kiosk) Manage(u Unit) (*Manager, error) {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "notify-") // the name of a socket is 107 bytes long at most
	if err != nil {
		return nil, err
	}
	m := &Manager{unit: u, kiosk: k, file: filepath.Join(dir, "socket"), alive: time.Now(), over: make(chan struct{})}
	if m.at, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.file, Net: "unixgram"}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	k.NotifyEnd(func(error) { go m.again() })
	go m.listen()
	go m.watch()
	return m, nil
}

// Env is what the kiosk is told of it.
func (m *Manager) Env() []string {
	return []string{"NOTIFY_SOCKET=" + m.file, fmt.Sprintf("WATCHDOG_USEC=%d", m.unit.Watchdog.Microseconds())}
}

// Aborted is how often it has ended a kiosk that gave no proof of life, and why a start
// did not succeed.
func (m *Manager) Aborted() (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.aborted, m.wrong
}

// Close leaves the kiosk to itself.
func (m *Manager) Close() error {
	m.kiosk.NotifyEnd(nil)
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.over:
		return nil
	default:
	}
	close(m.over)
	return errors.Join(m.at.Close(), os.RemoveAll(filepath.Dir(m.file)))
}

func (m *Manager) proved() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.alive = time.Now()
}

func (m *Manager) listen() {
	b := make([]byte, 4096)
	for {
		n, err := m.at.Read(b)
		if err != nil {
			return
		}
		for said := range strings.Lines(string(b[:n])) {
			if said = strings.TrimSpace(said); said == "WATCHDOG=1" || said == "READY=1" {
				m.proved()
			}
		}
	}
}

func (m *Manager) watch() {
	each := time.NewTicker(100 * time.Millisecond)
	defer each.Stop()
	for {
		select {
		case <-m.over:
			return
		case <-each.C:
		}
		m.mu.Lock()
		late := m.kiosk.Running() && time.Since(m.alive) > m.unit.Watchdog
		if late {
			m.aborted++
			m.alive = time.Now()
		}
		m.mu.Unlock()
		if late {
			_ = syscall.Kill(m.kiosk.PID(), syscall.SIGABRT) // it may have ended at this moment
		}
	}
}

func (m *Manager) again() {
	select {
	case <-m.over:
		return
	case <-time.After(m.unit.Again):
	}
	m.proved()
	if err := m.kiosk.Resume(); err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.wrong = errors.Join(m.wrong, err)
	}
}
