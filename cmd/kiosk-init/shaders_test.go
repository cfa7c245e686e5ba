package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestCompiledProgramsAreLentOnTheirProcessorAlone(t *testing.T) {
	const one, two = "flags\t\t: fpu sse", "flags\t\t: fpu sse avx"
	lent := func(has string, boards map[string]string) string {
		t.Helper()
		root := t.TempDir()
		must.OK(t, os.MkdirAll(root+"/etc", 0o755))
		must.OK(t, os.WriteFile(root+"/etc/passwd", fmt.Appendf(nil, "kiosk:x:%d:%d::/:/bin/false\n", os.Getuid(), os.Getgid()), 0o600))
		must.OK(t, os.WriteFile(root+"/cpuinfo", []byte("processor\t: 0\n"+has+"\nbugs\t\t:\n"), 0o600))
		for name, of := range boards {
			dir := filepath.Join(root+shaders, name, "mesa_shader_cache", "0a")
			must.OK(t, os.MkdirAll(dir, 0o755))
			must.OK(t, os.WriteFile(filepath.Join(root+shaders, name, "processor"), []byte(of+"\n"), 0o644))
			must.OK(t, os.WriteFile(filepath.Join(dir, "of-"+name), []byte(name), 0o644))
		}
		must.OK(t, lendShaders(root, root+"/cpuinfo"))
		all, _ := filepath.Glob(root + shaderCache + "/mesa_shader_cache/0a/*")
		for i, f := range all {
			all[i] = filepath.Base(f)
		}
		return strings.Join(all, " ")
	}
	both := map[string]string{"one": one, "two": two}
	for has, want := range map[string]string{one: "of-one", two: "of-two", "flags\t\t: fpu": "", "Features\t: fp": "", "": ""} {
		if got := lent(has, both); got != want {
			t.Errorf("%q: %q, want %q", has, got, want)
		}
	}
	if got := lent(one, nil); got != "" {
		t.Errorf("an image without any: %q", got)
	}
	if got := lent("Features\t: fp", map[string]string{"none": ""}); got != "" {
		t.Errorf("a processor that tells nothing is like one that is not known: %q", got)
	}
}
