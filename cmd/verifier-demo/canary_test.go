package main

import (
	"crypto/rand"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/memscan"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk/must"
)

// TestThePlatformNeverHoldsWhatItCarries: an address that stands nowhere else is carried to the bank, and is then in
// no shape in the platform's memory, in its folder or in anything that any of the programs has logged. The same search
// finds it in the bank, whose it is.
func TestThePlatformNeverHoldsWhatItCarries(t *testing.T) {
	w := opened(t, "hanako")
	ctx := t.Context()
	password, err := passwordOf(w.authority.File("residents/hanako"))
	must.OK(t, err)
	p := &person{password: password}
	account := "http://" + w.children["bank"].at + "/en/account/1000001"
	must.OK(t, p.answersYes(ctx, account+"/consent"))
	must.OK(t, w.nextDay(ctx))
	canary := "Kanaria-shi " + rand.Text()
	must.OK(t, w.moves(ctx, "hanako", canary))
	if c, err := w.night(ctx); err != nil || c.Address != canary {
		t.Fatalf("%+v, %v", c, err)
	}
	patterns := secretscan.Patterns(secretscan.Secret{Name: "canary's address", Value: []byte(canary)},
		secretscan.Secret{Name: "canary's address in an address", Value: []byte(url.QueryEscape(canary))})
	var values [][]byte // what can come about in memory: a process under the race detector has gigabytes
	for _, p := range patterns {
		if p.Shape == "ASCII" || p.Shape == "UTF-32LE" || p.Shape == "hex" || strings.HasPrefix(p.Shape, "Base64+") {
			values = append(values, p.Bytes)
		}
	}
	for name, want := range map[string]bool{"platform": false, "bank": true} {
		memory, err := memscan.Contains(ctx, w.children[name].PID(), values)
		must.OK(t, err)
		if found := slices.Contains(memory, true); found != want {
			t.Errorf("the %s's memory: found %v, %v", name, found, memory)
		}
		disk, err := secretscan.Folder(filepath.Join(w.dir, name), patterns, func(string) bool { return false })
		must.OK(t, err)
		if found := len(disk.Places) > 0; found != want || disk.Files < 3 {
			t.Errorf("the %s's folder, %d files: found %v, %v", name, disk.Files, found, disk.Places)
		}
	}
	logs, err := secretscan.Folder(filepath.Join(w.dir, "logs"), patterns, func(string) bool { return false })
	if err != nil || len(logs.Places) > 0 || logs.Files < 8 || logs.Bytes == 0 {
		t.Errorf("the logs, %d files: %v, %v", logs.Files, logs.Places, err)
	}
}
