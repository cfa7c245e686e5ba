package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
)

func TestMain(m *testing.M) {
	if app := os.Getenv("CONFORMANCE_RESERVE_AT"); app != "" {
		if err := reserves(app, os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(harness.Main(m))
}

// reserves is another program for -reserve.
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

// sandbox is a running one, with what the command line asks for.
type sandbox struct{ dir, Listen, App string }

func serve(t *testing.T, more ...string) sandbox {
	t.Helper()
	a := harness.StartAuthority(t, more...)
	others(t, a)
	return sandbox{dir: a.File(""), Listen: a.Listen(), App: a.AppAddress()}
}

// absent is a sandbox that does not run.
func absent(t *testing.T) sandbox {
	t.Helper()
	return sandbox{dir: harness.Template(t), App: "127.0.0.1:1"}
}

// others are the other kiosks of the tests, of the sandbox's own CA.
func others(t *testing.T, a *harness.Authority) {
	t.Helper()
	hour := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		file     string
		from, to time.Time
		use      x509.ExtKeyUsage
		register []string // nil: it is not registered
	}{
		{"expired", hour(-2), hour(-1), x509.ExtKeyUsageClientAuth, []string{}},
		{"revoked", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{"--revoked"}},
		{"unknown", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, nil},
		{"early", hour(1), hour(2), x509.ExtKeyUsageClientAuth, []string{}},
		{"server", hour(-1), hour(1), x509.ExtKeyUsageServerAuth, []string{}},
		{"store", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{"--flows", "P"}},
		{"second", hour(-1), hour(1), x509.ExtKeyUsageClientAuth, []string{}},
	} {
		name := "kiosk-" + c.file
		err := a.Certify(harness.Certificate{Name: name, File: filepath.Join("kiosks", c.file), From: c.from, To: c.to, Usage: c.use})
		if err == nil && c.register != nil {
			err = a.Register(t.Context(), name, c.register...)
		}
		if err != nil {
			t.Fatal(err)
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
