package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// What the machine is made of is written down at several places, which no machine has to be started for to be compared.

const tree = "../../../buildroot"

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// units are those of the overlay, masked where they are a link to nothing, and those of the kiosk's package.
func units(t *testing.T) (made, masked []string) {
	t.Helper()
	for _, dir := range []string{tree + "/overlay/etc/systemd/system", tree + "/overlay/usr/lib/systemd/system", tree + "/system"} {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if e.Type()&fs.ModeSymlink == 0 {
				if !e.IsDir() {
					made = append(made, e.Name())
				}
				continue
			}
			if to, err := os.Readlink(filepath.Join(dir, e.Name())); err != nil || to != "/dev/null" {
				t.Errorf("%s is a link to %q: %v", e.Name(), to, err)
			}
			masked = append(masked, e.Name())
		}
	}
	return made, masked
}

func TestTheMachineStartsUnitsThatItHasAndNoneThatIsMasked(t *testing.T) {
	debian := []string{"nftables.service", "systemd-networkd.service", "systemd-resolved.service", "chrony.service"} // of packages of vm/packages
	made, masked := units(t)
	if len(masked) < 40 || len(made) < 8 {
		t.Fatalf("%d units are masked and %d made", len(masked), len(made))
	}
	preset := read(t, tree+"/overlay/usr/lib/systemd/system-preset/00-kiosk.preset")
	enabled := regexp.MustCompile(`(?m)^enable (\S+)$`).FindAllStringSubmatch(preset, -1)
	if len(enabled) == 0 || !strings.HasSuffix(strings.TrimSpace(preset), "disable *") {
		t.Fatalf("the preset starts more than it names: %s", preset)
	}
	runs := strings.Fields(read(t, "testdata/services.txt"))
	for _, e := range enabled {
		if slices.Contains(masked, e[1]) || !slices.Contains(made, e[1]) && !slices.Contains(debian, e[1]) {
			t.Errorf("the preset starts %s, which the machine has not", e[1])
		}
		if slices.Contains([]string{"kiosk-picture.service", "kiosk-data.service"}, e[1]) {
			continue // they have ended when the list is made; data of a machine that ended well is opened before
		}
		if strings.HasSuffix(e[1], ".service") && !slices.Contains(runs, e[1]) {
			t.Errorf("the preset starts %s, which is not in the list of what runs", e[1])
		}
	}
	for _, u := range runs {
		if slices.Contains(masked, u) {
			t.Errorf("%s is masked, and in the list of what runs", u)
		}
	}
}

// The updater, the disk and Buildroot's image name partitions; the initramfs opens "root" and the slot's letter.
func TestPartitionsHaveOneNameEverywhere(t *testing.T) {
	want := []string{"bootA", "bootB", "data", "rootA", "rootB"}
	for _, of := range []struct {
		file, pattern string
		lacks         string
	}{
		{"vm/slot", `-c \d:(\w+)`, ""},
		{"overlay/etc/rauc/system.conf", `by-partlabel/(\w+)`, "data"},
		{"board/kiosk/genimage.cfg", `(?m)^\s*partition (\w+) \{`, ""},
	} {
		var names []string
		for _, m := range regexp.MustCompile(of.pattern).FindAllStringSubmatch(read(t, filepath.Join(tree, of.file)), -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		if expect := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return s == of.lacks }); !slices.Equal(slices.Compact(names), expect) {
			t.Errorf("%s has the partitions %v, want %v", of.file, names, expect)
		}
	}
}

func TestScriptsOfTheMachineAreReadByAShell(t *testing.T) {
	found := 0
	err := filepath.WalkDir(tree, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || !strings.HasPrefix(read(t, name), "#!/bin/sh") {
			return err
		}
		found++
		if out, err := exec.Command("sh", "-n", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		return nil
	})
	if err != nil || found < 8 {
		t.Fatalf("%d scripts: %v", found, err)
	}
}

// Buildroot drops a symbol that it does not know without a word (make image-check), and of two lines it takes the last.
func TestConfigurationsOfBuildrootSayEachSymbolOnce(t *testing.T) {
	all, err := filepath.Glob(tree + "/configs/*_defconfig")
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	line := regexp.MustCompile(`^(?:# (BR2_\w+) is not set|(BR2_\w+)=(?:y|\d+|"[^"]*"))$`)
	for _, name := range all {
		var seen []string
		for text := range strings.Lines(read(t, name)) {
			m := line.FindStringSubmatch(strings.TrimSuffix(text, "\n"))
			if m == nil {
				t.Errorf("%s: %q", name, text)
				continue
			}
			if symbol := m[1] + m[2]; slices.Contains(seen, symbol) {
				t.Errorf("%s says %s twice", name, symbol)
			} else {
				seen = append(seen, symbol)
			}
		}
		for _, f := range regexp.MustCompile(`\$\(BR2_EXTERNAL_KIOSK_PATH\)/([\w/.-]+)`).FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(tree, f[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestOrderOfTheSlotsIsReadFromTheFirmwaresEntries(t *testing.T) {
	const said = "BootCurrent: 0005\nBootOrder: 0006,0002,0005,0000\nBoot0000* UiApp\nBoot0002* UEFI Misc Device\nBoot0005* A\tHD(1,GPT)\nBoot0006* B\n"
	if got := order(said); got != "B A" {
		t.Errorf("the order is %q", got)
	}
	if got := order("BootOrder: 0005\nBoot0005  A\nBoot0006* B\n"); got != "A" {
		t.Errorf("with one slot in it the order is %q", got)
	}
}

func TestEveryCheckHasANameOfItsOwnAndAClaim(t *testing.T) {
	var names []string
	for _, c := range checks {
		if c.name == "" || c.claims == "" || c.look == nil || slices.Contains(names, c.name) {
			t.Errorf("%q claims %q", c.name, c.claims)
		}
		names = append(names, c.name)
	}
}

// What the machine writes into its first configuration names the parts that it has itself: a stick's folder, the updater's answer.
func TestTheFirstConfigurationHasTheMachinesOwnParts(t *testing.T) {
	whole := read(t, tree+"/system/kiosk.toml")
	var got []string
	for _, m := range regexp.MustCompile(`-e '(s/[^']*/)'`).FindAllStringSubmatch(read(t, tree+"/overlay/usr/lib/kiosk/data"), -1) {
		out, err := exec.Command("sed", "-n", m[1]+"p", tree+"/system/kiosk.toml").Output()
		if err != nil || len(out) == 0 {
			t.Errorf("%s changes nothing of the configuration: %v", m[1], err)
		}
		got = append(got, strings.TrimSpace(string(out)))
	}
	for _, want := range []string{`stick = "/media/kiosk"`, `updates = "/run/kiosk-update"`} {
		if !slices.Contains(got, want) || !strings.Contains(whole, "# "+want) {
			t.Errorf("it has not %s: %q", want, got)
		}
	}
}

func TestCookieOfTheDisplayIsOneThatXReads(t *testing.T) {
	dir := t.TempDir()
	made := func() []byte {
		name := filepath.Join(dir, "cookie")
		if out, err := exec.Command("sh", tree+"/system/cookie", name).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if i, err := os.Stat(name); err != nil || i.Mode().Perm() != 0o640 {
			t.Errorf("%v, %v", i, err)
		}
		return must.Read(t, name)
	}
	const head = "\xff\xff\x00\x00\x00\x010\x00\x12MIT-MAGIC-COOKIE-1\x00\x10" // Xau(3): family, address, number, name, length of the data
	a, b := made(), made()
	if len(a) != len(head)+16 || !strings.HasPrefix(string(a), head) || bytes.Equal(a, b) {
		t.Errorf("% x, % x", a, b)
	}
}

// A device's unit lives as long as each of its events has the tag: a rule for "add" alone ends it at the first change, and with it
// what is bound to it, as the mount of a stick.
func TestDevicesThatAUnitIsBoundToKeepTheirTagAtEachEvent(t *testing.T) {
	rules := read(t, tree+"/overlay/etc/udev/rules.d/99-systemd.rules")
	for line := range strings.Lines(rules) {
		if strings.Contains(line, "TAG+=") && strings.Contains(line, "ACTION") {
			t.Errorf("at one event alone: %s", line)
		}
	}
	if !strings.Contains(rules, `SUBSYSTEM=="block", KERNEL=="sd*", TAG+="systemd"`) {
		t.Error("a stick has no unit")
	}
}

// 60-kiosk.rules is read before 60-serial.rules and its kin, which find the names that begin with ID_.
func TestTheKiosksRulesForUdevAskForNothingThatLaterFilesSet(t *testing.T) {
	asks := regexp.MustCompile(`(?m)^[^#\n]*ENV\{ID_\w+\}[=!]=`)
	if found := asks.FindString(read(t, tree+"/system/kiosk.udev")); found != "" {
		t.Error(found)
	}
	if !asks.MatchString("SUBSYSTEM==\"tty\", ENV{ID_BUS}==\"usb\", GROUP=\"kiosk\"\n") {
		t.Error("a rule that never holds is not found")
	}
}
