package layout

import "multicopy.example/kiosk"

// How big things are. Text is measured by the height of its capitals on the
// glass; everything of one size of text lies between its own floor and the
// floor of the next size, so that nothing can be smaller where larger text was
// asked for.

// floors are the least capitals in millimetres (VVSG 2.0: small 3.5, usual 4.8,
// large 6.4, largest 8.5), and at last how far the largest size goes.
var floors = [...]float32{3.5, 4.8, 6.4, 8.5, 9.6}

const capital = 0.73 // height of a capital of Noto Sans CJK, in em

// grown is how much a panel's things grow over those of the smallest. A bigger
// panel is read from the same distance, but a page of the least size looks lost
// on it.
func grown(p Panel) float32 {
	return min(max(min(p.WMM/Panel10.WMM, p.HMM/Panel10.HMM), 1), 1.3)
}

// em is the size in pixels of the smallest text of a size; of the size after
// the last, the largest title. The larger the text, the less it grows with the
// panel: 8.5 mm can be read anywhere.
func em(z kiosk.Size, p Panel) float32 {
	i := int(z - kiosk.SizeSmall)
	share := [...]float32{1, 1, 0.5, 0, 0}[i]
	return ceil(floors[i] * (1 + (grown(p)-1)*share) * p.mm() / capital)
}

// mm is how many pixels a millimetre has.
func (p Panel) mm() float32 { return float32(p.W) / p.WMM }

// portrait reports whether the panel stands upright. Its controls are in its
// lower half, which can be reached from a wheelchair.
func (p Panel) portrait() bool { return p.HMM > p.WMM }
