package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// flipped: one bit of the init program is another.
func flipped(ctx context.Context, b *bench) (saw []string, err error) {
	at, err := programInRoot(ctx, filepath.Join(b.vm, "text.root"))
	if err != nil {
		return nil, err
	}
	flip := func(m machine) error {
		first, _, err := partition(m.disk(), 3)
		if err != nil {
			return err
		}
		return change(m.disk(), first*512+at)
	}
	said := newConsole()
	if _, err := b.bare("flip", machine{vm: b.vm, kind: "text", way: "direct"}, flip, said.line); err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	if _, _, err := said.await(wait, 0, "root of slot A"); err != nil { // its superblock is whole
		return nil, err
	}
	line, n, err := said.await(wait, 0, "Kernel panic", "msg=place", "Started kiosk.service")
	if err != nil {
		return nil, err
	}
	saw = append(saw, fmt.Sprintf("bit 0 of byte %d of the root, which is of %s, is flipped: %s", at, program, line))
	if !strings.Contains(line, "dm-verity device corrupted") {
		return saw, errors.New("it runs")
	}
	again, _, err := said.await(wait, n, "kiosk-init")
	return append(saw, "and starts again: "+again), err
}

// program is read after the root was mounted.
const program = "/usr/lib/systemd/systemd"

// programInRoot is where a byte of it lies in an image of a root.
func programInRoot(ctx context.Context, root string) (int64, error) {
	out, err := exec.CommandContext(ctx, "dump.erofs", "-e", "--path="+program, root).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("dump.erofs: %w: %s", err, out)
	}
	found := regexp.MustCompile(`(?m)^\s+2:.*\|\s+\d+ :\s+(\d+)\.\.`).FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("dump.erofs tells no place of %s: %s", program, out)
	}
	at, err := strconv.ParseInt(string(found[1]), 10, 64)
	return at + 100, err
}

// change flips a bit of a file.
func change(name string, at int64) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	one := make([]byte, 1)
	_, err = f.ReadAt(one, at)
	if err == nil {
		one[0] ^= 1
		_, err = f.WriteAt(one, at)
	}
	return errors.Join(err, f.Close())
}

// unsigned: the same kernel image without its signature, under Secure Boot; then the signed one, with all that stands around a
// machine, which measures that chain beside the start of the kernel alone (ready).
func unsigned(ctx context.Context, b *bench) (saw []string, err error) {
	said := newConsole()
	change := func(m machine) error { return b.replaceKernel(m, filepath.Join(b.vm, "text.unsigned.efi")) }
	if _, err := b.bare("unsigned", machine{vm: b.vm, kind: "text", way: "secure"}, change, said.line); err != nil {
		return nil, err
	}
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	line, _, err := said.await(wait, 0, "Access Denied", "kiosk-init")
	if err != nil {
		return nil, err
	}
	saw = append(saw, "unsigned: "+strings.TrimSpace(line))
	if !strings.Contains(line, "Access Denied") {
		return saw, errors.New("a kernel without a signature runs")
	}
	b.close()
	signed, err := b.invited(ctx, "signed", "secure", "signed, by UEFI under Secure Boot it invites", 0)
	return append(saw, signed...), err
}

// replaceKernel puts another file in the place of the signed kernel image of slot A.
func (b *bench) replaceKernel(m machine, file string) error {
	first, _, err := partition(m.disk(), 1)
	if err != nil {
		return err
	}
	return tool("mcopy", "-o", "-i", fmt.Sprintf("%s@@%d", m.disk(), first*512), file, "::EFI/BOOT/BOOTX64.EFI")
}
