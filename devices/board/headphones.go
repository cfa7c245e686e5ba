package board

import (
	"fmt"

	"periph.io/x/conn/v3/gpio"
)

// Headphones are the switch in their socket, between its line and ground: a plug pulls the line
// down, and a torn wire is no headphones.
type Headphones struct{ line gpio.PinIn }

// NewHeadphones makes the line an input with a pull-up.
func NewHeadphones(line gpio.PinIn) (*Headphones, error) {
	if err := line.In(gpio.PullUp, gpio.NoEdge); err != nil {
		return nil, fmt.Errorf("the headphones' line: %w", err)
	}
	return &Headphones{line}, nil
}

// In reports whether a plug is in the socket now.
func (h *Headphones) In() bool { return h.line.Read() == gpio.Low }
