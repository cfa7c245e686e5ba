package main

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"path/filepath"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/kiosk/config"
)

// The switch at a machine's door. The emulator has no GPIO that a kernel of Debian's knows. What the kernel has a driver for is
// the GPIO of AMD's chipsets, four registers in memory that the board's tables tell of (door.asl): that memory is a file, which
// stands for the wires.

//go:embed door.aml
var doorTable []byte

const (
	doorSize = 2 << 20 // of the file; the registers are its first 256 bytes
	doorIn   = 4       // the register of what the lines are at; the door's is the lowest bit
)

// board are the arguments of the emulator for it. The memory is of a kind that is no RAM to the kernel.
func (m machine) board() []string {
	return []string{"-m", "1024,slots=1,maxmem=2G", "-machine", "nvdimm=on", "-acpitable", "file=" + m.at("door.aml"),
		"-object", "memory-backend-file,id=door,share=on,size=2M,mem-path=" + m.at("door"), "-device", "nvdimm,memdev=door,addr=0x100000000"}
}

// provisionBoard makes the files of it, with the door closed: its switch pulls the line down.
func (m machine) provisionBoard() error {
	return errors.Join(os.WriteFile(m.at("door.aml"), doorTable, 0o600), os.WriteFile(m.at("door"), make([]byte, doorSize), 0o600))
}

// turnDoor opens the door, or closes it.
func (m machine) turnDoor(open bool) error {
	f, err := os.OpenFile(m.at("door"), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	level := byte(0)
	if open {
		level = 1
	}
	_, err = f.WriteAt([]byte{level}, doorIn)
	return errors.Join(err, f.Close())
}

// plugIn puts the stick into the running machine.
func (m machine) plugIn(ctx context.Context) error {
	_, err := monitor(ctx, m, "device_add", map[string]string{"driver": "usb-storage", "bus": "usb.0", "drive": "stick", "id": "stick-in"})
	return err
}

// commission makes the operator's codes, as `kiosk staff commission` does before a machine is sent out, and keeps their address
// in the operator's file.
func (m machine) commission(cfg config.Config) error {
	cfg.Kiosk.Data = filepath.Join(m.at("data"), "kiosk", "ledger")
	if err := os.MkdirAll(cfg.Kiosk.Data, 0o700); err != nil {
		return err
	}
	uri, err := firmware.Commission(cfg)
	if err != nil {
		return err
	}
	return os.WriteFile(m.at("operator"), []byte(uri+"\n"), 0o600)
}
