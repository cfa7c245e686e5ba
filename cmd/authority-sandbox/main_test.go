package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/kiosk/must"
)

// run runs the program and returns its exit status.
func run(ctx context.Context, out io.Writer, args ...string) int {
	return cli.Run(ctx, root(func() (before, error) { return nil, nil }), args, out, io.Discard)
}

func TestCommandsAndFlagsAreTheseAndHaveExamples(t *testing.T) {
	clitest.Check(t, func() *cobra.Command { return root(nil) },
		"authority-sandbox",
		"authority-sandbox alarms --all --dir --json --kiosk --store",
		"authority-sandbox alarms close --by --dir --store --why",
		"authority-sandbox alarms see --by --dir --store --why",
		"authority-sandbox bank",
		"authority-sandbox bank add --bank --dir --name --platform --seal --store",
		"authority-sandbox bank consents --bank --dir --json --store",
		"authority-sandbox bank list --dir --json --store",
		"authority-sandbox bank restore --bank --dir --store",
		"authority-sandbox bank seal --bank --dir --seal --store",
		"authority-sandbox bank suspend --bank --dir --store",
		"authority-sandbox conformance --dir --json --store",
		"authority-sandbox counter",
		"authority-sandbox counter card --dir --json --store",
		"authority-sandbox counter died --dir --json --store",
		"authority-sandbox counter found --dir --json --phone --store",
		"authority-sandbox counter give-up --dir --json --store",
		"authority-sandbox counter left --dir --json --store",
		"authority-sandbox counter lost --both --dir --json --phone --store",
		"authority-sandbox counter move --address --dir --json --municipality --store",
		"authority-sandbox counter photo --dir --give --picture --weights",
		"authority-sandbox counter rename --dir --json --store --to",
		"authority-sandbox counter renew --dir --json --store",
		"authority-sandbox counter reserve --dir --flow --json --store",
		"authority-sandbox counter return --dir --json --store",
		"authority-sandbox counter show --dir --json --store",
		"authority-sandbox counter sign --dir --json --store",
		"authority-sandbox elements",
		"authority-sandbox elements admit --dir --store",
		"authority-sandbox elements dismiss --dir --store",
		"authority-sandbox elements end --dir --store",
		"authority-sandbox elements list --dir --json --store",
		"authority-sandbox elements withdraw --dir --store",
		"authority-sandbox init --dir --host --kiosk --pin --residents --store",
		"authority-sandbox keys",
		"authority-sandbox keys retire --dir --to",
		"authority-sandbox keys rotate --dir",
		"authority-sandbox kiosk",
		"authority-sandbox kiosk add --dir --flows --kiosk --store",
		"authority-sandbox kiosk approve --code --dir --kiosk --replace --store",
		"authority-sandbox kiosk issue --certificate --dir --kiosk --request --store",
		"authority-sandbox kiosk list --dir --json --requests --store",
		"authority-sandbox kiosk revoke --dir --kiosk --serial --store",
		"authority-sandbox platform",
		"authority-sandbox platform add --dir --platform --request --store",
		"authority-sandbox platform restore --dir --platform --store",
		"authority-sandbox platform suspend --dir --platform --store",
		"authority-sandbox residents --json",
		"authority-sandbox serve --ahead --app --dir --enrol --factor --handshakes --listen --metrics --parts --per-prefix --rate --silent --status --store --verifier --weights",
		"authority-sandbox service",
		"authority-sandbox service close --day --dir --json --service --store",
		"authority-sandbox service open --bank --by-serial --dir --json --purpose --store --text --title",
		"authority-sandbox update",
		"authority-sandbox update offer --dir --first --limit --share --store --version",
		"authority-sandbox update share --dir --store",
		"authority-sandbox update show --dir --json --store",
		"authority-sandbox update stop --dir --store --why",
	)
}

// TestCommandLineMistakes end with a reason and change nothing.
func TestCommandLineMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{}, {"dance"}, {"init"}, {"init", "--dir", dir, "--pin", "12a4"}, {"init", "--dir", dir, "--pin", "123"}, {"init", "--what"},
		{"init", "--dir", dir, "stray"}, {"init", "--dir", template}, {"serve"}, {"serve", "--dir", dir}, {"serve", "--dir", dir, "--factor", "x"},
		{"kiosk"}, {"kiosk", "add", "--dir", dir}, {"kiosk", "issue", "--dir", template, "--kiosk", testKiosk},
		{"serve", "--dir", template, "--app", "0.0.0.0:0"}, {"serve", "--dir", template, "--app", "[::]:0"},
	} {
		if status := run(t.Context(), io.Discard, args...); status == cli.Done {
			t.Errorf("%q: taken", args)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if status := run(t.Context(), io.Discard, "init", "--dir", dir, "--residents", "missing"); status != cli.Failed {
		t.Error("a resident who is not listed")
	}
}

// TestFirstDay: init, residents, kiosk and serve, as a person would.
func TestFirstDay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sandbox")
	var out bytes.Buffer
	if status := run(t.Context(), &out, "residents"); status != cli.Done || strings.Count(out.String(), "\n") != len(fixture.Residents()) {
		t.Errorf("%s, %d", out.String(), status)
	}
	if status := run(t.Context(), io.Discard, "init", "--dir", dir, "--pin", "4321", "--residents", "yuki"); status != cli.Done {
		t.Fatal(status)
	}
	var c struct {
		PIN, Password, Token, Name string
		Tries                      int `json:"pin_tries"`
	}
	if err := json.Unmarshal(file(t, dir, fixture.Cards, "yuki", "card.json"), &c); err != nil || c.PIN != "4321" || len(c.Password) != 8 || c.Token != "JPKIAPICCTOKEN2" || c.Name != "yuki" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, key := range []string{"ca.key.pem", "server.key.pem", "code.key.pem", "grant.key.pem", fixture.KioskKey, fixture.Cards + "/yuki/auth.key.pem", fixture.Cards + "/yuki/card.json"} {
		if info, err := os.Stat(filepath.Join(dir, key)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", key, info, err)
		}
	}
	if status := run(t.Context(), io.Discard, "kiosk", "add", "--dir", dir, "--kiosk", "kiosk-0007", "--flows", "P"); status != cli.Done {
		t.Fatal(status)
	}
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, write, "serve", "--dir", dir) }()
	var at ready
	if err := json.NewDecoder(read).Decode(&at); err != nil || at.Listen == "" || at.App == "" {
		t.Errorf("%+v, %v", at, err)
	}
	cancel()
	if status := <-ended; status != cli.Done {
		t.Error(status)
	}
}

// TestStoreInUseIsNotSetUpAgain: nothing is made for it, a new wrapping key
// least of all.
func TestStoreInUseIsNotSetUpAgain(t *testing.T) {
	dir := t.TempDir()
	used := filepath.Join(newFolder(t, sqlite), "authority.db")
	if status := run(t.Context(), io.Discard, "init", "--dir", dir, "--store", used); status == cli.Done {
		t.Error("a store in use was set up again")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestKiosksAreAddedIssuedListedAndRevoked: what the list says follows.
func TestKiosksAreAddedIssuedListedAndRevoked(t *testing.T) {
	dir := newFolder(t, sqlite)
	const name = "kiosk-0007"
	do := func(status int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if got := run(t.Context(), &out, append(args, "--dir", dir)...); got != status {
			t.Errorf("%q: status %d, want %d", args, got, status)
		}
		return out.String()
	}
	listed := func() store.Listed {
		t.Helper()
		var all []store.Listed
		must.OK(t, json.Unmarshal([]byte(do(cli.Done, "kiosk", "list", "--json")), &all))
		i := slices.IndexFunc(all, func(k store.Listed) bool { return k.Name == name })
		if i < 0 {
			return store.Listed{}
		}
		return all[i]
	}
	key := must.Key(t)
	csr := must.Request(t, name, key)
	request := filepath.Join(dir, "request")
	must.OK(t, os.WriteFile(request, csr, 0o600))
	do(cli.Failed, "kiosk", "issue", "--kiosk", name, "--request", request)
	do(cli.Failed, "kiosk", "revoke", "--kiosk", name)
	do(cli.Done, "kiosk", "add", "--kiosk", name, "--flows", "P")
	if k := listed(); k.Flows != "P" || k.Revoked || k.Serial != "" {
		t.Errorf("added: %+v", k)
	}
	cert, err := x509.ParseCertificate(must.Block(t, []byte(do(cli.Done, "kiosk", "issue", "--kiosk", name, "--request", request))))
	if err != nil || cert.Subject.CommonName != name || !key.PublicKey.Equal(cert.PublicKey) {
		t.Errorf("%v, %v", cert, err)
	}
	if k := listed(); k.Serial != cert.SerialNumber.Text(16) {
		t.Errorf("issued: %+v", k)
	}
	do(cli.Done, "kiosk", "revoke", "--kiosk", name)
	if k := listed(); !k.Revoked || k.Serial != "" {
		t.Errorf("revoked: %+v", k)
	}
	do(cli.Failed, "kiosk", "issue", "--kiosk", name, "--request", request)
	if text := do(cli.Done, "kiosk", "list"); !strings.Contains(text, "kiosk-0007  P      revoked") {
		t.Error(text)
	}
}
