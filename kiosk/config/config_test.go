package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

const good = `version = 1
[kiosk]
data = "data"
[screen]
panel = "10.1"
[reader]
port = "/dev/ttyAMA0"
baud = 115200
[authority]
url = "https://authority.example"
roots = "roots.pem"
certificate = "kiosk.crt.pem"
key = "kiosk.key.pem"
code_key = "/etc/kiosk/code.pub"
records_key = "/etc/kiosk/records.pub"
[cards]
authorities = ["card-ca.pem"]
`

func TestNamesAreRelativeToTheFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "kiosk.toml")
	must.OK(t, os.WriteFile(name, []byte(good), 0o600))
	c, err := Load(name)
	must.OK(t, err)
	for got, want := range map[string]string{
		c.Kiosk.Data: filepath.Join(dir, "data"), c.Authority.CodeKey: "/etc/kiosk/code.pub", c.Authority.RecordsKey: "/etc/kiosk/records.pub",
		c.Cards.Authorities[0]: filepath.Join(dir, "card-ca.pem"), c.Reader.Port: "/dev/ttyAMA0",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What the program runs with is compared with what stands on the disk.
func TestAConfigurationKnowsItsFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	sums := map[[32]byte]bool{}
	for _, text := range []string{good, good + "# a remark\n", strings.Replace(good, "[kiosk]", "[kiosk]\nstatus = \"run/status.json\"", 1)} {
		must.OK(t, os.WriteFile("kiosk.toml", []byte(text), 0o600))
		c, err := Load("kiosk.toml")
		if err != nil || c.File != filepath.Join(dir, "kiosk.toml") || c.Kiosk.Status != "" && c.Kiosk.Status != filepath.Join(dir, "run/status.json") {
			t.Errorf("%v: %s, %s", err, c.File, c.Kiosk.Status)
		}
		sums[c.Sum] = true
	}
	if len(sums) != 3 {
		t.Error("two texts have one sum")
	}
}

// Each line is one mistake made in a hurry and a word that the error
// must hold, so that they find it.
func TestMistakesAreNamed(t *testing.T) {
	for _, m := range []struct{ was, is, says string }{
		{"version = 1", "version = 2", "reads version 1"},
		{"version = 1", "", "version is 0"},
		{`panel = "10.1"`, `panel = "12"`, "screen.panel"},
		{`panel = "10.1"`, `pannel = "10.1"`, "pannel"},
		{`panel = "10.1"`, ``, "screen.panel"},
		{"[kiosk]", "[kiosk]\nhelp = \"call me\"", "kiosk.help"},
		{`panel = "10.1"`, "panel = \"10.1\"\nlanguages = [\"en\"]", "lacks \"ja\""},
		{`panel = "10.1"`, "panel = \"10.1\"\nlanguages = []", "lacks \"ja\""},
		{`panel = "10.1"`, "panel = \"10.1\"\nlanguages = [\"ja\", \"xx\"]", "\"xx\""},
		{`panel = "10.1"`, "panel = \"10.1\"\nlanguages = [\"ja\", \"ja\"]", "stands twice"},
		{`panel = "10.1"`, "panel = \"10.1\"\npixels = [1280, 800]", "says it again"},
		{`panel = "10.1"`, "pixels = [1280, 800]", "screen.millimetres 0"},
		{`panel = "10.1"`, "pixels = [1280]\nmillimetres = [217, 136]", "1 numbers"},
		{`panel = "10.1"`, "pixels = [1280, 800]\nmillimetres = [136, 85]", "217 by 136"},
		{`panel = "10.1"`, "pixels = [1280, 800]\nmillimetres = [nan, 136]", "217 by 136"},
		{`panel = "10.1"`, "pixels = [1080, 1920]\nmillimetres = [190, 300]", "190 by 330"},
		{`panel = "10.1"`, "pixels = [1280, 800]\nmillimetres = [217, 160]", "across"},
		{`panel = "10.1"`, "pixels = [128, 80]\nmillimetres = [217, 136]", "0.59 pixels"},
		{"[kiosk]", "fake = true\n[kiosk]", "fake"},
		{`data = "data"`, "", "kiosk.data"},
		{"baud = 115200", "baud = 115200\nside = \"east\"", "reader.side"},
		{"baud = 115200", "baud = 115200\nside = 1", "line 9"},
		{"baud = 115200", "baud = 115200\ndistance_mm = 100", "which way"},
		{"baud = 115200", "baud = 115200\nside = \"left\"\ndistance_mm = 9", "10 to 1000"},
		{"baud = 115200", "baud = 115200\nside = \"left\"\ndistance_mm = 1001", "10 to 1000"},
		{"baud = 115200", "baud = 115200\nside = \"left\"\ndistance_mm = -100", "10 to 1000"},
		{"baud = 115200", "baud = 9600", "reader.baud"},
		{"baud = 115200", `baud = "fast"`, "line 8"},
		{"baud = 115200", "", "reader.baud"},
		{"baud = 115200", "baud = 1288000", "reader.baud"},
		{"baud = 115200", "wire = \"i2c\"", "reader.port"},
		{"baud = 115200", "baud = 115200\nwire = \"usb\"", "reader.wire"},
		{"baud = 115200", "baud = 115200\nwire = 1", "line 9"},
		{"/dev/ttyAMA0", "", "reader.port"},
		{"\"/dev/ttyAMA0\"", "\"SPI0.0\"\nwire = \"spi\"", "a bus (spi) has none"},
		{"\"/dev/ttyAMA0\"\nbaud = 115200", "\"SPI0.0\"\nwire = \"i2c\"", "reader.port"},
		{"\"/dev/ttyAMA0\"\nbaud = 115200", "\"/dev/i2c-1/../null\"\nwire = \"i2c\"", "reader.port"},
		{"https://", "http://", "authority.url"},
		{`https://authority`, `https://me:pw@authority`, "authority.url"},
		{`["card-ca.pem"]`, `[]`, "cards.authorities"},
		{`["card-ca.pem"]`, `[""]`, "cards.authorities"},
		{`key = "kiosk.key.pem"`, "", "authority.key"},
		{"[cards]", "[cards", "line 16"},
		{"[cards]", "spread_seconds = 601\n[cards]", "spread_seconds"},
		{"[cards]", "spread_seconds = -1\n[cards]", "spread_seconds"},
		{"[cards]", "[printer]\nbaud = 9600\n[cards]", "printer.port"},
		{"[cards]", "[printer]\nport = \"lp0\"\n[cards]", "printer.port"},
		{"[cards]", "[printer]\nport = \"/dev/ttyS1\"\nbaud = 300\n[cards]", "printer.baud"},
		{"[cards]", "[printer]\nport = \"/dev/usb/lp0\"\ndots = 80\n[cards]", "printer.dots"},
		{"[cards]", "[staff]\nstick = \"media/stick\"\n[cards]", "staff.stick"},
		{"[cards]", "[staff]\nstick = \"/\"\n[cards]", "staff.stick"},
		{"[cards]", "[staff]\nupdates = \"run\"\n[cards]", "staff.updates"},
		{"[cards]", "[staff]\noperator = \"age1oops\"\n[cards]", "staff.operator"},
		{"[cards]", "[staff]\noperator = \"AGE-SECRET-KEY-1\"\n[cards]", "staff.operator"},
		{"[cards]", "[staff]\noperator = \"" + operator + "\\n" + operator + "\"\n[cards]", "there has to be one"},
		{"[cards]", "[board]\nwatchdog = \"watchdog0\"\n[cards]", "board.watchdog"},
		{"[cards]", "[metrics]\nsocket = \"" + strings.Repeat("m", 108) + "\"\n[cards]", "metrics.socket"},
		{"[cards]", "[log]\nlevel = \"loud\"\n[cards]", "loud"},
		{"[cards]", "[log]\njson = 1\n[cards]", "line 17"},
		{"[cards]", "[log]\nbodies = true\n[cards]", "log.bodies"},
	} {
		_, err := Parse([]byte(strings.Replace(good, m.was, m.is, 1)))
		if err == nil || !strings.Contains(err.Error(), m.says) {
			t.Errorf("%q for %q: the error is %v; it does not say %q", m.is, m.was, err, m.says)
		}
	}
}

func TestEveryWireHasItsNames(t *testing.T) {
	for _, c := range []struct{ reader, wire string }{
		{"port = \"/dev/ttyUSB0\"\nbaud = 115200", "uart"},
		{"wire = \"uart\"\nport = \"/dev/ttyUSB0\"\nbaud = 921600\nreset = \"GPIO20\"", "uart"},
		{"wire = \"i2c\"\nport = \"/dev/i2c-1\"", "i2c"},
		{"wire = \"i2c\"\nport = \"I2C22\"\nreset = \"GPIO20\"", "i2c"},
		{"wire = \"spi\"\nport = \"/dev/spidev0.0\"", "spi"},
		{"wire = \"spi\"\nport = \"SPI10.0\"", "spi"},
	} {
		got, err := Parse([]byte(strings.Replace(good, "port = \"/dev/ttyAMA0\"\nbaud = 115200", c.reader, 1)))
		if err != nil || got.Reader.Wire != c.wire {
			t.Errorf("%s: %q, %v", c.reader, got.Reader.Wire, err)
		}
	}
}

func TestReaderHasASideAndADistance(t *testing.T) {
	for _, side := range Sides() {
		c, err := Parse([]byte(strings.Replace(good, "baud = 115200", "baud = 115200\nside = \""+side+"\"\ndistance_mm = 150", 1)))
		if err != nil || c.Reader.Side != side || c.Reader.Distance != 150 {
			t.Errorf("%s: %v, %v", side, c.Reader, err)
		}
	}
	if c, err := Parse([]byte(good)); err != nil || c.Reader.Side != "" {
		t.Errorf("%v, %v", c.Reader, err)
	}
}

func TestAPrinterHasTheWidthOfItsPaper(t *testing.T) {
	for text, want := range map[string]Printer{
		"": {}, "[printer]\nport = \"/dev/usb/lp0\"": {Port: "/dev/usb/lp0"},
		"[printer]\nport = \"/dev/ttyS1\"\nbaud = 38400\ndots = 384": {Port: "/dev/ttyS1", Baud: 38400, Dots: 384},
	} {
		c, err := Parse([]byte(good + text))
		if width := max(want.Dots, 576*(1-min(want.Dots, 1))); err != nil || c.Printer != want || c.Printer.Width() != width {
			t.Errorf("%s: %v: %+v", text, err, c.Printer)
		}
	}
}

// operator is a key of which the private part is not kept.
const operator = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

func TestExportsAreEncryptedToTheOperatorsKey(t *testing.T) {
	c, err := Parse([]byte(good + "[staff]\nstick = \"/media/stick\"\noperator = \"" + operator + "\""))
	if err != nil || c.Staff != (Staff{Stick: "/media/stick", Operator: operator}) {
		t.Fatalf("%+v, %v", c.Staff, err)
	}
	if r, err := c.Staff.Recipient(); err != nil || fmt.Sprint(r) != operator {
		t.Errorf("%v, %v", r, err)
	}
	if _, err := (Staff{}).Recipient(); err == nil {
		t.Error("nothing is a key")
	}
}

func TestEveryPanelHasItsMeasures(t *testing.T) {
	for screen, want := range map[string]Glass{
		`panel = "15.6-upright"`:                           {1080, 1920, 194, 345},
		"pixels = [1280, 800]\nmillimetres = [261, 163]":   {1280, 800, 261, 163},
		"pixels = [1024, 768]\nmillimetres = [211.2, 158]": {1024, 768, 211.2, 158},
	} {
		c, err := Parse([]byte(strings.Replace(good, `panel = "10.1"`, screen, 1)))
		if err != nil || c.Screen.Glass() != want {
			t.Errorf("%s: %v, %v", screen, c.Screen, err)
		}
	}
}

func TestALongFileIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kiosk.toml")
	must.OK(t, os.WriteFile(name, []byte(strings.Repeat("#", MaxFile+1)), 0o600))
	if _, err := Load(name); err == nil || !strings.Contains(err.Error(), "longer") {
		t.Fatalf("read a file over the limit: %v", err)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version = 1\n[x]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil {
			return
		}
		if len(c.check()) != 0 || c.Version != Version {
			t.Fatal("accepted a configuration that does not pass its own checks")
		}
	})
}

func TestShuffledDigitsAndSpeechAreAMistake(t *testing.T) {
	c := Config{Screen: Screen{Panel: "10.1", Shuffle: true}, Speech: Speech{Folder: "/usr/share/kiosk/speech"}}
	said := func() bool {
		return slices.ContainsFunc(c.check(), func(w Wrong) bool { return w.Key == "screen.shuffle_digits" })
	}
	if !said() {
		t.Error("a pad that is heard is shuffled")
	}
	if c.Screen.Shuffle = false; said() {
		t.Error("speech alone is a mistake")
	}
}
