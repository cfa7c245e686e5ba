package firmware

import (
	"context"
	"sync/atomic"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/staff/check"
)

// watched is the display, and what it was last asked to show of why no visit can
// begin. The loop holds its state alone; what it shows is what may be told.
type watched struct {
	run.Display
	pulse *pulse
	tell  func(check.Fault) // what is the matter with the reader, for the out-of-service screen
	met   func() (check.Fault, bool)
	word  atomic.Uint32
	place atomic.Uint32
}

// Show is run.Display's.
func (w *watched) Show(v kiosk.View) {
	word := kiosk.NoMessage
	switch v.Place {
	case kiosk.OutOfService:
		word = v.Message
		if w.tell != nil && word == kiosk.MsgReader {
			fault, _ := w.met()
			w.tell(fault)
		}
	case kiosk.Idle:
		word = v.Health
	}
	w.word.Store(uint32(word))
	w.place.Store(uint32(v.Place))
	defer w.pulse.begin(screenPart, context.Background())()
	w.Display.Show(v)
}

func (w *watched) out() kiosk.Message { return kiosk.Message(w.word.Load()) }

// visitPlace is every place from the first question to the card's taking.
const visitPlace = "visit"

// at is the place as it may be told.
func (w *watched) at() string {
	switch p := kiosk.Place(w.place.Load()); {
	case p == kiosk.Starting, p >= kiosk.OutOfService:
		return p.String()
	case p < kiosk.Needs:
		return kiosk.Idle.String()
	}
	return visitPlace
}
