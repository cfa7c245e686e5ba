package firmware

import (
	"context"
	"time"

	"multicopy.example/kiosk"
)

const (
	doorPeriod = time.Second      // between two looks at the door's switch
	doorAgain  = 10 * time.Second // between two times that a door which stays open asks for maintenance
)

// doorWatch is the door's switch and those who hear of it.
type doorWatch struct {
	open  func() bool
	at    func() string // the place, as it may be told
	moved func(open bool)
	enter func()
}

// run tells that the door has moved, until ctx ends. One that is opened asks for
// maintenance, and waits for the end of a visit that is under way; it asks again where a
// card lies on the reader, and no more once staff has been in.
func (d doorWatch) run(ctx context.Context) {
	each := time.NewTicker(doorPeriod)
	defer each.Stop()
	was, wanted, asked := d.open(), false, time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-each.C:
		}
		is := d.open()
		if is != was {
			d.moved(is)
			wanted, asked = is, time.Time{}
		}
		was = is
		switch at := d.at(); {
		case at == kiosk.Staff.String():
			wanted = false
		case wanted && at != visitPlace && time.Since(asked) >= doorAgain:
			asked = time.Now()
			d.enter()
		}
	}
}

// watchDoor runs until ctx ends, where the door has a switch.
func (f *Firmware) watchDoor(ctx context.Context) {
	if f.door == nil {
		return
	}
	doorWatch{open: f.door.Open, at: f.display.at,
		moved: f.loop.DoorMoved,
		enter: func() { f.loop.Post(kiosk.Event{Kind: kiosk.StaffIn}) },
	}.run(ctx)
}
