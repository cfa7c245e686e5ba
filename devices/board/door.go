package board

import (
	"fmt"

	"periph.io/x/conn/v3/gpio"
)

// A Door is the switch at the machine's door, between its line and ground: closed
// the door pulls the line down, and a torn wire is an open door.
type Door struct{ line gpio.PinIn }

// NewDoor makes the line an input with a pull-up.
func NewDoor(line gpio.PinIn) (*Door, error) {
	if err := line.In(gpio.PullUp, gpio.NoEdge); err != nil {
		return nil, fmt.Errorf("the door's line: %w", err)
	}
	return &Door{line}, nil
}

// Open reports whether the door is open now.
func (d *Door) Open() bool { return d.line.Read() == gpio.High }
