package run

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

var staffKeys = sync.OnceValue(func() port.StaffCodes {
	var k [3]secret.Secret
	for i := range k {
		var err error
		if k[i], err = secret.New(); err != nil {
			panic(err)
		}
	}
	return port.StaffCodes{Own: k[0], Code: k[1], Again: k[2]}
})

// benchStaff is the double of the port of maintenance: the clerk's code is 135790, the
// technician's 24680246, the one-time password 111222, the operator's code 33334444.
type benchStaff struct {
	*bench
	facts   StaffFacts
	view    staff.View
	refuse  staff.Note
	role    kiosk.Role
	off     bool          // the clock is wrong until the authority has said the time
	takes   time.Duration // what an act takes
	outcome kiosk.Outcome
	touched staff.Cells
	why     staff.Note // an act failed
	digest  [32]byte   // of an export
}

func (b *benchStaff) Facts() StaffFacts { return b.facts }

func (b *benchStaff) Count(ctx context.Context, r kiosk.Role, t kiosk.StaffTask) (staff.Note, error) {
	err := b.work(ctx, "staff", "count "+r.String(), 0)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.role = r
	return b.refuse, err
}

func is(s secret.Secret, text string) (same bool) {
	same = s.Len() == len(text)
	for i := range text {
		c, _ := s.At(i)
		same = same && c == text[i]
	}
	return same
}

func (b *benchStaff) Compare(ctx context.Context, t kiosk.StaffTask, c port.StaffCodes) (staff.Verdict, error) {
	err := b.work(ctx, "staff", "compare "+t.String(), 300*time.Millisecond)
	own := map[kiosk.Role]string{kiosk.Clerk: "135790", kiosk.Technician: "24680246"}[b.role]
	right := is(c.Own, own) && is(c.Code, "111222")
	switch t {
	case kiosk.StaffOperator:
		right = is(c.Code, "33334444")
	case kiosk.StaffFresh:
		right = is(c.Code, "111222")
	}
	if right && b.off {
		return staff.ClockOff, err
	}
	if right {
		return staff.Right, err
	}
	return staff.Wrong, err
}

func (b *benchStaff) Time(ctx context.Context) (bool, error) {
	b.set(func() { b.off = false })
	return true, b.work(ctx, "staff", "time", 0)
}

func (b *benchStaff) Make(ctx context.Context, r kiosk.Role, c port.StaffCodes) error {
	return b.work(ctx, "staff", "make "+r.String(), 0)
}

func (b *benchStaff) Confirm(ctx context.Context, c port.StaffCodes) (staff.Verdict, error) {
	return staff.Right, b.work(ctx, "staff", "confirm", 0)
}

func (b *benchStaff) Abandon() { _ = b.work(context.Background(), "staff", "abandon", 0) }

func (b *benchStaff) Act(ctx context.Context, t kiosk.StaffTask, r staff.Reason, touched staff.Cells) (StaffActed, error) {
	b.set(func() { b.touched = touched })
	return StaffActed{Outcome: b.outcome, Note: b.why, Digest: b.digest}, b.work(ctx, "staff", t.String(), b.takes)
}

func (b *benchStaff) Show(v staff.View) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.view = v
}

// maintained is a kiosk with maintenance on the attract screen.
func maintained(t *testing.T, prepare ...func(*benchStaff)) *benchStaff {
	s := &benchStaff{facts: StaffFacts{Enrolled: 1<<kiosk.Clerk | 1<<kiosk.Technician, Door: true}, outcome: kiosk.Done}
	s.bench = start(t, func(b *bench) {
		s.bench, b.staff, b.staffCodes = b, s, staffKeys()
		for _, p := range prepare {
			p(s)
		}
	})
	return s
}

// comesIn makes the gesture.
func (b *benchStaff) comesIn(want kiosk.Place) {
	b.t.Helper()
	b.until(kiosk.Idle, time.Minute)
	b.loop.Post(kiosk.Event{Kind: kiosk.StaffIn})
	time.Sleep(3 * time.Second) // a look at the field takes less
	b.until(want, 0)
}

// sees is the view of maintenance.
func (b *benchStaff) sees(want staff.Place) staff.View {
	b.t.Helper()
	for range 100 {
		synctest.Wait()
		b.mu.Lock()
		v := b.view
		b.mu.Unlock()
		if v.Place == want {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.t.Fatalf("shows %+v, want %s; did %s", b.view, want, strings.Join(b.all(), ", "))
	return staff.View{}
}

func (b *benchStaff) presses(e staff.Event, want staff.Place) staff.View {
	b.t.Helper()
	synctest.Wait()
	b.mu.Lock()
	e.Kind, e.Place = staff.Pressed, b.view.Place
	b.mu.Unlock()
	b.loop.PostStaff(e)
	return b.sees(want)
}

func (b *benchStaff) button(n staff.Button, want staff.Place) staff.View {
	b.t.Helper()
	return b.presses(staff.Event{Button: n}, want)
}

func (b *benchStaff) enters(text string, want staff.Place) staff.View {
	b.t.Helper()
	synctest.Wait()
	for i := range text {
		b.mu.Lock()
		v := b.view
		b.mu.Unlock()
		v.Secret.Append(text[i])
		b.loop.PostStaff(staff.Event{Kind: staff.KeyPressed, Place: v.Place})
		synctest.Wait()
	}
	return b.button(staff.ButtonOK, want)
}

func (b *benchStaff) login(button staff.Button, own, code string, want staff.Place) staff.View {
	b.t.Helper()
	b.button(staff.ButtonLogin, staff.ChooseRole)
	b.button(button, staff.OwnCode)
	b.enters(own, staff.Code)
	return b.enters(code, want)
}

// ends stops the kiosk and looks at the slots.
func (b *benchStaff) ends() {
	b.t.Helper()
	b.stop()
	k := staffKeys()
	for i, s := range []secret.Secret{k.Own, k.Code, k.Again} {
		if s.Len() != 0 {
			b.t.Errorf("slot %d holds %d characters", i+1, s.Len())
		}
	}
}

// staffDid are the calls of maintenance and its lines.
func (b *benchStaff) staffDid() string {
	all := slices.DeleteFunc(b.all(), func(d string) bool { return !strings.Contains(d, "staff") })
	return strings.Join(all, ", ")
}
