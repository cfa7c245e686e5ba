package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// hole is why the ledger goes into new files after an error (offline/renew.go):
// the first flush of a block fails, the block is written once more, the second
// flush succeeds, the power goes. It says what is left. It judges nothing: a
// kernel that keeps the block is welcome.
func hole(to io.Writer, folder string) (err error) {
	d, err := newCachedDisk(folder, "hole", 32<<20, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		return err
	}
	if err := errors.Join(d.format(), d.plug()); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.unplug()) }()
	path, block := filepath.Join(d.at(), "file"), bytes.Repeat([]byte{7}, 4096)
	if err := twice(path, block, d.plate); err != nil {
		return err
	}
	if err := errors.Join(d.cut(), d.unplug(), d.plug()); err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	left := "lost"
	if bytes.Equal(b, block) {
		left = "there"
	}
	fmt.Fprintf(to, "A block of ext4 whose first flush failed, written and flushed once more without an error, is %s after a cut.\n", left)
	return nil
}

func twice(path string, block []byte, p *cached) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	flush := func() error {
		_, err := f.WriteAt(block, 0)
		return errors.Join(err, unix.Fdatasync(int(f.Fd())))
	}
	if err := f.Sync(); err != nil { // the file's name is there
		return err
	}
	p.mu.Lock()
	p.fails = fault{write: 1, lasts: 1}
	p.mu.Unlock()
	if err := flush(); !errors.Is(err, unix.EIO) {
		return fmt.Errorf("a flush that had to fail: %w", err)
	}
	return flush()
}
