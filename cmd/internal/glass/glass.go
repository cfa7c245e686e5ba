// Package glass turns what the configuration says of the panel and of the reader
// beside it into what ui/layout measures with.
package glass

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

// sides are the words of the configuration.
var sides = map[string]layout.Side{"right": layout.Right, "left": layout.Left, "below": layout.Below, "above": layout.Above}

// Panel is the glass, and where the reader lies, of a configuration that was
// checked.
func Panel(c config.Config) layout.Panel {
	g := c.Screen.Glass()
	return layout.Panel{W: g.W, H: g.H, WMM: g.WMM, HMM: g.HMM, Reader: layout.Reader{Side: sides[c.Reader.Side], MM: c.Reader.Distance}, Chains: Chains(c)}
}

// Chains are those that the configuration names, for the screen and for the phone's
// page of the demo.
func Chains(c config.Config) (all []text.Chain) {
	for _, named := range c.Chains {
		chain := text.Chain{Both: named.Both()}
		for l := range kiosk.Langs {
			chain.Name[l], chain.Where[l] = named.In(l)
		}
		all = append(all, chain)
	}
	return all
}

// Switches are the keys that stand for a touch.
func Switches(c config.Config) ui.Switches {
	return ui.Switches{Next: c.Switches.Next, Choose: c.Switches.Choose, Scan: c.Switches.Every(), Rows: c.Switches.Rows}
}

// Unknown is a panel of so many pixels of which nothing was said: as wide as the
// smallest glass, so that texts are no smaller there than on any other.
func Unknown(w, h int) layout.Panel {
	const least = 217
	return layout.Panel{W: w, H: h, WMM: least, HMM: least * float32(h) / float32(w)}
}
