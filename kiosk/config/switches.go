package config

import (
	"regexp"
	"time"
)

// Switches are for who works the kiosk with two switches, or with one and a clock.
type Switches struct {
	Next   string `toml:"next"`    // the key that is sent for the next target; Tab where absent
	Choose string `toml:"choose"`  // … and to press it; Return where absent
	Scan   int    `toml:"scan_ms"` // how often the focus moves on by itself; 0 where it does not
	Rows   bool   `toml:"scan_rows"`
}

// A key that types would type, and is none of a switch.
var switchKey = regexp.MustCompile(`^(|Tab|Space|Return|Up|Down|Left|Right|F[1-9]|F1[0-2])$`)

func (s Switches) check(m *Mistakes) {
	for _, k := range []struct{ key, value string }{{"switches.next", s.Next}, {"switches.choose", s.Choose}} {
		if !switchKey.MatchString(k.value) {
			m.add(k.key, "%s is %q; it is Tab, Space, Return, Up, Down, Left, Right or F1 to F12", k.key, k.value)
		}
	}
	if s.Next != "" && s.Next == s.Choose || s.Next == "Return" && s.Choose == "" || s.Choose == "Tab" && s.Next == "" {
		m.add("switches.choose", "switches.next and switches.choose are the same key")
	}
	if s.Scan != 0 && (s.Scan < 500 || s.Scan > 10_000) {
		m.add("switches.scan_ms", "switches.scan_ms is %d; it is 500 to 10000, or 0", s.Scan)
	}
	if s.Rows && s.Scan == 0 {
		m.add("switches.scan_rows", "switches.scan_rows is set, and switches.scan_ms is not: nothing is scanned")
	}
}

// Every is Scan as a duration.
func (s Switches) Every() time.Duration { return time.Duration(s.Scan) * time.Millisecond }
