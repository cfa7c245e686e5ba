package secret_test

import (
	"bytes"
	"slices"
	"testing"
	"unsafe"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

// The page of a list is as that of the slots; what was put in stands there once, and is
// gone with Wipe.
func TestListIsLockedAndWiped(t *testing.T) {
	l, err := secret.NewList()
	must.OK(t, err)
	in := make([]byte, secret.Cap)
	for i := range in {
		in[i] = mark(i)
	}
	if !l.Put(in) {
		t.Fatal("no room")
	}
	clear(in)
	var at uint64
	l.Lend(func(b []byte) {
		at = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))
		if len(b) != secret.Cap || b[3] != mark(3) || cap(b) != len(b) {
			t.Errorf("%d bytes of %d", len(b), cap(b))
		}
	})
	for _, f := range []string{"lo", "dd", "wf"} {
		if flags := flagsAt(t, at); !slices.Contains(flags, f) {
			t.Errorf("VmFlags %q of the page lack %s", flags, f)
		}
	}
	if n, where := copies(t); n != 1 || where[0] != at {
		t.Errorf("%d copies at %x, want one at %x", n, where, at)
	}
	l.Wipe()
	if n, _ := copies(t); n != 0 {
		t.Errorf("%d copies after Wipe", n)
	}
	l.Lend(func(b []byte) {
		if len(b) != 0 {
			t.Errorf("%d bytes after Wipe", len(b))
		}
	})
	most := bytes.Repeat([]byte{1}, secret.ListCap)
	if !l.Put(most) || l.Put(append(most, 1)) {
		t.Error("the list does not take what it has room for, or takes more")
	}
	if l.Put(nil); l.Put([]byte{1}) == false || secret.List(0).Put([]byte{1}) || secret.List(200).Put(nil) {
		t.Error("a list that is none takes something")
	}
	secret.List(0).Lend(func([]byte) { t.Error("a list that is none lends something") })
	for err == nil { // they are taken once and kept
		_, err = secret.NewList()
	}
	if err != secret.ErrFull {
		t.Error(err)
	}
}
