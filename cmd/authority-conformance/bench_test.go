package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) {
	if app := os.Getenv("CONFORMANCE_RESERVE_AT"); app != "" {
		do := func() error { return reserves(app, os.Args[1], os.Args[2]) }
		if from, err := strconv.Atoi(os.Args[1]); err == nil {
			to, _ := strconv.Atoi(os.Args[2])
			do = func() error {
				return appclient.New(app).SetHours(context.Background(), appclient.Hours{From: from, To: to})
			}
		}
		if err := do(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(harness.Main(m))
}

// reserves is another program for --reserve.
func reserves(app, folder, letter string) error {
	c, err := readCard(filepath.Dir(folder), filepath.Base(folder))
	if err != nil {
		return err
	}
	flow := map[string]kiosk.Flow{"P": kiosk.FlowP, "U": kiosk.FlowU}[letter]
	word, err := appclient.ReadWord(filepath.Join(folder, "..", "..", appclient.CounterWord))
	if err != nil {
		return err
	}
	code, err := (&suite{ctx: context.Background(), app: appclient.New(app), counter: appclient.NewCounter(app, word)}).reserve(c, flow)
	fmt.Println(code)
	return err
}

// sandbox is a running one, with what the command line asks for.
type sandbox struct {
	dir, Listen, App, Status, Verifier string

	flags []string // as `authority-sandbox conformance` prints them
}

func serve(t *testing.T, more ...string) sandbox {
	t.Helper()
	a := harness.StartAuthority(t, append(more, "--status", "127.0.0.1:0", "--verifier", "127.0.0.1:0")...)
	return sandbox{dir: a.File(""), Listen: a.Listen(), App: a.AppAddress(), Status: a.StatusAddress(), Verifier: a.VerifierAddress(), flags: flags(t, a)}
}

// absent is a sandbox that does not run.
func absent(t *testing.T) sandbox {
	t.Helper()
	dir := harness.Template(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	return sandbox{Listen: "127.0.0.1:1", App: "127.0.0.1:1", flags: []string{"--roots", at("ca.crt.pem"), "--certificate", at("kiosk.crt.pem"), "--key", at("kiosk.key.pem"),
		"--code-key", at("code.pub.pem"), "--residents", at("residents"), "--cards", "hanako", "--counter", at("counter.word")}}
}

// flags are the suite's, by the one command that an engineer gives.
func flags(t *testing.T, a *harness.Authority) (list []string) {
	t.Helper()
	out, err := a.Command(t.Context(), "conformance", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &list)
	}
	must.OK(t, err)
	return list
}

// args are the command line against that address.
func (s sandbox) args(address string, more ...string) []string {
	all := append([]string{"--url", "https://" + address}, s.flags...)
	if s.Status != "" {
		all = append(all, "--status", "http://"+s.Status, "--verifier", "https://"+s.Verifier)
	}
	if !strings.Contains(strings.Join(more, " "), "--reserve") {
		all = append(all, "--app", s.App)
	}
	return append(all, more...)
}
