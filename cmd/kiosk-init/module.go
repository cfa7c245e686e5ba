package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// load inserts the modules of a folder in the order that its file "order" says. A module that does
// not fit the machine is no fault: what is missing in the end is said by name.
func load(dir string) error {
	order, err := os.ReadFile(filepath.Join(dir, "order"))
	if errors.Is(err, os.ErrNotExist) {
		return nil // a kernel that has everything built in
	}
	if err != nil {
		return err
	}
	for name := range strings.FieldsSeq(string(order)) {
		if err := insert(filepath.Join(dir, filepath.Base(name))); err != nil {
			say(fmt.Sprintf("module %s: %v", name, err))
		}
	}
	return nil
}

func insert(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	err = unix.FinitModule(int(f.Fd()), "", 0)
	if errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENODEV) {
		return nil
	}
	return err
}
