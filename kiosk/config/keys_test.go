package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

const pageFile = "../../CONFIGURATION.md"

// page is CONFIGURATION.md.
func page() []byte {
	var b bytes.Buffer
	b.WriteString(`# Configuration

Made by ` + "`make configuration`" + ` of the table that ` + "`kiosk config show`" + ` uses: kiosk/config/keys.go. The file is TOML and strict: an unknown key, a missing or a wrong value is an
error with its line, which ` + "`kiosk config check --config FILE`" + ` prints, all of them, and the screen shows. ` + "`kiosk config show --config FILE`" + ` prints what is in force.
File names are relative to the file's folder. A commented sample is buildroot/system/kiosk.toml. A GPIO line is written by its name, or, where
the board gives it none, as its chip's label, a slash and its number of that chip, ` + "`\"AMDI0030:00/5\"`; `gpiodetect` and `gpioinfo`" + ` of Debian's package gpiod print both.

A SIGHUP (` + "`systemctl reload kiosk`" + `) takes what is marked *at once*; a change of any other key is named in the log and is used from the next start on.

| key | unit | default | example | | taken |
|---|---|---|---|---|---|
`)
	for _, k := range keys {
		def := "none"
		switch {
		case k.Needed:
			def = "needed"
		case k.Default != "":
			def = "`" + k.Default + "`"
		}
		taken := "at a start"
		if k.Reload {
			taken = "*at once*"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s | %s |\n", k.Name, k.Unit, def, strings.ReplaceAll(k.Example, "|", "\\|"), k.Means, taken)
	}
	return b.Bytes()
}

func TestPageOfKeysIsCurrent(t *testing.T) {
	golden.Is(t, pageFile, page()) // make configuration
}

// named are the keys of the types.
func named(prefix string, of reflect.Type) (all []string) {
	for _, f := range reflect.VisibleFields(of) {
		key := f.Tag.Get("toml")
		switch {
		case key == "" || key == "-":
		case f.Type.Kind() == reflect.Struct:
			all = append(all, named(prefix+key+".", f.Type)...)
		default:
			all = append(all, prefix+key)
		}
	}
	return all
}

func TestEveryKeyIsInTheTableOnce(t *testing.T) {
	var got []string
	for _, k := range Keys() {
		got = append(got, k.Name)
		if k.Means == "" || k.Example == "" || k.Needed && k.Default != "" {
			t.Errorf("%+v lacks something", k)
		}
	}
	want := named("", reflect.TypeFor[Config]())
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the table has\n%q\nthe types\n%q", got, want)
	}
}

// with is the text of a configuration with these keys alone, in TOML.
func with(t *testing.T, values map[string]string) []byte {
	t.Helper()
	tree := map[string]any{}
	for name, value := range values {
		var v map[string]any
		if err := toml.Unmarshal([]byte("v = "+value), &v); err != nil {
			t.Fatalf("%s = %s: %v", name, value, err)
		}
		table, key, below := strings.Cut(name, ".")
		if !below {
			tree[table] = v["v"]
			continue
		}
		if tree[table] == nil {
			tree[table] = map[string]any{}
		}
		tree[table].(map[string]any)[key] = v["v"]
	}
	b, err := toml.Marshal(tree)
	must.OK(t, err)
	return b
}

// Every example and every default is taken, and a needed key that is missing is said by
// its name.
func TestExamplesAndDefaultsAreGood(t *testing.T) {
	needed, all := map[string]string{"screen.panel": `"15"`, "reader.baud": "115200"}, map[string]string{}
	for _, k := range keys {
		if k.Needed {
			needed[k.Name] = k.Example
		}
		if k.Name != "screen.panel" && k.Name != "reader.wire" && k.Name != "screen.shuffle_digits" { // each excludes another
			all[k.Name] = k.Example
		}
	}
	must.Note(t, must.Err(Parse(with(t, all))))
	must.Note(t, must.Err(Parse(with(t, needed))))
	for _, k := range keys {
		one := map[string]string{}
		for name, value := range needed {
			one[name] = value
		}
		if k.Default != "" {
			one[k.Name] = k.Default
			if _, err := Parse(with(t, one)); err != nil && !strings.HasPrefix(k.Name, "printer.") { // dots without a printer
				t.Errorf("%s has a default that is wrong: %v", k.Name, err)
			}
		}
		if k.Needed {
			delete(one, k.Name)
			if _, err := Parse(with(t, one)); err == nil || !strings.Contains(err.Error(), k.Name) {
				t.Errorf("without %s: %v", k.Name, err)
			}
		}
	}
}

// What is shown can be a file, and is the same configuration.
func TestWhatIsShownIsTheConfigurationInForce(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "kiosk.toml")
	text := strings.Replace(good, "[kiosk]", "[kiosk]\nhelp = \"0120-000-000\"", 1)
	text = strings.Replace(text, "[screen]", "[screen]\ntheme = \"low-glare\"", 1) + "[log]\nlevel = \"warn\"\n[[chains]]\nrenews = \"both\"\nname = {ja = \"甲\"}\n"
	must.OK(t, os.WriteFile(name, []byte(text), 0o600))
	c, err := Load(name)
	must.OK(t, err)
	var out strings.Builder
	must.OK(t, c.Show(&out))
	for _, line := range []string{"version = 1\n", "data = '" + dir + "/data' # folder\n", "help = '0120-000-000'\n", "# status = \"status.json\" # default, file\n", "# wire = \"uart\" # default\n",
		"# side = none\n", "baud = 115200 # bit/s\n", "# spread_seconds = 30 # default, s\n", "level = 'WARN'\n", "# chains = 1 chains\n", "# languages = [\"ja\", \"en\"] # default\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("not shown: %s", line)
		}
	}
	again, err := Parse([]byte(out.String()))
	if err != nil {
		t.Fatalf("%v of\n%s", err, out.String())
	}
	if c.Authority.Spread() != again.Authority.Spread() || again.Kiosk.Data != c.Kiosk.Data || again.Log != c.Log || again.Shop() != c.Shop() || again.Reader != c.Reader || c.Shop().Theme != kiosk.ThemeLowGlare {
		t.Errorf("%+v, not %+v", again, c)
	}
	if list, err := Changed(c, c); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	other, err := Parse([]byte(strings.Replace(strings.Replace(text, "warn", "debug", 1), "甲", "乙", 1)))
	must.OK(t, err)
	other.Kiosk, other.Authority, other.Cards = c.Kiosk, c.Authority, c.Cards // names in another folder
	if list, err := Changed(c, other); err != nil || len(list) != 2 || list[0].Name != "log.level" || !list[0].Reload || list[1].Name != "chains" {
		t.Errorf("%v, %v", list, err)
	}
}

// Each mistake of a file is named with its line, however many there are, and what is
// missing comes last.
func TestAllMistakesAreNamedWithTheirLines(t *testing.T) {
	_, err := Parse([]byte(`version = 1
kiosk = {data = "data", help = "call me", status = "s"}
[screen]
pannel = "10.1"
theme = "dark"
[reader]
port = "/dev/ttyAMA0"
baud = "fast"
side = "east"
[authority]
url = "http://authority.example"
roots = ["roots.pem",
 "x"]
certificate = "kiosk.crt.pem"
code_key = "code.pub"
records_key = "records.pub"
[cards]
authorities = [""]
[[chains]]
renews = "both"
name = {ja = "x"}
[[chains]]
renews = "all"
name = {ja = "x", fr = "y"}
`))
	m, ok := err.(Mistakes)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, w := range m {
		got = append(got, fmt.Sprintf("%d %s", w.Line, w.Key))
	}
	want := []string{"2 kiosk.help", "4 screen.pannel", "5 screen.theme", "8 reader.baud", "9 reader.side", "11 authority.url", "12 authority.roots", "18 cards.authorities", "23 chains.2.renews", "24 chains.2.name",
		"3 screen.panel", "10 authority.key"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if says := err.Error(); !strings.Contains(says, "line 2: kiosk.help") || !strings.Contains(says, "and 11 more") {
		t.Error(says)
	}
}
