package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A root is what the signed command line says of the root file system:
// kiosk.verity=HASH:SALT:BLOCKS, of SHA-256 over blocks of 4,096 bytes, whose hash tree lies
// behind the data.
type root struct {
	hash, salt string
	blocks     uint64
}

const (
	blockSize = 4096
	parameter = "kiosk.verity="
	maxSalt   = 256 // bytes, the kernel's
)

// errNoRoot: the image was made wrong, or it is not the image's command line.
var errNoRoot = errors.New("the command line has not exactly one " + parameter + "HASH:SALT:BLOCKS")

func parseRoot(line string) (r root, err error) {
	found := 0
	for word := range strings.FieldsSeq(line) {
		value, ok := strings.CutPrefix(word, parameter)
		if !ok {
			continue
		}
		found++
		part := strings.Split(value, ":")
		if len(part) != 3 {
			return root{}, errNoRoot
		}
		r = root{hash: part[0], salt: part[1]}
		if r.blocks, err = strconv.ParseUint(part[2], 10, 40); err != nil || r.blocks == 0 {
			return root{}, errNoRoot
		}
		hash, err1 := hex.DecodeString(r.hash)
		salt, err2 := hex.DecodeString(r.salt)
		if err1 != nil || err2 != nil || len(hash) != 32 || len(salt) == 0 || len(salt) > maxSalt {
			return root{}, errNoRoot
		}
	}
	if found != 1 {
		return root{}, errNoRoot
	}
	return r, nil
}

// table is the verity target's line (Documentation/admin-guide/device-mapper/verity.rst): the hash
// tree begins one block behind the data, after veritysetup's superblock. A block that is not what
// the tree says stops the machine, as a program that goes on with an error could be led.
func (r root) table(device string) string {
	return fmt.Sprintf("1 %s %s %d %d %d %d sha256 %s %s 1 panic_on_corruption",
		device, device, blockSize, blockSize, r.blocks, r.blocks+1, r.hash, r.salt)
}

func (r root) sectors() uint64 { return r.blocks * (blockSize / 512) }

// partition is the name of the partition that a uevent file of /sys/class/block tells; "" where
// it is none.
func partition(uevent string) string {
	for line := range strings.Lines(uevent) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PARTNAME="); ok {
			return name
		}
	}
	return ""
}
