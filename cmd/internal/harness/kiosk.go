package harness

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/harness/logtail"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/kiosk"
)

// KioskOptions say what a kiosk is configured with.
type KioskOptions struct {
	Name        string   // in its certificate
	Dir         string   // its configuration, ledger and logs
	Logs        string   // another folder for its logs; may be empty
	Program     []string // program and arguments before --config
	Env         []string
	Window      bool // the program draws on a display; there is no Screen, Press or Type
	Panel       string
	Authority   *Authority
	Certificate string // file in the authority's folder, without .crt.pem and .key.pem
	Address     string // where the authority is reached
	Port        string // the reader's device
	Extra       string // more of the configuration, in whole sections
}

// A Kiosk is the firmware in a process of its own.
type Kiosk struct {
	program
	KioskOptions
	Seen *logtail.Log // what it says

	mu     sync.Mutex
	screen *headless.Kiosk
	cutAt  string // the ledger's line at which the power is cut
	oks    int
}

// NewKiosk is one that is switched off.
func NewKiosk(o KioskOptions) *Kiosk {
	if o.Panel == "" {
		o.Panel = "10.1"
	}
	if o.Logs == "" {
		o.Logs = o.Dir
	}
	return &Kiosk{program: program{name: "kiosk", logs: o.Logs}, KioskOptions: o, Seen: logtail.New()}
}

// Data is the folder of its ledger.
func (k *Kiosk) Data() string { return filepath.Join(k.Dir, "data") }

// ConfigFile is its configuration.
func (k *Kiosk) ConfigFile() string { return filepath.Join(k.Dir, "kiosk.toml") }

// CutPowerAt cuts the power as soon as the ledger holds a line of that kind; ""
// takes the order back. An order that stands already is an error.
func (k *Kiosk) CutPowerAt(kind string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if kind != "" && k.cutAt != "" {
		return fmt.Errorf("the power is to be cut at %q already", k.cutAt)
	}
	k.cutAt = kind
	return nil
}

func (k *Kiosk) said(line string) {
	k.Seen.Line(line)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cutAt == "" {
		return
	}
	if f := logtail.Parse(line); f["msg"] == "span" && f["port"] == "ledger" && f["op"] == k.cutAt {
		k.cutAt = ""
		k.CutPower()
	}
}

//go:embed chains.toml
var chains string

// Configure writes the configuration. Records are sent at once: one kiosk is no
// fleet.
func (k *Kiosk) Configure() error {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(k.Address)
	if err != nil {
		return err
	}
	at := func(name string) string {
		rel, err := filepath.Rel(k.Dir, k.Authority.File(name))
		if err != nil {
			return k.Authority.File(name)
		}
		return rel
	}
	return os.WriteFile(k.ConfigFile(), fmt.Appendf(nil, `version = 1
[kiosk]
data = "data"
[screen]
panel = %q
languages = [%s]
[reader]
port = %q
baud = 115200
side = "right"
distance_mm = 120
[authority]
url = %q
roots = %q
certificate = %q
key = %q
code_key = %q
records_key = %q
spread_seconds = 0
[cards]
authorities = [%q]
%s%s`, k.Panel, languages(), k.Port, "https://127.0.0.1:"+port, at("ca.crt.pem"), at(k.Certificate+".crt.pem"), at(k.Certificate+".key.pem"),
		at("code.pub.pem"), at("records.pub.pem"), at("card-ca.crt.pem"), k.Extra, chains), 0o600)
}

// languages are all that there are, as TOML has them.
func languages() string {
	var all []string
	for _, l := range kiosk.AllLangs.List() {
		all = append(all, strconv.Quote(l.String()))
	}
	return strings.Join(all, ", ")
}

// Start gives it power.
func (k *Kiosk) Start() error {
	if err := k.Configure(); err != nil {
		return err
	}
	return k.Resume()
}

// Resume is Start with the configuration as it stands.
func (k *Kiosk) Resume() error {
	if k.Started() {
		k.Seen.Again()
	}
	return k.begin(func(log string) (*process.Process, error) {
		c := process.Command{Name: "kiosk", Path: k.Program[0], Env: k.Env, Log: log, Line: k.said,
			Args: append(k.Program[1:len(k.Program):len(k.Program)], "--config", k.ConfigFile())}
		if k.Window {
			return process.Start(c)
		}
		s, err := headless.Start(c, nil)
		if err != nil {
			return nil, err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.screen = s
		return s.Process, nil
	})
}

func (k *Kiosk) front() *headless.Kiosk {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.screen
}

// Screen is what it shows.
func (k *Kiosk) Screen() headless.Screen {
	if s := k.front(); s != nil {
		return s.Screen()
	}
	return headless.Screen{}
}

// Await returns the first screen that ok accepts, the present one included. what
// names it in the error.
func (k *Kiosk) Await(ctx context.Context, what string, ok func(headless.Screen) bool) (headless.Screen, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	return k.front().Await(ctx, what, ok)
}

// At waits for a place.
func (k *Kiosk) At(ctx context.Context, p kiosk.Place) (headless.Screen, error) {
	return k.Await(ctx, p.String(), func(s headless.Screen) bool { return s.Place == p })
}

// Press presses a button of the screen of that place.
func (k *Kiosk) Press(at kiosk.Place, b kiosk.Button) error {
	if b == kiosk.ButtonOK && (at == kiosk.Proof || at == kiosk.DoubtAgain) {
		k.mu.Lock()
		k.oks++
		k.mu.Unlock()
	}
	return k.front().Press(at, b)
}

// Speak goes over the page of languages to one of them.
func (k *Kiosk) Speak(at kiosk.Place, l kiosk.Lang) error { return k.front().Speak(at, l) }

// OKs is how many presses have allowed the card to compare something.
func (k *Kiosk) OKs() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.oks
}

// Type types on the pad of the screen of that place.
func (k *Kiosk) Type(at kiosk.Place, text string) error { return k.front().Type(at, text) }

// Silence lets the timers of the screen of that place run out, in their order.
func (k *Kiosk) Silence(at kiosk.Place) error { return k.front().Silence(at) }
