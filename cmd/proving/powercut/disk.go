package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// The ioctl that stops an ext4 file system where it stands:
// EXT4_IOC_SHUTDOWN = _IOR('X', 125, __u32), Linux fs/ext4/ext4.h. With
// NOLOGFLUSH the journal is aborted without a last commit.
const (
	extShutdown   = 2<<30 | 4<<16 | 'X'<<8 | 125
	extNoLogFlush = 2
)

// secondSuper is the number of blocks in a group, and so of the block where the
// second superblock stands.
const secondSuper = "8192"

// A disk is an ext4 file system in a file. While it is plugged in, it is at dir.
type disk struct {
	image, dir string
	size       int64
	mounted    bool
}

func newDisk(folder, name string, size int64) (*disk, error) {
	d := &disk{image: filepath.Join(folder, name+".img"), dir: filepath.Join(folder, name), size: size}
	return d, os.Mkdir(d.dir, 0o700)
}

// format makes the file system anew. Nothing is left for the kernel to lay
// out later, so that only the writer writes; no block is kept for root, who
// this program is. Blocks are as large as on a disk of usual size, and as
// SQLite's pages; mkfs would make smaller ones for so small a disk, and one
// group of them, without a second superblock.
func (d *disk) format() error {
	if err := os.Remove(d.image); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(d.image, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(d.size), f.Close()); err != nil {
		return err
	}
	return tool("mkfs.ext4", "-q", "-F", "-b", "4096", "-g", secondSuper, "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", d.image)
}

func (d *disk) at() string { return d.dir }

func (d *disk) plug() error {
	if err := tool("mount", "-t", "ext4", "-o", "loop", d.image, d.dir); err != nil {
		return err
	}
	d.mounted = true
	return nil
}

// cut ends the power: what is not on the device by now never will be.
func (d *disk) cut() error {
	f, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.IoctlSetPointerInt(int(f.Fd()), extShutdown, extNoLogFlush); err != nil {
		return fmt.Errorf("EXT4_IOC_SHUTDOWN: %w", err)
	}
	return nil
}

func (d *disk) unplug() error {
	if !d.mounted {
		return nil
	}
	d.mounted = false
	if err := unix.Unmount(d.dir, 0); err != nil {
		// A process has it open; it goes when that one ends.
		return errors.Join(fmt.Errorf("umount %s: %w", d.dir, err), unix.Unmount(d.dir, unix.MNT_DETACH))
	}
	return nil
}

func tool(name string, args ...string) error {
	_, err := toolSays(name, args...)
	return err
}

func toolSays(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return string(out), nil
}

// selfCheck: a cut takes what was not flushed and leaves what was. Where it
// does neither, nothing that follows would mean anything.
func selfCheck(folder string) (err error) {
	d, err := newDisk(folder, "selfcheck", 32<<20)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.unplug(), os.Remove(d.image)) }()
	if err := errors.Join(d.format(), d.plug()); err != nil {
		return err
	}
	flushed, loose := filepath.Join(d.dir, "flushed"), filepath.Join(d.dir, "loose")
	for _, name := range []string{flushed, loose} {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		_, err = f.WriteString(name)
		if name == flushed {
			err = errors.Join(err, f.Sync())
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	if err := errors.Join(d.cut(), d.unplug(), d.plug()); err != nil {
		return err
	}
	if b, err := os.ReadFile(flushed); err != nil || string(b) != flushed {
		return fmt.Errorf("a cut here takes what was flushed: %q, %v", b, err)
	}
	if b, err := os.ReadFile(loose); err == nil && string(b) == loose {
		return errors.New("a cut here leaves what was never flushed: it is no cut")
	}
	return nil
}
