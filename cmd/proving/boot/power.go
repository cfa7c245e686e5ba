package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3" // the authority's store

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// cuts are made in visits, behind lines of the ledger, where the most is at stake, and at any moment between.
var cuts = []kiosk.EntryKind{kiosk.EntryTrying, kiosk.EntryTried, kiosk.EntryProving, kiosk.EntryAsking, kiosk.EntryWriting, kiosk.EntryOutcome, kiosk.EntrySettled}

// plug pulls the plug of a machine in the middle of visits. After each cut the ledger verifies and has every record
// that the machine had promised before, and after the last one the resident's renewal is done.
func (b *bench) plug(ctx context.Context, n int) (saw []string, err error) {
	w, err := b.text(ctx, "plug", "direct", false)
	if err != nil {
		return nil, err
	}
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 0))
	saw = append(saw, fmt.Sprintf("seed %d", seed))
	taro, err := w.Resident("taro")
	if err != nil {
		return saw, err
	}
	if err := taro.Reserve(ctx, kiosk.FlowP); err != nil {
		return saw, err
	}
	promised := 0
	for i := range n {
		kind := cuts[(i+dice.IntN(2))%len(cuts)]
		if err := w.Kiosk.CutPowerAt(kind.String()); err != nil {
			return saw, err
		}
		visit, cancel := within(ctx, 3*time.Minute)
		go func() {
			select {
			case <-w.Kiosk.Done():
			case <-visit.Done():
			}
			cancel()
		}()
		_, _ = taro.Visit(visit, kiosk.Telling) // it is cut off, or the act is over and the cut comes below
		cancel()
		if w.Kiosk.Running() {
			w.Kiosk.CutPower()
		}
		<-w.Kiosk.Done()
		if err := w.Kiosk.CutPowerAt(""); err != nil {
			return saw, err
		}
		w.Cards.Lift()
		if err := w.Kiosk.Resume(); err != nil {
			return saw, err
		}
		if _, err := b.displays(ctx, "the attract screen after a cut", inviting); err != nil {
			return saw, err
		}
		out, err := inside(ctx, b.of, "ls -l /var/lib/kiosk/ledger; journalctl -b -u kiosk -o cat | grep -i 'ledger\\|aside' | head -3")
		if err != nil {
			return saw, err
		}
		if strings.Contains(out, "aside") {
			return saw, fmt.Errorf("after a cut at %s a ledger was set aside: %s", kind, out)
		}
		kept, err := records(ctx, w.Authority.File("authority.db"))
		if err != nil {
			return saw, err
		}
		saw = append(saw, fmt.Sprintf("cut at %s: %d records at the authority, %d before", kind, kept, promised))
		if kept < promised {
			return saw, errors.New("records are lost")
		}
		promised = kept
	}
	if out, err := b.alarms(ctx, w); err != nil || out != "" {
		return saw, fmt.Errorf("the authority's alarms, %w: %s", err, out)
	}
	if _, err := taro.Visit(ctx, kiosk.TakeCard); err != nil {
		return saw, err
	}
	if err := taro.State(ctx, "done"); err != nil {
		return saw, err
	}
	w.Cards.Lift() // the next check finds a machine that invites
	return append(saw, "the authority has no alarm: no gap, no fork; the renewal is done"), nil
}

// alarms are the authority's of the kiosk, a line each.
func (b *bench) alarms(ctx context.Context, w *harness.World) (of string, err error) {
	out, err := exec.CommandContext(ctx, b.sandbox, "alarms", "--dir", filepath.Dir(w.Authority.File("authority.db"))).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "kiosk-0001") {
			of += line
		}
	}
	return of, err
}

// records is how many the authority has.
func records(ctx context.Context, file string) (n int, err error) {
	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM records").Scan(&n)
	return n, err
}

// watched stops the firmware's process; the kernel's watchdog, which nothing feeds then, starts the machine again.
func watched(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := b.text(ctx, "watchdog", "direct", true); err != nil {
		return nil, err
	}
	if _, err := b.displays(ctx, "the attract screen", inviting); err != nil {
		return nil, err
	}
	before, err := inside(ctx, b.of, "cat /proc/sys/kernel/random/boot_id; cat /sys/class/watchdog/watchdog0/state /sys/class/watchdog/watchdog0/timeout; kill -STOP $(systemctl show kiosk -p MainPID --value)")
	if err != nil {
		return nil, err
	}
	saw = append(saw, "watchdog: "+strings.Join(strings.Fields(before)[1:], ", "))
	begun := time.Now()
	id := strings.Fields(before)[0]
	_, err = b.until(ctx, "cat /proc/sys/kernel/random/boot_id; systemctl is-active kiosk", func(out string) bool {
		return !strings.Contains(out, id) && strings.Contains(out, "\nactive")
	})
	if err != nil {
		return saw, err
	}
	return append(saw, fmt.Sprintf("the firmware was stopped; %.0f s later the machine had started again", time.Since(begun).Seconds())), nil
}

// full fills the data partition: no visit begins, and nothing of what is there is lost; with room, it goes on.
func full(ctx context.Context, b *bench) (saw []string, err error) {
	w, err := b.text(ctx, "full", "direct", false)
	if err != nil {
		return nil, err
	}
	if _, err := b.displays(ctx, "the attract screen", inviting); err != nil {
		return nil, err
	}
	out, err := inside(ctx, b.of, "fallocate -l $(df -k --output=avail /data | tail -1 | tr -d ' ')k /data/filler; dd if=/dev/zero of=/data/rest bs=64k 2>&1 | tail -1; df -k /data | tail -1")
	if err != nil {
		return nil, err
	}
	saw = append(saw, strings.ReplaceAll(out, "\n", "; "))
	if err := w.Kiosk.Silence(kiosk.Idle); err != nil {
		return saw, err
	}
	s, err := b.displays(ctx, "a screen that says so", func(s headless.Screen) bool { return s.Place == kiosk.Idle && s.Health == kiosk.MsgFull })
	if err != nil {
		return saw, err
	}
	saw = append(saw, fmt.Sprintf("the attract screen says %s", s.Health))
	if _, err := inside(ctx, b.of, "rm -f /data/filler /data/rest"); err != nil {
		return saw, err
	}
	if err := w.Kiosk.Silence(kiosk.Idle); err != nil {
		return saw, err
	}
	_, err = b.displays(ctx, "the attract screen", inviting)
	return append(saw, "with room again it invites"), err
}
