package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/offline/record"
)

// mending is the rough life: the ledger's process is killed at any moment and
// started again, as the watchdog does, and where the disk fails it does what
// the firmware does (cmd/internal/firmware): a ledger that cannot tell what the
// disk holds is closed and opened anew. Both leave the kernel's cache as the
// next opening's only witness, and what that opening then shows and promises
// must outlive the cut all the same.
func (h *hand) mending(dir string) error {
	if h.r.IntN(2) == 0 {
		seed, after := h.r.Uint64(), time.Duration(h.r.ExpFloat64()*float64(60*time.Millisecond))
		time.AfterFunc(after, func() { _ = again(seed, h.say) }) // where it does not come to that, this life goes on
	}
	for {
		err := h.day(dir)
		if err == nil {
			continue
		}
		if err := h.mend(dir, err); err != nil {
			return err
		}
	}
}

// tries is how often an opening that fails is tried before the firmware is
// taken for out of service.
const tries = 5

func (h *hand) mend(dir string, err error) error {
	for range tries {
		switch {
		case errors.Is(err, errPipe):
			return err
		case errors.Is(err, errAside), errors.Is(err, record.ErrEntry):
			return h.stuck("wrong", err)
		}
		if err := h.say("error %s", oneLine(err)); err != nil {
			return err
		}
		if h.l != nil && h.r.IntN(2) == 0 {
			return again(h.r.Uint64(), h.say)
		}
		if h.l != nil {
			h.l.Close() // it has said already what it cannot do
			h.l = nil
		}
		if err = h.open(dir); err == nil {
			return h.say("mended")
		}
	}
	return h.stuck("stuck", err)
}

// stuck says its last word and waits for the power to go.
func (h *hand) stuck(word string, err error) error {
	if err := h.say("%s %s", word, oneLine(err)); err != nil {
		return err
	}
	select {}
}

func oneLine(err error) string {
	s := strings.ReplaceAll(err.Error(), "\n", "; ")
	return s[:min(len(s), 1000)] // a line is shorter than PIPE_BUF
}

// again kills this process and starts it anew, by execve(2): every other thread
// dies where it is, nothing is closed by its owner, and the pipe stays.
func again(seed uint64, say say) error {
	if err := say("killed"); err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	return unix.Exec(exe, []string{filepath.Base(exe), "writer", "ledger", strconv.FormatUint(seed, 10), rough}, nil)
}
