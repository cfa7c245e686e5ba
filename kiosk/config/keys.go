package config

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Key is one key of the file.
type Key struct {
	Name    string // "reader.baud"
	Unit    string // "bit/s"; empty where it has none
	Default string // in TOML, of where the key is absent; empty where nothing takes its place
	Example string // in TOML
	Means   string
	Needed  bool // the kiosk does not start without it
	Reload  bool // SIGHUP takes a new value; any other waits for the next start
}

// Keys are all of them, in the order of the sample.
func Keys() []Key { return slices.Clone(keys) }

var keys = []Key{
	{Name: "version", Example: "1", Needed: true, Means: "Version of this format; the firmware reads version 1."},
	{Name: "kiosk.data", Unit: "folder", Example: `"/var/lib/kiosk/ledger"`, Needed: true, Means: "The ledger, and what the kiosk keeps for itself. Made with mode 0700."},
	{Name: "kiosk.status", Unit: "file", Default: `"status.json"`, Example: `"/run/kiosk/status.json"`,
		Means: "How the running kiosk is, for `kiosk status`; written every few seconds, so on a disk in memory. In the data folder where the key is absent."},
	{Name: "kiosk.help", Example: `"0120-000-000"`, Means: "The help desk's telephone number as it is dialled, 24 characters at most, on the clerk's screen."},
	{Name: "screen.panel", Example: `"10.1"`, Means: "The glass: `10.1` (1280x800 pixels), `15` (1024x768), `15.6` (1920x1080) or `15.6-upright` (1080x1920). Needed where `screen.pixels` is absent."},
	{Name: "screen.pixels", Unit: "pixels", Example: `[1366, 768]`, Means: "Another glass, in the place of `screen.panel`: width and height as it stands."},
	{Name: "screen.millimetres", Unit: "mm", Example: `[344.2, 193.5]`, Means: "Width and height of what is lit, with `screen.pixels`."},
	{Name: "screen.languages", Default: `["ja", "en"]`, Example: `["ja", "ja-x-yasashii", "en", "zh-Hans", "zh-Hant", "ko", "vi", "pt"]`, Means: "What a resident can choose, RFC 5646 tags; `ja` has to be among them. `kiosk text check` says which sentences a speaker has reviewed."},
	{Name: "screen.theme", Default: `"light"`, Example: `"low-glare"`, Means: "The colours with which every visit begins: `light`, `high-contrast-light`, `high-contrast-dark` or `low-glare`. A resident can choose each of them."},
	{Name: "screen.shuffle_digits", Default: `false`, Example: `true`, Means: "The digits of a PIN stand in another order on each page, so that a hand that is watched tells less. Never with the two largest sizes of text, whose readers find a digit by its place."},
	{Name: "switches.next", Default: `"Tab"`, Example: `"F7"`, Means: "The key that the switch for *next* sends: `Tab`, `Space`, `Return`, `Up`, `Down`, `Left`, `Right` or `F1` to `F12`. Tab, Shift-Tab and Enter of a keyboard always work."},
	{Name: "switches.choose", Default: `"Return"`, Example: `"F8"`, Means: "The key that the switch for *choose*, or the only switch, sends; the same names."},
	{Name: "switches.scan_ms", Unit: "ms", Default: `0`, Example: `1500`, Means: "For one switch: the focus moves on by itself this often, 500 to 10000; 0: it does not. It rests after three rounds without a press."},
	{Name: "switches.scan_rows", Default: `false`, Example: `true`, Means: "Scanning goes from row to row; a press enters one, in which it goes over the targets twice. Needs `switches.scan_ms`."},
	{Name: "speech.folder", Unit: "folder", Example: `"/usr/share/kiosk/speech"`, Means: "The clips that `make speech` made. The screens speak to who uses keys, switches or headphones; without the key they say nothing."},
	{Name: "speech.volume", Default: `3`, Example: `2`, Means: "How loud speech is when a visit begins, 1 to 5 in steps of 6 dB; a person can change it with the keys + and −, or on the page of sound, until the visit ends. Set the amplifier so that this one is heard with 65 dB(A) at most where a person stands (EN 301 549, 5.1.3.13)."},
	{Name: "speech.device", Default: `"default"`, Example: `"plughw:1"`, Means: "ALSA's name of where they are played."},
	{Name: "reader.wire", Default: `"uart"`, Example: `"i2c"`, Means: "How the PN532 is connected, as the switches on its board stand: `uart`, `i2c` or `spi`."},
	{Name: "reader.port", Unit: "device", Example: `"/dev/kiosk-reader"`, Needed: true, Means: "Its device file, or periph's name of a bus: `/dev/i2c-1`, `I2C1`, `/dev/spidev0.0`, `SPI0.0`."},
	{Name: "reader.baud", Unit: "bit/s", Example: `115200`, Means: "Of a UART, which needs it: 115200, 230400, 460800 or 921600."},
	{Name: "reader.reset", Unit: "GPIO line", Example: `"GPIO20"`, Means: "The line on the chip's RSTPDN, active low."},
	{Name: "reader.side", Example: `"right"`, Means: "Where the reader lies, seen by a person before the glass: `right`, `left`, `below` or `above`. The screen points there."},
	{Name: "reader.distance_mm", Unit: "mm", Example: `120`, Means: "From that edge of the glass to the middle of the reader, 10 to 1000."},
	{Name: "authority.url", Example: `"https://authority.example:8443"`, Needed: true, Means: "The authority's address, https alone."},
	{Name: "authority.roots", Unit: "PEM file", Example: `"ca.crt.pem"`, Needed: true, Means: "The CAs that its certificate may come from."},
	{Name: "authority.code_key", Unit: "PEM file", Example: `"code.pub.pem"`, Needed: true, Means: "The public key that one-time passwords are sealed to."},
	{Name: "authority.records_key", Unit: "PEM file", Example: `"records.pub.pem"`, Needed: true, Means: "The public key that the ledger's records are sealed to."},
	{Name: "authority.certificate", Unit: "PEM file", Example: `"/var/lib/kiosk/kiosk.crt.pem"`, Needed: true, Means: "The kiosk's own certificate."},
	{Name: "authority.key", Unit: "PEM file", Example: `"/var/lib/kiosk/kiosk.key.pem"`, Needed: true,
		Means: "Its private key, mode 0600. A renewed pair is kept beside it (`.renewed`), so the folder is the kiosk's."},
	{Name: "authority.tpm", Unit: "device", Example: `"/dev/tpmrm0"`,
		Means: "A TPM 2.0 in which the kiosk's private keys are made: the file then holds what is of use in this chip alone. The next key is made there; one that is in a file serves until then."},
	{Name: "authority.spread_seconds", Unit: "s", Default: `30`, Example: `60`, Means: "Over how long a fleet's first contacts are spread after a power cut, 0 to 600."},
	{Name: "cards.authorities", Unit: "PEM files", Example: `["card-ca.crt.pem"]`, Needed: true, Means: "The CAs of the cards that may be changed. A card of any other is only read."},
	{Name: "board.lamp", Unit: "GPIO line", Example: `"GPIO17"`, Means: "The lamp."},
	{Name: "board.buzzer", Unit: "GPIO line", Example: `"GPIO18"`, Means: "The buzzer."},
	{Name: "board.door", Unit: "GPIO line", Example: `"GPIO22"`, Means: "The switch of the door, to ground while it is closed."},
	{Name: "board.headphones", Unit: "GPIO line", Example: `"GPIO23"`, Means: "The switch in the headphones' socket, to ground while a plug is in it. Keys of a secret are said only then; without the key every one is the same tone."},
	{Name: "board.watchdog", Unit: "device", Example: `"/dev/watchdog"`, Means: "The kernel's watchdog, fed by each proof of life; absent where the service manager has it."},
	{Name: "printer.port", Unit: "device", Example: `"/dev/kiosk-printer"`, Means: "The receipt printer (ESC/POS), a UART or a USB printer's device."},
	{Name: "printer.baud", Unit: "bit/s", Example: `19200`, Means: "Of a UART: 9600, 19200, 38400, 57600 or 115200."},
	{Name: "printer.dots", Unit: "dots", Default: `576`, Example: `384`, Means: "Width of the print head: 576 (paper of 80 mm), 512, or 384 (58 mm)."},
	{Name: "staff.stick", Unit: "folder", Example: `"/media/kiosk"`, Means: "Where a USB stick is mounted, for the technician's export and report, writable for the kiosk's user."},
	{Name: "staff.operator", Unit: "age recipient", Example: `"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"`, Means: "The operator's public key that exports are encrypted to. Without it nothing is exported."},
	{Name: "staff.updates", Unit: "folder", Example: `"/run/kiosk-update"`, Means: "Where the machine's updater answers a technician who applies an update; kiosk.status names the folder of its request. The appliance has one."},
	{Name: "metrics.socket", Unit: "file", Example: `"/run/kiosk/metrics"`, Means: "A local socket at which Prometheus' text is handed out (`GET /metrics`), for processes of its group: counts, times and codes, nothing of any resident."},
	{Name: "log.level", Default: `"info"`, Example: `"debug"`, Reload: true, Means: "What standard error, and with it the journal, gets: `debug`, `info`, `warn` or `error`."},
	{Name: "log.json", Default: `false`, Example: `true`, Means: "Each event a JSON object on a line; key=value where false."},
	{Name: "chains", Example: `[{renews = "both", name = {ja = "チェーン", en = "Chain"}, where = {ja = "全国", en = "all of Japan"}}]`,
		Means: "The chains whose stores have this service, at most 12; `name` (needed, with `ja`) and `where` by language, 40 characters each; `renews` is `both`, or `password` where the 4-digit PIN is not renewed there."},
}

// value is what the file says under a key, in TOML; empty where it says nothing.
func (c Config) value(k Key) (string, error) {
	if c.at[k.Name] == 0 {
		return "", nil
	}
	v := reflect.ValueOf(c)
	for part := range strings.SplitSeq(k.Name, ".") {
		i := slices.IndexFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool { return f.Tag.Get("toml") == part })
		if v = v.Field(i); v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
	}
	b, err := toml.Marshal(map[string]any{"v": v.Interface()})
	if err != nil || v.Type() != reflect.TypeFor[[]Chain]() {
		return strings.TrimPrefix(strings.TrimSpace(string(b)), "v = "), err
	}
	return fmt.Sprintf("%d chains", v.Len()), nil
}

// Show writes the configuration that is in force, as it would stand in a file: with file
// names as they are found, and what is absent behind a #, as its default where it has
// one.
func (c Config) Show(to io.Writer) error {
	table := ""
	for _, k := range keys {
		value, err := c.value(k)
		if err != nil {
			return err
		}
		name := k.Name
		if t, rest, below := strings.Cut(k.Name, "."); below {
			if name = rest; t != table {
				fmt.Fprintf(to, "\n[%s]\n", t)
				table = t
			}
		}
		var notes []string
		switch {
		case value == "" && k.Default == "":
			name, value = "# "+name, "none"
		case value == "":
			name, value, notes = "# "+name, k.Default, append(notes, "default")
		case k.Name == "chains":
			name = "# chains"
		}
		if k.Unit != "" {
			notes = append(notes, k.Unit)
		}
		line := name + " = " + value
		if len(notes) > 0 {
			line += " # " + strings.Join(notes, ", ")
		}
		if _, err := fmt.Fprintln(to, line); err != nil {
			return err
		}
	}
	return nil
}

// Changed are the keys of which two configurations say something else.
func Changed(a, b Config) (list []Key, err error) {
	for _, k := range keys {
		was, err := a.value(k)
		if err != nil {
			return nil, err
		}
		is, err := b.value(k)
		if err != nil {
			return nil, err
		}
		if was != is || k.Name == "chains" && !reflect.DeepEqual(a.Chains, b.Chains) {
			list = append(list, k)
		}
	}
	return list, nil
}
