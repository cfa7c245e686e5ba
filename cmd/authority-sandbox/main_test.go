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

	"multicopy.example/cmd/authority-sandbox/internal/town"
)

// TestCommandLineMistakes end with a reason and change nothing.
func TestCommandLineMistakes(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{}, {"dance"}, {"init"}, {"init", "--dir", dir, "--pin", "12a4"}, {"init", "--dir", dir, "--pin", "123"}, {"init", "--what"},
		{"init", "--dir", dir, "stray"}, {"init", "--dir", template}, {"serve"}, {"serve", "--dir", dir}, {"serve", "--dir", dir, "--factor", "x"},
		{"kiosk", "--dir", dir}, {"serve", "--dir", template, "--app", "0.0.0.0:0"}, {"serve", "--dir", template, "--app", "[::]:0"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard, nil); err == nil {
			t.Errorf("%q: taken", args)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := run(t.Context(), []string{"init", "--dir", dir, "--residents", "nobody"}, io.Discard, io.Discard, nil); err == nil {
		t.Error("a resident who is not listed")
	}
}

// TestFirstDay: init, residents, kiosk and serve, as a person would.
func TestFirstDay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sandbox")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"residents"}, &out, io.Discard, nil); err != nil || strings.Count(out.String(), "\n") != len(town.Residents()) {
		t.Errorf("%s, %v", out.String(), err)
	}
	if err := run(t.Context(), []string{"init", "--dir", dir, "--pin", "4321", "--residents", "yuki"}, io.Discard, io.Discard, nil); err != nil {
		t.Fatal(err)
	}
	var c struct {
		PIN, Password, Token, Name string
		Tries                      int `json:"pin_tries"`
	}
	if err := json.Unmarshal(file(t, dir, town.Cards, "yuki", "card.json"), &c); err != nil || c.PIN != "4321" || len(c.Password) != 8 || c.Token != "JPKIAPICCTOKEN2" || c.Name != "yuki" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, key := range []string{"ca.key.pem", "server.key.pem", "code.key.pem", "grant.key.pem", town.KioskKey, town.Cards + "/yuki/auth.key.pem", town.Cards + "/yuki/card.json"} {
		if info, err := os.Stat(filepath.Join(dir, key)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", key, info, err)
		}
	}
	if err := run(t.Context(), []string{"kiosk", "--dir", dir, "--name", "kiosk-0007", "--flows", "P"}, io.Discard, io.Discard, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"serve", "--dir", dir}, write, io.Discard, nil) }()
	var at ready
	if err := json.NewDecoder(read).Decode(&at); err != nil || at.Listen == "" || at.App == "" {
		t.Errorf("%+v, %v", at, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
