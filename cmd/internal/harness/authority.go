package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/harness/process"
)

// Init makes the folder of an authority: residents are names with commas
// between, all, or none; the sandbox's own choice where empty.
func Init(ctx context.Context, sandbox, dir, residents string) error {
	args := []string{"init", "--dir", dir}
	switch residents {
	case "":
	case "none":
		args = append(args, "--residents", "")
	default:
		args = append(args, "--residents", residents)
	}
	_, err := output(ctx, sandbox, args...)
	return err
}

func output(ctx context.Context, sandbox string, args ...string) (string, error) {
	var said strings.Builder
	c := exec.CommandContext(ctx, sandbox, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("authority-sandbox %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return string(out), err
}

// An Authority is the sandbox in a process of its own. It keeps its addresses
// over Kill and Start.
type Authority struct {
	program
	dir  string
	path string
	env  []string
	args []string // of serve

	listen, at string
	status     string // where it was started with --status
	verifier   string // and with --verifier
	app        *appclient.Client
	counter    *appclient.Counter
	enrol, key string // where kiosks without a certificate ask, and the hash of its key
}

// OpenAuthority starts an authority whose folder is dir/authority, made here
// where it is not there, and whose logs are in dir/logs.
func OpenAuthority(ctx context.Context, p Programs, dir, residents string, args ...string) (*Authority, error) {
	a := NewAuthority(p, filepath.Join(dir, "authority"), filepath.Join(dir, "logs"), args...)
	if _, err := os.Stat(a.dir); err != nil {
		if err := Init(ctx, p.Sandbox, a.dir, residents); err != nil {
			return nil, err
		}
	}
	return a, a.Start(ctx)
}

// NewAuthority is one that is not started, of the folder that Init made. Several
// may serve one folder, each with a folder of its own for its logs.
func NewAuthority(p Programs, folder, logs string, args ...string) *Authority {
	return &Authority{program: program{name: "authority", logs: logs}, dir: folder, path: p.Sandbox, env: p.Env, args: args}
}

// StartAuthority is OpenAuthority with every resident, for a test, whose end
// kills it. args are of authority-sandbox serve.
func StartAuthority(t TB, args ...string) *Authority {
	t.Helper()
	p, err := Built()
	if err != nil {
		t.Fatalf("%v", err)
	}
	dir := folder(t)
	if err := ledgerfile.CopyFolder(Template(t), filepath.Join(dir, "authority")); err != nil {
		t.Fatalf("%v", err)
	}
	a, err := OpenAuthority(ended(t), p, dir, "", args...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { a.Kill() }) //nolint:errcheck // the test is over
	return a
}

// ready is the line that the sandbox prints when it serves.
type ready struct {
	Listen string `json:"listen"`
	App    string `json:"app"`
	Enrol  string `json:"enrol"`
	Key    string `json:"key"`
	Status string `json:"status"`

	Verifier string `json:"verifier"`
}

// Start serves and returns when kiosks can call.
func (a *Authority) Start(ctx context.Context) (err error) {
	for tries := 0; a.app == nil && tries < 3; tries++ { // another may take an address first
		if a.listen, err = network.Address(); err != nil {
			return err
		}
		if a.at, err = network.Address(); err != nil {
			return err
		}
		if err = a.serve(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return a.serve(ctx)
}

// serve starts the process at its addresses and waits for its first line.
func (a *Authority) serve(ctx context.Context) error {
	out, said := io.Pipe()
	err := a.begin(func(log string) (*process.Process, error) {
		return process.Start(process.Command{Name: a.name, Path: a.path, Log: log, Out: said, Env: append(os.Environ(), a.env...),
			Args: append([]string{"serve", "--dir", a.dir, "--listen", a.listen, "--app", a.at}, a.args...)})
	})
	if err != nil {
		return err
	}
	now := a.process()
	go func() {
		<-now.Done()
		said.Close()
	}()
	line := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		line <- lines.Text()
		io.Copy(io.Discard, out) //nolint:errcheck // it says nothing more
	}()
	var r ready
	select {
	case text := <-line:
		if err := json.Unmarshal([]byte(text), &r); err != nil || r.Listen == "" || r.App == "" {
			return fmt.Errorf("authority-sandbox said %q where its addresses were expected", text)
		}
	case <-a.Done():
		return fmt.Errorf("authority-sandbox ended at once (%w); its logs are in %s", orClean(a.process().Err()), a.logs)
	case <-time.After(Patience):
		return fmt.Errorf("authority-sandbox does not serve after %v", Patience)
	case <-ctx.Done():
		return ctx.Err()
	}
	a.status, a.verifier = r.Status, r.Verifier
	if a.app == nil {
		word, err := appclient.ReadWord(a.File(appclient.CounterWord))
		if err != nil {
			return err
		}
		a.app, a.counter = appclient.New(r.App), appclient.NewCounter(r.App, word)
	}
	a.enrol, a.key = r.Enrol, r.Key
	return nil
}

// Restart kills it and starts it with these arguments of serve.
func (a *Authority) Restart(ctx context.Context, args ...string) error {
	if err := a.Kill(); err != nil {
		return err
	}
	a.args = args
	return a.Start(ctx)
}

// Listen is its address for kiosks, host:port.
func (a *Authority) Listen() string { return a.listen }

// Enrolling is where kiosks without a certificate ask, host:port, and the hash of the
// key that they believe; of an authority started with --enrol.
func (a *Authority) Enrolling() (address, key string) { return a.enrol, a.key }

// AppAddress is that of its stand-in for the phone app's back end, host:port.
func (a *Authority) AppAddress() string { return a.at }

// StatusAddress is that at which it tells whether certificates are good, host:port, where
// it was started with --status; another after each start.
func (a *Authority) StatusAddress() string { return a.status }

// VerifierAddress is that of its line for platforms, host:port, where it was started with --verifier;
// another after each start.
func (a *Authority) VerifierAddress() string { return a.verifier }

// App talks to its stand-in for the phone app's back end.
func (a *Authority) App() *appclient.Client { return a.app }

// Reserve makes a reservation at a municipal counter, of what the card has signed there, where
// a clerk has looked at the resident. It can be sent once.
func (a *Authority) Reserve(ctx context.Context, s Signed) (appclient.ReserveReply, error) {
	return a.counter.Reserve(ctx, s.cert, s.Flow.String(), s.challenge, s.signature)
}

// Counter talks to it as a municipal counter does.
func (a *Authority) Counter() *appclient.Counter { return a.counter }

// ErrNoFace: no photo of one face could be made of a picture.
var ErrNoFace = errors.New("no single face in the picture")

// Photo is what is printed on a resident's card with a picture of a person as its photo, as
// the municipal counter makes it. It is written nowhere.
func (a *Authority) Photo(ctx context.Context, resident string, picture []byte) ([]byte, error) {
	var said strings.Builder
	c := exec.CommandContext(ctx, a.path, "counter", "photo", resident, "--picture", "-", "--give", "--dir", a.dir)
	c.Stdin, c.Stderr = bytes.NewReader(picture), &said
	file, err := c.Output()
	if err != nil && strings.Contains(said.String(), "face: ") {
		return nil, ErrNoFace
	}
	if err != nil {
		return nil, fmt.Errorf("authority-sandbox counter photo: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return file, nil
}

// File is the path of a file in its folder.
func (a *Authority) File(name string) string { return filepath.Join(a.dir, name) }

// Command runs a sub-command of the sandbox on its folder and returns what that
// printed.
func (a *Authority) Command(ctx context.Context, name string, args ...string) (string, error) {
	return output(ctx, a.path, append(append([]string{name}, args...), "--dir", a.dir)...)
}

// Enrol registers a kiosk and makes its certificate, for a year. args are more
// of authority-sandbox kiosk add.
func (a *Authority) Enrol(ctx context.Context, name string, args ...string) error {
	if err := a.Certify(Certificate{Name: name}); err != nil {
		return err
	}
	return a.Register(ctx, name, args...)
}

// Register tells the authority of a kiosk. args are more of authority-sandbox kiosk add.
func (a *Authority) Register(ctx context.Context, name string, args ...string) error {
	_, err := a.Command(ctx, "kiosk", append([]string{"add", "--kiosk", name}, args...)...)
	return err
}

// Revoke revokes a kiosk with all its certificates.
func (a *Authority) Revoke(ctx context.Context, name string) error {
	_, err := a.Command(ctx, "kiosk", "revoke", "--kiosk", name)
	return err
}

// OutsideContract is the first message, in either direction, that an authority
// of this folder has called outside of the contract.
func (a *Authority) OutsideContract() error {
	logs, err := filepath.Glob(filepath.Join(a.logs, a.name+"*.log"))
	if err != nil || len(logs) == 0 {
		return fmt.Errorf("no log of the authority: %w", err)
	}
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "outside the contract") {
				return fmt.Errorf("%s", strings.TrimSpace(line))
			}
		}
	}
	return nil
}
