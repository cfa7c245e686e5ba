// Kiosk-init is the only program of the initramfs: it draws the page of getting ready on the glass, loads the kernel's
// modules, opens the root of the slot that was booted under dm-verity, mounts it read-only and becomes its init.
//
// It believes the kernel's command line, which is a part of the signed kernel image, and nothing
// on a disk: a root whose hash is another is not mounted, and a byte of it that is changed later
// stops the machine when it is read. Of the data partition it reads one block, which says whether it can be mounted as it is. Before it trusts this slot it tells the machine's firmware to
// start the other one next time; who finds this one good takes that back (kiosk-good.service).
// So a slot that was good once and rots does not keep the machine from starting.
//
// Whatever fails is said on the console, and the machine is started again.
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	display = "/display" // modules of the glass: files, and their order in one called order
	modules = "/modules" // the others
	newRoot = "/sysroot"
	next    = "/sbin/init"
)

func main() {
	if os.Getpid() != 1 { // in the root, of which it draws the picture again
		if err := again(os.Args[1:]); err != nil {
			say("no picture: " + err.Error())
		}
		return
	}
	err := start()
	say("stopped: " + err.Error())
	time.Sleep(2 * time.Second) // for a person, or a log at the other end of the console
	err = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
	panic(err) // an init that ends is a panic of the kernel's, which starts the machine again too
}

// displayTime is how long the window system may take that is started beside this program.
const displayTime = time.Minute

// again draws on a framebuffer, or on the display of the window system that is named, which is waited for.
func again(display []string) error {
	if len(display) == 1 {
		for end := time.Now().Add(displayTime); ; time.Sleep(50 * time.Millisecond) {
			if err := hang(display[0], picturesToo); err == nil || time.Now().After(end) {
				return err
			}
		}
	}
	return show(picturesToo)
}

// start does not return where it succeeds.
func start() error {
	for _, m := range []struct{ kind, at string }{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}} {
		if err := unix.Mount(m.kind, m.at, m.kind, 0, ""); err != nil && !errors.Is(err, unix.EBUSY) {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	say("init")
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}
	root, err := parseRoot(string(line))
	if err != nil {
		return err
	}
	if err := load(display); err != nil {
		return err
	}
	if err := show(pictures); err != nil {
		say("no picture: " + err.Error())
	}
	if err := load(modules); err != nil {
		return err
	}
	say("modules")
	slot, err := booted(efivars)
	if err != nil {
		return err
	}
	if err := os.WriteFile("/dev/kiosk-slot", []byte("SLOT="+slot+"\n"), 0o444); err != nil { // /dev is handed on to the root
		return err
	}
	device, err := await("root" + slot)
	if err != nil {
		return err
	}
	held, err := nameData(block, device)
	if err != nil {
		return err
	}
	if device, err = root.open(device); err != nil {
		return fmt.Errorf("root of slot %s: %w", slot, err)
	}
	if err := unix.Mount(device, newRoot, "erofs", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount the root of slot %s: %w", slot, err)
	}
	say("root of slot " + slot)
	if err := openMemory(newRoot); err != nil {
		return err
	}
	if err := lendShaders(newRoot, "/proc/cpuinfo"); err != nil {
		say("compiled programs: " + err.Error())
	}
	if err := openData(held, newRoot); err != nil {
		say("data partition: " + err.Error())
	} else {
		say("data")
	}
	return become(newRoot, next)
}

// become makes the mounted folder the root and runs its program in the place of this one.
func become(root, program string) error {
	for _, at := range []string{"/dev", "/proc", "/sys"} {
		if err := unix.Mount(at, root+at, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", at, err)
		}
	}
	// What stays in the initramfs stays in memory.
	for _, left := range []string{display, modules, pictures, "/init"} {
		if err := os.RemoveAll(left); err != nil {
			return err
		}
	}
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	say("handing on")
	return unix.Exec(program, []string{program}, []string{"PATH=/usr/sbin:/usr/bin", "TERM=linux"})
}

// say writes a line with the seconds since the kernel began.
func say(text string) {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // a line without its time is still a line
	fmt.Printf("kiosk-init %d.%02d %s\n", t.Sec, t.Nsec/1e7, text)
}
