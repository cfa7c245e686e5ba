package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pgtest"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// template is a sandbox with every resident, made once: RSA keys are slow.
var template string

const testKiosk = "kiosk-0001"

func TestMain(m *testing.M) {
	if dir := os.Getenv("SANDBOX_TEST_SERVE"); dir != "" {
		served() // this process is the one that TestKilled… kills
		return
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "sandbox")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		s := fixture.Setup{Dir: dir, Kiosk: testKiosk, Now: time.Now()}
		for _, r := range fixture.Residents() {
			s.Residents = append(s.Residents, r.Name)
		}
		if err := fixture.Init(context.Background(), s); err != nil {
			panic(err)
		}
		template = dir
		defer pgtest.StopShared()
		return m.Run()
	}())
}

// served is main under watch: a message outside the contract ends the process,
// which the test that sent it notices.
func served() {
	cli.Main(root(func() (before, error) {
		d, err := document()
		w := &contract.Watch{Document: d, Tell: func(f string, a ...any) {
			fmt.Fprintf(os.Stderr, f+"\n", a...)
			os.Exit(3)
		}}
		return w.Handler, err
	}))
}

var document = sync.OnceValues(func() (*contract.Document, error) { return contract.Load(documents()...) })

// clock is the time of one test, the same at both ends.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bench is a sandbox that serves, and a kiosk that talks to it.
type bench struct {
	testing.TB
	dir     string
	clock   *clock
	sandbox *fixture.Sandbox
	at      ready
	app     *appclient.Client
	desk    *appclient.Counter
	kiosk   *authority.Client
	watch   *contract.Watch // between the two
	undone  *atomic.Int64   // requests that the database gave up, where it may
}

func start(t testing.TB, on engine, change ...any) *bench {
	t.Helper()
	b := &bench{TB: t, dir: newFolder(t, on), clock: &clock{at: time.Now()}}
	b.serve(change...)
	return b
}

// beside is another process, but for the process: its own service and its own
// connections to the same store.
func (b *bench) beside(change ...any) *bench {
	b.Helper()
	other := &bench{TB: b.TB, dir: b.dir, clock: b.clock}
	other.serve(change...)
	return other
}

// unwatched leaves what platforms say without a watch, which costs more than their answers.
type unwatched struct{}

func (b *bench) serve(change ...any) {
	b.Helper()
	t := b.TB
	watch := true
	policy, limits, log := domain.DefaultPolicy, server.DefaultLimits, slog.New(slog.DiscardHandler)
	for _, c := range change {
		switch c := c.(type) {
		case func(*domain.Policy):
			c(&policy)
		case server.Limits:
			limits = c
		case *slog.Logger:
			log = c
		case unwatched:
			watch = false
		default:
			t.Fatalf("%T changes nothing", c)
		}
	}
	var err error
	b.sandbox, err = fixture.Open(t.Context(), b.dir, "", policy, b.clock.now, log)
	must.OK(t, err)
	d, err := document()
	must.OK(t, err)
	b.watch = &contract.Watch{Document: d, Tell: t.Errorf, Bodies: true}
	var banks, apps before
	if watch {
		banks, apps = b.watch.Handler, b.watchApps
	}
	ctx, cancel := context.WithCancel(context.Background())
	up, down := make(chan ready, 1), make(chan error, 1)
	go func() {
		down <- listenAndServe(ctx, b.sandbox, options{listen: "127.0.0.1:0", app: "127.0.0.1:0", metrics: "127.0.0.1:0", status: "127.0.0.1:0", enrol: "127.0.0.1:0", verifier: "127.0.0.1:0",
			limits: limits, now: b.clock.now, log: log, bundles: filepath.Join(b.dir, "bundles"),
			front: b.watch.Handler, banks: banks, apps: apps, tell: func(r ready) error { up <- r; return nil }})
	}()
	select {
	case b.at = <-up:
	case err := <-down:
		t.Fatal(err)
	}
	b.app, b.desk = appclient.New(b.at.App), appclient.NewCounter(b.at.App, b.sandbox.Counter)
	pair, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	b.kiosk = b.client(pair)
	t.Cleanup(func() {
		b.kiosk.Close()
		cancel()
		must.Note(t, <-down)
		must.Note(t, b.sandbox.DB.Close())
	})
}

// watchApps watches what app.yaml has of the app's line.
func (b *bench) watchApps(next http.Handler) http.Handler {
	watched := b.watch.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, of := range []string{"/app/challenge", "/app/counter/", "/app/face", "/app/login", "/app/phone/", "/app/mine", "/app/consents"} {
			if strings.HasPrefix(r.URL.Path, of) {
				watched.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// client is a kiosk with that certificate.
func (b *bench) client(pair tls.Certificate) *authority.Client {
	b.Helper()
	return dialAt(b, b.dir, b.at.Listen, pair, b.clock.now)
}

func dialAt(t testing.TB, dir, address string, pair tls.Certificate, now func() time.Time) *authority.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(file(t, dir, fixture.TransportCA)) {
		t.Fatal("no CA")
	}
	code, err := wire.ParseSealingKey(file(t, dir, fixture.CodePub))
	must.OK(t, err)
	c, err := authority.New(authority.Config{URL: "https://" + address, Roots: roots, Certificate: pair, CodeKey: code,
		Log: slog.New(slog.DiscardHandler), Now: now})
	must.OK(t, err)
	return c
}

func file(t testing.TB, parts ...string) []byte {
	t.Helper()
	return must.Read(t, filepath.Join(parts...))
}

func block(t testing.TB, parts ...string) []byte {
	t.Helper()
	return must.Block(t, file(t, parts...))
}

// reserve makes a reservation as a counter does.
func (b *bench) reserve(c *card, flow kiosk.Flow) appclient.ReserveReply {
	b.Helper()
	r, err := b.tryReserve(c, flow)
	must.OK(b, err)
	return r
}

func (b *bench) tryReserve(c *card, flow kiosk.Flow) (r appclient.ReserveReply, err error) {
	b.Helper()
	challenge, err := b.app.Challenge(b.Context(), c.cert, flow.String())
	if err != nil {
		return r, err
	}
	digest := appclient.Digest(challenge, c.cert, flow.String())
	return b.desk.Reserve(b.Context(), c.cert, flow.String(), challenge, c.sign(flow.Proof(), digest))
}

// slots are the secrets of all tests: there are few in a process.
var slots = func() chan secret.Secret {
	c := make(chan secret.Secret, 12)
	for range cap(c) {
		s, err := secret.New()
		if err != nil {
			panic(err)
		}
		c <- s
	}
	return c
}()

// code types a one-time password.
func (b *bench) code(k *authority.Client, s port.Session, digits string) ([32]byte, error) {
	slot := <-slots
	defer func() { slot.Wipe(); slots <- slot }()
	for i := range len(digits) {
		if !slot.Append(digits[i]) {
			return [32]byte{}, errors.New("too long")
		}
	}
	return k.Code(b.Context(), s, slot)
}

// open begins a visit that must be allowed.
func (b *bench) open(c *card) port.Session {
	b.Helper()
	s, err := b.kiosk.Open(b.Context(), c.facts())
	must.OK(b, err)
	return s
}

// claim is open and the right code.
func (b *bench) claim(c *card, r appclient.ReserveReply) port.Session {
	b.Helper()
	s := b.open(c)
	ticket, err := b.code(b.kiosk, s, r.OTP)
	must.OK(b, err)
	s.Ticket = ticket
	return s
}

// grant proves and gets a grant for a challenge of the card.
func (b *bench) grant(c *card, s port.Session, act kiosk.Act) (port.Grant, [16]byte, error) {
	b.Helper()
	if err := b.kiosk.Prove(b.Context(), s, act, c.sign(s.Flow.Proof(), b.kiosk.Digest(s, c.cert, act))); err != nil {
		return port.Grant{}, [16]byte{}, err
	}
	var challenge [16]byte
	rand.Read(challenge[:])
	g, err := b.kiosk.Grant(b.Context(), s, challenge[:])
	return g, challenge, err
}

// reserved is hanako's reservation of a new password at a bench of its own.
func reserved(t testing.TB, on engine) (*bench, *card, appclient.ReserveReply) {
	t.Helper()
	b := start(t, on)
	c := b.card("hanako")
	return b, c, b.reserve(c, kiosk.FlowP)
}

// claimed is the same after the right one-time password.
func claimed(t testing.TB, on engine) (*bench, *card, appclient.ReserveReply, port.Session) {
	t.Helper()
	b, c, r := reserved(t, on)
	return b, c, r, b.claim(c, r)
}

func (b *bench) mustGrant(c *card, s port.Session, act kiosk.Act) port.Grant {
	b.Helper()
	g, challenge, err := b.grant(c, s, act)
	must.OK(b, err)
	if !c.opens(g, challenge) {
		b.Fatal("the grant does not open the card")
	}
	return g
}

func (b *bench) state(r appclient.ReserveReply) appclient.Reservation {
	b.Helper()
	v, err := b.app.Reservation(b.Context(), r.Reservation)
	must.OK(b, err)
	return v
}

// want is the word an error has to say.
func want(t testing.TB, err error, w kiosk.Message) {
	t.Helper()
	var f port.Fault
	if !errors.As(err, &f) || kiosk.Message(f) != w {
		t.Errorf("got %v, want %s", err, w)
	}
}

// wrong is eight digits that are not code.
func wrong(code string) string {
	return fmt.Sprintf("%c%s", '0'+(code[0]-'0'+1)%10, code[1:])
}
