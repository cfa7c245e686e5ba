package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness"
)

// updated follows two slots through what happens to them in years: bundles that are refused, a good
// one, a slot that rots, and a version that does not work. One machine lives through all of it.
func updated(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	u := &updates{bench: b}
	for _, step := range []func(context.Context) error{u.begin, u.refuses, u.takes, u.rots, u.goesBack} {
		if err := step(ctx); err != nil {
			return u.saw, err
		}
	}
	return u.saw, nil
}

type updates struct {
	*bench
	world *harness.World
	saw   []string
}

// note keeps what was seen; it is also said at once, as the whole takes a quarter of an hour.
func (u *updates) note(format string, a ...any) {
	u.saw = append(u.saw, fmt.Sprintf(format, a...))
	fmt.Fprintln(os.Stderr, "update: "+u.saw[len(u.saw)-1])
}

// begin starts a new machine by UEFI, with a stick that has all bundles in it, and waits for its first good start.
func (u *updates) begin(ctx context.Context) (err error) {
	stick := filepath.Join(u.out, "stick")
	if err := makeStick(stick, u.vm, "next", "broken", "foreign", "older", "tampered"); err != nil {
		return err
	}
	if u.world, err = u.start(ctx, "update", machine{vm: u.vm, kind: "text", way: "uefi", face: true, stick: stick}); err != nil {
		return err
	}
	return u.runs(ctx, "A", "text")
}

// refuses: each with its sentence; the machine runs as before.
func (u *updates) refuses(ctx context.Context) error {
	for _, r := range []struct{ bundle, says string }{
		{"foreign", "signature verification failed"}, {"older", "is older than"}, {"tampered", "Input/output error"},
	} {
		out, err := inside(ctx, u.of, install(r.bundle))
		if err != nil {
			return err
		}
		line := saying(out, r.says)
		u.note("%s: %s", r.bundle, line)
		if line == "" || !strings.Contains(out, "failed-with") {
			return fmt.Errorf("the %s bundle: %s", r.bundle, out)
		}
	}
	out, err := inside(ctx, u.of, "efibootmgr")
	if err == nil && (!strings.HasPrefix(order(out), "A") || strings.Contains(out, "BootNext")) { // a slot half written is in no order
		err = fmt.Errorf("after them the order is %s: %s", order(out), out)
	}
	u.note("after them the order is %s", order(out))
	return err
}

// takes: a newer version is started once, shows that it works, and stays.
func (u *updates) takes(ctx context.Context) error {
	begun := time.Now()
	out, err := inside(ctx, u.of, install("next"))
	if err != nil {
		return err
	}
	if !strings.Contains(out, "succeeded") {
		return errors.New(out)
	}
	u.note("the next version was installed into slot B in %.0f s", time.Since(begun).Seconds())
	if err := u.restarts(ctx); err != nil {
		return err
	}
	return u.runs(ctx, "B", "next")
}

// restarts has the machine start again. Its shell may end before it has answered.
func (u *updates) restarts(ctx context.Context) error {
	if _, err := inside(ctx, u.of, "systemctl reboot --no-block"); err != nil && !errors.Is(err, errNoAnswer) {
		return err
	}
	return ctx.Err()
}

// rots: a bit of the slot that is good and default is flipped.
func (u *updates) rots(ctx context.Context) error {
	if err := u.world.Kiosk.Kill(); err != nil {
		return err
	}
	at, err := programInRoot(ctx, filepath.Join(u.vm, "next.root"))
	if err != nil {
		return err
	}
	first, _, err := partition(u.of.disk(), 4)
	if err != nil {
		return err
	}
	if err := change(u.of.disk(), first*512+at); err != nil {
		return err
	}
	u.note("one bit of slot B, which is good and the default, is flipped")
	if err := u.world.Kiosk.Resume(); err != nil {
		return err
	}
	return u.runs(ctx, "A", "text")
}

// goesBack: a version whose kiosk does not start is left by the machine itself.
func (u *updates) goesBack(ctx context.Context) error {
	out, err := inside(ctx, u.of, install("broken"))
	if err != nil {
		return err
	}
	if !strings.Contains(out, "succeeded") {
		return errors.New(out)
	}
	if err := u.restarts(ctx); err != nil {
		return err
	}
	if _, err := u.until(ctx, "cat /dev/kiosk-slot", func(out string) bool { return strings.Contains(out, "SLOT=B") }); err != nil {
		return err
	}
	begun := time.Now()
	u.note("the broken version was installed and runs in slot B")
	if err := u.runs(ctx, "A", "text"); err != nil {
		return err
	}
	u.note("it went back by itself, %.0f s later", time.Since(begun).Seconds())
	return nil
}

// runs waits until that slot runs the version of that kind and was marked good.
func (u *updates) runs(ctx context.Context, slot, kind string) error {
	version, err := os.ReadFile(filepath.Join(u.vm, kind+".version"))
	if err != nil {
		return err
	}
	want := []string{"SLOT=" + slot, "version " + strings.TrimSpace(string(version)), "good is active"}
	begun := time.Now()
	out, err := u.until(ctx, `cat /dev/kiosk-slot; echo version $(cat /usr/lib/kiosk/version); echo good is $(systemctl is-active kiosk-good); efibootmgr`, func(out string) bool {
		for _, w := range want {
			if !strings.Contains(out, w) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("waited for %q: %w", want, err)
	}
	u.note("slot %s runs version %.30s and is marked good, %.0f s later; the order is %s", slot, version[:len(version)-1], time.Since(begun).Seconds(), order(out))
	if strings.Contains(out, "BootNext") {
		return fmt.Errorf("the other slot is still next: %s", out)
	}
	return nil
}

// until asks until the answer is right. A machine that starts gives none; one that has ended, as by UEFI at
// each reset, is started again.
func (b *bench) until(ctx context.Context, command string, right func(string) bool) (last string, err error) {
	for {
		try, cancel := within(ctx, 20*time.Second)
		out, asked := inside(try, b.of, command)
		cancel()
		if asked == nil {
			if last = out; right(out) {
				return out, nil
			}
		}
		if b.world != nil && !b.world.Kiosk.Running() {
			if err := b.world.Kiosk.Resume(); err != nil {
				return last, err
			}
		}
		if !pause(ctx, 2*time.Second) {
			return last, fmt.Errorf("the last answer was %q: %w", last, ctx.Err())
		}
	}
}

func install(bundle string) string {
	return "rauc install /media/kiosk/" + bundle + ".raucb || { echo failed-with $?; journalctl -u rauc -o cat -n 12; }"
}

// saying is the line that has the text.
func saying(out, text string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, text) {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "\x1b[J"))
		}
	}
	return ""
}

// order is that of the slots among the firmware's boot entries, as efibootmgr prints them.
func order(out string) string {
	name, numbers := map[string]string{}, ""
	for line := range strings.Lines(out) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "BootOrder: "); ok {
			numbers = n
		}
		f := strings.Fields(line)
		if len(f) >= 2 && len(f[0]) >= 8 && strings.HasPrefix(f[0], "Boot0") && (f[1] == "A" || f[1] == "B") {
			name[f[0][4:8]] = f[1]
		}
	}
	var slots []string
	for n := range strings.SplitSeq(numbers, ",") {
		if name[n] != "" {
			slots = append(slots, name[n])
		}
	}
	return strings.Join(slots, " ")
}

// makeStick makes a stick with bundles, of FAT as sticks are.
func makeStick(name, vm string, bundles ...string) error {
	if err := os.RemoveAll(name); err != nil {
		return err
	}
	if err := tool("truncate", "-s", "1G", name); err != nil {
		return err
	}
	if err := tool("mkfs.vfat", "-F", "32", name); err != nil {
		return err
	}
	for _, b := range bundles {
		if err := tool("mcopy", "-i", name, filepath.Join(vm, b+".raucb"), "::"); err != nil {
			return err
		}
	}
	return nil
}
