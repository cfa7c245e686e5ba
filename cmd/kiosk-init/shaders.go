package main

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Programs that Mesa's drawing compiled on boards like this one lie in the root (make shaders), a folder for each processor. Mesa knows
// what it made by its own build and by some of the processor's features; the code is for all of them, so it is lent where the kernel tells
// exactly the same ones, and nowhere else.

const (
	shaders     = "/usr/share/kiosk/shaders"
	shaderCache = "/var/cache/kiosk" // where the kiosk's Mesa looks and keeps what it compiles
)

// features is the kernel's line of the processor's features; "" where it tells none.
func features(cpuinfo []byte) string {
	for lines := bufio.NewScanner(bytes.NewReader(cpuinfo)); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "flags") {
			return lines.Text()
		}
	}
	return ""
}

// lendShaders copies the programs of this processor to where the kiosk may write, and gives them to it.
func lendShaders(root, cpuinfo string) error {
	told, err := os.ReadFile(cpuinfo)
	if err != nil {
		return err
	}
	has := features(told)
	boards, err := os.ReadDir(root + shaders)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, board := range boards {
		from := filepath.Join(root+shaders, board.Name())
		of, err := os.ReadFile(filepath.Join(from, "processor"))
		if err != nil {
			return err
		}
		if has == "" || strings.TrimSuffix(string(of), "\n") != has {
			continue
		}
		user, group, err := userOf(root+"/etc/passwd", "kiosk")
		if err != nil {
			return err
		}
		to := root + shaderCache
		return errors.Join(os.MkdirAll(to, 0o755), os.CopyFS(filepath.Join(to, "mesa_shader_cache"), os.DirFS(filepath.Join(from, "mesa_shader_cache"))), own(to, user, group))
	}
	return err
}
