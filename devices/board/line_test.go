package board

import (
	"strings"
	"testing"

	"periph.io/x/host/v3/gpioioctl"
)

type lines struct {
	label string
	all   []*gpioioctl.GPIOLine
}

func (l lines) Label() string                      { return l.label }
func (l lines) LineCount() int                     { return len(l.all) }
func (l lines) ByNumber(n int) *gpioioctl.GPIOLine { return l.all[n] }

// A board of which no table names a line.
func TestALineIsFoundByTheLabelOfItsChipAndItsNumber(t *testing.T) {
	few, more := []*gpioioctl.GPIOLine{{}}, []*gpioioctl.GPIOLine{{}, {}, {}}
	chips := []lines{{"INTC1057:00", few}, {"AMDI0030:00", more}}
	for name, want := range map[string]*gpioioctl.GPIOLine{"INTC1057:00/0": few[0], "AMDI0030:00/0": more[0], "AMDI0030:00/2": more[2]} {
		if got, err := numbered(chips, name); err != nil || got != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"DOOR", "AMDI0030:00", "AMDI0030:00/", "AMDI0030:00/3", "AMDI0030:00/-1", "AMDI0030:00/0x1", "INTC1057:00/1", "amdi0030:00/0", "/0", "AMDI0030:00/4294967296"} {
		got, err := numbered(chips, name)
		if got != nil || err == nil || !strings.Contains(err.Error(), "AMDI0030:00/0 to AMDI0030:00/2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := numbered([]lines{}, "DOOR"); err == nil || !strings.Contains(err.Error(), "it has none") {
		t.Errorf("without chips: %v", err)
	}
}
