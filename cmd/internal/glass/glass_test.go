package glass

import (
	"reflect"
	"testing"

	"multicopy.example/kiosk/config"
	"multicopy.example/ui/layout"
)

func TestEverySideOfTheConfigurationIsAnArrow(t *testing.T) {
	screen := config.Screen{Panel: "10.1"}
	seen := map[layout.Side]bool{}
	for _, side := range append(config.Sides(), "") {
		p := Panel(config.Config{Screen: screen, Reader: config.Reader{Side: side, Distance: 150}})
		if p.Reader.MM != 150 || (side == "") != (p.Reader.Side == layout.Nowhere) || seen[p.Reader.Side] {
			t.Errorf("%q: %v", side, p)
		}
		seen[p.Reader.Side] = true
	}
	if got := Panel(config.Config{Screen: screen}); !reflect.DeepEqual(got, layout.Panel10) {
		t.Errorf("%v", got)
	}
}
