package pgtest

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

var running *Cluster

// Shared is the one cluster of a test binary, started by the first test that asks for it.
var Shared = sync.OnceValues(func() (c *Cluster, err error) {
	running, err = Start()
	return running, err
})

// StopShared stops it, where a test has asked for it.
func StopShared() {
	if running != nil {
		if err := running.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// Main runs the tests of a binary that needs nothing else.
func Main(m *testing.M) {
	code := m.Run()
	StopShared()
	os.Exit(code)
}

// Empty is an empty database on the shared cluster, as a store is told of it.
func Empty(t testing.TB) (dsn string) {
	t.Helper()
	must.Need(t, "PostgreSQL")
	c, err := Shared()
	must.OK(t, err)
	_, dsn, err = c.Make(t.Context(), "")
	must.OK(t, err)
	return dsn
}
