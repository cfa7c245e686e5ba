package bus

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// How long the reset line is held, and how long the chip is given to boot.
// Ours: the chip needs microseconds and some milliseconds; drivers that are in
// use give it up to 100 ms.
const (
	resetHold = 20 * time.Millisecond
	resetBoot = 50 * time.Millisecond
)

// Reset pulls the chip's RSTPDN line low and lets it boot; 70 ms. The chip then
// is as just powered: asleep, field off, cards forgotten, a UART at 115200
// baud. A line that cannot be switched is an error, because a machine that has one
// relies on it. A nil line is none.
func Reset(line gpio.PinOut) error {
	if line == nil {
		return nil
	}
	if err := line.Out(gpio.Low); err != nil {
		return fmt.Errorf("bus: reset line: %w", err)
	}
	time.Sleep(resetHold)
	if err := line.Out(gpio.High); err != nil {
		return fmt.Errorf("bus: reset line: %w", err)
	}
	time.Sleep(resetBoot)
	return nil
}
