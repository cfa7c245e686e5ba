// Package headless is the firmware with a display of text: the production hands
// and loop, put together by the same code as the firmware's own, in a child
// process that can be killed, with a screen that is printed and pads that are
// typed on through a pipe.
//
// Serve is the child's side, Kiosk the other. What is typed passes the pipe,
// so this is for the secrets of test residents alone.
package headless

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui/layout"
)

// A Screen is a line of the child: what stands on the screen now.
type Screen struct {
	Place   kiosk.Place
	Told    kiosk.Message
	Health  kiosk.Message
	Tries   int8
	Codes   int8
	Pad     kiosk.Pad
	Loud    bool
	Warn    bool
	Session kiosk.SessionID
	Text    string // the whole screen as lines; an entry is "[entry]"
}

// An ask is a line to the child: a press or some typing.
type ask struct {
	Press kiosk.Button `json:",omitempty"`
	Lang  kiosk.Lang   `json:",omitempty"` // with ButtonSpeak
	Type  string       `json:",omitempty"`
	Place kiosk.Place  // the screen it is meant for

	Silence bool `json:",omitempty"`
}

const maxAsk = 256 // an entry has 16 characters

// Serve runs the firmware until in ends or ctx does. front may be nil.
func Serve(ctx context.Context, cfg config.Config, log *slog.Logger, in io.Reader, out io.Writer, front Front) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	lines := json.NewEncoder(out)
	panel := glass.Panel(cfg)
	display := NewDisplay(func(v kiosk.View) {
		mu.Lock()
		defer mu.Unlock()
		if lines.Encode(screen(v, panel)) != nil {
			cancel() // the other end is gone
		}
	})
	display.front = front
	fw, err := firmware.New(ctx, cfg, measure.Here(), display, log)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil // ended while it starts
	case err != nil:
		return err
	}
	if err := fw.KeepTrace(); err != nil {
		return errors.Join(err, fw.Close())
	}
	display.Bind(fw.Post)
	go func() {
		defer cancel()
		if err := listen(in, display, fw.Post); err != nil {
			log.Error("the resident speaks in riddles", "err", err)
		}
	}()
	err = fw.Run(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, fw.Close())
}

func screen(v kiosk.View, panel layout.Panel) Screen {
	return Screen{
		Place: v.Place, Told: v.Message, Health: v.Health, Tries: v.Tries, Codes: v.Codes, Pad: v.Pad, Loud: v.Loud, Warn: v.Warn,
		Session: v.Session, Text: layout.Lay(v, panel, layout.Fill{}).String(),
	}
}

func listen(in io.Reader, display *Display, post func(kiosk.Event)) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, maxAsk), maxAsk)
	for lines.Scan() {
		var a ask
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return fmt.Errorf("not an ask: %w", err)
		}
		if err := display.do(a); err != nil {
			return err
		}
		if a.Silence {
			silence(a.Place, post)
		}
		clear(lines.Bytes())
	}
	return lines.Err()
}

func (d *Display) do(a ask) error {
	v := d.View()
	v.Place = a.Place
	switch {
	case a.Press == kiosk.ButtonSpeak && d.front != nil:
		return d.front.Speak(a.Place, a.Lang)
	case a.Press == kiosk.ButtonSpeak:
		d.Speak(v, a.Lang)
	case a.Press != kiosk.NoButton && d.front != nil:
		return d.front.Press(a.Place, a.Press)
	case a.Press != kiosk.NoButton:
		d.Press(v, a.Press)
	case a.Type != "" && d.front != nil:
		return d.front.Type(a.Place, a.Type)
	case a.Type != "":
		d.Type(v, a.Type)
	}
	return nil
}

// silence posts what the loop's own clock posts while nothing happens. A timer
// that has run out already, or of a place that was left, changes nothing.
func silence(at kiosk.Place, post func(kiosk.Event)) {
	s := kiosk.State{Place: at}
	for _, more := s.NextTimer(); more; _, more = s.NextTimer() {
		post(kiosk.Event{Kind: kiosk.TimerFired, Timer: s.Timer})
		s.Timer++
	}
}

// Main is the child's main function: its arguments are "-config FILE", what is
// typed comes in at descriptor 3, the screens go out at descriptor 4.
func Main(args []string) error {
	set := flag.NewFlagSet("headless-kiosk", flag.ContinueOnError)
	name := set.String("config", "", "the configuration `file`")
	if err := set.Parse(args); err != nil {
		return err
	}
	cfg, err := config.Load(*name)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	to, flush := firmware.Apart(os.Stderr)
	defer flush()
	log, level := firmware.Logger(to, cfg.Log)
	firmware.Reload(ctx, cfg, level, log)
	return Serve(ctx, cfg, log, os.NewFile(3, "typed"), os.NewFile(4, "screens"), nil)
}
