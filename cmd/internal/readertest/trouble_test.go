package readertest

import (
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

func TestEachTroubleIsAReadersFault(t *testing.T) {
	seen := map[check.Fault]bool{}
	for _, c := range troubles {
		say := Trouble{Fault: c.fault}.Say()
		if seen[c.fault] || !strings.HasPrefix(c.fault.Code(), kiosk.MsgReader.Code()) || say == "" || len(say) > 150 {
			t.Errorf("%v %q", c.fault, say)
		}
		seen[c.fault] = true
	}
}
