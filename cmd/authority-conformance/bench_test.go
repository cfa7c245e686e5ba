package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/kiosk"
)

// The sandbox and the program under test are built once, and run as anybody
// would run them: by their command lines.
var bin string

func TestMain(m *testing.M) {
	if app := os.Getenv("CONFORMANCE_RESERVE_AT"); app != "" {
		if err := reserves(app, os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "conformance")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		bin = dir
		build := exec.Command("go", "build", "-o", dir, "multicopy.example/cmd/authority-sandbox", "multicopy.example/cmd/authority-conformance")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
			return 1
		}
		if out, err := exec.Command(filepath.Join(dir, "authority-sandbox"), "init", "--dir", filepath.Join(dir, "town"), "--residents", "all").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
			return 1
		}
		return m.Run()
	}())
}

// reserves is somebody else's command for -reserve.
func reserves(app, folder, letter string) error {
	c, err := readCard(filepath.Dir(folder), filepath.Base(folder))
	if err != nil {
		return err
	}
	flow := map[string]kiosk.Flow{"P": kiosk.FlowP, "U": kiosk.FlowU}[letter]
	code, err := (&suite{ctx: context.Background(), app: appclient.New(app)}).reserve(c, flow)
	fmt.Println(code)
	return err
}

// sandbox is a running one with a folder of its own.
type sandbox struct {
	dir         string
	Listen, App string
}

func serve(t *testing.T, more ...string) sandbox {
	t.Helper()
	s := sandbox{dir: t.TempDir()}
	if err := ledgerfile.CopyFolder(filepath.Join(bin, "town"), s.dir); err != nil {
		t.Fatal(err)
	}
	s.kiosks(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "authority-sandbox"), append([]string{"serve", "--dir", s.dir}, more...)...)
	cmd.Stderr = nil
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &s); err != nil || s.Listen == "" || s.App == "" {
		t.Fatalf("%s: %v", line, err)
	}
	return s
}

func decoded(t *testing.T, file string) []byte {
	t.Helper()
	der, err := block(file)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// kiosks are the other kiosks of the tests, of the sandbox's own CA.
func (s sandbox) kiosks(t *testing.T) {
	t.Helper()
	ca, err := x509.ParseCertificate(decoded(t, filepath.Join(s.dir, "ca.crt.pem")))
	if err != nil {
		t.Fatal(err)
	}
	k, err := x509.ParsePKCS8PrivateKey(decoded(t, filepath.Join(s.dir, "ca.key.pem")))
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(s.dir, "kiosks")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	hour := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		file      string
		from, til time.Time
		use       x509.ExtKeyUsage
		register  []string // nil: nobody registers it
	}{
		{"expired", hour(-2), hour(-1), x509.ExtKeyUsageClientAuth, []string{}},
		{"revoked", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{"--revoked"}},
		{"unknown", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, nil},
		{"early", hour(1), hour(2), x509.ExtKeyUsageClientAuth, []string{}},
		{"server", hour(-1), hour(1), x509.ExtKeyUsageServerAuth, []string{}},
		{"store", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{"--flows", "P"}},
		{"second", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{}},
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "kiosk-" + c.file},
			NotBefore: c.from, NotAfter: c.til, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{c.use},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
		der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, k)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string]*pem.Block{".crt.pem": {Type: "CERTIFICATE", Bytes: der}, ".key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
			if err := os.WriteFile(filepath.Join(to, c.file+name), pem.EncodeToMemory(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if c.register == nil {
			continue
		}
		args := append([]string{"kiosk", "--dir", s.dir, "--kiosk", "kiosk-" + c.file}, c.register...)
		if out, err := exec.Command(filepath.Join(bin, "authority-sandbox"), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
	}
}

// args are the command line against that address.
func (s sandbox) args(address string, more ...string) []string {
	at := func(name string) string { return filepath.Join(s.dir, name) }
	all := []string{"--url", "https://" + address, "--roots", at("ca.crt.pem"), "--certificate", at("kiosk.crt.pem"), "--key", at("kiosk.key.pem"),
		"--code-key", at("code.pub.pem"), "--residents", at("residents"), "--cards", "hanako,taro,jiro,saburo,aki,ren", "--kiosks", at("kiosks")}
	if !strings.Contains(strings.Join(more, " "), "--reserve") {
		all = append(all, "--app", s.App)
	}
	for code, resident := range map[string]string{"wrong_card": "fuyu", "phone": "sora", "no_sign": "yuki", "expired": "akira", "changed": "midori",
		"revoked": "kenji", "held": "sachiko", "no_reservation": "nao", "old_reservation": "haru", "used_reservation": "natsu"} {
		all = append(all, "--refused", code+"="+resident)
	}
	return append(all, more...)
}
