package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// torn cuts the power while the other slot is written, at equal shares of what is written: 19 cuts are one at every
// 5 %. The slot that runs stays the default, whatever lies in the other one, and in the end the installation succeeds.
func torn(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	u := &updates{bench: b}
	stick := filepath.Join(u.out, "stick")
	if err := makeStick(stick, u.vm, "next"); err != nil {
		return nil, err
	}
	if u.world, err = u.start(ctx, "torn", machine{vm: u.vm, kind: "text", way: "uefi", face: true, stick: stick}); err != nil {
		return nil, err
	}
	if err := u.runs(ctx, "A", "text"); err != nil {
		return u.saw, err
	}
	var whole int64 // of root and boot partition
	for _, f := range []string{"next.root", "next.esp"} {
		i, err := os.Stat(filepath.Join(u.vm, f))
		if err != nil {
			return u.saw, err
		}
		whole += i.Size()
	}
	for n := range u.cuts {
		if err := u.tear(ctx, whole, 100*(n+1)/(u.cuts+1)); err != nil {
			return u.saw, err
		}
	}
	return u.saw, u.takes(ctx)
}

// tear cuts the power when that share of the installation is on the disk.
func (u *updates) tear(ctx context.Context, whole int64, percent int) error {
	if _, err := inside(ctx, u.of, "sync"); err != nil {
		return err
	}
	before, err := written(ctx, u.of)
	if err != nil {
		return err
	}
	// What is written shall come to the disk as it is written, and not in the end.
	if _, err := inside(ctx, u.of, "echo 1048576 >/proc/sys/vm/dirty_background_bytes; echo 4194304 >/proc/sys/vm/dirty_bytes; systemd-run --quiet --unit=torn rauc install /media/kiosk/next.raucb"); err != nil {
		return err
	}
	done := before
	for done-before < whole*int64(percent)/100 {
		if !pause(ctx, 10*time.Millisecond) {
			return fmt.Errorf("waited for %d %% of %d bytes, %d were written: %w", percent, whole, done-before, ctx.Err())
		}
		if done, err = written(ctx, u.of); err != nil {
			return err
		}
	}
	if err := u.world.Kiosk.Kill(); err != nil {
		return err
	}
	if err := u.world.Kiosk.Resume(); err != nil {
		return err
	}
	u.note("cut when %.1f %% of the installation were on the disk", 100*float64(done-before)/float64(whole))
	if err := u.runs(ctx, "A", "text"); err != nil {
		return err
	}
	out, err := inside(ctx, u.of, "efibootmgr")
	if err == nil && !strings.HasPrefix(order(out), "A") {
		err = fmt.Errorf("the order is %s", order(out))
	}
	return err
}

// written is how many bytes the machine has written to its disk since it was switched on.
func written(ctx context.Context, m machine) (int64, error) {
	b, err := monitor(ctx, m, "query-blockstats", nil)
	if err != nil {
		return 0, err
	}
	var all []struct {
		Device string
		Stats  struct {
			Written int64 `json:"wr_bytes"`
		}
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return 0, err
	}
	for _, d := range all {
		if d.Device == "virtio0" {
			return d.Stats.Written, nil
		}
	}
	return 0, errors.New("the emulator tells of no disk: " + string(b))
}
