package layout

import (
	"strconv"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk/staff"
)

// touchGrid covers what the title and the foot leave of the glass. A cell that was
// touched is filled and has a tick.
func (d staffPage) touchGrid(area Rect) {
	p := d.page
	p.pages = 1
	c := p.column(area.W)
	c.text(0, text.StaffPageOf(d.Lang, d.View.Place).Title, p.heading())
	c.block(p.px(3), area.H-c.tightest()-p.px(3), d.gridCells)
	c.place(area, 0)
}

func (d staffPage) gridCells(r Rect) {
	p := d.page
	w, h := (r.W-p.gap*(staff.GridColumns-1))/staff.GridColumns, (r.H-p.gap*(staff.GridRows-1))/staff.GridRows
	for cell := range uint8(staff.GridCells) {
		at := Rect{r.X + float32(cell%staff.GridColumns)*(w+p.gap), r.Y + float32(cell/staff.GridColumns)*(h+p.gap), w, h}
		b := d.press(staff.Event{Button: staff.ButtonCell, Cell: cell}, other, strconv.Itoa(int(cell)+1))
		if d.View.Touched.Has(cell) {
			b.look, b.icon, b.bare = main, iconTick, true
		}
		p.put(at, b)
	}
}
