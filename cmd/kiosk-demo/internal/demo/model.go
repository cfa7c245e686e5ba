package demo

import (
	"fmt"
	"strings"
	"sync"
)

// traffic is the last lines that the reader said. A kiosk that waits for a
// card asks for one several times a second: a question and an answer that
// repeat are kept once, with how often they came.
type traffic struct {
	mu    sync.Mutex
	lines []said
}

type said struct {
	text  string
	times int
}

const trafficLines = 200

func (t *traffic) add(line string) {
	if strings.HasSuffix(line, " ACK") {
		return // an acknowledgement says nothing to a person
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, said{line, 1})
	if n := len(t.lines); n >= 4 && t.lines[n-2].text == t.lines[n-4].text && t.lines[n-1].text == t.lines[n-3].text {
		t.lines[n-4].times++
		t.lines[n-3].times++
		t.lines = t.lines[:n-2]
	}
	if n := len(t.lines); n > trafficLines {
		t.lines = append(t.lines[:0], t.lines[n-trafficLines:]...)
	}
}

func (t *traffic) last(n int) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, s := range t.lines[max(0, len(t.lines)-n):] {
		if s.times > 1 {
			s.text = fmt.Sprintf("%s  (%d times)", s.text, s.times)
		}
		out = append(out, s.text)
	}
	return out
}

// Traffic is the reader's last n lines, oldest first.
func (c *Demo) Traffic(n int) []string {
	if c.opt.Reader != "" {
		return []string{"A real reader: what is said there is not heard here."}
	}
	return c.traffic.last(n)
}

// A Program is one, for the window.
type Program struct {
	Name, State string
	Alive       bool
}

// Programs is how the two programs are.
func (c *Demo) Programs() []Program {
	authority := Program{Name: "authority", State: "serves", Alive: true}
	if !c.Authority.Running() {
		authority.State, authority.Alive = "ended", false
	}
	firmware := Program{Name: "kiosk", State: "starting", Alive: c.Kiosk.Running()}
	switch place := c.Kiosk.Seen.Now(); {
	case !firmware.Alive && c.Kiosk.Started():
		firmware.State = "ended"
	case place != "":
		firmware.State = place
	}
	return []Program{firmware, authority}
}
