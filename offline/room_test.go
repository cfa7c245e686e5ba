package offline

import (
	"errors"
	"testing"

	"multicopy.example/kiosk/must"
)

// A warning that comes after the refusal is of no use.
func TestUsageIsFullExactlyWhereRoomRefuses(t *testing.T) {
	free := uint64(1 << 40)
	opt := testOptions()
	opt.QueueCap = 10
	opt.testOnlyRoom = func() (uint64, error) { return free, nil }
	l := mustOpen(t, newDir(t), opt)
	usage := func() Usage {
		t.Helper()
		u, err := l.Usage(t.Context())
		must.OK(t, err)
		if full := u.Percent == 100; full != (l.Room(t.Context()) != nil) {
			t.Errorf("%+v, and Room says %v", u, l.Room(t.Context()))
		}
		return u
	}
	for n := range 12 {
		if u := usage(); u.Waiting != n || u.Cap != 10 || u.Percent != min(n*10, 100) {
			t.Errorf("after %d records %+v", n, u)
		}
		mustAppend(t, l, boot())
	}
	must.OK(t, l.Ack(t.Context(), upTo(l, 12)))
	floor := opt.Floor
	if floor == 0 {
		floor = 16 << 20
	}
	for _, c := range []struct {
		free    uint64
		percent int
	}{{1 << 62, 0}, {2 * floor, 50}, {floor * 10 / 7, 70}, {floor + 1, 99}, {floor, 99}, {floor - 1, 100}, {0, 100}} {
		free = c.free
		if u := usage(); u.Percent != c.percent || u.Free != c.free || u.Floor != floor {
			t.Errorf("%d bytes free: %+v", c.free, u)
		}
	}
	mustClose(t, l)
	if _, err := l.Usage(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}
