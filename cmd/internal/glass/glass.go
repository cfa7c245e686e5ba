// Package glass turns what the configuration says of the panel and of the reader
// beside it into what ui/layout measures with.
package glass

import (
	"multicopy.example/kiosk/config"
	"multicopy.example/ui/layout"
)

// sides are the words of the configuration.
var sides = map[string]layout.Side{"right": layout.Right, "left": layout.Left, "below": layout.Below, "above": layout.Above}

// Panel is the glass, and where the reader lies, of a configuration that was
// checked.
func Panel(c config.Config) layout.Panel {
	g := c.Screen.Glass()
	return layout.Panel{W: g.W, H: g.H, WMM: g.WMM, HMM: g.HMM, Reader: layout.Reader{Side: sides[c.Reader.Side], MM: c.Reader.Distance}}
}
