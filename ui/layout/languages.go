package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// languages are what this machine speaks, each in its own name: who cannot read one
// line of the page finds his own.
func languages(p *page) {
	var area Rect
	if p.v.Now > 0 {
		area = p.head(p.stop())
	} else {
		area = p.top()
	}
	area = p.footed(area, p.eachLanguage(area.W)...)
	p.flow(area, 0.5, func(c *column) {
		c.row(0, iconGlobe, p.say(text.Languages), p.heading().as(kiosk.Japanese))
	})
}

// themes are the sets of colours, each in its own: who cannot read the page as it stands
// finds the one that can be read.
func themes(p *page) {
	var area Rect
	if p.v.Now > 0 {
		area = p.head(p.stop())
	} else {
		area = p.top()
	}
	var all []made
	for t := range kiosk.Themes {
		b := made{press: kiosk.ButtonTheme, theme: t, look: choice, label: p.say(text.ThemeLight + text.Key(t))}
		if t == p.v.Theme {
			b.icon = iconTick
		}
		all = append(all, b)
	}
	area = p.footed(area, p.options(all, area.W)...)
	p.flow(area, 0.5, func(c *column) {
		c.row(0, iconColours, p.say(text.Colours), p.heading())
	})
}

func (p *page) eachLanguage(w float32) []footRow {
	var all []made
	for _, l := range p.v.Offered.List() {
		all = append(all, p.own(l))
	}
	return p.options(all, w)
}

// options are buttons with the one that leads back: a row each, or in two columns
// where there are many.
func (p *page) options(all []made, w float32) (rows []footRow) {
	back := p.made([]aButton{p.back()}, w)
	if len(all) <= 3 {
		for _, b := range all {
			rows = append(rows, footRow{max(p.target*1.3, p.tallest(b, w)), func(r Rect) { p.put(r, b) }})
		}
		return append(rows, p.oneRow(back))
	}
	return p.columns(append(all, back...), w)
}

// columns are buttons in two columns; what is wider than one has a row to itself.
func (p *page) columns(all []made, w float32) (rows []footRow) {
	half, h := (w-p.gap)/2, max(p.target, p.label(choice).line()+2)
	for len(all) > 0 {
		row, each := all[:1], half
		if !p.oneLine(all[0], half) {
			each = w
		} else if len(all) > 1 && p.oneLine(all[1], half) {
			row = all[:2]
		}
		all = all[len(row):]
		rows = append(rows, footRow{h, func(r Rect) {
			for _, b := range row {
				p.put(r.cutLeft(each), b)
				r.cutLeft(p.gap)
			}
		}})
	}
	return rows
}

func (p *page) oneLine(b made, w float32) bool {
	st := p.label(b.look)
	return fits(b.label, w-around(st, b.icon), st)
}

// own is the button of a language; the one that is spoken has a tick.
func (p *page) own(l kiosk.Lang) made {
	b := made{press: kiosk.ButtonSpeak, lang: l, look: choice, label: text.Of(l, text.LangName)}
	if l == p.v.Lang {
		b.icon = iconTick
	}
	return b
}
