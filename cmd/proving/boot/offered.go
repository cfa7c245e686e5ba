package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// offered follows an update from the authority's offer to what the authority shows of it in the end.
func offered(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	u := &updates{bench: b}
	if u.world, err = u.start(ctx, "offered", machine{vm: u.vm, kind: "text", way: "uefi", face: true}); err != nil {
		return nil, err
	}
	version, err := os.ReadFile(filepath.Join(u.vm, "next.version"))
	if err != nil {
		return nil, err
	}
	said, err := u.world.Authority.Command(ctx, "update", "offer", filepath.Join(u.vm, "next.raucb"), "--version", strings.TrimSpace(string(version)), "--share", "100", "--first", "1")
	if err != nil {
		return nil, err
	}
	u.note("%s", strings.TrimSpace(said))
	begun := time.Now()
	if err := u.shows(ctx, "fetched", "trial"); err != nil {
		return u.saw, err
	}
	u.note("it is fetched, %.0f s after the offer", time.Since(begun).Seconds())
	if err := u.runs(ctx, "B", "next"); err != nil {
		return u.saw, err
	}
	return u.saw, u.shows(ctx, "good")
}

// shows waits until the authority shows its one kiosk in one of these states.
func (u *updates) shows(ctx context.Context, states ...string) error {
	for {
		out, err := u.world.Authority.Command(ctx, "update", "show", "--json")
		if err != nil {
			return err
		}
		var all []struct{ Kiosks map[string]int }
		if err := json.Unmarshal([]byte(out), &all); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		for _, s := range states {
			if len(all) > 0 && all[0].Kiosks[s] == 1 {
				u.note("the authority shows the kiosk as %s", s)
				return nil
			}
		}
		if !pause(ctx, 2*time.Second) {
			return fmt.Errorf("waited for %v, the authority shows %s: %w", states, out, ctx.Err())
		}
	}
}

// hasty cuts the power three times before a start has come to its end: the order of the slots stays, whichever ran meanwhile.
func hasty(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	u := &updates{bench: b}
	if u.world, err = u.start(ctx, "hasty", machine{vm: u.vm, kind: "text", way: "uefi", face: true}); err != nil {
		return nil, err
	}
	if err := u.runs(ctx, "A", "text"); err != nil {
		return u.saw, err
	}
	for n := range 3 {
		if err := u.world.Kiosk.Kill(); err != nil {
			return u.saw, err
		}
		if err := u.world.Kiosk.Resume(); err != nil {
			return u.saw, err
		}
		if _, err := u.until(ctx, "cat /dev/kiosk-slot", func(out string) bool { return strings.Contains(out, "SLOT=") }); err != nil {
			return u.saw, err
		}
		out, err := inside(ctx, u.of, "echo kept is $(systemctl is-active kiosk-good); efibootmgr")
		if err != nil {
			return u.saw, err
		}
		u.note("cut %d: %s, the order is %s", n+1, strings.TrimSpace(strings.SplitN(out, "\n", 2)[0]), order(out))
	}
	return u.saw, u.runs(ctx, "A", "text")
}

// unset starts a machine whose clock has lost its battery, and which no server of time answers.
func unset(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	if _, err := b.start(ctx, "unset", machine{vm: b.vm, kind: "text", way: "direct", face: true, clock: "2001-01-01T00:00:00"}); err != nil {
		return nil, err
	}
	s, err := b.displays(ctx, "a screen that says so", func(s headless.Screen) bool { return s.Place == kiosk.Idle && s.Health == kiosk.MsgClock })
	if err != nil {
		return nil, err
	}
	out, err := inside(ctx, b.of, "date -u +%F")
	return []string{fmt.Sprintf("the machine's clock says %s; the authority is reached, and the attract screen says %s", strings.TrimSpace(out), s.Health)}, err
}
