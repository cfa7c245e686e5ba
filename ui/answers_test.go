package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAnswerThatComesSoonIsDrawnWhileItsPressIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := answers{drawn: make(chan func())}
		drawn, taken := false, false
		a.await(func() { go func() { taken = a.take(func() { drawn = true }) }() })
		if !drawn {
			t.Error("the answer waits for the next frame")
		}
		if synctest.Wait(); !taken {
			t.Error("an answer that was drawn is drawn again")
		}
	})
}

func TestAnswerThatComesLateIsLeftToTheNextFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := answers{drawn: make(chan func())}
		begun := time.Now()
		if a.await(func() {}); time.Since(begun) != soon {
			t.Errorf("a press that changes nothing holds the screen for %v", time.Since(begun))
		}
		if a.take(func() { t.Error("drawn by none") }) {
			t.Error("taken, with no press that waits")
		}
		a.await(func() { // the view comes from the screen's own thread
			if a.take(func() { t.Error("drawn twice") }) {
				t.Error("taken before the press waits")
			}
		})
	})
}
