package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/must"
)

// A table whose sum is not 0 is left out by the kernel, and the machine has no door.
func TestTheTableOfTheDoorIsWhole(t *testing.T) {
	sum := byte(0)
	for _, b := range doorTable {
		sum += b
	}
	if sum != 0 || len(doorTable) < 8 || int(doorTable[4]) != len(doorTable) || !bytes.HasPrefix(doorTable, []byte("SSDT")) || !bytes.Contains(doorTable, []byte("DOOR\x00")) {
		t.Errorf("%d bytes of the sum %d: %q", len(doorTable), sum, doorTable)
	}
}

func TestTheDoorIsOneBitOfARegister(t *testing.T) {
	m := machine{dir: t.TempDir()}
	must.OK(t, m.provisionBoard())
	for _, open := range []bool{true, false} {
		must.OK(t, m.turnDoor(open))
		b, err := os.ReadFile(filepath.Join(m.dir, "door"))
		if err != nil || len(b) != doorSize || (b[doorIn] == 1) != open || bytes.Count(b, []byte{0}) < doorSize-1 {
			t.Errorf("open %v: %d bytes, %d in the register, %v", open, len(b), b[doorIn], err)
		}
	}
}
