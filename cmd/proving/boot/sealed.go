package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"multicopy.example/cmd/internal/harness/process"
)

// luks is how an encrypted partition begins (LUKS2 on-disk format).
var luks = []byte("LUKS\xba\xbe")

// sealed: the data partition is encrypted by the machine at its first start, opens at the next one, and does
// not in a machine that has another TPM or none, as after its disk was carried away.
func sealed(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	own, err := b.chip("chip-1")
	if err != nil {
		return nil, err
	}
	defer own.Kill() //nolint:errcheck // it may have ended with the machine
	said := newConsole()
	m, err := b.bare("sealed", machine{vm: b.vm, kind: "text", way: "secure", tpm: b.socket("chip-1")}, nil, said.line)
	if err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	line, n, err := said.await(wait, 0, "data partition: sealed", "Failed to start kiosk-data", "does not open")
	if err != nil {
		return nil, err
	}
	saw = append(saw, line)
	if line, _, err = said.await(wait, n, "Finished kiosk-data", "Failed to start kiosk-data"); err != nil || !strings.Contains(line, "Finished") {
		return saw, errors.Join(err, errors.New(line))
	}
	if err := b.alone.Kill(); err != nil {
		return saw, err
	}
	<-b.alone.Done()
	before, err := head(m)
	if err != nil || !bytes.HasPrefix(before, luks) {
		return saw, errors.Join(err, fmt.Errorf("on the disk it begins with %q", before[:8]))
	}
	saw = append(saw, "on the disk it is LUKS")
	for _, next := range []struct{ chip, want string }{{"chip-1", "Finished kiosk-data"}, {"chip-2", "does not open in this machine"}, {"", "does not open in this machine"}} {
		name := "no TPM"
		m.tpm = ""
		if next.chip != "" {
			name = next.chip
			if own, err = b.chip(next.chip); err != nil {
				return saw, err
			}
			m.tpm = b.socket(next.chip)
		}
		again := newConsole()
		if err := b.power(m, again.line); err != nil {
			return saw, err
		}
		line, _, err := again.await(wait, 0, "Finished kiosk-data", "does not open", "sealed to the TPM", "made anew")
		killed := b.alone.Kill()
		<-b.alone.Done()
		_ = own.Kill() // it ends with the machine
		if err = errors.Join(err, killed); err != nil {
			return saw, err
		}
		saw = append(saw, name+": "+line)
		if !strings.Contains(line, next.want) {
			return saw, fmt.Errorf("with %s it is %q", name, line)
		}
	}
	after, err := head(m)
	if err == nil && !bytes.Equal(before, after) {
		err = errors.New("the other machine has changed it")
	}
	return append(saw, "what is encrypted is unchanged"), err
}

// head is the beginning of the data partition.
func head(m machine) ([]byte, error) {
	first, _, err := partition(m.disk(), 5)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(m.disk())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, 1<<20)
	_, err = f.ReadAt(b, first*512)
	return b, err
}

func (b *bench) socket(chip string) string { return filepath.Join(b.out, chip, "socket") }

// chip gives a TPM power; a new one where there is none of that name in this run.
func (b *bench) chip(name string) (*process.Process, error) {
	dir := filepath.Join(b.out, name)
	if b.chips == nil {
		b.chips = map[string]bool{}
	}
	if !b.chips[name] {
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		b.chips[name] = true
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(b.socket(name)); err != nil {
		return nil, err
	}
	return process.Start(process.Command{Name: "swtpm", Path: "/usr/bin/swtpm", Log: filepath.Join(dir, "log"),
		Args: []string{"socket", "--tpm2", "--tpmstate", "dir=" + dir, "--ctrl", "type=unixio,path=" + b.socket(name), "--flags", "startup-clear", "--terminate"}})
}
