package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The data partition of a machine that ended well is opened here, by a few system calls, where the programs that would do it later take
// seconds of an emulated machine. Whatever is not as it mostly is, is left to kiosk-data.service, which can encrypt, mend and make anew.

// chip is where the kernel tells of a TPM, by the table of it or by its driver: with one the partition is encrypted.
var chip = []string{"/sys/firmware/acpi/tables/TPM2", "/sys/class/tpm/tpm0"}

// Of the superblock of ext4, which lies 1,024 bytes into the partition (Linux, Documentation/filesystems/ext4/super.rst).
const (
	superAt      = 1024
	superLong    = 1024
	magicAt      = 0x38
	magic        = 0xef53
	stateAt      = 0x3a
	stateClean   = 1 // was unmounted, and no error was seen
	incompatAt   = 0x60
	needsReplay  = 0x4 // of its journal
	errorCountAt = 0x194
)

var errLeft = errors.New("left to kiosk-data.service")

// clean reports whether a superblock is that of a file system that was unmounted and is whole. Who checks it (e2fsck -p) would
// do nothing either.
func clean(super []byte) bool {
	if len(super) < superLong {
		return false
	}
	le := binary.LittleEndian
	return le.Uint16(super[magicAt:]) == magic && le.Uint16(super[stateAt:]) == stateClean &&
		le.Uint32(super[incompatAt:])&needsReplay == 0 && le.Uint32(super[errorCountAt:]) == 0
}

// openData mounts the data partition in the root, as kiosk-data.service does.
func openData(device, root string) error {
	for _, c := range chip {
		if _, err := os.Stat(c); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("a TPM: %w", errLeft)
		}
	}
	super := make([]byte, superLong)
	f, err := os.Open(device)
	if err != nil {
		return err
	}
	_, err = io.ReadFull(io.NewSectionReader(f, superAt, superLong), super)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if !clean(super) {
		return fmt.Errorf("not an ext4 that was unmounted: %w", errLeft)
	}
	at := root + "/data"
	if err := unix.Mount(device, at, "ext4", inert|unix.MS_NOATIME, "errors=panic"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := ready(at, root); err != nil {
		return errors.Join(err, unix.Unmount(at, 0))
	}
	state, etc := root+"/var/lib/kiosk", root+"/etc/kiosk"
	err = os.MkdirAll(state, 0o755)
	for _, b := range [][2]string{{at + "/kiosk", state}, {at + "/etc", etc}} {
		if err == nil {
			err = unix.Mount(b[0], b[1], "", unix.MS_BIND, "")
		}
	}
	if err == nil {
		return nil
	}
	// A partition that is half open would keep kiosk-data.service away, and the kiosk would write into memory.
	for _, dir := range []string{state, etc, at} {
		_ = unix.Unmount(dir, 0) // of the first two what was not mounted
	}
	return err
}

// inert is how everything is mounted that can be written to.
const inert = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC

// openMemory mounts what of the root is written to and does not last.
func openMemory(root string) error {
	for dir, mode := range map[string]string{"/var": "0755", "/tmp": "1777"} {
		if err := unix.Mount("tmpfs", root+dir, "tmpfs", inert, "size=64M,mode="+mode); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	return nil
}

// ready makes the partition's folders the kiosk's of this root, another of which may have numbered its users in another way. One
// that has no configuration yet is left.
func ready(at, root string) error {
	if _, err := os.Stat(at + "/etc/kiosk.toml"); err != nil {
		return fmt.Errorf("no configuration: %w", errLeft)
	}
	user, group, err := userOf(root+"/etc/passwd", "kiosk")
	if err != nil {
		return err
	}
	for _, d := range []string{"/etc", "/rauc", "/kiosk"} {
		if err := os.MkdirAll(at+d, 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(at+"/kiosk", 0o700); err != nil {
		return err
	}
	return own(at+"/kiosk", user, group)
}

// own gives a folder with all that is in it to a user. Links are given, and not followed.
func own(dir string, user, group int) error {
	return filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var s unix.Stat_t
		if err := unix.Lstat(name, &s); err != nil || int(s.Uid) == user {
			return err
		}
		return os.Lchown(name, user, group)
	})
}

// mostPasswd bounds the list of users.
const mostPasswd = 1 << 20

// userOf are the numbers of a user and of its group, of a list as passwd(5) says.
func userOf(file, name string) (user, group int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostPasswd))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(b)) {
		if p := strings.Split(line, ":"); len(p) == 7 && p[0] == name {
			user, err = strconv.Atoi(p[2])
			if err == nil {
				group, err = strconv.Atoi(p[3])
			}
			return user, group, err
		}
	}
	return 0, 0, fmt.Errorf("%s has no user %s", file, name)
}
