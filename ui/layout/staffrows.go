package layout

import (
	"slices"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// The buttons of a screen of maintenance: what can be chosen in a grid, and below it
// the way back, the end, and the one to go on.

func (d staffPage) rows(w float32) (rows []footRow) {
	p := d.page
	across := 1
	all := d.choices()
	if d.View.Place == staff.TouchGrid { // the foot hides cells: one row
		ways := d.ways(w)
		for _, b := range all {
			b.w = min(d.wish(b.look, b.icon, b.label), w)
			ways = append(ways, b)
		}
		return p.buttonRows(ways, w)
	}
	switch {
	case len(all) > 6 && !p.tall:
		across = 3
	case len(all) > 2:
		across = 2
	}
	each := (w - float32(across-1)*p.gap) / float32(across)
	for i := 0; i < len(all); i += across {
		row := all[i:min(i+across, len(all))]
		h := p.target
		for n := range row {
			row[n].w = each
			h = max(h, p.tallest(row[n], each))
		}
		rows = append(rows, footRow{h, func(r Rect) {
			for _, b := range row {
				p.put(r.cutLeft(b.w), b)
				r.cutLeft(p.gap)
			}
		}})
	}
	if last := d.ways(w); len(last) > 0 {
		rows = append(rows, p.buttonRows(last, w)...)
	}
	return rows
}

// choices are the buttons of the grid.
func (d staffPage) choices() (all []made) {
	at := d.View.Place
	for _, b := range staff.AllButtons() {
		switch b {
		case staff.ButtonLeave, staff.ButtonBack, staff.ButtonOK, staff.ButtonCell:
			continue
		case staff.ButtonReason:
			for r := staff.NoReason + 1; at.Offers(b) && r < staff.Reasons; r++ {
				all = append(all, d.press(staff.Event{Button: b, Reason: r}, other, text.StaffReasonOf(d.Lang, r).Name))
			}
		case staff.ButtonTask:
			for _, x := range staff.Acts(at, d.View.Role) {
				if at.Offers(b) && d.useful(x) {
					all = append(all, d.press(staff.Event{Button: b, Task: x}, other, text.StaffTaskName(d.Lang, x)))
				}
			}
		case staff.ButtonEnrol:
			if at == staff.Look && d.View.Enrolled != 0 {
				continue // it needs a login
			}
			fallthrough
		default:
			if to, leads := b.Leads(); at.Offers(b) && (!leads || d.able(to)) {
				all = append(all, d.press(staff.Event{Button: b}, other, text.StaffButton(d.Lang, b)))
			}
		}
	}
	return all
}

// useful reports whether a task can change something: the sign is put up by its
// reason, and taken down where it is up.
func (d staffPage) useful(x kiosk.StaffTask) bool {
	switch x {
	case kiosk.StaffSignUp:
		return false
	case kiosk.StaffSignDown:
		return d.View.Sign != staff.NoReason
	}
	_, refused := d.Refused[x]
	return slices.Contains(d.Tasks, x) && !refused
}

// able reports whether a page has no tasks, or one that the machine can do or says why
// not.
func (d staffPage) able(p staff.Place) bool {
	acts := staff.Acts(p, d.View.Role)
	return len(acts) == 0 || slices.ContainsFunc(acts, func(x kiosk.StaffTask) bool {
		_, refused := d.Refused[x]
		return refused || slices.Contains(d.Tasks, x)
	})
}

// ways are back, the end, and the way on.
func (d staffPage) ways(w float32) (all []made) {
	at := d.View.Place
	if at.Offers(staff.ButtonBack) {
		b := d.press(staff.Event{Button: staff.ButtonBack}, aside, text.StaffButton(d.Lang, staff.ButtonBack))
		b.icon = iconBack
		all = append(all, b)
	}
	leave := d.press(staff.Event{Button: staff.ButtonLeave}, aside, text.StaffButton(d.Lang, staff.ButtonLeave))
	leave.icon = iconCross
	all = append(all, leave)
	if at.Offers(staff.ButtonOK) && (at.Typing() == staff.NoCodes || d.whole()) {
		ok := d.press(staff.Event{Button: staff.ButtonOK}, main, text.StaffButton(d.Lang, staff.ButtonOK))
		ok.icon = iconNext
		all = append(all, ok)
	}
	for i := range all {
		all[i].w = min(d.wish(all[i].look, all[i].icon, all[i].label), w)
	}
	return all
}

// whole reports whether as many digits were typed as there have to be.
func (d staffPage) whole() bool {
	least, most := d.View.Place.Digits()
	return d.f.Typed >= least && d.f.Typed <= most
}

func (d staffPage) press(e staff.Event, l look, label string) made {
	e.Kind, e.Place = staff.Pressed, d.View.Place
	return made{staff: e, look: l, label: label}
}

// pad is a page on which a code is typed.
func (d staffPage) pad(area Rect) {
	p := d.page
	p.pages = 1
	keys := p.digitArea(&area)
	foot := p.buttonRows(d.ways(area.W), area.W)
	h := height(foot, p.gap) + p.gap
	if p.tall {
		keys.Y -= h
	}
	area.H -= h
	c := p.column(area.W)
	page := text.StaffPageOf(d.Lang, d.View.Place)
	title := page.Title
	if d.View.Asked != kiosk.NoRole {
		title = text.StaffRole(d.Lang, d.View.Asked) + d.colon() + title
	}
	c.text(0, title, p.heading())
	d.note(c)
	c.text(p.px(3), page.What, p.plain())
	if s := text.StaffFollows(d.Lang, d.View.Chosen); s != "" {
		c.text(p.px(3), text.StaffTaskName(d.Lang, d.View.Chosen)+d.colon()+s, p.strong())
	}
	c.block(p.px(5), p.cellRow(), d.cells)
	c.place(area, 0)
	p.digits(keys)
	p.live = true // the way on comes with the last digit
	y := p.sc.H - p.margin*0.8 - height(foot, p.gap)
	left := Rect{p.margin, y, area.W, 0}
	if p.tall {
		left.W = p.sc.W - 2*p.margin
	}
	for _, r := range foot {
		r.draw(Rect{left.X, y, left.W, r.h})
		y += r.h + p.gap
	}
	p.live = false
}

// cells are the places of the digits: what was typed is a dot.
func (d staffPage) cells(r Rect) {
	p := d.page
	_, most := d.View.Place.Digits()
	w := min(p.px(10), (r.W-p.px(1.6)*float32(most-1))/float32(most))
	p.live = true
	defer func() { p.live = false }()
	for i := range most {
		it := Item{Kind: Cell, Rect: r.cutLeft(w), Px: ceil(p.body * 1.15), Ink: Ink, Paper: Sheet, Edge: Edge, Thick: 2, Radius: p.px(1.2)}
		r.cutLeft(p.px(1.6))
		it.At, it.Typed, it.Last = i, i < d.f.Typed, i == d.f.Typed-1
		if i == d.f.Typed {
			it.Edge, it.Thick = Primary, 4
		}
		p.add(it)
	}
}
