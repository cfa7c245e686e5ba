package firmware

import (
	"context"
	"fmt"
	"strings"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// A Touch is what came of the touch grid when staff touched it last.
type Touch struct {
	At        int64   `json:"at"`        // Unix seconds
	Untouched []uint8 `json:"untouched"` // cells that did not react, counted from 1 at the upper left along the rows
}

// touchedAt is the result for the cells that were touched.
func touchedAt(at time.Time, cells staff.Cells) *Touch {
	t := &Touch{At: at.Unix(), Untouched: []uint8{}}
	for c := range uint8(staff.GridCells) {
		if !cells.Has(c) {
			t.Untouched = append(t.Untouched, c+1)
		}
	}
	return t
}

// touched keeps the result; cells that did not react are no failure of the act.
func (f *Firmware) touched(_ context.Context, cells staff.Cells) error {
	f.touch.Store(touchedAt(f.told.now().Wall, cells))
	return nil
}

// tidy makes one that was read from a file a result that can be told; nil of none.
func (t *Touch) tidy() *Touch {
	if t == nil || t.At <= 0 || len(t.Untouched) > staff.GridCells {
		return nil
	}
	return t
}

// facts sets what the grid said. What the screen's stall says is told first.
func (t *Touch) facts(r *measure.Result) {
	if t == nil {
		return
	}
	r.Tested |= check.Of(check.Screen)
	r.Untouched = uint8(len(t.Untouched))
	r.Detail[check.Screen] = t.String()
}

// String is the result in an engineer's words.
func (t *Touch) String() string {
	s := fmt.Sprintf("touch grid of %s: ", time.Unix(t.At, 0).UTC().Format(time.DateTime+" UTC"))
	if len(t.Untouched) == 0 {
		return s + fmt.Sprintf("all %d cells react", staff.GridCells)
	}
	var cells []string
	for _, c := range t.Untouched {
		cells = append(cells, fmt.Sprint(c))
	}
	return s + fmt.Sprintf("%d of %d cells do not react: %s", len(t.Untouched), staff.GridCells, strings.Join(cells, ", "))
}
