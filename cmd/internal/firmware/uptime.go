package firmware

import (
	"time"

	"golang.org/x/sys/unix"
)

// cameUp is how long after power came back a machine is taken for one of many.
const cameUp = 10 * time.Minute

// uptime is how long the machine runs.
func uptime() (time.Duration, error) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t)
	return time.Duration(t.Nano()), err
}
