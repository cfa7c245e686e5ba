package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// One file, served to the kernel over /dev/fuse: Linux
// include/uapi/linux/fuse.h, version 7.31. The other end is this machine's own
// kernel, which root trusts already; still a length is looked at before it is
// believed.
const (
	fuseLookup   = 1
	fuseForget   = 2
	fuseGetattr  = 3
	fuseSetattr  = 4
	fuseOpen     = 14
	fuseRead     = 15
	fuseWrite    = 16
	fuseStatfs   = 17
	fuseRelease  = 18
	fuseFsync    = 20
	fuseFlush    = 25
	fuseInit     = 26
	fuseOpendir  = 27
	fuseRelDir   = 29
	fuseIntr     = 36
	fuseForgets  = 42
	fuseHeader   = 40
	fuseArgs     = 40 // fuse_read_in and fuse_write_in
	fuseMaxWrite = 1 << 20

	fuseFile  = "disk" // the only name, node 2; node 1 is the folder
	fuseCache = 1 << 40

	// FOPEN_DIRECT_IO: no page cache of its own between the loop device and us,
	// and a request of the device comes whole. Through a page cache a write
	// that begins inside a page comes in two; where the second failed, the loop
	// device of Linux 6.18 took the short write for a whole one and reported no error.
	fuseDirect = 1 << 0
)

// le is the byte order of every machine this has been tried on; the protocol
// itself says the host's.
var le = binary.LittleEndian

// A plate is what lies under the file.
type plate interface {
	read(b []byte, at int64) error
	write(b []byte, at int64) error
	flush() error
	bytes() int64
}

// serve mounts a folder with one file that is p, and answers until it is
// unmounted; done then says why.
func serve(dir string, p plate) (done <-chan error, err error) {
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/fuse: %w", err)
	}
	opts := fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", fd)
	if err := unix.Mount("powercut", dir, "fuse", unix.MS_NOSUID|unix.MS_NODEV, opts); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("mount fuse: %w", err)
	}
	end := make(chan error, 1)
	go func() {
		end <- answerAll(fd, p)
		unix.Close(fd)
	}()
	return end, nil
}

func answerAll(fd int, p plate) error {
	b := make([]byte, fuseMaxWrite+64<<10)
	for {
		n, err := unix.Read(fd, b)
		switch {
		case errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ECONNABORTED):
			return nil // unmounted; a writer whose disk goes too early would end by itself, and that is an error
		case errors.Is(err, unix.EINTR) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EAGAIN):
			continue
		case err != nil:
			return err
		case n < fuseHeader || int(le.Uint32(b)) != n:
			return fmt.Errorf("the kernel sent %d bytes that are no request", n)
		}
		op := le.Uint32(b[4:])
		if op == fuseForget || op == fuseForgets || op == fuseIntr {
			continue // no answer is wanted
		}
		body, err := answer(op, le.Uint64(b[16:]), b[fuseHeader:n], p)
		var no unix.Errno
		if err != nil && !errors.As(err, &no) {
			return err
		}
		if no != 0 {
			body = nil // an error has none
		}
		out := make([]byte, 16, 16+len(body))
		le.PutUint32(out, uint32(16+len(body)))
		le.PutUint32(out[4:], uint32(-int32(no)))
		copy(out[8:], b[8:16]) // unique
		if _, err := unix.Write(fd, append(out, body...)); err != nil && !errors.Is(err, unix.ENOENT) {
			return err
		}
	}
}

// answer is the body of one answer, or an Errno.
func answer(op uint32, node uint64, in []byte, p plate) ([]byte, error) {
	switch op {
	case fuseInit:
		return initOut(in)
	case fuseLookup:
		if node != 1 || string(in) != fuseFile+"\x00" {
			return nil, unix.ENOENT
		}
		out := le.AppendUint64(nil, 2)
		out = le.AppendUint64(out, 0)
		out = le.AppendUint64(out, fuseCache)
		out = le.AppendUint64(out, fuseCache)
		return append(append(out, make([]byte, 8)...), attr(2, p)...), nil
	case fuseGetattr, fuseSetattr:
		out := le.AppendUint64(nil, fuseCache)
		return append(append(out, make([]byte, 8)...), attr(node, p)...), nil
	case fuseOpen:
		return le.AppendUint64(make([]byte, 8), fuseDirect), nil
	case fuseOpendir:
		return make([]byte, 16), nil
	case fuseStatfs:
		return make([]byte, 80), nil
	case fuseRelease, fuseRelDir, fuseFlush:
		return nil, nil
	case fuseFsync:
		return nil, p.flush()
	case fuseRead, fuseWrite:
		if len(in) < fuseArgs {
			return nil, unix.EINVAL
		}
		return transfer(op, int64(le.Uint64(in[8:])), int64(le.Uint32(in[16:])), in[fuseArgs:], p)
	}
	return nil, unix.ENOSYS
}

func transfer(op uint32, at, n int64, data []byte, p plate) ([]byte, error) {
	if at < 0 || at > p.bytes() || n > fuseMaxWrite {
		return nil, unix.EINVAL
	}
	if op == fuseRead {
		out := make([]byte, min(n, p.bytes()-at))
		return out, p.read(out, at)
	}
	if n != int64(len(data)) || n > p.bytes()-at {
		return nil, unix.EINVAL
	}
	return le.AppendUint64(nil, uint64(n)), p.write(data, at)
}

// initOut: version 7.31, large writes; above all no FUSE_WRITEBACK_CACHE, so
// that a write is here before the loop device calls it done.
func initOut(in []byte) ([]byte, error) {
	const asyncRead, bigWrites, maxPages = 1 << 0, 1 << 5, 1 << 22
	if len(in) < 16 || le.Uint32(in) != 7 || le.Uint32(in[4:]) < 31 {
		return nil, unix.EPROTO
	}
	out := make([]byte, 64)
	le.PutUint32(out, 7)
	le.PutUint32(out[4:], 31)
	le.PutUint32(out[8:], 128<<10) // read ahead
	le.PutUint32(out[12:], asyncRead|bigWrites|maxPages)
	le.PutUint16(out[16:], 16)
	le.PutUint16(out[18:], 12)
	le.PutUint32(out[20:], fuseMaxWrite)
	le.PutUint32(out[24:], 1)
	le.PutUint16(out[28:], fuseMaxWrite/4096)
	return out, nil
}

func attr(node uint64, p plate) []byte {
	out := make([]byte, 88)
	le.PutUint64(out, node)
	mode := uint32(unix.S_IFDIR | 0o700)
	if node == 2 {
		mode = unix.S_IFREG | 0o600
		le.PutUint64(out[8:], uint64(p.bytes()))
		le.PutUint64(out[16:], uint64(p.bytes()/512))
	}
	le.PutUint32(out[60:], mode)
	le.PutUint32(out[64:], 1)
	le.PutUint32(out[80:], 4096)
	return out
}

func fusePath(dir string) string { return filepath.Join(dir, fuseFile) }
