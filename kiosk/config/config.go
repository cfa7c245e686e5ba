// Package config reads the firmware's one configuration file. It is strict: an
// unknown key, a missing value or a file that cannot be read is an error that
// names the line or the key, and the kiosk does not start. No key selects a
// fake or skips a check. Only cmd reads this package.
package config

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Version is the only one that this firmware understands.
const Version = 1

const (
	MaxFile = 64 << 10 // a configuration is a page of text; more is a wrong file
	maxPEM  = 64 << 10
)

// Config is the file as it stands; File names in it are made absolute,
// relative to the folder of the configuration.
type Config struct {
	Version   int       `toml:"version"`
	Kiosk     Kiosk     `toml:"kiosk"`
	Screen    Screen    `toml:"screen"`
	Switches  Switches  `toml:"switches"`
	Speech    Speech    `toml:"speech"`
	Reader    Reader    `toml:"reader"`
	Authority Authority `toml:"authority"`
	Cards     Cards     `toml:"cards"`
	Board     Board     `toml:"board"`
	Printer   Printer   `toml:"printer"`
	Staff     Staff     `toml:"staff"`
	Metrics   Metrics   `toml:"metrics"`
	Log       Log       `toml:"log"`
	Chains    []Chain   `toml:"chains"` // for who is at a store that cannot do it; none are named where it is absent

	at map[string]int // the line of each key that the file has

	File string            `toml:"-"` // that Load read, absolute …
	Sum  [sha256.Size]byte `toml:"-"` // … and SHA-256 of what it held
}

// Kiosk is the machine itself.
type Kiosk struct {
	Data string `toml:"data"` // folder of the ledger; made with mode 0700 where absent
	// Status is the file in which a running kiosk says how it is, for `kiosk status`:
	// on a disk in memory, since it is written every few seconds. status.json in Data
	// where the key is absent.
	Status string `toml:"status"`
	// Help is the help desk's telephone number, as it is dialled: "0120-000-000". It
	// stands on the clerk's screen; empty for none.
	Help string `toml:"help"`
}

var telephone = regexp.MustCompile(`^[0-9+()* #-]{0,24}$`)

// Reader is the PN532 and its wires (devices/bus/README.md).
type Reader struct {
	// Wire is "uart", "i2c" or "spi", as the switches on the reader's board
	// stand; "uart" where the key is absent.
	Wire string `toml:"wire"`
	// Port is a device file, or periph's name of a bus: "/dev/ttyUSB0";
	// "/dev/i2c-1" or "I2C1"; "/dev/spidev0.0" or "SPI0.0".
	Port string `toml:"port"`
	// Baud is of a UART alone: 115200, which the chip wakes up with, or
	// 230400, 460800, 921600, to which it is raised where the line carries it.
	Baud int `toml:"baud"`
	// Reset is the GPIO line on the chip's RSTPDN, active low ("GPIO20");
	// empty where there is none.
	Reset string `toml:"reset"`

	// Side is where the reader lies, seen by a person before the glass: "right",
	// "left", "below" or "above" it. The screen points there; absent, it does not.
	Side string `toml:"side"`
	// Distance is from the edge of the glass to the middle of the reader, in
	// millimetres, 10 to 1000; said in centimetres, and only beside a side.
	Distance int `toml:"distance_mm"`
}

// Authority is the far end.
type Authority struct {
	URL         string `toml:"url"`         // https only
	Roots       string `toml:"roots"`       // PEM: the CAs its certificate may come from
	Certificate string `toml:"certificate"` // PEM: the kiosk's own
	Key         string `toml:"key"`         // PEM: its private key; a renewed pair is kept beside it (.renewed): who enrols a new pair removes that file
	CodeKey     string `toml:"code_key"`    // the HPKE public key that one-time passwords are sealed to
	RecordsKey  string `toml:"records_key"` // the HPKE public key that the ledger's records are sealed to

	TPM string `toml:"tpm"` // device of a TPM 2.0 in which private keys are made; empty: in files

	// SpreadSeconds is the time over which a fleet's first contacts are
	// spread after a power cut; 30 where the key is absent.
	SpreadSeconds *int `toml:"spread_seconds"`
}

// Spread is SpreadSeconds as a duration.
func (a Authority) Spread() time.Duration {
	if a.SpreadSeconds == nil {
		return 30 * time.Second
	}
	return time.Duration(*a.SpreadSeconds) * time.Second
}

// Cards says whose cards may be written.
type Cards struct {
	Authorities []string `toml:"authorities"` // PEM files; a card of any other CA is only read
}

// Board names GPIO lines as the host knows them ("GPIO17"); empty where the
// machine has none.
type Board struct {
	Lamp   string `toml:"lamp"`
	Buzzer string `toml:"buzzer"`
	Door   string `toml:"door"` // its switch, to ground while the door is closed
	// Headphones is the switch in their socket, to ground while a plug is in it: speech may say keys of a secret then.
	Headphones string `toml:"headphones"`
	// Watchdog is the kernel's ("/dev/watchdog"), fed after each proof of life; empty
	// where there is none, or where the service manager has it.
	Watchdog string `toml:"watchdog"`
}

// Metrics is what Prometheus reads; it may be absent.
type Metrics struct {
	// Socket is the file of a local socket, GET /metrics; empty where there is none.
	Socket string `toml:"socket"`
}

// mostSocket is the longest name that the kernel takes for a socket's file (sun_path).
const mostSocket = 107

// Log is what standard error gets; it may be absent.
type Log struct {
	// Level is "debug", "info", "warn" or "error"; "info" where the key is
	// absent. Debug adds redraws that changed nothing and answers that all is well.
	Level slog.Level `toml:"level"`
	// JSON writes each event as a JSON object on a line; key=value where absent.
	JSON bool `toml:"json"`
}

// Load reads and checks a file. One that every user may write is refused.
func Load(name string) (Config, error) {
	b, err := readOwned(name, MaxFile)
	if err != nil {
		return Config{}, err
	}
	c, err := Parse(b)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return Config{}, err
	}
	c.File, c.Sum = filepath.Join(dir, filepath.Base(name)), sha256.Sum256(b)
	for _, f := range []*string{&c.Kiosk.Data, &c.Authority.Roots, &c.Authority.Certificate, &c.Authority.Key, &c.Authority.CodeKey, &c.Authority.RecordsKey} {
		*f = within(dir, *f)
	}
	for _, f := range []*string{&c.Kiosk.Status, &c.Metrics.Socket} {
		if *f != "" {
			*f = within(dir, *f)
		}
	}
	for i := range c.Cards.Authorities {
		c.Cards.Authorities[i] = within(dir, c.Cards.Authorities[i])
	}
	return c, nil
}

// Parse checks the text of a configuration. It opens no file. The error is Mistakes, all
// that there are.
func Parse(b []byte) (Config, error) {
	var c Config
	m := decode(b, &c)
	if len(m) == 0 || m[0].Key != "" { // it is TOML
		c.at = lines(b)
	}
	if c.Reader.Wire == "" {
		c.Reader.Wire = "uart"
	}
	if c.at != nil {
		read := m
		for _, w := range c.check() {
			// What could not be read is not missing.
			if !slices.ContainsFunc(read, func(r Wrong) bool { return w.Key == r.Key || strings.HasPrefix(w.Key, r.Key+".") }) {
				m = append(m, w)
			}
		}
		m.place(c.at)
	}
	if err := m.or(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// check answers what is wrong with the values.
func (c Config) check() (m Mistakes) {
	if c.Version != Version {
		m.add("version", "version is %d; this firmware reads version %d", c.Version, Version)
	}
	for _, f := range []struct{ key, value string }{
		{"kiosk.data", c.Kiosk.Data}, {"reader.port", c.Reader.Port}, {"authority.url", c.Authority.URL},
		{"authority.roots", c.Authority.Roots}, {"authority.certificate", c.Authority.Certificate},
		{"authority.key", c.Authority.Key}, {"authority.code_key", c.Authority.CodeKey}, {"authority.records_key", c.Authority.RecordsKey},
	} {
		if f.value == "" {
			m.add(f.key, "%s is missing", f.key)
		}
	}
	if !telephone.MatchString(c.Kiosk.Help) {
		m.add("kiosk.help", "kiosk.help is %q; it is a telephone number of at most 24 characters", c.Kiosk.Help)
	}
	c.Screen.check(&m)
	c.Switches.check(&m)
	c.Speech.check(&m)
	if c.Screen.Shuffle && c.Speech.Folder != "" {
		m.add("screen.shuffle_digits", "screen.shuffle_digits and speech.folder are both set: who hears the keys finds them by their order")
	}
	if c.Reader.Port != "" {
		c.Reader.check(&m)
	}
	c.Printer.check(&m)
	checkChains(c.Chains, &m)
	c.Staff.check(&m)
	if u, err := url.Parse(c.Authority.URL); c.Authority.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil) {
		m.add("authority.url", "authority.url is not an https address")
	}
	if n := len(c.Metrics.Socket); n > mostSocket {
		m.add("metrics.socket", "metrics.socket has %d bytes; a socket's name has at most %d", n, mostSocket)
	}
	if s := c.Authority.Spread(); s < 0 || s > 10*time.Minute {
		m.add("authority.spread_seconds", "authority.spread_seconds is %d; it is 0 to 600", *c.Authority.SpreadSeconds)
	}
	if len(c.Cards.Authorities) == 0 {
		m.add("cards.authorities", "cards.authorities is empty: no card could be renewed")
	}
	if w := c.Board.Watchdog; w != "" && !filepath.IsAbs(w) {
		m.add("board.watchdog", "board.watchdog is %q; it is the path of a device file", w)
	}
	if slices.Contains(c.Cards.Authorities, "") {
		m.add("cards.authorities", "cards.authorities holds an empty name")
	}
	return m
}

func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}
