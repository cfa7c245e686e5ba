package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// A pipeline is one transaction of PostgreSQL's. What a request writes waits until
// it reads again or ends, and then goes in one journey, BEGIN before the first
// and COMMIT behind the last: a proof takes two journeys, and took eleven. A
// write that the database refuses is known at the next journey, and undoes
// the transaction then.
type pipeline struct {
	conn *pgx.Conn
	next *pgx.Batch
}

// inPipeline runs f in a transaction, which begin begins, on one connection of the pool.
func inPipeline(ctx context.Context, pool *sql.DB, begin string, f func(querier) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer conn.Close() // it goes back to the pool, which drops one that is broken
	raw := conn.Raw(func(driver any) error {
		p := &pipeline{conn: driver.(*stdlib.Conn).Conn(), next: &pgx.Batch{}}
		p.next.Queue(begin)
		done := false
		defer func() {
			if !done {
				p.undo(ctx)
			}
		}()
		if err = f(p); err == nil {
			err = p.commit(ctx)
			done = err == nil
		}
		return nil // what f says is not the connection's
	})
	return errors.Join(err, raw)
}

// undo ends the transaction, where it began; a connection on which that fails is
// closed, so that the server does it.
func (p *pipeline) undo(ctx context.Context) {
	p.next = &pgx.Batch{}
	if p.conn.IsClosed() || p.conn.PgConn().TxStatus() == 'I' {
		return
	}
	if _, err := p.conn.Exec(ctx, "ROLLBACK"); err != nil {
		p.conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is lost with it
	}
}

var errRolledBack = errors.New("store: the database rolled the transaction back")

func (p *pipeline) commit(ctx context.Context) error {
	p.next.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return errRolledBack
		}
		return nil
	})
	if err := p.send(ctx); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// send makes one journey of what waits.
func (p *pipeline) send(ctx context.Context) error {
	batch := p.next
	p.next = &pgx.Batch{}
	err := p.conn.SendBatch(ctx, batch).Close()
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) && e.Code == divisionByZero {
		return errRows
	}
	return err
}

func (p *pipeline) later(_ context.Context, query string, args ...any) error {
	p.next.Queue(query, args...)
	return nil
}

// divisionByZero is how a must that failed is told; no other statement divides.
const divisionByZero = "22012"

// must makes the server itself refuse what changed another number of rows: it carries out nothing that comes behind an
// error in the same journey, and so the COMMIT need not wait for an answer.
func (p *pipeline) must(_ context.Context, rows int64, query string, args ...any) error {
	all := append(slices.Clone(args), rows)
	p.next.Queue(`WITH changed AS (`+query+` RETURNING 1) SELECT 1 / CASE WHEN count(*) = $`+strconv.Itoa(len(all))+` THEN 1 ELSE 0 END FROM changed`, all...)
	return nil
}

func (p *pipeline) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	p.next.Queue(query, args...).Exec(func(tag pgconn.CommandTag) error {
		n = tag.RowsAffected()
		return nil
	})
	return n, p.send(ctx)
}

func (p *pipeline) each(ctx context.Context, list ...question) error {
	for _, q := range list {
		p.next.Queue(q.query, q.args...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				if err := q.row(rows.Scan); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	}
	return p.send(ctx)
}
