package firmware

import (
	"slices"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff/check"
)

// What an image that was started for the first time has to show before it is kept. Own parts are the
// machine's: where one of them does not answer, another image may. The authority stands outside:
// that it does not answer says nothing of the image, and an image that could not reach it must not be kept,
// for it could not be replaced from afar.
var (
	ownParts     = []check.Item{check.Program, check.Reader, check.Screen, check.Ledger}
	outsideParts = []check.Item{check.Authority}
)

// Unproven are the parts that have not answered well since the kiosk started: those of the machine
// itself, and those outside. An image is good where both are empty. What was not tested has not answered.
func (s Status) Unproven() (own, outside []check.Item) {
	well := func(i check.Item) bool {
		return slices.ContainsFunc(s.Checks, func(c measure.Check) bool {
			return c.Name == i.String() && (c.State == check.Normal.String() || c.State == check.Warning.String())
		})
	}
	for _, i := range ownParts {
		if s.Proved == 0 || !well(i) { // a proof of life: loop, frame and ledger
			own = append(own, i)
		}
	}
	for _, i := range outsideParts {
		if !well(i) {
			outside = append(outside, i)
		}
	}
	return own, outside
}
