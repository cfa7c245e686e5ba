package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

// changed is the superblock of a file system that mkfs.ext4 made, with some bytes that are others.
func changed(t testing.TB, at int, to ...byte) []byte {
	b := must.Read(t, "testdata/clean.super")
	copy(b[at:], to)
	return b
}

func TestOnlyAFileSystemThatWasUnmountedWellIsOpenedEarly(t *testing.T) {
	for what, c := range map[string]struct {
		super []byte
		want  bool
	}{
		"as mkfs.ext4 made it":          {changed(t, 0), true},
		"another magic":                 {changed(t, magicAt, 0x52), false},
		"mounted, and the plug pulled":  {changed(t, stateAt, 0), false},
		"errors were seen":              {changed(t, stateAt, 3), false},
		"its journal is to be replayed": {changed(t, incompatAt, changed(t, 0)[incompatAt]|needsReplay), false},
		"errors were counted":           {changed(t, errorCountAt, 1), false},
		"LUKS":                          {append([]byte("LUKS\xba\xbe"), make([]byte, superLong)...), false},
		"nothing":                       {make([]byte, superLong), false},
		"a partition that is too short": {changed(t, 0)[:superLong-1], false},
	} {
		if got := clean(c.super); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func FuzzSuperblock(f *testing.F) {
	f.Add(changed(f, 0))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, super []byte) {
		if clean(super) && (len(super) < superLong || super[magicAt] != 0x53 || super[stateAt] != stateClean) {
			t.Errorf("% x", super[:min(len(super), 0x64)])
		}
	})
}

func TestDataPartitionBecomesTheKiosksOfThisRoot(t *testing.T) {
	user := os.Getuid()
	if user == 0 {
		user = 4711
	}
	root, at := t.TempDir(), t.TempDir()
	outside := filepath.Join(root, "outside")
	must.OK(t, errors.Join(os.MkdirAll(root+"/etc", 0o755), os.MkdirAll(at+"/kiosk/ledger", 0o755), os.WriteFile(outside, nil, 0o600),
		os.WriteFile(at+"/kiosk/ledger/kiosk.db", nil, 0o600), os.Symlink(outside, at+"/kiosk/link")))
	passwd := "root:x:0:0:root:/root:/bin/sh\nkiosk-display:x:12:12::/:/bin/false\nkiosk:x:" + strconv.Itoa(user) + ":" + strconv.Itoa(os.Getgid()) + "::/:/bin/false\n"
	must.OK(t, os.WriteFile(root+"/etc/passwd", []byte(passwd), 0o600))
	if err := ready(at, root); !errors.Is(err, errLeft) {
		t.Errorf("without a configuration: %v", err)
	}
	must.OK(t, errors.Join(os.MkdirAll(at+"/etc", 0o755), os.WriteFile(at+"/etc/kiosk.toml", nil, 0o644)))
	must.OK(t, ready(at, root))
	for name, want := range map[string]int{at + "/kiosk": user, at + "/kiosk/ledger/kiosk.db": user, at + "/kiosk/link": user, outside: os.Getuid(), at + "/etc": os.Getuid(), at + "/rauc": os.Getuid()} {
		var s unix.Stat_t
		if err := unix.Lstat(name, &s); err != nil || int(s.Uid) != want {
			t.Errorf("%s is of user %d, want %d: %v", name, s.Uid, want, err)
		}
	}
	if i, err := os.Stat(at + "/kiosk"); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", i, err)
	}
	must.OK(t, os.WriteFile(root+"/etc/passwd", []byte("root:x:0:0:root:/root:/bin/sh\nkiosk:x:\n"), 0o600))
	if err := ready(at, root); err == nil {
		t.Error("a root without the kiosk's user")
	}
}
