package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/heartbeat"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// A meteredLine is a network between a kiosk and the authority that counts bytes.
type meteredLine struct {
	net.Listener
	to    string
	bytes atomic.Int64
	made  atomic.Int64
	mu    sync.Mutex
	open  []net.Conn
}

func newMeteredLine(t *testing.T, to string) *meteredLine {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	m := &meteredLine{Listener: l, to: to}
	t.Cleanup(func() { l.Close(); m.cut() })
	go m.serve()
	return m
}

func (m *meteredLine) serve() {
	for {
		near, err := m.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", m.to)
		if err != nil {
			near.Close()
			continue
		}
		m.made.Add(1)
		m.mu.Lock()
		m.open = append(m.open, near, far)
		m.mu.Unlock()
		go io.Copy(far, io.TeeReader(near, m)) //nolint:errcheck // until it is cut
		go io.Copy(near, io.TeeReader(far, m)) //nolint:errcheck // until it is cut
	}
}

func (m *meteredLine) Write(p []byte) (int, error) {
	m.bytes.Add(int64(len(p)))
	return len(p), nil
}

// cut ends every connection, as the far end's limit for silent ones does between two
// heartbeats.
func (m *meteredLine) cut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.open {
		c.Close()
	}
	m.open = nil
}

// The day is the clock's; the requests, and the bytes of TLS records, are real.
func TestAnIdleDayIsAHundredHeartbeatsAndNoLineOfTheLog(t *testing.T) {
	b := start(t, sqlite)
	pair, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	line := newMeteredLine(t, b.at.Listen)
	kiosk := dialAt(b, b.dir, line.Addr().String(), pair, b.clock.now)
	defer kiosk.Close()

	var log bytes.Buffer
	ends := b.clock.now().Add(24 * time.Hour)
	ended := errors.New("the day has ended")
	beats := 0
	status := func(context.Context) wire.Beat { beats++; return wire.Beat{Version: "1"} }
	err = heartbeat.Run(t.Context(), kiosk, status, heartbeat.Options{
		Rand: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.NewTextHandler(&log, nil)),
		Sleep: func(_ context.Context, d time.Duration) error {
			line.cut()
			if b.clock.pass(d); b.clock.now().After(ends) {
				return ended
			}
			return nil
		},
	})
	if !errors.Is(err, ended) {
		t.Fatal(err)
	}
	lines := bytes.Count(log.Bytes(), []byte("\n"))
	t.Logf("idle: %d requests, %d connections, %d kB, %d lines of the log in 24 h", beats, line.made.Load(), line.bytes.Load()/1000, lines)
	if beats < 90 || beats > 105 || int(line.made.Load()) < beats || line.bytes.Load() > 1_000_000 || lines != 0 {
		t.Errorf("an idle day is not what it was:\n%s", log.String())
	}
}
