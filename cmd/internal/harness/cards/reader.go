package cards

import (
	"fmt"
	"time"

	"multicopy.example/devices/sim"
)

// Misbehave lets the reader misbehave, once and at the next command of that
// instruction: "damages" the answer on the line, or is "slow" for longer than a
// kiosk waits. "no-presence" lasts and needs none: no card answers whether it is
// there.
func (d *Cards) Misbehave(how string, ins byte) error {
	f, ok := map[string]sim.Faults{
		"damages": {INS: ins, Times: 1, BadDCS: true}, "slow": {INS: ins, Times: 1, ReplyDelay: time.Minute},
		"no-presence": {NoNAK: true},
	}[how]
	if !ok || (f.INS == 0) != (how == "no-presence") {
		return fmt.Errorf("a reader cannot %s at %02X", how, ins)
	}
	d.reader.Fault(f)
	return nil
}
