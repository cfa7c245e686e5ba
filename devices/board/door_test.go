package board

import (
	"errors"
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"
)

func TestADoorIsOpenUnlessItsSwitchPullsTheLineDown(t *testing.T) {
	pin := &gpiotest.Pin{N: "door"}
	d, err := NewDoor(pin)
	if err != nil || pin.P != gpio.PullUp {
		t.Fatalf("%v: pull %v", err, pin.P)
	}
	if !d.Open() {
		t.Error("a torn wire is a closed door")
	}
	pin.L = gpio.Low
	if d.Open() {
		t.Error("a door that pulls the line down is open")
	}
}

type deaf struct{ gpiotest.Pin }

func (*deaf) In(gpio.Pull, gpio.Edge) error { return errors.New("an output") }

func TestALineThatIsNoInputIsNoDoor(t *testing.T) {
	if _, err := NewDoor(&deaf{}); err == nil {
		t.Error("it is one")
	}
}
