package toolkit

import (
	"testing"
	"testing/synctest"
)

func TestToolkitThatNeverEndsIsLeftWhereItsEndWasAskedFor(t *testing.T) {
	ran := false
	if Main(nil, func() { ran = true }); !ran {
		t.Error("a program on the main goroutine: not done")
	}
	synctest.Test(t, func(t *testing.T) {
		go Beside(func() {})
		synctest.Wait()
		ran = false
		if Main(nil, func() { ran = true }); !ran {
			t.Error("beside a program: not done")
		}
		never, asked := make(chan struct{}), make(chan struct{})
		close(asked)
		Main(asked, func() { <-never }) // or the test stands still
		close(never)
		synctest.Wait()
		close(calls)
		calls = nil
	})
}
