package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/kiosk/must"
)

// TestTheBankersPageIsFollowedLiterally: what BANK.md says is done, block after block, by a shell with openssl, curl and
// jose.
func TestTheBankersPageIsFollowedLiterally(t *testing.T) {
	must.Need(t, "Debian's package jose")
	p, err := harness.Built()
	must.OK(t, err)
	text := must.Read(t, "BANK.md")
	script := strings.Builder{}
	script.WriteString("set -eo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	for _, b := range blocks {
		script.WriteString(b[1])
	}
	ctx, cancel := context.WithTimeout(t.Context(), harness.Patience)
	defer cancel()
	c := exec.CommandContext(ctx, "bash", "-c", script.String())
	c.WaitDelay = time.Second
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "PATH="+filepath.Dir(p.Sandbox)+":"+os.Getenv("PATH"))
	for _, name := range []string{"KIOSKS", "APP", "STATUS", "LINE"} {
		at, err := network.Address()
		must.OK(t, err)
		c.Env = append(c.Env, name+"="+at)
	}
	out, err := c.CombinedOutput()
	if err != nil || len(blocks) < 10 {
		t.Errorf("%d blocks, %v\n%s", len(blocks), err, out)
	}
}
