package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// idle is how long a machine is left alone, of which an hour is reckoned.
const idle = 5 * time.Minute

// figures are what is measured of a machine that invites and is left alone; sizes are bounded, so
// that an image cannot grow unseen.
func figures(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := ready(ctx, b); err != nil {
		return nil, err
	}
	for _, f := range []string{"kiosk.root", "kiosk.efi", "screen.root", "text.root", "text.efi"} {
		i, err := os.Stat(filepath.Join(b.vm, f))
		if err != nil {
			continue // that kind was not made
		}
		saw = append(saw, fmt.Sprintf("%s: %.1f MB", f, float64(i.Size())/1e6))
		if i.Size() > 512<<20 {
			return saw, fmt.Errorf("%s does not fit its slot", f)
		}
	}
	out, err := inside(ctx, b.of, `awk '/MemTotal|MemAvailable/ {print $1, $2}' /proc/meminfo; awk '/VmRSS/ {print "kiosk", $2}' /proc/$(systemctl show kiosk -p MainPID --value)/status`)
	if err != nil {
		return saw, err
	}
	saw = append(saw, "memory in kB: "+strings.ReplaceAll(out, "\n", ", "))
	if err := kept(ctx, b); err != nil {
		return saw, err
	}
	// What the start wrote lies in the file system's journal, and is written to its place within the next minute: a freeze does that at once.
	const sectors = `fsfreeze -f /data && fsfreeze -u /data; awk '{print $7}' /sys/class/block/$(basename $(readlink -f /dev/disk/by-partlabel/data))/stat`
	var before, after int64
	for _, n := range []*int64{&before, &after} {
		out, err := inside(ctx, b.of, sectors)
		if err != nil {
			return saw, err
		}
		if _, err := fmt.Sscan(out, n); err != nil {
			return saw, fmt.Errorf("sectors written: %q: %w", out, err)
		}
		if n == &before && !pause(ctx, idle) {
			return saw, ctx.Err()
		}
	}
	hour := (after - before) * 512 * int64(time.Hour/idle)
	saw = append(saw, fmt.Sprintf("written in %v without a visit: %d bytes, so %.1f MB an hour", idle, (after-before)*512, float64(hour)/1e6))
	return saw, nil
}
