package board

import (
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"
)

func TestHeadphonesAreInOnlyWhereAPlugPullsTheLineDown(t *testing.T) {
	pin := &gpiotest.Pin{N: "headphones", L: gpio.High}
	h, err := NewHeadphones(pin)
	if err != nil || pin.P != gpio.PullUp {
		t.Fatalf("%v: pull %v", err, pin.P)
	}
	pin.L = gpio.High
	if h.In() {
		t.Error("a torn wire is a plug: a secret would be said aloud")
	}
	pin.L = gpio.Low
	if !h.In() {
		t.Error("a plug is not seen")
	}
	if _, err := NewHeadphones(&deaf{}); err == nil {
		t.Error("an output is one")
	}
}
