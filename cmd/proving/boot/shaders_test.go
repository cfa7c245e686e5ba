package main

import (
	"archive/tar"
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestCompiledProgramsAreTakenByNameAndSize(t *testing.T) {
	pack := func(name string, size int) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		must.OK(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(size)}))
		must.OK(t, must.Err(w.Write(make([]byte, size))))
		must.OK(t, w.Close())
		return b.Bytes()
	}
	good := "mesa_shader_cache/0a/" + strings.Repeat("1", 38)
	dir := t.TempDir()
	if n, err := unpack(pack(good, 3), dir); n != 1 || err != nil || len(must.Read(t, filepath.Join(dir, good))) != 3 {
		t.Errorf("%d, %v", n, err)
	}
	for _, bad := range [][]byte{pack(good, mostProgram+1), pack("mesa_shader_cache/../"+strings.Repeat("1", 38), 1), pack("/"+good, 1), {}, pack(good, 3)[:514]} {
		if _, err := unpack(bad, t.TempDir()); err == nil {
			t.Error("taken")
		}
	}
}
