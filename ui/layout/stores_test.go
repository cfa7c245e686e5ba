package layout

import (
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// The store that cannot do it names the ones that can, and no other.
func TestStoreThatCannotNamesTheChainsThatCan(t *testing.T) {
	both := text.Chain{Name: [kiosk.Langs]string{"甲ストア", "Alpha"}, Where: [kiosk.Langs]string{"全国", "all of Japan"}, Both: true}
	one := text.Chain{Name: [kiosk.Langs]string{"乙ストア", "Beta"}}
	for l, names := range map[kiosk.Lang][2]string{kiosk.Japanese: {"甲ストア（全国）", "乙ストア"}, kiosk.English: {"Alpha (all of Japan)", "Beta"}} {
		for _, c := range []struct {
			told   kiosk.Message
			flow   kiosk.Flow
			chains []text.Chain
			want   [2]bool
		}{
			{kiosk.MsgStore, kiosk.NoFlow, []text.Chain{both, one}, [2]bool{true, false}},
			{kiosk.MsgStore, kiosk.FlowU, []text.Chain{both, one}, [2]bool{true, false}},
			{kiosk.MsgStore, kiosk.FlowP, []text.Chain{both, one}, [2]bool{true, true}},
			{kiosk.MsgStore, kiosk.FlowU, []text.Chain{one}, [2]bool{}},
			{kiosk.MsgStore, kiosk.FlowU, nil, [2]bool{}},
			{kiosk.MsgNetwork, kiosk.FlowU, []text.Chain{both, one}, [2]bool{}},
		} {
			panel := Panel10
			panel.Chains = c.chains
			v := kiosk.View{Place: kiosk.Telling, Message: c.told, Flow: c.flow, Lang: l, Tries: -1}
			shown := Lay(v, panel, Fill{}).String()
			for i, want := range c.want {
				if strings.Contains(shown, names[i]) != want {
					t.Errorf("%v, flow %v, language %d: %q is named: %v\n%s", c.told, c.flow, l, names[i], !want, shown)
				}
			}
			if said := strings.Contains(shown, text.Of(l, text.ChainsCan)); said != c.want[0] {
				t.Errorf("%v, flow %v: a list is announced: %v", c.told, c.flow, said)
			}
		}
	}
}
