package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// A copyBack copies what was committed from SQLite's write-ahead log into the
// database, on a connection of its own. Left to SQLite, every commit that finds
// 1,000 pages in the log copies them before it answers, and a batch of a bank's
// questions writes about a hundred: one commit of twelve took 20 ms instead of
// one. A passive checkpoint waits for no one and no commit waits for it.
type copyBack struct {
	conn      *sql.Conn
	committed chan struct{} // something was
	ended     chan struct{}
	one       sync.Mutex // SQLite refuses a second checkpoint at once, and does not wait
}

const (
	// copyEvery is how long a copy waits for more: a page that was written twice
	// is copied once, and two flushes are paid once.
	copyEvery = 250 * time.Millisecond
	// copyAt, pages of 4 KiB: SQLite begins the log anew only when all of it was
	// copied and no commit came meanwhile. Where none of our copies finds such a
	// moment, the commit that finds so long a log copies what is left.
	copyAt = "8000"
)

func newCopyBack(ctx context.Context, db *sql.DB, quit <-chan struct{}) (*copyBack, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &copyBack{conn: conn, committed: make(chan struct{}, 1), ended: make(chan struct{})}
	go c.run(quit)
	return c, nil
}

// something was committed.
func (c *copyBack) something() {
	select {
	case c.committed <- struct{}{}:
	default:
	}
}

func (c *copyBack) run(quit <-chan struct{}) {
	defer close(c.ended)
	for {
		select {
		case <-c.committed:
		case <-quit:
			return
		}
		select {
		case <-time.After(copyEvery):
		case <-quit: // the last connection that is closed copies the rest
			return
		}
		c.copy()
	}
}

// copy is not told of a failure: nothing that was committed depends on it, the
// next one begins where this one ended, and a disk that fails is told by the
// commits themselves.
func (c *copyBack) copy() {
	c.one.Lock()
	defer c.one.Unlock()
	c.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)") //nolint:errcheck // as above
}

func (c *copyBack) close() error {
	<-c.ended
	return c.conn.Close()
}
