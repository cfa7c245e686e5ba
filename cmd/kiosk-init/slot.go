package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"golang.org/x/sys/unix"
)

// Two slots, A and B, each with a boot partition that holds its signed kernel image. Which one the
// machine's firmware started, the stub in front of the kernel tells by the partition it was read
// from; both are named so when the disk is made (buildroot/vm, genimage.cfg). An image says
// nothing of its slot, so one bundle serves both.
const (
	bootA = "6b696f73-6b00-4000-8000-00000000000a"
	bootB = "6b696f73-6b00-4000-8000-00000000000b"
)

const (
	efivars = "/sys/firmware/efi/efivars"
	global  = "-8be4df61-93ca-11d2-aa0d-00e098032b8c" // of the UEFI specification
	loader  = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f" // of the boot loader interface
	lasting = 7                                       // non-volatile, also for the running system
	maxVar  = 64 << 10
)

// booted is the slot that runs, and lets the machine start the other one next. A machine without
// UEFI has one slot.
func booted(vars string) (string, error) {
	if _, err := os.Stat(filepath.Dir(vars)); err != nil {
		return "A", nil
	}
	if err := unix.Mount("efivarfs", vars, "efivarfs", 0, ""); err != nil && !errors.Is(err, unix.EBUSY) {
		return "", fmt.Errorf("mount %s: %w", vars, err)
	}
	from, err := variable(vars, "LoaderDevicePartUUID"+loader)
	if err != nil {
		return "", err
	}
	slot, err := slotOf(from)
	if err != nil {
		return "", err
	}
	if err := startNext(vars, other(slot)); err != nil {
		say("the other slot stands not behind this one: " + err.Error())
	}
	return slot, nil
}

func other(slot string) string {
	if slot == "A" {
		return "B"
	}
	return "A"
}

func slotOf(partition []byte) (string, error) {
	switch id := strings.ToLower(text16(partition)); id {
	case bootA:
		return "A", nil
	case bootB:
		return "B", nil
	default:
		return "", fmt.Errorf("the kernel was read from partition %q, which is of no slot", id)
	}
}

// startNext has the firmware start the entry of that slot once, at the next start.
func startNext(vars, slot string) error {
	names, err := filepath.Glob(filepath.Join(vars, "Boot[0-9A-F][0-9A-F][0-9A-F][0-9A-F]"+global))
	if err != nil {
		return err
	}
	for _, name := range names {
		option, err := variable(vars, filepath.Base(name))
		if err != nil || title(option) != slot {
			continue
		}
		var number uint16
		if _, err := fmt.Sscanf(filepath.Base(name)[4:8], "%04X", &number); err != nil {
			return err
		}
		b := binary.LittleEndian.AppendUint32(nil, lasting)
		return os.WriteFile(filepath.Join(vars, "BootNext"+global), binary.LittleEndian.AppendUint16(b, number), 0o600)
	}
	return fmt.Errorf("no boot entry is called %s", slot)
}

// variable is the value of a variable of the firmware's: behind four bytes of attributes.
func variable(vars, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(vars, name))
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || len(b) > maxVar {
		return nil, fmt.Errorf("%s has %d bytes", name, len(b))
	}
	return b[4:], nil
}

// title is the description of a boot entry (EFI_LOAD_OPTION): it stands behind the attributes and
// the length of a path.
func title(option []byte) string {
	if len(option) < 6 {
		return ""
	}
	return text16(option[6:])
}

// text16 is UTF-16 up to its end, which a zero marks where it is not the end of the bytes.
func text16(b []byte) string {
	var units []uint16
	for ; len(b) >= 2; b = b[2:] {
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
