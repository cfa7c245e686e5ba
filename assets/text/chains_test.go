package text

import (
	"testing"

	"multicopy.example/kiosk"
)

func TestPINIsRenewedByFewerChainsThanThePassword(t *testing.T) {
	both := Chain{Name: [kiosk.Langs]string{"甲", "A"}, Where: [kiosk.Langs]string{"全国", "all of Japan"}, Both: true}
	one := Chain{Name: [kiosk.Langs]string{"乙", "B"}}
	for flow, want := range map[kiosk.Flow][kiosk.Langs]string{
		kiosk.FlowP:  {"甲（全国）、乙", "A (all of Japan), B"},
		kiosk.FlowU:  {"甲（全国）", "A (all of Japan)"},
		kiosk.NoFlow: {"甲（全国）", "A (all of Japan)"}, // they can do whichever it is
	} {
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			if got := Chains(l, ChainsFor([]Chain{both, one}, flow)); got != want[l] {
				t.Errorf("flow %s, language %d: %q", flow, l, got)
			}
		}
	}
	if got := Chains(kiosk.English, nil); got != "" {
		t.Errorf("%q of none", got)
	}
}
