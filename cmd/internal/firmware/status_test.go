package firmware

import (
	"os"
	"os/exec"
	"testing"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/must"
)

// What a kiosk that was killed said last is no word of the one that was started in its
// place.
func TestStatusOfAProcessThatIsGoneHasEnded(t *testing.T) {
	child := exec.Command("true")
	must.OK(t, child.Run())
	if s := (Status{Process: child.Process.Pid}); !s.Ended() {
		t.Error("its process is gone")
	}
	for _, pid := range []int{os.Getpid(), 1, 0, -1} { // 0: of a version before this; -1: of no kiosk
		if s := (Status{Process: pid}); s.Ended() {
			t.Errorf("process %d is said to be gone", pid)
		}
	}
}

// The program's file is large; while the first page is drawn the machine has better to do.
func TestProgramIsHashedOnceAPageHasStood(t *testing.T) {
	var f Firmware
	var r measure.Report
	if f.madeEarly(&r); r.Program != "" || r.Version == "" {
		t.Errorf("before: %+v", r)
	}
	f.stood.Store(true)
	if f.madeEarly(&r); len(r.Program) != 64 {
		t.Errorf("behind it: %+v", r)
	}
}
