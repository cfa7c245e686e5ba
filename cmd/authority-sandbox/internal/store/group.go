package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A group commits together what arrived together. One goroutine owns the one
// connection; it takes a request, and every further one that is waiting by
// then, runs each in a savepoint and commits once. No caller is told anything
// before that commit, so a reply means the same as it does alone, and the disk
// is flushed once for all of them.
type group struct {
	wrap  wrapper
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	jobs  chan *job
	back  *copyBack
	quit  chan struct{}
	ended chan struct{}
}

// A job is one request's transaction.
type job struct {
	ctx      context.Context
	f        func(*Tx) error
	err      error
	panicked any
	done     chan struct{}
}

// together bounds how many share a transaction, and with it how long the first
// of them waits.
const together = 128

var errClosed = errors.New("store: closed")

func newGroup(ctx context.Context, db *sql.DB, w wrapper) (*group, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	g := &group{wrap: w, conn: conn, stmts: map[string]*sql.Stmt{}, jobs: make(chan *job, together),
		quit: make(chan struct{}), ended: make(chan struct{})}
	if _, err = conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = "+copyAt); err == nil {
		g.back, err = newCopyBack(ctx, db, g.quit)
	}
	if err != nil {
		return nil, err // and the caller closes the pool
	}
	go g.run()
	return g, nil
}

// do hands a job over and waits for its commit. A caller that stops waiting
// before its job was taken leaves nothing behind.
func (g *group) do(ctx context.Context, f func(*Tx) error) error {
	j := &job{ctx: ctx, f: f, done: make(chan struct{})}
	select {
	case g.jobs <- j:
	case <-g.quit:
		return errClosed
	}
	select {
	case <-j.done:
	case <-g.ended:
		select {
		case <-j.done: // it was the last one
		default:
			return errClosed
		}
	}
	if j.panicked != nil {
		panic(j.panicked) // where the request is, not where all of them are
	}
	return j.err
}

func (g *group) close() error {
	close(g.quit)
	<-g.ended
	errs := []error{g.back.close()}
	for _, s := range g.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, g.conn.Close())...)
}

func (g *group) run() {
	defer close(g.ended)
	for {
		select {
		case j := <-g.jobs:
			g.commit(j)
		case <-g.quit:
			return
		}
	}
}

// commit runs one transaction of as many jobs as are there.
func (g *group) commit(first *job) {
	var ran []*job
	tell := func(err error) {
		for _, j := range ran {
			if j.err == nil {
				j.err = err
			}
			close(j.done)
		}
	}
	// IMMEDIATE: the right to write is taken now, not in the middle of a job.
	if err := g.plain("BEGIN IMMEDIATE"); err != nil {
		ran = append(ran, first)
		tell(err)
		return
	}
	for j := first; j != nil; j = g.waiting(len(ran)) {
		ran = append(ran, j)
		if err := g.one(j); err != nil {
			g.plain("ROLLBACK") //nolint:errcheck // gone already, perhaps
			tell(err)
			return
		}
	}
	err := g.plain("COMMIT")
	if err != nil {
		g.plain("ROLLBACK") //nolint:errcheck // as above
	}
	tell(err)
	g.back.something()
}

func (g *group) waiting(ran int) *job {
	if ran == together {
		return nil
	}
	select {
	case j := <-g.jobs:
		return j
	default:
		return nil
	}
}

// one runs a job in a savepoint. An error is the whole transaction's: SQLite
// ends it by itself where the disk is full or a page cannot be read, and then
// there is no savepoint to go back to.
func (g *group) one(j *job) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	if err := g.plain("SAVEPOINT job"); err != nil {
		return err
	}
	// Not the request's own context: an interrupted write would end the
	// transaction of all.
	t := &Tx{on: g, ctx: context.Background(), wrap: g.wrap}
	func() {
		defer func() { j.panicked = recover() }()
		j.err = j.f(t)
	}()
	if t.broken != nil {
		j.err = t.broken
	}
	if j.err != nil || j.panicked != nil {
		if err := g.plain("ROLLBACK TO job"); err != nil {
			return err
		}
	}
	return g.plain("RELEASE job")
}

func (g *group) plain(query string) error {
	if _, err := g.exec(context.Background(), query); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// stmt prepares each text once; there are a few dozen.
func (g *group) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := g.stmts[query]; s != nil {
		return s, nil
	}
	s, err := g.conn.PrepareContext(ctx, query)
	if err == nil {
		g.stmts[query] = s
	}
	return s, err
}

func (g *group) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := g.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// later is now: nothing is gained where the database is in this process.
func (g *group) later(ctx context.Context, query string, args ...any) error {
	_, err := g.exec(ctx, query, args...)
	return err
}

func (g *group) must(ctx context.Context, rows int64, query string, args ...any) error {
	n, err := g.exec(ctx, query, args...)
	if err == nil && n != rows {
		err = errRows
	}
	return err
}

func (g *group) each(ctx context.Context, list ...question) error {
	for _, q := range list {
		if err := g.answer(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) answer(ctx context.Context, q question) error {
	s, err := g.stmt(ctx, q.query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, q.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := q.row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
