package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/maintainer"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// serviced follows an update as the technician makes it, from the stick in a hand to the slot that is marked good: all that is
// seen is read from the glass, and all that is done is a touch on it, a stick that is put in, and a door that is opened.
func serviced(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	v := &visit{updates: &updates{bench: b}, technician: maintainer.NewTechnician()}
	for _, step := range []func(context.Context) error{v.begin, v.installs, v.opens, v.applies, v.becomes, v.recorded} {
		if err := step(ctx); err != nil {
			return v.saw, errors.Join(err, v.late(ctx))
		}
	}
	return v.saw, nil
}

// A visit is one of a technician to the machine with a screen.
type visit struct {
	*updates
	*maintainer.Maintainer
	operator   *maintainer.Operator
	technician *maintainer.Worker
}

// begin starts a new machine, which has been commissioned, and waits for its first good start.
func (v *visit) begin(ctx context.Context) (err error) {
	stick, pictures := filepath.Join(v.out, "stick"), filepath.Join(v.out, "technician")
	if err := errors.Join(os.RemoveAll(pictures), os.MkdirAll(pictures, 0o755), makeStick(stick, v.vm, "newer")); err != nil {
		return err
	}
	if v.world, err = v.start(ctx, "technician", machine{vm: v.vm, kind: "screen", way: "uefi", door: true, stick: stick}); err != nil {
		return err
	}
	if err := v.runs(ctx, "A", "screen"); err != nil {
		return err
	}
	uri, err := os.ReadFile(v.of.at("operator"))
	if err != nil {
		return err
	}
	panel := layout.Panel10
	panel.Reader, panel.Staff = layout.Reader{Side: layout.Right, MM: 120}, true
	v.Maintainer = &maintainer.Maintainer{Ctx: ctx, Screen: finger{ctx, v.of}, Kiosk: v.world.Kiosk, Panel: panel, Pictures: pictures,
		Refused: map[kiosk.StaffTask]staff.Note{kiosk.StaffExport: staff.NoteNoKey}}
	if v.operator, err = maintainer.NewOperator(string(uri)); err != nil {
		return err
	}
	return v.idle(ctx)
}

func (v *visit) idle(ctx context.Context) error {
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	return v.world.Kiosk.Seen.Await(wait, kiosk.Idle.String())
}

// installs is the installer, who makes the technician's codes with the first of the operator's.
func (v *visit) installs(context.Context) error {
	err := v.All(
		v.ComesIn,
		func() error { return v.Picture("look") },
		func() error { return v.Enrols(v.operator, v.technician, staff.Look) },
		func() error { return v.Leaves("the installer") },
	)
	v.note("the installer has made the technician's codes on the screen; the authenticator read the QR code from its pixels")
	return err
}

// opens is the technician who opens the door, by which maintenance stands on the glass, logs in, and puts the stick in.
func (v *visit) opens(ctx context.Context) (err error) {
	if v.Before, err = v.Screen.Settled(ctx, nil, time.Minute); err != nil {
		return err
	}
	begun := time.Now()
	err = v.All(
		func() error { return v.of.turnDoor(true) },
		func() error { return v.Arrives(staff.Look) },
		func() error {
			v.note("the door is opened: maintenance is on the glass, %.0f s later", time.Since(begun).Seconds())
			return v.of.plugIn(ctx)
		},
		func() error { return v.LogsIn(v.technician) },
		func() error { return v.Picture("technician") },
	)
	if err != nil {
		return err
	}
	out, err := inside(ctx, v.of, "grep /media/kiosk /proc/mounts | cut -d' ' -f1-3")
	v.note("the technician has logged in; the stick is there: %s", strings.TrimSpace(out))
	return err
}

// applies presses the task, with a fresh code, and reads the answer.
func (v *visit) applies(context.Context) error {
	var begun time.Time
	err := v.All(
		func() error { return v.Presses(staff.ButtonDanger, 0, staff.Danger) },
		func() error { return v.Picture("what-cannot-be-taken-back") },
		func() error { return v.Task(kiosk.StaffUpdate, staff.FreshCode) },
		func() error { return v.Picture("fresh-code") },
		func() error { begun = time.Now(); return v.TypesCode(v.technician, staff.Result) },
	)
	if err != nil {
		return err
	}
	took := time.Since(begun)
	v.View.Task, v.View.Note = kiosk.StaffUpdate, staff.NoteDone
	done := text.StaffNote(kiosk.Japanese, v.View.Note)
	// What is told of a refusal is longer than its line, and is like neither.
	says, err := v.Shows(v.Laid(0, 0), done, []string{done, text.StaffNote(kiosk.Japanese, staff.NoteFailed)})
	if err = errors.Join(err, v.Picture("answer")); err != nil {
		return err
	}
	if !says {
		return fmt.Errorf("the screen does not say %q", done)
	}
	v.note("the screen says %q, %.0f s after the fresh code was begun", done, took.Seconds())
	if err := v.Leaves("the technician"); err != nil {
		return err
	}
	return v.Picture("no-visit-begins")
}

// becomes waits until the machine has started itself again and found its other slot good; the technician closes the door meanwhile.
func (v *visit) becomes(ctx context.Context) error {
	begun := time.Now()
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	select {
	case <-v.world.Kiosk.Done():
	case <-wait.Done():
		return errors.New("the machine does not start again")
	}
	v.note("%.0f s later the machine has ended itself, to start again", time.Since(begun).Seconds())
	if err := v.of.turnDoor(false); err != nil {
		return err
	}
	if err := v.runs(ctx, "B", "newer"); err != nil {
		return err
	}
	if err := v.idle(ctx); err != nil {
		return err
	}
	return v.Picture("new-version")
}

// late keeps what is on the glass of a visit that went wrong.
func (v *visit) late(ctx context.Context) error {
	if v.Maintainer == nil || !v.world.Kiosk.Running() {
		return nil
	}
	return v.Picture("late")
}
