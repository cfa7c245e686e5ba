package text

import (
	"testing"

	"multicopy.example/kiosk"
)

func TestPINIsRenewedByFewerChainsThanThePassword(t *testing.T) {
	for flow, want := range map[kiosk.Flow]int{kiosk.FlowP: 9, kiosk.FlowU: 5} {
		if got := Chains(flow); len(got) != want {
			t.Errorf("flow %s: %d chains", flow, len(got))
		}
	}
	for _, c := range Chains(kiosk.FlowU) {
		if !c.Both {
			t.Errorf("%s renews the password alone", c.Name)
		}
	}
	for _, c := range chains {
		for l := range kiosk.Langs {
			if c.Name[l] == "" || c.Where[l] == "" {
				t.Errorf("%s %s: language %d is empty", c.Name, c.Where, l)
			}
		}
	}
}
