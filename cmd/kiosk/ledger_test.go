package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

func TestAnAuditorSeesAChangedByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	l, err := offline.OpenLedger(t.Context(), dir, offline.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	session := kiosk.SessionID([]byte("sixteen bytes ok"))
	for _, k := range []kiosk.EntryKind{kiosk.EntryTrying, kiosk.EntryTried} {
		if err := l.Append(t.Context(), kiosk.Entry{Kind: k, Session: session, Before: 3, After: -1, Flow: kiosk.FlowP}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	say := func(args ...string) (string, error) {
		var out strings.Builder
		err := ledger(t.Context(), &out, args)
		return out.String(), err
	}
	if text, err := say("show", "-data", dir); err != nil || strings.Count(text, "\n") != 2 || !strings.Contains(text, "trying") {
		t.Fatalf("%v:\n%s", err, text)
	}
	if text, err := say("verify", "-data", dir); err != nil || !strings.Contains(text, "verifies") {
		t.Fatalf("%v:\n%s", err, text)
	}
	name := filepath.Join(dir, "live", "ledger.db")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(b, session[:])
	if at < 0 {
		t.Fatal("the record is not in the database")
	}
	b[at] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := say("verify", "-data", dir); err == nil {
		t.Fatalf("verified a changed ledger:\n%s", text)
	}
	for _, args := range [][]string{{}, {"burn"}, {"verify"}, {"verify", "-data", filepath.Join(dir, "nowhere")}} {
		if _, err := say(args...); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}
