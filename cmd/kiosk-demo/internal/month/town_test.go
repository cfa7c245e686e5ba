package month

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/process"
)

// sandbox is the authority's program, built once.
var sandbox string

func TestMain(m *testing.M) {
	if order := os.Getenv("MONTH_KIOSK"); order != "" { // a kiosk, to be killed
		if err := kioskProcess(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "month-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		sandbox = filepath.Join(dir, "authority-sandbox")
		out, err := exec.Command("go", "build", "-o", sandbox, "multicopy.example/cmd/authority-sandbox").CombinedOutput()
		if err != nil {
			fmt.Fprintf(os.Stderr, "%v: %s\n", err, out)
			return 1
		}
		return m.Run()
	}())
}

// A town is an authority in a process of its own, which can be killed and comes
// back at the same address.
type town struct {
	testing.TB
	dir    string
	listen string // of the kiosks' line
	app    *appclient.Client

	mu     sync.Mutex
	now    *process.Process
	starts int
}

func newTown(t testing.TB) *town {
	t.Helper()
	w := &town{TB: t, dir: filepath.Join(t.TempDir(), "authority")}
	w.command("init", "--dir", w.dir, "--residents", "")
	w.start()
	t.Cleanup(w.kill)
	return w
}

// command runs a sub-command of the sandbox to its end.
func (w *town) command(args ...string) {
	w.Helper()
	if out, err := exec.Command(sandbox, args...).CombinedOutput(); err != nil {
		w.Fatalf("authority-sandbox %q: %v: %s", args, err, out)
	}
}

func (w *town) current() *process.Process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// start serves, at the address of the first start.
func (w *town) start(options ...string) {
	w.Helper()
	w.starts++
	at := "127.0.0.1:0"
	if w.listen != "" {
		at = w.listen
	}
	out, said := io.Pipe()
	k, err := process.Start(process.Command{Name: "authority", Path: sandbox, Args: append([]string{"serve", "--dir", w.dir, "--listen", at}, options...),
		Env: os.Environ(), Log: filepath.Join(filepath.Dir(w.dir), fmt.Sprintf("authority-%d.log", w.starts)), Out: said})
	if err != nil {
		w.Error(err)
		return
	}
	go func() { <-k.Done(); said.CloseWithError(io.EOF) }()
	lines := bufio.NewScanner(out)
	var ready struct{ Listen, App string }
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &ready) != nil || ready.Listen == "" {
		w.Errorf("the authority did not start: %q, %v", lines.Bytes(), k.Err())
		return
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // it says nothing more
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now, w.listen, w.app = k, ready.Listen, appclient.New(ready.App)
}

// client talks to the app's stand-in of the process that runs now.
func (w *town) client() *appclient.Client {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.app
}

// kill is a cut of the authority's power.
func (w *town) kill() {
	k := w.current()
	k.Kill() //nolint:errcheck // it may have died of something else this moment
	<-k.Done()
}

// enrol registers a kiosk and certifies its key, for these days.
func (w *town) enrol(name string, from, to time.Time) {
	w.Helper()
	w.command("kiosk", "--dir", w.dir, "--kiosk", name)
	w.certify(name, from, to)
}

// certify lets the town's CA sign a kiosk's certificate.
func (w *town) certify(name string, from, to time.Time) {
	w.Helper()
	ca, err := tls.LoadX509KeyPair(w.file("ca.crt.pem"), w.file("ca.key.pem"))
	if err != nil {
		w.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		w.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		name + ".crt.pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key.pem": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(w.file(file), pem.EncodeToMemory(block), 0o600); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *town) file(name string) string { return filepath.Join(w.dir, name) }

// certificate is the one that receipts are signed under.
func (w *town) certificate() *x509.Certificate {
	w.Helper()
	b, err := os.ReadFile(w.file("server.crt.pem"))
	if err != nil {
		w.Fatal(err)
	}
	block, _ := pem.Decode(b)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// records is what the authority keeps of a kiosk.
func (w *town) records(ctx context.Context, name string) ([]appclient.Record, error) {
	return w.client().Records(ctx, name)
}

// alarms are the words of what a person has to look at, sorted.
func (w *town) alarms() (words []string) {
	w.Helper()
	out, err := exec.Command(sandbox, "alarms", "--dir", w.dir).Output()
	if err != nil {
		w.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if f := strings.Fields(line); i > 0 && len(f) > 4 {
			words = append(words, f[4])
		}
	}
	slices.Sort(words)
	return words
}
