package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// rebuilt destroys the data partition of a machine that has told records. The machine makes it anew and says what it lacks; enrolled again, it
// begins a ledger that names none before it, which is an alarm at the authority.
func rebuilt(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	w, err := b.start(ctx, "rebuilt", machine{vm: b.vm, kind: "text", way: "direct", face: true})
	if err != nil {
		return nil, err
	}
	if _, err := b.displays(ctx, "the attract screen", inviting); err != nil {
		return nil, err
	}
	if saw, err = renews(ctx, w); err != nil {
		return saw, err
	}
	told, err := records(ctx, w.Authority.File("authority.db"))
	if err != nil || told == 0 {
		return saw, fmt.Errorf("the authority has %d records: %w", told, err)
	}
	if err := errors.Join(w.Kiosk.Kill(), b.of.destroy()); err != nil {
		return saw, err
	}
	saw = append(saw, fmt.Sprintf("the authority has %d records; 8 MB of noise are written over the beginning of the data partition", told))
	if err := w.Kiosk.Resume(); err != nil {
		return saw, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	for _, says := range []struct{ command, want string }{
		{"journalctl -b -u kiosk-data -o cat | grep 'data partition'", "made anew"},
		{"journalctl -b -u kiosk -o cat | grep pem | tail -n 1", ".pem"},
	} {
		out, err := b.until(wait, says.command, func(out string) bool { return strings.Contains(out, says.want) })
		saw = append(saw, "the machine says: "+strings.TrimSpace(out))
		if err != nil {
			return saw, err
		}
	}
	if err := b.enrolAgain(ctx); err != nil {
		return saw, err
	}
	if _, err := b.displays(ctx, "the attract screen of a kiosk that is enrolled again", inviting); err != nil {
		return saw, err
	}
	for {
		out, err := b.alarms(wait, w)
		if err != nil {
			return saw, err
		}
		if strings.Contains(out, "unlinked") {
			return append(saw, "enrolled again it invites; the authority has an alarm: "+strings.Join(strings.Fields(out), " ")), nil
		}
		if !pause(wait, time.Second) {
			return saw, fmt.Errorf("the authority has no alarm of a ledger that names none: %q", out)
		}
	}
}

// destroy writes noise over the beginning of the data partition.
func (m machine) destroy() error {
	first, _, err := partition(m.disk(), 5)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(m.disk(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	noise := make([]byte, 8<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	_, err = f.WriteAt(noise, first*512)
	return errors.Join(err, f.Close())
}

// enrolAgain writes into the machine's new partition what its first was provisioned with, as its technician does, and starts the kiosk.
func (b *bench) enrolAgain(ctx context.Context) error {
	from := b.of.at("data")
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := "/data" + strings.TrimPrefix(path, from)
		text := base64.StdEncoding.EncodeToString(content)
		lines := "" // a terminal takes no line of more than 4,095 bytes
		for ; len(text) > 76; text = text[76:] {
			lines += text[:76] + "\n"
		}
		out, err := inside(ctx, b.of, fmt.Sprintf("base64 -d >%s <<'END'\n%s%s\nEND\nwc -c <%[1]s", to, lines, text))
		if err == nil && !strings.HasSuffix(strings.TrimSpace(out), fmt.Sprint(len(content))) {
			err = fmt.Errorf("%s was not written: %s", to, out)
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = inside(ctx, b.of, "chown -R kiosk:kiosk /data/kiosk; chmod 600 /data/kiosk/*.key.pem; systemctl reset-failed kiosk; systemctl restart kiosk --no-block")
	return err
}
