package harness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"multicopy.example/cmd/internal/harness/process"
)

// A program is one that is started, killed, and started again. Its log is
// NAME.log, and NAME-2.log and so on when it is started again: nothing that was
// said is lost.
type program struct {
	name string
	logs string // folder

	mu     sync.Mutex
	now    *process.Process
	starts int
	wanted bool // its end is
	ended  func(error)
}

// log is the file of the nth start.
func (p *program) log(nth int) string {
	if nth > 1 {
		return filepath.Join(p.logs, fmt.Sprintf("%s-%d.log", p.name, nth))
	}
	return filepath.Join(p.logs, p.name+".log")
}

// begin starts it by start, which gets the name of its log.
func (p *program) begin(start func(log string) (*process.Process, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != nil && p.now.Running() {
		return fmt.Errorf("%s runs already", p.name)
	}
	if err := os.MkdirAll(p.logs, 0o700); err != nil {
		return err
	}
	log := p.log(p.starts + 1)
	now, err := start(log)
	if err != nil {
		return err
	}
	p.starts++
	p.now, p.wanted = now, false
	go func() {
		<-now.Done()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.now == now && !p.wanted && p.ended != nil {
			p.ended(fmt.Errorf("%s ended by itself (%w); its log is %s", p.name, orClean(now.Err()), log))
		}
	}()
	return nil
}

// NotifyEnd calls f with the reason when the program ends without Kill or Stop.
func (p *program) NotifyEnd(f func(error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = f
}

var errClean = errors.New("exit status 0")

func orClean(err error) error {
	if err == nil {
		return errClean
	}
	return err
}

// end is the process as it is now; its end is wanted from here on.
func (p *program) end() *process.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = true
	return p.now
}

func (p *program) process() *process.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Running tells whether it runs.
func (p *program) Running() bool {
	now := p.process()
	return now != nil && now.Running()
}

// Started tells whether it was ever started.
func (p *program) Started() bool { return p.process() != nil }

// Done is closed when the process that runs now has ended. It has to have been
// started.
func (p *program) Done() <-chan struct{} { return p.process().Done() }

// PID is the process id; 0 before the first start.
func (p *program) PID() int {
	if now := p.process(); now != nil {
		return now.PID()
	}
	return 0
}

// CutPower is Kill that does not wait. It may be called from what the program
// says or asks.
func (p *program) CutPower() {
	if now := p.end(); now != nil {
		now.Kill() //nolint:errcheck // it may have ended by itself, which Done tells
	}
}

// Kill ends it as a cut of the power does, and returns when it is gone.
func (p *program) Kill() error {
	now := p.end()
	if now == nil {
		return nil
	}
	if err := now.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-now.Done()
	return nil
}

// Stop ends it as a service manager does. An exit status other than 0 is an
// error; one that was killed before is none.
func (p *program) Stop() error {
	now := p.end()
	if now == nil || !now.Running() {
		return nil
	}
	if err := now.Stop(Patience); err != nil {
		return err
	}
	if err := now.Err(); err != nil {
		return fmt.Errorf("%s did not end well (%w); its logs are in %s", p.name, err, p.logs)
	}
	return nil
}
