package headless

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/kiosk"
)

// Kiosk is a running child, and who stands in front of it.
type Kiosk struct {
	*process.Process
	in *os.File

	mu     sync.Mutex
	now    Screen
	shown  int
	news   chan struct{}
	broken error
}

// maxScreen bounds one line of the child: a screen is a few hundred characters.
const maxScreen = 64 << 10

// Start runs the child. command is all but its pipes; seen, where it is not
// nil, gets every screen, in order, from one goroutine.
func Start(command process.Command, seen func(Screen)) (*Kiosk, error) {
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, inRead.Close(), inWrite.Close())
	}
	command.Extra = []*os.File{inRead, outWrite}
	c, err := process.Start(command)
	inRead.Close()
	outWrite.Close()
	if err != nil {
		return nil, errors.Join(err, inWrite.Close(), outRead.Close())
	}
	k := &Kiosk{Process: c, in: inWrite, news: make(chan struct{})}
	go k.watch(outRead, seen)
	return k, nil
}

func (k *Kiosk) watch(from io.ReadCloser, seen func(Screen)) {
	defer from.Close()
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 4096), maxScreen)
	for lines.Scan() {
		var s Screen
		err := json.Unmarshal(lines.Bytes(), &s)
		k.mu.Lock()
		k.now, k.broken = s, err
		k.shown++
		close(k.news)
		k.news = make(chan struct{})
		k.mu.Unlock()
		if err == nil && seen != nil {
			seen(s)
		}
	}
}

// Screen is what stands there now.
func (k *Kiosk) Screen() Screen {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// ErrEnded: the firmware has ended.
var ErrEnded = errors.New("the firmware has ended")

// Await returns the first screen that ok accepts, the present one included.
func (k *Kiosk) Await(ctx context.Context, what string, ok func(Screen) bool) (Screen, error) {
	for {
		k.mu.Lock()
		s, news, shown, broken := k.now, k.news, k.shown, k.broken
		k.mu.Unlock()
		switch {
		case broken != nil:
			return s, broken
		case shown > 0 && ok(s):
			return s, nil
		}
		select {
		case <-news:
		case <-k.Done():
			return s, fmt.Errorf("waited for %s: %w", what, ErrEnded)
		case <-ctx.Done():
			return s, fmt.Errorf("waited for %s; the screen is %s, saying %s: %w", what, s.Place, s.Told, ctx.Err())
		}
	}
}

// Speak goes over the page of languages to one of them.
func (k *Kiosk) Speak(at kiosk.Place, l kiosk.Lang) error {
	if err := k.Press(at, kiosk.ButtonLang); err != nil {
		return err
	}
	return k.ask(ask{Press: kiosk.ButtonSpeak, Lang: l, Place: at})
}

// Press presses a button of the screen at that place.
func (k *Kiosk) Press(at kiosk.Place, b kiosk.Button) error { return k.ask(ask{Press: b, Place: at}) }

// Type types on the pad of the screen at that place.
func (k *Kiosk) Type(at kiosk.Place, text string) error { return k.ask(ask{Type: text, Place: at}) }

// Silence lets every timer of the screen at that place run out at once, in
// their order, as they do when nothing is touched for long.
func (k *Kiosk) Silence(at kiosk.Place) error { return k.ask(ask{Silence: true, Place: at}) }

func (k *Kiosk) ask(a ask) error {
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = k.in.Write(append(b, '\n'))
	return err
}

// Kill is the plug: nothing is closed, nothing is said.
func (k *Kiosk) Kill() error {
	defer k.in.Close()
	if err := syscall.Kill(k.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	<-k.Done()
	return nil
}

// End ends the firmware as the service manager would.
func (k *Kiosk) End() error {
	defer k.in.Close()
	return k.Stop(time.Minute)
}
