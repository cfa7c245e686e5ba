package main

import (
	"bufio"
	"errors"
	"net"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// A machine that is told to start again ends its shell, before or after the answer.
func TestAShellThatEndsGivesNoAnswer(t *testing.T) {
	m := machine{dir: t.TempDir()}
	l, err := net.Listen("unix", m.at("shell"))
	must.OK(t, err)
	defer func() { must.OK(t, l.Close()) }()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close() //nolint:errcheck // it ends
		for lines := bufio.NewScanner(c); lines.Scan(); {
			if mark, called := strings.CutPrefix(lines.Text(), "echo here-"); called {
				_, _ = c.Write([]byte("here-" + mark + "\n"))
			}
			if strings.Contains(lines.Text(), "reboot") {
				return
			}
		}
	}()
	if _, err := inside(t.Context(), m, "systemctl reboot"); !errors.Is(err, errNoAnswer) {
		t.Error(err)
	}
}
