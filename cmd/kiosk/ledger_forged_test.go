package main

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
)

// A forger cannot make a receipt, but can take it away. What is left verifies,
// and is not what the authority signed.
func TestAReceiptThatWasTakenAwayIsMissed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	l := openLedger(t, dir)
	cert := served(t, l)
	must.OK(t, l.Close())
	check := []string{"verify", "--data", dir, "--authority", cert, "--kiosk", "shop-1"}
	if text, err := say(t, check...); err != nil || !strings.Contains(text, "signed   up to record 2;") {
		t.Fatalf("%v\n%s", err, text)
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "live", "ledger.db"))
	must.OK(t, err)
	_, err = db.Exec("DELETE FROM receipt")
	must.OK(t, errors.Join(err, db.Close()))
	text, err := say(t, check...)
	if err == nil || !strings.Contains(err.Error(), "none for records 1 to 2") || !strings.Contains(text, "signed   nothing") {
		t.Errorf("%v\n%s", err, text)
	}
	// A ledger of an older program has none either, and no check was asked for.
	if text, err := say(t, "verify", "--data", dir); err != nil || !strings.Contains(text, "none for records 1 to 2") {
		t.Errorf("%v\n%s", err, text)
	}
}

// A record that the authority refused needs no receipt.
func TestARefusedRecordNeedsNoReceipt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	l := openLedger(t, dir)
	cert := served(t, l)
	must.OK(t, l.SetAside(t.Context(), l.Head().Epoch, 3, "not today"))
	if text, err := say(t, "verify", "--data", dir, "--authority", cert, "--kiosk", "shop-1"); err != nil || strings.Contains(text, "called acknowledged") {
		t.Errorf("%v\n%s", err, text)
	}
}

// What a file says is printed on a terminal, in errors too.
func TestAnExportDoesNotMoveTheCursor(t *testing.T) {
	books := []offline.Book{{Name: "live\x1b[2J", Exported: []string{"fine\x1b[2J\r\x9b31m\u202e"}}}
	var b bytes.Buffer
	must.OK(t, export.Write(&b, books))
	file := filepath.Join(t.TempDir(), "export")
	must.OK(t, os.WriteFile(file, b.Bytes(), 0o600))
	text, err := say(t, "verify", "--file", file)
	if err == nil {
		t.Fatal("verified")
	}
	if strings.ContainsAny(text+err.Error(), "\x1b\r\u009b\u202e") || strings.Contains(text+err.Error(), "\x9b") {
		t.Errorf("%q\n%q", text, err)
	}
}
