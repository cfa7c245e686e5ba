package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pgtest"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

const (
	outages      = 10 // times that PostgreSQL is killed
	betweenKills = 30 // answers between one restart and the next kill
)

// TestPostgresIsKilledUnderLoad: PostgreSQL is killed and started again while
// kiosks hand over records and residents are served. Every request is answered
// by its reply or by "unavailable"; repeated under its id it succeeds, and
// whether its transaction had been committed or not, it has been done once.
func TestPostgresIsKilledUnderLoad(t *testing.T) {
	must.Need(t, "PostgreSQL")
	c, err := newCluster(pgtest.Start)
	if c != nil {
		t.Cleanup(func() {
			must.Note(t, c.Stop())
		})
	}
	must.OK(t, err)
	o := newOutage(t, c)
	names := []string{"hanako", "taro", "jiro", "saburo"}
	ledgers := make([]*ledger, 4)
	var load sync.WaitGroup
	for i := range ledgers {
		k := o.repeater(fmt.Sprintf("teller-%d", i))
		ledgers[i] = newLedger()
		load.Go(func() { o.leave(k.tells(ledgers[i])) })
	}
	for i, name := range names {
		k, c := o.repeater(fmt.Sprintf("visited-%d", i)), o.card(name)
		load.Go(func() { o.leave(k.visits(c)) })
	}
	o.storm(c, len(ledgers)+len(names))
	load.Wait()
	must.OK(t, context.Cause(o.ctx))
	o.bench = o.beside(unhurried) // by connections that saw no outage
	o.recordsAreThereOnce(ledgers)
	o.visitsCameToWhatWasSaid()
	for table, want := range map[string]int64{"sessions": o.opened.Load(), "grants": int64(len(o.done))} {
		if n := o.count(table); n != want {
			t.Errorf("%d rows in %s, %d were acknowledged", n, table, want)
		}
	}
	t.Logf("%d requests and %d answers of unavailable in %d outages, %d visits", o.answers.Load(), o.unavailable.Load(), outages, len(o.done))
	if len(o.done) < outages || o.unavailable.Load() < outages {
		t.Error("that was no load")
	}
}

// An outage is a database that comes and goes, and who waits for it.
type outage struct {
	*fleet
	ctx   context.Context // ended by the first error, with it
	leave context.CancelCauseFunc

	mu      sync.Mutex
	back    chan struct{} // closed while the database is there
	waiting chan struct{} // one for each caller that waits for it

	unavailable, opened atomic.Int64
}

func newOutage(t *testing.T, c *clusterOf) *outage {
	b := &bench{TB: t, dir: c.folder(t), clock: &clock{at: time.Now()}}
	b.serve(unhurried, server.Limits{Rate: 1 << 20, Handshakes: 1 << 10, Silent: 1 << 10})
	o := &outage{fleet: &fleet{bench: b, gave: map[string]bool{}, tick: make(chan struct{}, 1)}, back: make(chan struct{}), waiting: make(chan struct{}, 100)}
	close(o.back)
	ctx, cancel := context.WithCancelCause(t.Context())
	o.ctx, o.leave = ctx, func(err error) {
		if err != nil {
			cancel(err)
		}
	}
	return o
}

// storm kills the database under the load, and starts it again when every
// caller has met that it is not there.
func (o *outage) storm(c *clusterOf, callers int) {
	defer o.calm.Store(true)
	for i := range outages {
		for begun := o.answers.Load(); o.answers.Load() < begun+betweenKills; {
			select {
			case <-o.tick:
			case <-o.ctx.Done():
				return
			}
		}
		back := make(chan struct{})
		o.mu.Lock()
		o.back = back
		o.mu.Unlock()
		err := c.Kill(i%2 == 1)
		for range callers {
			select {
			case <-o.waiting:
			case <-o.ctx.Done():
			}
		}
		o.healthIsUnavailable()
		if err == nil {
			err = c.Restart()
		}
		o.leave(err)
		close(back)
	}
}

// healthIsUnavailable in the words of the contract too.
func (o *outage) healthIsUnavailable() {
	_, err := o.bench.kiosk.Health(o.ctx)
	var r *wire.Refused
	if !errors.As(err, &r) || r.Code != wire.CodeUnavailable || r.Status != http.StatusServiceUnavailable {
		o.Errorf("health without a database: %v", err)
	}
}

// wait is for a database that is there.
func (o *outage) wait() {
	o.mu.Lock()
	back := o.back
	o.mu.Unlock()
	select {
	case <-back:
		return
	default:
	}
	o.waiting <- struct{}{}
	<-back
}
