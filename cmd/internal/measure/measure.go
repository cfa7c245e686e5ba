// Package measure finds out the facts of kiosk/staff/check: call [All] with tests,
// and print the [Report] of what it answers. A test never touches a card, and each
// has a limit in time, since a part that hangs must not hide all others.
package measure

import (
	"context"
	"io/fs"
	"os"
	"sync"
	"time"

	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

// A Host is the machine that is measured, as far as it is not reached through the
// configuration.
type Host struct {
	Now  func() time.Time
	Sys  fs.FS                            // sysfs
	Free func(dir string) (uint64, error) // bytes on the disk that holds dir
}

// Here is this machine.
func Here() Host { return Host{Now: time.Now, Sys: os.DirFS("/sys"), Free: offline.RoomFor} }

// A Result is what was measured, and in an engineer's words what was met on the
// way.
type Result struct {
	check.Facts
	Detail [check.ItemCount]string
}

// Tested notes that the item's facts are set.
func (r *Result) tested(i check.Item) { r.Facts.Tested |= check.Of(i) }

// Note keeps an error as the item's detail.
func (r *Result) Note(i check.Item, err error) {
	if err != nil {
		r.Detail[i] = err.Error()
	}
}

// A Test measures items. Run returns what sets their facts; nil sets none.
type Test struct {
	Items check.Items
	Limit time.Duration
	Run   func(ctx context.Context) (set func(*Result))
}

// All runs the tests beside each other. The items of one that has not returned at
// its limit are late; it is waited for no longer.
func All(ctx context.Context, tests ...Test) (r Result) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for _, t := range tests {
		all.Go(func() {
			set, late := t.run(ctx)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case late:
				r.Late |= t.Items
			case set != nil:
				set(&r)
			}
		})
	}
	all.Wait()
	return r
}

func (t Test) run(ctx context.Context) (set func(*Result), late bool) {
	ctx, cancel := context.WithTimeout(ctx, t.Limit)
	defer cancel()
	done := make(chan func(*Result), 1)
	go func() { done <- t.Run(ctx) }()
	select {
	case set = <-done:
		return set, false
	case <-ctx.Done():
	}
	select { // a test that heeds its context answers now, and says more
	case set = <-done:
		return set, false
	case <-time.After(grace):
		return nil, true
	}
}

// grace is what a test has to end in once its context has.
const grace = time.Second
