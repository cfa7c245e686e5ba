package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe" // the address of a buffer in an ioctl; golang.org/x/sys/unix has none of device-mapper's

	"golang.org/x/sys/unix"
)

// The kernel's device-mapper (include/uapi/linux/dm-ioctl.h), version 4: three commands of one
// structure, struct dm_ioctl of 312 bytes, behind which a table has one struct dm_target_spec of
// 40 bytes and its text.
const (
	dmHeader, dmSpec = 312, 40
	dmBuffer         = 4096

	dmCreate, dmResume, dmLoad = 3, 6, 9

	dmReadOnly = 1 << 0

	// _IOWR(0xfd, 0, struct dm_ioctl), to which the number of the command is added.
	dmBase = 3<<30 | dmHeader<<16 | 0xfd<<8
)

// open makes the verified device of the root on that one. It is /dev/dm-0: nothing else made one.
func (r root) open(device string) (string, error) {
	control, err := mapper()
	if err != nil {
		return "", err
	}
	defer control.Close()
	table := r.table(device)
	if len(table) >= dmBuffer-dmHeader-dmSpec {
		return "", fmt.Errorf("a table of %d bytes", len(table))
	}
	for _, step := range []struct {
		command uintptr
		flags   uint32
		name    string
	}{{dmCreate, 0, "create"}, {dmLoad, dmReadOnly, "table"}, {dmResume, 0, "resume"}} {
		if err := dm(control, step.command, step.flags, r.sectors(), table); err != nil {
			return "", fmt.Errorf("verity: %s: %w", step.name, err)
		}
	}
	return "/dev/dm-0", nil
}

// dm carries out one command for the device "root". The table is used by dmLoad alone.
func dm(control *os.File, command uintptr, flags uint32, sectors uint64, table string) error {
	b := make([]byte, dmBuffer)
	le := binary.LittleEndian
	le.PutUint32(b[0:], 4) // version
	le.PutUint32(b[12:], dmBuffer)
	le.PutUint32(b[16:], dmHeader) // where the table begins
	le.PutUint32(b[28:], flags)
	copy(b[48:], "root")
	if command == dmLoad {
		le.PutUint32(b[20:], 1)                 // one target
		le.PutUint64(b[dmHeader+8:], sectors)   // from sector 0 on
		copy(b[dmHeader+24:], "verity")         // its kind
		copy(b[dmHeader+dmSpec:], table+"\x00") // its parameters
	}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, control.Fd(), dmBase|command, uintptr(unsafe.Pointer(&b[0])))
	if errno != 0 {
		return errno
	}
	return nil
}

// mapper opens device-mapper's control. Where nothing has made its node, it is made by the number
// that the kernel tells.
func mapper() (*os.File, error) {
	const name = "/dev/mapper/control"
	if f, err := os.OpenFile(name, os.O_RDWR, 0); err == nil {
		return f, nil
	}
	misc, err := os.ReadFile("/proc/misc")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(misc)) {
		number, what, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || what != "device-mapper" {
			continue
		}
		minor, err := strconv.ParseUint(number, 10, 20)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll("/dev/mapper", 0o755); err != nil {
			return nil, err
		}
		if err := unix.Mknod(name, unix.S_IFCHR|0o600, int(unix.Mkdev(10, uint32(minor)))); err != nil {
			return nil, fmt.Errorf("make %s: %w", name, err)
		}
		return os.OpenFile(name, os.O_RDWR, 0)
	}
	return nil, fmt.Errorf("the kernel has no device-mapper")
}
