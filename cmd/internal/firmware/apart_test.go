package firmware

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// A still log takes nothing until it moves.
type still struct {
	moves chan struct{}
	mu    sync.Mutex
	got   bytes.Buffer
}

func (s *still) Write(p []byte) (int, error) {
	<-s.moves
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.Write(p)
}

func TestALogThatStandsStillHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &still{moves: make(chan struct{})}
		to, flush := Apart(s)
		log, _ := Logger(to, config.Log{})
		const all = 3 * waiting
		for i := range all {
			log.Info("a place")
			if i == 0 {
				synctest.Wait() // this one is being written
			}
		}
		begun := time.Now()
		flush() // a program that ends does not wait for ever either
		if took := time.Since(begun); took != flushes {
			t.Errorf("ended after %v", took)
		}
		close(s.moves)
		synctest.Wait()
		log.Info("after it")
		flush()
		text := s.got.String()
		if n := strings.Count(text, `msg="a place"`); n != waiting+1 {
			t.Errorf("%d lines waited", n)
		}
		lost := all - strings.Count(text, `msg="a place"`)
		if !strings.Contains(text, `msg="lines of the log were lost" lines=`+slog.IntValue(lost).String()) || !strings.Contains(text, `msg="after it"`) {
			t.Errorf("%d were lost:\n%s", lost, text[max(0, len(text)-300):])
		}
	})
}

func TestALogOnAFullDiskIsNoFault(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	must.OK(t, err)
	defer full.Close()
	to, flush := Apart(full)
	for range 10 * waiting {
		if n, err := to.Write([]byte("a line\n")); n != 7 || err != nil {
			t.Fatal(n, err)
		}
	}
	flush()
}

func TestTheLastLineIsWrittenBeforeTheEnd(t *testing.T) {
	var log bytes.Buffer
	to, flush := Apart(&log)
	must.OK(t, must.Err(to.Write([]byte("ended\n"))))
	flush()
	if log.String() != "ended\n" {
		t.Errorf("%q", log.String())
	}
}
