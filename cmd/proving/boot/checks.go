package main

import (
	"context"
	"fmt"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// A check is one claim about the machine, and how it is looked at. What it saw is printed.
type check struct {
	name   string
	claims string
	look   func(ctx context.Context, b *bench) (saw []string, err error)
}

var checks = []check{
	{"ready", "switched on, the kiosk invites: reader and authority have answered", ready},
	{"reset", "a resident renews a password through the machine's serial line and network", reset},
	{"closed", "what is mounted, listens, runs and may log in is what the committed lists say", closed},
	{"read-only", "root writes nothing outside of the data partition, and runs nothing from it", readOnly},
	{"confined", "the firmware has no privilege, no way to one, and a filter of system calls", confined},
	{"figures", "image, memory and what an idle machine writes are measured", figures},
	{"plugged", "a reader whose USB adapter is plugged in after the kiosk's start, pulled out and plugged in again, serves each time", plugged},
	{"window", "switched on, the machine with a screen shows that it gets ready, and then the attract screen", window},
	{"display", "the machine with a screen mounts, listens and runs what the committed lists say; its X server refuses a program without its cookie", display},
	{"heard", "the first key of a keyboard is answered by speech, which the machine's card of sound plays", heard},
	{"returns", "an X server that is killed is started again, and the attract screen comes back", returns},
	{"plain", "beside it, plain Debian with X and the same program", plain},
	{"flip", "a root with one bit flipped does not run", flipped},
	{"unsigned", "under Secure Boot a kernel without a signature does not run, and with the signed one the kiosk invites", unsigned},
	{"cuts", "power cuts in the middle of visits lose no record, and the visit can be ended", func(ctx context.Context, b *bench) ([]string, error) { return b.plug(ctx, b.cuts) }},
	{"watchdog", "a machine whose firmware stands still is started again", watched},
	{"full", "a full disk lets no visit begin, and is no end", full},
	{"rebuilt", "a destroyed data partition is made anew, the kiosk says that it has to be enrolled, and what it lost is an alarm at the authority", rebuilt},
	{"sealed", "the data partition is encrypted by the TPM, opens in its machine, and not in another", sealed},
	{"update", "a signed newer version stays once it works; refused, rotten and broken ones leave a machine that runs", updated},
	{"offered", "a version that the authority offers is fetched, installed between visits, and kept once it works", offered},
	{"technician", "a technician with a stick opens the door, logs in and applies an update on the screen; it stays once it works, and the ledger says who", serviced},
	{"hasty", "three quick cuts of the power leave the order of the slots", hasty},
	{"torn", "cuts of the power at equal shares of an installation leave the slot that runs, and then it is installed", torn},
	{"unset", "a clock without a battery keeps no kiosk from its authority, and is told", unset},
}

// startLimit is how long a machine may take to its first screen: twenty seconds of the processor, of which it gets a few in a minute
// beside other busy programs.
const startLimit = 15 * time.Minute

// displays waits for a screen of a machine that starts, for which the harness, made for a program, has too little patience.
func (b *bench) displays(ctx context.Context, what string, ok func(headless.Screen) bool) (s headless.Screen, err error) {
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	for {
		if s, err = b.world.Kiosk.Await(wait, what, ok); err == nil || wait.Err() != nil || !b.world.Kiosk.Running() {
			return s, err
		}
	}
}

func inviting(s headless.Screen) bool {
	return s.Place == kiosk.Idle && s.Health == kiosk.NoMessage
}

func ready(ctx context.Context, b *bench) (saw []string, err error) {
	return b.invited(ctx, "text", "direct", "with a display of text it invites", goalText)
}

// invited is the machine with a display of text at its attract screen, and when it was there.
func (b *bench) invited(ctx context.Context, name, way, said string, goal time.Duration) (saw []string, err error) {
	t := watch{begun: time.Now()}
	if t.world, err = b.text(ctx, name, way, false); err != nil {
		return nil, err
	}
	s, err := b.displays(ctx, "the attract screen", inviting)
	if err != nil {
		return nil, err
	}
	return []string{t.stage(said+": "+s.Place.String(), goal)}, nil
}

func reset(ctx context.Context, b *bench) (saw []string, err error) {
	w, err := b.text(ctx, "text", "direct", false)
	if err != nil {
		return nil, err
	}
	return renews(ctx, w)
}

// renews has a resident renew a password at the machine.
func renews(ctx context.Context, w *harness.World) (saw []string, err error) {
	hanako, err := w.Resident("hanako")
	if err != nil {
		return nil, err
	}
	if err := hanako.Reserve(ctx, kiosk.FlowP); err != nil {
		return nil, err
	}
	s, err := hanako.Visit(ctx, kiosk.Telling)
	if err != nil {
		return nil, err
	}
	saw = append(saw, fmt.Sprintf("the screen is at %s and tells %s", s.Place, s.Told))
	if s.Told != kiosk.MsgReset {
		return saw, fmt.Errorf("the kiosk tells %s", s.Told)
	}
	if err := hanako.State(ctx, "done"); err != nil {
		return saw, err
	}
	if _, err := hanako.Visit(ctx, kiosk.Idle); err != nil {
		return saw, err
	}
	w.Cards.Lift()
	if err := hanako.Accepts(ctx, hanako.New.Password); err != nil {
		return saw, err
	}
	return append(saw, "the authority calls the reservation done, the card takes the new password"), nil
}
