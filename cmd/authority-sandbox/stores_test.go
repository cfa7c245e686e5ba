package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/pgtest"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// engine is what a test's sandbox keeps its rows in.
type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

var engines = []engine{sqlite, postgres}

// onEach runs a test once a store: the same test, the same rules.
func onEach(t *testing.T, test func(*testing.T, engine)) {
	for _, on := range engines {
		t.Run(string(on), func(t *testing.T) { test(t, on) })
	}
}

// cluster is PostgreSQL for all tests of this binary but those that kill it.
var cluster = sync.OnceValues(func() (*clusterOf, error) { return newCluster(pgtest.Shared) })

// newCluster has one database with the template's rows, which each test gets a
// copy of.
func newCluster(start func() (*pgtest.Cluster, error)) (*clusterOf, error) {
	c, err := start()
	if err != nil {
		return nil, err
	}
	name, dsn, err := c.Make(context.Background(), "")
	if err == nil {
		err = move(context.Background(), filepath.Join(template, "authority.db"), dsn)
	}
	return &clusterOf{c, name}, err
}

type clusterOf struct {
	*pgtest.Cluster
	template string // the database to copy
}

// move fills an empty database with the rows that init made.
func move(ctx context.Context, from, to string) error {
	key, err := pki.Folder(filepath.Dir(from)).ReadWrappingKey("store.key.pem")
	if err != nil {
		return err
	}
	db, err := store.Create(ctx, to, key)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	a, err := sql.Open("sqlite3", "file:"+from)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := sql.Open("pgx", to)
	if err != nil {
		return err
	}
	defer b.Close() // a database that is connected to cannot be copied
	for _, table := range []string{"kiosks", "certificates", "people", "items", "carriers", "issuers", "certs", "events", "parts", "cards", "reservations"} {
		if err := moveTable(ctx, a, b, table); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

func moveTable(ctx context.Context, a, b *sql.DB, table string) error {
	rows, err := a.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	places := make([]string, len(columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if _, err := b.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ","), strings.Join(places, ",")), values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// newFolder is a folder and a store of a test's own, with every resident.
func newFolder(t testing.TB, on engine) (dir string) {
	t.Helper()
	if on == sqlite {
		return copyOfTemplate(t)
	}
	must.Need(t, "PostgreSQL")
	c, err := cluster()
	must.OK(t, err)
	return c.folder(t)
}

func copyOfTemplate(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	must.OK(t, os.CopyFS(dir, os.DirFS(template)))
	return dir
}

// folder is one whose store is a database of this cluster.
func (c *clusterOf) folder(t testing.TB) (dir string) {
	t.Helper()
	dir = copyOfTemplate(t)
	name, dsn, err := c.Make(t.Context(), c.template)
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, c.Drop(context.Background(), name))
	})
	must.OK(t, os.WriteFile(filepath.Join(dir, "store"), []byte(dsn+"\n"), 0o600))
	return dir
}
