package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
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
		"authority-sandbox conformance --dir --json --store",
		"authority-sandbox init --dir --host --kiosk --pin --residents --store",
		"authority-sandbox kiosk --certificate --dir --flows --kiosk --revoke --revoked --store",
		"authority-sandbox residents --json",
		"authority-sandbox serve --ahead --app --dir --factor --handshakes --listen --metrics --per-prefix --rate --silent --store",
	)
}

// TestCommandLineMistakes end with a reason and change nothing.
func TestCommandLineMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{}, {"dance"}, {"init"}, {"init", "--dir", dir, "--pin", "12a4"}, {"init", "--dir", dir, "--pin", "123"}, {"init", "--what"},
		{"init", "--dir", dir, "stray"}, {"init", "--dir", template}, {"serve"}, {"serve", "--dir", dir}, {"serve", "--dir", dir, "--factor", "x"},
		{"kiosk", "--dir", dir}, {"serve", "--dir", template, "--app", "0.0.0.0:0"}, {"serve", "--dir", template, "--app", "[::]:0"},
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
	if status := run(t.Context(), io.Discard, "kiosk", "--dir", dir, "--kiosk", "kiosk-0007", "--flows", "P"); status != cli.Done {
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
