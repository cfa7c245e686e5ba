package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// dial connects to a socket of the emulator's, which appears a moment after its start.
func dial(ctx context.Context, path string) (net.Conn, error) {
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		if err == nil {
			return c, nil
		}
		if !pause(ctx, 100*time.Millisecond) {
			return nil, err
		}
	}
}

// pause is the time between two looks; false where ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

var errNoAnswer = errors.New("the shell gave no answer")

// inside asks a machine by its shell and returns what the command printed.
func inside(ctx context.Context, m machine, command string) (string, error) {
	c, err := dial(ctx, m.at("shell"))
	if err != nil {
		return "", err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	mark := fmt.Sprintf("mark-%d", time.Now().UnixNano())
	lines := bufio.NewScanner(c)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	if !called(ctx, c, lines, mark) {
		return "", errors.Join(fmt.Errorf("asked %q: there is no shell", command), lines.Err(), ctx.Err())
	}
	if _, err := fmt.Fprintf(c, "echo; echo begin-%[1]s; { %[2]s\n} 2>&1; echo; echo end-%[1]s $?\n", mark, command); err != nil {
		return "", err
	}
	// What another asked before and did not read comes first: the answer begins behind the first mark.
	var said []string
	begun := false
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		switch {
		case line == "begin-"+mark:
			begun = true
		case strings.HasPrefix(line, "end-"+mark):
			out := strings.TrimSuffix(strings.Join(said, "\n"), "\n")
			return out, nil
		case begun:
			said = append(said, line)
		}
	}
	return "", errors.Join(fmt.Errorf("asked %q: %w", command, errNoAnswer), lines.Err(), ctx.Err())
}

// called calls the shell until it answers: what is sent to a line that nothing has opened yet, as in a machine that
// starts, is lost.
func called(ctx context.Context, to io.Writer, lines *bufio.Scanner, mark string) bool {
	answered, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		for {
			if _, err := fmt.Fprintf(to, "\necho here-%s\n", mark); err != nil || !pause(answered, time.Second) {
				return
			}
		}
	})
	defer calls.Wait()
	defer cancel()
	for lines.Scan() {
		if strings.TrimRight(lines.Text(), "\r") == "here-"+mark {
			return true
		}
	}
	return false
}

// monitor gives the emulator a command of its machine protocol (QMP) and returns the answer.
func monitor(ctx context.Context, m machine, command string, arguments any) (json.RawMessage, error) {
	c, err := dial(ctx, m.at("qmp"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	from, to := json.NewDecoder(c), json.NewEncoder(c)
	var hello json.RawMessage
	if err := from.Decode(&hello); err != nil {
		return nil, err
	}
	var last json.RawMessage
	for _, ask := range []struct {
		Execute   string `json:"execute"`
		Arguments any    `json:"arguments,omitempty"`
	}{{Execute: "qmp_capabilities"}, {command, arguments}} {
		if err := to.Encode(ask); err != nil {
			return nil, err
		}
		for {
			var answer struct {
				Return json.RawMessage `json:"return"`
				Error  *struct{ Desc string }
			}
			if err := from.Decode(&answer); err != nil {
				return nil, err
			}
			if answer.Error != nil {
				return nil, fmt.Errorf("%s: %s", ask.Execute, answer.Error.Desc)
			}
			if answer.Return != nil { // anything else is an event
				last = answer.Return
				break
			}
		}
	}
	return last, nil
}
