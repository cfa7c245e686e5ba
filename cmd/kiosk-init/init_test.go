package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"multicopy.example/kiosk/must"
)

var (
	aHash = strings.Repeat("ab", 32)
	aSalt = strings.Repeat("0c", 32)
)

func TestRootIsReadFromTheCommandLineAlone(t *testing.T) {
	r, err := parseRoot("console=ttyS0 quiet kiosk.verity=" + aHash + ":" + aSalt + ":1000 panic=1")
	must.OK(t, err)
	want := "1 /dev/vda3 /dev/vda3 4096 4096 1000 1001 sha256 " + aHash + " " + aSalt + " 1 panic_on_corruption"
	if got := r.table("/dev/vda3"); got != want || r.sectors() != 8000 {
		t.Errorf("%s, %d sectors", got, r.sectors())
	}
}

func TestCommandLineThatNamesNoRootOrTwoIsRefused(t *testing.T) {
	good := "kiosk.verity=" + aHash + ":" + aSalt + ":1000"
	for _, line := range []string{
		"", "quiet", good + " " + good, "kiosk.verity=", "kiosk.verity=" + aHash, "kiosk.verity=" + aHash + ":" + aSalt,
		"kiosk.verity=" + aHash + ":" + aSalt + ":0", "kiosk.verity=" + aHash + ":" + aSalt + ":-1", "kiosk.verity=" + aHash + "::1000",
		"kiosk.verity=" + aHash[2:] + ":" + aSalt + ":1000", "kiosk.verity=" + aHash + ":" + aSalt + ":1000:1", "kiosk.verity=" + aHash + ":xy:1000",
		"kiosk.verity=" + aHash + ":" + strings.Repeat("0", 2*maxSalt+2) + ":1000",
	} {
		if r, err := parseRoot(line); err == nil {
			t.Errorf("%q is taken for %+v", line, r)
		}
	}
}

func FuzzRoot(f *testing.F) {
	f.Add("kiosk.verity=" + aHash + ":" + aSalt + ":1000")
	f.Fuzz(func(t *testing.T, line string) {
		r, err := parseRoot(line)
		if err != nil {
			return
		}
		// What was taken goes to the kernel as one line of known length.
		if table := r.table("/dev/vda3"); strings.ContainsAny(table, "\n\x00") || len(table) > 2*maxSalt+200 || r.sectors()/8 != r.blocks {
			t.Errorf("%q becomes %q", line, table)
		}
	})
}

// bytes16 is text as UEFI keeps it.
func bytes16(s string) (b []byte) {
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func TestSlotIsToldByThePartitionTheKernelCameFrom(t *testing.T) {
	for id, want := range map[string]string{bootA: "A", strings.ToUpper(bootB): "B"} {
		if got, err := slotOf(bytes16(id)); got != want || err != nil {
			t.Errorf("%s is slot %q, %v", id, got, err)
		}
	}
	for _, id := range []string{"", "6b696f73", bootA + "0", "A"} {
		if got, err := slotOf(bytes16(id)); err == nil {
			t.Errorf("%q is slot %s", id, got)
		}
	}
}

// entry is a boot entry's variable with its attributes in front.
func entry(label string) []byte {
	return append([]byte{7, 0, 0, 0, 1, 0, 0, 0, 4, 0}, append(bytes16(label), 0x7f, 0xff, 4, 0)...)
}

func TestOtherSlotIsStartedNextAndNoOther(t *testing.T) {
	vars := t.TempDir()
	for name, value := range map[string][]byte{
		"Boot0000": entry("UiApp"), "Boot0003": entry("A"), "Boot000C": entry("B"), "BootOrder": {7, 0, 0, 0, 3, 0}, "BootCurrent": {6, 0, 0, 0, 3, 0},
		"Boot0001": {7, 0, 0, 0}, "Boot0002": {},
	} {
		must.OK(t, os.WriteFile(filepath.Join(vars, name+global), value, 0o600))
	}
	must.OK(t, startNext(vars, other("A")))
	if b, err := os.ReadFile(filepath.Join(vars, "BootNext"+global)); err != nil || string(b) != "\x07\x00\x00\x00\x0c\x00" {
		t.Errorf("BootNext is % x, %v", b, err)
	}
	if err := startNext(t.TempDir(), "B"); err == nil {
		t.Error("a firmware without entries starts one next")
	}
}

func TestPartitionIsNamedByItsUevent(t *testing.T) {
	const uevent = "MAJOR=254\nMINOR=3\nDEVNAME=vda3\nDEVTYPE=partition\nPARTN=3\nPARTNAME=rootA\n"
	if got := partition(uevent); got != "rootA" {
		t.Errorf("%q", got)
	}
	if got := partition("DEVNAME=vda\nDEVTYPE=disk\n"); got != "" {
		t.Errorf("a disk is the partition %q", got)
	}
}

// disks is a folder like the kernel's of block devices: disks by the names of their partitions.
func disks(t *testing.T, all map[string][]string) string {
	t.Helper()
	class, devices := t.TempDir(), t.TempDir()
	for disk, partitions := range all {
		for i, name := range partitions {
			device := fmt.Sprint(disk, i+1)
			at := filepath.Join(devices, disk, device)
			must.OK(t, os.MkdirAll(at, 0o700))
			must.OK(t, os.WriteFile(filepath.Join(at, "uevent"), []byte("DEVNAME="+device+"\nDEVTYPE=partition\nPARTNAME="+name+"\n"), 0o600))
			must.OK(t, os.Symlink(at, filepath.Join(class, device)))
		}
	}
	return class
}

func TestDataPartitionIsThatOfTheDiskWithTheRoot(t *testing.T) {
	class := disks(t, map[string][]string{"sda": {"data"}, "vda": {"bootA", "rootA", "data"}, "vdb": {"rootA", "data"}})
	for root, want := range map[string]string{"/dev/vda2": "/dev/vda3", "/dev/vdb1": "/dev/vdb2"} {
		if got, err := dataBeside(class, root); got != want || err != nil {
			t.Errorf("beside %s: %s, %v", root, got, err)
		}
	}
	if got, err := dataBeside(disks(t, map[string][]string{"sda": {"data"}, "vda": {"rootA"}}), "/dev/vda1"); err == nil {
		t.Errorf("the data of another disk: %s", got)
	}
	if got, err := dataBeside(class, "/dev/vdc1"); err == nil {
		t.Errorf("beside a root that is not there: %s", got)
	}
}
