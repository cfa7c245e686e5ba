package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// TestKeysAreRotatedByTheSteps of INSTALL.md: while both keys stand, kiosks with the one
// and with the other are served and their records read; once the old one is retired,
// those with the new one alone.
func TestKeysAreRotatedByTheSteps(t *testing.T) {
	dir := newFolder(t, sqlite)
	was := t.TempDir() // what a kiosk has that was not given the new keys
	for _, name := range []string{fixture.TransportCA, fixture.CodePub, fixture.RecordsPub} {
		must.OK(t, os.WriteFile(filepath.Join(was, name), file(t, dir, name), 0o600))
	}
	do := func(want int, args ...string) {
		t.Helper()
		if status := run(t.Context(), io.Discard, append(args, "--dir", dir)...); status != want {
			t.Errorf("%q: status %d", args, status)
		}
	}
	do(cli.WrongUse, "keys", "rotate", "cards")
	do(cli.Failed, "keys", "retire", "codes", "--to", filepath.Join(t.TempDir(), "old"))
	do(cli.Done, "keys", "rotate", "codes")
	do(cli.Done, "keys", "rotate", "records")
	rotated(t, dir, was, "hanako", true)
	kept := filepath.Join(t.TempDir(), "old.pem")
	do(cli.Done, "keys", "retire", "codes", "--to", filepath.Join(t.TempDir(), "codes.pem"))
	do(cli.Done, "keys", "retire", "records", "--to", kept)
	do(cli.Failed, "keys", "retire", "records", "--to", kept)
	if i, err := os.Stat(kept); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", i, err)
	}
	rotated(t, dir, was, "taro", false)
}

// rotated serves the folder and looks who is understood.
func rotated(t *testing.T, dir, was, resident string, both bool) {
	t.Run(resident, func(t *testing.T) {
		b := &bench{TB: t, dir: dir, clock: &clock{at: time.Now()}}
		b.serve()
		pair, err := fixture.KioskPair(dir)
		must.OK(t, err)
		late := dialAt(t, was, b.at.Listen, pair, b.clock.now)
		defer late.Close()
		c := b.card(resident)
		r := b.reserve(c, kiosk.FlowP)
		s := b.open(c)
		if _, err := b.code(late, s, r.OTP); (err == nil) != both || err != nil && !errors.As(err, new(port.WrongCode)) {
			t.Errorf("sealed to the old key: %v", err)
		}
		if _, err := b.code(b.kiosk, s, r.OTP); err != nil {
			t.Errorf("sealed to the new key: %v", err)
		}
		d := &disk{bench: b, dir: filepath.Join(was, "ledger")}
		for _, folder := range []string{dir, was} {
			d.key, err = wire.ParseSealingKey(file(t, folder, fixture.RecordsPub))
			must.OK(t, err)
			d.day(2, true)
		}
		if both {
			b.wantAlarms()
		} else {
			b.wantAlarms("unread 0")
		}
	})
}
