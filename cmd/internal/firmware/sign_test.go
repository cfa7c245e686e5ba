package firmware

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff"
)

// wantSign reads the sign as the next start does.
func wantSign(t *testing.T, dir string, want staff.Reason, fails bool) *sign {
	t.Helper()
	s, err := readSign(dir)
	if s.stands() != want || (err != nil) != fails {
		t.Errorf("the sign says %d, %v, want %d", s.stands(), err, want)
	}
	return s
}

// What staff has put up is there at the next start, until it is taken down.
func TestSignStandsOverAStartUntilItIsTakenDown(t *testing.T) {
	m := &maintenance{sign: wantSign(t, t.TempDir(), staff.NoReason, false), door: func() bool { return false }}
	dir := filepath.Dir(m.sign.name)
	act := func(task kiosk.StaffTask, r staff.Reason, want kiosk.Outcome) {
		t.Helper()
		if got, err := m.Act(t.Context(), task, r, 0); got.Outcome != want || (err == nil) != (want == kiosk.Done) {
			t.Errorf("%v with reason %d: %v, %v", task, r, got, err)
		}
	}
	act(kiosk.StaffSignDown, staff.NoReason, kiosk.Done)
	for r := staff.NoReason + 1; r < staff.Reasons; r++ {
		act(kiosk.StaffSignUp, r, kiosk.Done)
		if says := m.sign.stands(); says != r {
			t.Errorf("says %d, want %d", says, r)
		}
		s := wantSign(t, dir, r, false)
		if fault := port.Fault(0); !errors.As(s.refuses(), &fault) || kiosk.Message(fault) != r.Message() {
			t.Errorf("a visit is refused with %v", s.refuses())
		}
		if i, err := os.Stat(m.sign.name); err != nil || i.Mode() != 0o600 {
			t.Errorf("%v, %v", i, err)
		}
	}
	for _, no := range []staff.Reason{staff.NoReason, staff.Reasons} {
		act(kiosk.StaffSignUp, no, kiosk.Failed)
	}
	wantSign(t, dir, staff.Reasons-1, false)
	act(kiosk.StaffSignDown, staff.NoReason, kiosk.Done)
	if s := wantSign(t, dir, staff.NoReason, false); s.refuses() != nil || m.sign.refuses() != nil {
		t.Error("a visit is refused without a sign")
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 0 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}

// A torn or foreign file is no sign, and staff can replace it or take it away.
func TestForeignFileIsNoSign(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, signFile)
	for _, bad := range []string{"", "\n", "E-OFF1", "E-OFF1\r\n", "E-OFF6\n", "E-NET\n", "e-off1\n", "E-OFF1\nE-OFF1\n", strings.Repeat("E-OFF1\n", 1<<20)} {
		must.OK(t, os.WriteFile(file, []byte(bad), 0o600))
		s := wantSign(t, dir, staff.NoReason, true)
		if s.refuses() != nil {
			t.Errorf("%.20q refuses a visit", bad)
		}
		must.Note(t, s.put(staff.ReasonShop))
		must.Note(t, wantSign(t, dir, staff.ReasonShop, false).down())
	}
	must.OK(t, os.Mkdir(file, 0o700))
	if s := wantSign(t, dir, staff.NoReason, true); s.put(staff.ReasonShop) == nil || s.stands() != staff.NoReason {
		t.Error("a sign is up that is not on the disk")
	}
}

// The disk comes first: what cannot be written does not stand, and what cannot be taken
// away stands on.
func TestSignThatIsNotOnTheDiskDoesNotStand(t *testing.T) {
	s := wantSign(t, filepath.Join(t.TempDir(), "gone"), staff.NoReason, false)
	if s.put(staff.ReasonLine) == nil || s.stands() != staff.NoReason {
		t.Error("a sign stands without its file")
	}
	dir := t.TempDir()
	s = wantSign(t, dir, staff.NoReason, false)
	must.OK(t, errors.Join(s.put(staff.ReasonLine), os.Remove(s.name), os.MkdirAll(filepath.Join(s.name, "full"), 0o700)))
	if s.down() == nil || s.stands() != staff.ReasonLine {
		t.Error("a sign is down that is still on the disk")
	}
}

// While the sign stands nothing is asked of the authority that could begin a visit: it
// is not there, and a question to it would panic.
func TestNoVisitBeginsWhileTheSignStands(t *testing.T) {
	s := wantSign(t, t.TempDir(), staff.NoReason, false)
	must.OK(t, s.put(staff.ReasonPaper))
	r := remembered{sign: s, hold: new(atomic.Bool)}
	_, health := r.Health(t.Context())
	_, ask := r.Ask(t.Context())
	_, open := r.Open(t.Context(), port.Facts{})
	for name, err := range map[string]error{"health": health, "ask": ask, "open": open} {
		if fault := port.Fault(0); !errors.As(err, &fault) || kiosk.Message(fault) != kiosk.MsgOffPaper {
			t.Errorf("%s: %v", name, err)
		}
	}
}
