package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// block is where the kernel tells of its block devices.
const block = "/sys/class/block"

// awaitFor is how long a disk may take to appear.
const awaitFor = 30 * time.Second

// await is the device of the partition of that name.
func await(name string) (string, error) {
	for end := time.Now().Add(awaitFor); ; time.Sleep(10 * time.Millisecond) {
		device, err := named(filepath.Join(block, "*", "uevent"), name)
		if device != "" || err != nil {
			return device, err
		}
		if time.Now().After(end) {
			return "", fmt.Errorf("no partition is called %s", name)
		}
	}
}

// named is the device of the partition of that name among files that describe devices; "" where there is none.
func named(pattern, name string) (string, error) {
	all, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	for _, f := range all {
		b, err := os.ReadFile(f)
		if err == nil && partition(string(b)) == name {
			return "/dev/" + filepath.Base(filepath.Dir(f)), nil
		}
	}
	return "", nil
}

// data is the link to the data partition's device: /dev is handed on to the root.
const data = "/dev/kiosk-data"

// dataBeside is the data partition of the disk that has the root: no stick that has a partition of this name takes its place. The kernel
// knows all partitions of a disk at once, so it is not waited for.
func dataBeside(class, root string) (string, error) {
	at, err := filepath.EvalSymlinks(filepath.Join(class, filepath.Base(root)))
	if err != nil {
		return "", err
	}
	device, err := named(filepath.Join(filepath.Dir(at), "*", "uevent"), "data")
	if err == nil && device == "" {
		err = errors.New("the disk of the root has no partition that is called data")
	}
	return device, err
}

// nameData tells the root its data partition, which then waits for no program that looks for devices.
func nameData(class, root string) (device string, err error) {
	device, err = dataBeside(class, root)
	if err != nil {
		return "", err
	}
	return device, os.Symlink(device, data)
}
