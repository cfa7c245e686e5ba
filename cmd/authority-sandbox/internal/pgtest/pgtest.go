// Package pgtest runs Debian's PostgreSQL for a test binary: a cluster of its
// own in a folder of its own, on a Unix socket, with every flush done. It is
// there or the tests fail; the machine's own cluster, where it has one, is
// left alone.
package pgtest

import (
	"bufio"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

//go:embed postgresql.conf
var settings string

// A Cluster runs until Stop.
type Cluster struct {
	dir   string
	bin   string
	as    *syscall.Credential
	cmd   *exec.Cmd
	admin *sql.DB
	ended chan error
	n     atomic.Int64
}

// Start makes a cluster and waits until it takes connections.
func Start() (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bin: bin, ended: make(chan error, 1)}
	if err := c.make(); err != nil {
		return nil, errors.Join(fmt.Errorf("pgtest: %w", err), c.Stop())
	}
	return c, nil
}

// programs is the folder of the newest version that Debian has put there; it
// is not on the PATH.
func programs() (string, error) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(all) == 0 {
		return "", errors.New("pgtest: no PostgreSQL: apt-get install postgresql")
	}
	return filepath.Dir(slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) })), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

func (c *Cluster) make() (err error) {
	if c.as, err = servant(); err != nil {
		return err
	}
	if c.as != nil {
		if err := os.Chown(c.dir, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	initdb := exec.Command(filepath.Join(c.bin, "initdb"), "-D", c.Data(), "-U", "sandbox", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: c.as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(c.Data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.run()
}

// Data is the folder of the rows.
func (c *Cluster) Data() string { return filepath.Join(c.dir, "data") }

// run starts the server and waits until it takes connections.
func (c *Cluster) run() error {
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.Data(), "-k", c.dir, "-c", "listen_addresses=", "-c", "max_connections=200")
	cmd.Dir, cmd.Env = c.dir, []string{"LC_ALL=C"}
	// Dies with this process, however that one ends.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Pdeathsig: syscall.SIGQUIT}
	log, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	up := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the signal is for the death of this thread
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			up <- err
			c.ended <- err
			return
		}
		up <- ready(log)
		io.Copy(io.Discard, log)
		c.ended <- cmd.Wait()
	}()
	c.cmd = cmd
	if err := <-up; err != nil {
		return err
	}
	c.admin, err = sql.Open("pgx", c.dsn("postgres"))
	return err
}

// Kill ends the server by SIGKILL, by itself, so that its children end when they
// notice, or with them, as a machine that stops does, also in the middle of a
// commit. It waits until all are gone: they hold the log open, and a server
// beside them would not start.
func (c *Cluster) Kill(children bool) error {
	var pids []byte
	if children {
		var err error
		if pids, err = os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", c.cmd.Process.Pid)); err != nil {
			return err
		}
	}
	if err := c.cmd.Process.Kill(); err != nil {
		return err
	}
	for pid := range strings.FieldsSeq(string(pids)) {
		n, err := strconv.Atoi(pid)
		if err != nil {
			return err
		}
		if err := syscall.Kill(n, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	err := <-c.ended
	if state := c.cmd.ProcessState; state == nil || !killed(state) {
		return fmt.Errorf("pgtest: ended by itself: %w", err)
	}
	c.cmd = nil
	return c.admin.Close()
}

func killed(s *os.ProcessState) bool {
	w, ok := s.Sys().(syscall.WaitStatus)
	return ok && w.Signaled() && w.Signal() == syscall.SIGKILL
}

// Restart starts the server that Kill has ended, and waits until it has recovered.
func (c *Cluster) Restart() error { return c.run() }

// ready reads the log up to the word.
func ready(log io.Reader) error {
	var said strings.Builder
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready to accept connections") {
			return nil
		}
		said.WriteString(lines.Text() + "\n")
	}
	return fmt.Errorf("postgres ended: %s", said.String())
}

// servant is whom PostgreSQL runs as where we are root, which it refuses.
func servant() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("no user to run PostgreSQL as")
}

func (c *Cluster) dsn(database string) string {
	return (&url.URL{Scheme: "postgres", User: url.User("sandbox"), Path: "/" + database,
		RawQuery: url.Values{"host": {c.dir}}.Encode()}).String()
}

// Make makes a database, a copy of another where one is named, and answers its
// connection string.
func (c *Cluster) Make(ctx context.Context, copyOf string) (name, dsn string, err error) {
	name = fmt.Sprintf("d%d", c.n.Add(1))
	query := "CREATE DATABASE " + name
	if copyOf != "" {
		query += " TEMPLATE " + copyOf
	}
	_, err = c.admin.ExecContext(ctx, query)
	return name, c.dsn(name), err
}

// Drop removes a database, also one that is still connected to.
func (c *Cluster) Drop(ctx context.Context, name string) error {
	_, err := c.admin.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	return err
}

// Stop ends the cluster and removes its folder.
func (c *Cluster) Stop() error {
	var errs []error
	if c.admin != nil {
		errs = append(errs, c.admin.Close())
	}
	if c.cmd != nil && c.cmd.Process != nil {
		errs = append(errs, c.cmd.Process.Signal(syscall.SIGINT), <-c.ended) // SIGINT: at once, and in order
	}
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}
