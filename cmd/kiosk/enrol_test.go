package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

// Two commands at the authority and one at the machine, and the machine has what it
// needs to be heard.
func TestAMachineIsEnrolledByOneCommandOnEachSide(t *testing.T) {
	a := harness.StartAuthority(t, "--enrol", "127.0.0.1:0")
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "kiosk.toml"), fmt.Sprintf(`version = 1
kiosk = {data = "data"}
screen = {panel = "10.1"}
reader = {port = "no-reader", baud = 115200}
cards = {authorities = ["etc/cards.pem"]}
[authority]
url = "https://%s"
roots = "etc/ca.pem"
certificate = "own/kiosk.crt.pem"
key = "own/kiosk.key.pem"
code_key = "etc/code.pem"
records_key = "etc/records.pem"
`, a.Listen()))
	const name = "kiosk-0042"
	printed, err := a.Command(t.Context(), "kiosk", "add", "--kiosk", name)
	must.OK(t, err)
	address, key := a.Enrolling()
	line := strings.Fields(strings.NewReplacer("/etc/kiosk/kiosk.toml", config, "HOST:PORT", address).Replace(printed))
	if line[len(line)-1] != key {
		t.Fatalf("%s, and serve says %s", printed, key)
	}
	out, said := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		status := cli.Run(t.Context(), commands(lab()), line[1:], said, said)
		said.Close()
		ended <- status
	}()
	lines := bufio.NewScanner(out)
	code := ""
	for code == "" && lines.Scan() {
		code = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(lines.Text())
	}
	must.Note(t, must.Err(a.Command(t.Context(), "kiosk", "approve", "--kiosk", name, "--code", code)))
	text := ""
	for lines.Scan() {
		text += lines.Text() + "\n"
	}
	if status := <-ended; status != cli.Done || !strings.Contains(text, "enrolled as "+name) || strings.Count(text, "written: ") != 6 {
		t.Fatalf("status %d: %s", status, text)
	}
	by, r, _ := doctorAt(t, lab(), config)
	if by[check.KioskCertificate.String()].State != check.Normal.String() || by[check.Network.String()].State != check.Normal.String() || r.Kiosk != name {
		t.Errorf("%+v", r)
	}
	must.OK(t, os.RemoveAll(filepath.Join(dir, "data")))
	if status := cli.Run(t.Context(), commands(lab()), line[1:], io.Discard, io.Discard); status != cli.Failed {
		t.Errorf("enrolled twice: status %d", status)
	}
}
