package firmware

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/cmd/internal/update"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline/record"
)

func TestWhatTheMachineRunsIsReadWhereItsUpdaterSaysIt(t *testing.T) {
	dir := t.TempDir()
	boot := filepath.Join(dir, "boot")
	write := func(name, text string) {
		t.Helper()
		must.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("boot", "abc\n")
	for text, want := range map[string]string{"": "", "20261127.1\n": "20261127.1", "20261127.1": "", "v1\n": "", "1\n2\n": ""} {
		write("version", text)
		if m, err := machineAt(dir, boot); m.Runs != want || (err == nil) != (want != "") {
			t.Errorf("%q is %+v, %v", text, m, err)
		}
	}
	write("version", "7\n")
	if m, err := machineAt(dir, boot); err != nil || m != (update.Machine{Runs: "7", Boot: "abc"}) {
		t.Errorf("on trial: %+v, %v", m, err)
	}
	write("good", "")
	if m, err := machineAt(dir, boot); err != nil || !m.Good {
		t.Errorf("kept: %+v, %v", m, err)
	}
}

func TestNoVisitBeginsWhileTheMachineIsUpdatedAndOneThatIsUnderWayEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		f := &Firmware{cfg: config.Config{Kiosk: config.Kiosk{Data: dir, Status: filepath.Join(dir, "status.json")}, Staff: config.Staff{Updates: dir}},
			display: &watched{}, log: slog.New(slog.DiscardHandler)}
		f.display.place.Store(uint32(kiosk.Needs))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- f.installFetched(ctx) }()
		r := remembered{sign: wantSign(t, t.TempDir(), staff.NoReason, false), hold: &f.hold}
		synctest.Wait() // it waits for the end of the visit
		if !f.hold.Load() {
			t.Fatal("no visit is kept from beginning")
		}
		_, err := r.Ask(ctx)
		if fault := port.Fault(0); !errors.As(err, &fault) || kiosk.Message(fault) != kiosk.MsgBusy {
			t.Errorf("a visit may begin: %v", err)
		}
		request := filepath.Join(dir, "update-wanted")
		if _, err := os.Stat(request); err == nil {
			t.Error("the updater was asked while a resident is served")
		}
		f.display.place.Store(uint32(kiosk.Idle))
		time.Sleep(2 * unservedPeriod)
		synctest.Wait()
		b, _ := os.ReadFile(request)
		number, whole := strings.CutSuffix(string(b), " data\n")
		if !whole {
			t.Fatalf("the updater is asked for %q", b)
		}
		must.OK(t, os.WriteFile(filepath.Join(dir, "answer"), []byte(number+" foreign\n"), 0o600))
		if err := <-done; !errors.Is(err, update.ErrForeign) || f.hold.Load() {
			t.Errorf("it ends with %v, held %v", err, f.hold.Load())
		}
	})
}

func TestNoVisitBeginsBetweenATechniciansUpdateAndTheRestart(t *testing.T) {
	for word, held := range map[string]bool{"installed": true, "damaged": false} {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			f := &Firmware{cfg: config.Config{Kiosk: config.Kiosk{Data: dir, Status: filepath.Join(dir, "status.json")}, Staff: config.Staff{Stick: "/proc", Updates: dir}},
				log: slog.New(slog.DiscardHandler)}
			done := make(chan error, 1)
			go func() { done <- f.installBrought(t.Context()) }()
			synctest.Wait()
			b, _ := os.ReadFile(filepath.Join(dir, "update-wanted"))
			number, _ := strings.CutSuffix(string(b), " stick\n")
			must.OK(t, os.WriteFile(filepath.Join(dir, "answer"), []byte(number+" "+word+"\n"), 0o600))
			if err := <-done; (err == nil) != held || f.hold.Load() != held {
				t.Errorf("%s ends with %v, held %v", word, err, f.hold.Load())
			}
			if time.Sleep(restartTime + time.Second); f.hold.Load() {
				t.Errorf("%s: a machine that was not started again serves no more", word)
			}
		})
	}
}

// What was refused, and what went back, has a code and a sentence of its own; what goes well has none.
func TestEveryEndOfAnOfferIsToldToStaff(t *testing.T) {
	seen := map[check.Fault]bool{}
	for why := wire.UpdateForeign; why <= wire.UpdateMachine; why++ {
		seen[faultOfUpdate(update.Saved{Phase: update.Refused, Why: why})] = true
	}
	seen[faultOfUpdate(update.Saved{Phase: update.Failed})] = true
	if len(seen) != 6 || seen[check.NoFault] {
		t.Errorf("%v", seen)
	}
	for f := range seen {
		if f.Item() != check.Update || f.Level() != check.Warning {
			t.Errorf("%s is of %s, %s", f, f.Item(), f.Level())
		}
	}
	for _, p := range []update.Phase{update.Idle, update.Fetching, update.Whole, update.Installing, update.Installed, update.Good} {
		if got := faultOfUpdate(update.Saved{Phase: p}); got != check.NoFault {
			t.Errorf("phase %d is %s", p, got)
		}
	}
}

func TestEndOfAnOfferIsALineOfMaintenanceWithoutAPerson(t *testing.T) {
	for phase, want := range map[update.Phase]kiosk.Outcome{update.Good: kiosk.Done, update.Refused: kiosk.Failed, update.Failed: kiosk.Failed} {
		e := entryOfOffer(update.Saved{Phase: phase})
		if e.Kind != kiosk.EntryStaffDid || e.Task != kiosk.StaffUpdate || e.Role != kiosk.NoRole || e.Outcome != want {
			t.Errorf("phase %d is %+v", phase, e)
		}
		if err := record.Check(e); err != nil {
			t.Errorf("phase %d: %v", phase, err)
		}
	}
}

func TestLineOfAnOfferWaitsForTheEndOfTheVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Firmware{display: &watched{}, log: slog.New(slog.DiscardHandler)}
		f.display.place.Store(uint32(kiosk.Needs))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun, done := time.Now(), make(chan error, 1)
		go func() { done <- f.unserved(ctx) }()
		time.Sleep(10 * unservedPeriod)
		f.display.place.Store(uint32(kiosk.Staff))
		time.Sleep(10 * unservedPeriod)
		f.display.place.Store(uint32(kiosk.Idle))
		if err := <-done; err != nil || time.Since(begun) < 20*unservedPeriod {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}
