package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/assets/text/check"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/xserver"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// asKiosk makes this test program the firmware.
const asKiosk = "KIOSK_TEST_IS_THE_FIRMWARE"

func TestMain(m *testing.M) {
	if os.Getenv(asKiosk) != "" {
		main()
	}
	os.Exit(harness.Main(m))
}

// Whatever else the firmware could be told is a rule of the house first.
func TestFirmwareHasTheseCommandsAndFlagsAndNoOther(t *testing.T) {
	clitest.Check(t, root,
		"kiosk --config",
		"kiosk config",
		"kiosk config check --config --json",
		"kiosk config show --config",
		"kiosk doctor --config --json --report --try",
		"kiosk enrol --again --authority --authority-key --config --kiosk --wait",
		"kiosk good --config --own",
		"kiosk ledger",
		"kiosk ledger export --data --out",
		"kiosk ledger show --data --file --json --records-key",
		"kiosk ledger stats --data --file --json --records-key",
		"kiosk ledger verify --authority --data --file --json --kiosk",
		"kiosk staff",
		"kiosk staff commission --config",
		"kiosk staff reset --config",
		"kiosk status --config --json",
		"kiosk text",
		"kiosk text check --json",
	)
}

// A translator asks the program that will show the sentences.
func TestTextCheckSaysWhatEachLanguageLacks(t *testing.T) {
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), root(), []string{"text", "check", "--json"}, &out, &errs); status != cli.Done {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	var all []check.Language
	if err := json.Unmarshal([]byte(out.String()), &all); err != nil || len(all) != int(kiosk.Langs) || all[0].Tag != "ja" || all[0].Name != "日本語" {
		t.Errorf("%v: %s", err, out.String())
	}
}

// fixture is a folder with a configuration that a kiosk can start with.
func fixture(t *testing.T) (dir, config string) {
	t.Helper()
	dir = t.TempDir()
	key := must.Key(t)
	shape := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "shop-1"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, shape, shape, key.Public(), key)
	must.OK(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must.OK(t, err)
	seal, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	public, err := x509.MarshalPKIXPublicKey(seal.PublicKey())
	must.OK(t, err)
	for name, b := range map[string]*pem.Block{"ca.pem": {Type: "CERTIFICATE", Bytes: cert}, "kiosk.crt.pem": {Type: "CERTIFICATE", Bytes: cert},
		"kiosk.key.pem": {Type: "PRIVATE KEY", Bytes: private}, "code.pub.pem": {Type: "PUBLIC KEY", Bytes: public}} {
		must.OK(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(b), 0o600))
	}
	config = filepath.Join(dir, "kiosk.toml")
	return dir, write(t, config, `version = 1
kiosk = {data = "data"}
screen = {panel = "10.1"}
reader = {port = "no-reader", baud = 115200}
cards = {authorities = ["ca.pem"]}
[authority]
url = "https://127.0.0.1:1"
roots = "ca.pem"
certificate = "kiosk.crt.pem"
key = "kiosk.key.pem"
code_key = "code.pub.pem"
records_key = "code.pub.pem"
`)
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	must.OK(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// ends runs the firmware, which must end with that status and one sentence, and
// must not have written anything into the folder.
func ends(t *testing.T, dir string, status int, sentence string, display string, args ...string) {
	t.Helper()
	before := listed(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Env = []string{asKiosk + "=1", "HOME=" + t.TempDir(), "XDG_CACHE_HOME=" + t.TempDir(), "WAYLAND_DISPLAY=wayland-0", "XDG_SESSION_TYPE=wayland"}
	if display != "" {
		c.Env = append(c.Env, "DISPLAY="+display)
	}
	var errs bytes.Buffer
	c.Stderr = &errs
	err := c.Run()
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(errs.String(), "\n"), "\n")
	last := lines[len(lines)-1]
	if got != status || !strings.HasPrefix(last, "kiosk: ") || !strings.Contains(last, sentence) {
		t.Errorf("%q: status %d, %s", args, got, errs.String())
	}
	for _, l := range lines[:len(lines)-1] {
		if !strings.HasPrefix(l, "time=") { // a line of the log
			t.Errorf("%q: %s", args, l)
		}
	}
	if after := listed(t, dir); after != before {
		t.Errorf("%q: files before\n%s\nand after\n%s", args, before, after)
	}
}

func listed(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.Walk(dir, func(name string, f os.FileInfo, err error) error {
		if err == nil {
			fmt.Fprintln(&all, name, f.Mode(), f.Size(), f.ModTime())
		}
		return err
	})
	must.OK(t, err)
	return all.String()
}

func TestFirmwareWithoutX11EndsInOneSentence(t *testing.T) {
	dir, config := fixture(t)
	ends(t, dir, cli.Failed, "no display: ", "", "--config", config)
	ends(t, dir, cli.Failed, "no display: ", ":32999", "--config", config)
}

func TestFirmwareWithAWrongConfigurationEndsInOneSentence(t *testing.T) {
	dir, config := fixture(t)
	ends(t, dir, cli.Failed, "none.toml", "", "--config", filepath.Join(dir, "none.toml"))
	text := must.Read(t, config)
	ends(t, dir, cli.Failed, "line 1: unknown key: fake", "", "--config", write(t, filepath.Join(dir, "wrong.toml"), "fake = true\n"+string(text)))
}

func TestFirmwareWronglyCalledEndsWithTwo(t *testing.T) {
	dir := t.TempDir()
	for sentence, args := range map[string][]string{`"config" not set`: nil, "unknown flag: --fake": {"--fake"}, "unknown command": {"dance"},
		"which command: ": {"ledger"}, "at least one of the flags": {"ledger", "verify"}} {
		ends(t, dir, cli.WrongUse, sentence, "", args...)
	}
}

func TestFirmwareInABusyFolderEndsInOneSentence(t *testing.T) {
	must.Need(t, "Xvfb")
	dir, config := fixture(t)
	l := openLedger(t, filepath.Join(dir, "data"))
	defer l.Close() //nolint:errcheck // once more; the first counts
	ends(t, dir, cli.Failed, "in use", xserver.Start(t), "--config", config)
}

// A dark screen says nothing to the clerk, and to residents neither.
func TestFirmwareWithAWrongConfigurationSaysSoOnTheScreenUntilItIsMended(t *testing.T) {
	must.Need(t, "Xvfb")
	dir, config := fixture(t)
	right := must.Read(t, config)
	for sentence, wrong := range map[string]string{"line 1: unknown key: fake": "fake = true\n" + string(right),
		"none.pem": strings.Replace(string(right), `roots = "ca.pem"`, `roots = "none.pem"`, 1)} {
		write(t, config, wrong)
		c := exec.CommandContext(t.Context(), os.Args[0], "--config", config)
		c.Env = []string{asKiosk + "=1", "HOME=" + t.TempDir(), "XDG_CACHE_HOME=" + t.TempDir(), "DISPLAY=" + xserver.Start(t)}
		said, err := c.StderrPipe()
		must.OK(t, errors.Join(err, c.Start()))
		lines := bufio.NewScanner(said)
		until := func(word string) bool {
			for lines.Scan() && !strings.Contains(lines.Text(), word) {
			}
			return strings.Contains(lines.Text(), word)
		}
		if !until(sentence) {
			t.Fatalf("%s is not said", sentence)
		}
		if by, _, status := doctorAt(t, lab(), config); by["configuration"].Code != "E-CFG1" || status != 2 {
			t.Errorf("status %d: %+v", status, by["configuration"])
		}
		write(t, config, string(right))
		mended := until("can be used now")
		if err := c.Wait(); c.ProcessState.ExitCode() != cli.Failed || !mended {
			t.Errorf("%s: ended with %v, and said so: %v", sentence, err, mended)
		}
		if strings.Contains(listed(t, dir), "data") {
			t.Error("a folder was made")
		}
	}
}
