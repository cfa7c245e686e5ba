package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

const sector = 512

// A cached is the plate of a disk with a write cache that forgets. A write is
// in the cache until a flush; when the power goes, the flushed sectors are
// there, and of those in the cache whatever chance has brought to the plate:
// none, the first of them, or any in any order. A sector is whole or old.
type cached struct {
	mu    sync.Mutex
	now   []byte // what is read
	plate []byte // what is flushed
	cache []piece
	dead  bool
	fails fault
}

type piece struct {
	at    int64
	bytes []byte
}

func (c *cached) bytes() int64 { return int64(len(c.plate)) }

func (c *cached) read(b []byte, at int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return unix.EIO
	}
	copy(b, c.now[at:])
	return nil
}

func (c *cached) write(b []byte, at int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.fails.due(&c.fails.write) {
		return unix.EIO
	}
	copy(c.now[at:], b)
	c.cache = append(c.cache, piece{at, slices.Clone(b)})
	return nil
}

func (c *cached) flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.fails.due(&c.fails.flush) {
		return unix.EIO
	}
	for _, p := range c.cache {
		copy(c.plate[p.at:], p.bytes)
	}
	c.cache = nil
	return nil
}

// off takes the power. From here on the disk answers nothing.
func (c *cached) off(r *rand.Rand) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = true
	var sectors []piece
	for _, p := range c.cache {
		for n := 0; n < len(p.bytes); n += sector {
			sectors = append(sectors, piece{p.at + int64(n), p.bytes[n:min(n+sector, len(p.bytes))]})
		}
	}
	reached := func(int) bool { return false }
	switch r.IntN(4) {
	case 0: // nothing
	case 1: // in order, up to some sector
		upTo := r.IntN(len(sectors) + 1)
		reached = func(n int) bool { return n < upTo }
	default: // any
		share := r.Float64()
		reached = func(int) bool { return r.Float64() < share }
	}
	for n, s := range sectors {
		if reached(n) {
			copy(c.plate[s.at:], s.bytes)
		}
	}
}

// on starts it again with what is on the plate.
func (c *cached) on() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead, c.cache, c.fails = false, nil, fault{}
	copy(c.now, c.plate)
}

// A cachedDisk is an ext4 file system on a loop device on a cached plate.
type cachedDisk struct {
	*disk
	fuse  string // where the plate is served
	plate *cached
	ended <-chan error
	r     *rand.Rand
}

func newCachedDisk(folder, name string, size int64, r *rand.Rand) (*cachedDisk, error) {
	d, err := newDisk(folder, name, size)
	if err != nil {
		return nil, err
	}
	c := &cachedDisk{disk: d, fuse: filepath.Join(folder, name+".fuse"), r: r}
	return c, os.Mkdir(c.fuse, 0o700)
}

func (d *cachedDisk) format() error {
	if err := d.disk.format(); err != nil {
		return err
	}
	b, err := os.ReadFile(d.image)
	if err != nil {
		return err
	}
	d.plate = &cached{now: slices.Clone(b), plate: b}
	return os.Remove(d.image)
}

func (d *cachedDisk) plug() (err error) {
	d.plate.on()
	if d.ended, err = serve(d.fuse, d.plate); err != nil {
		return err
	}
	return d.mount()
}

func (d *cachedDisk) mount() error {
	if err := tool("mount", "-t", "ext4", "-o", "loop", fusePath(d.fuse), d.dir); err != nil {
		return err
	}
	d.mounted = true
	var s unix.Stat_t
	if err := unix.Stat(d.dir, &s); err != nil {
		return err
	}
	return wholeRequests(s.Dev)
}

// repair does what a boot does with a file system that cannot be mounted. ext4
// marks an error in the superblock past its journal, and a cut can tear that.
func (d *cachedDisk) repair() error {
	if e2fsck("-f", "-y", fusePath(d.fuse)) != nil {
		if err := e2fsck("-f", "-y", "-b", secondSuper, "-B", "4096", fusePath(d.fuse)); err != nil {
			return err
		}
	}
	return d.mount()
}

func e2fsck(args ...string) error {
	const corrected = 1 // e2fsck(8)
	out, err := exec.Command("e2fsck", args...).CombinedOutput()
	if e := (*exec.ExitError)(nil); err == nil || errors.As(err, &e) && e.ExitCode() == corrected {
		return nil
	}
	return fmt.Errorf("e2fsck: %w: %s", err, out)
}

func (d *cachedDisk) cut() error {
	d.plate.off(d.r)
	return nil
}

func (d *cachedDisk) unplug() error {
	if d.ended == nil {
		return nil
	}
	err := errors.Join(d.disk.unplug(), release(d.fuse))
	if e := <-d.ended; e != nil {
		err = errors.Join(err, fmt.Errorf("the disk in memory: %w", e))
	}
	d.ended = nil
	return err
}

// release unmounts a plate. The loop device lets its file go a moment after the
// last umount has returned.
func release(dir string) (err error) {
	for range 200 {
		if err = unix.Unmount(dir, 0); !errors.Is(err, unix.EBUSY) {
			break
		}
		unix.Nanosleep(&unix.Timespec{Nsec: 5e6}, nil)
	}
	return err
}
