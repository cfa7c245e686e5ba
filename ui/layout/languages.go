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
	area = p.footed(area, append(p.eachLanguage(area.W), p.oneRow(p.made([]aButton{p.back()}, area.W)))...)
	p.flow(area, 0.5, func(c *column) {
		c.row(0, iconGlobe, p.say(text.Languages), p.heading())
	})
}

// eachLanguage are the buttons, in two columns where there are many.
func (p *page) eachLanguage(w float32) (rows []footRow) {
	offered, across := p.v.Offered.List(), 1
	if len(offered) > 3 {
		w, across = (w-p.gap)/2, 2
	}
	for i := 0; i < len(offered); i += across {
		row := offered[i:min(i+across, len(offered))]
		rows = append(rows, footRow{max(p.target*1.3, p.tallest(p.own(row[0]), w)), func(r Rect) {
			for _, l := range row {
				p.put(r.cutLeft(w), p.own(l))
				r.cutLeft(p.gap)
			}
		}})
	}
	return rows
}

// own is the button of a language; the one that is spoken has a tick.
func (p *page) own(l kiosk.Lang) made {
	b := made{press: kiosk.ButtonSpeak, lang: l, look: choice, label: text.Of(l, text.LangName)}
	if l == p.v.Lang {
		b.icon = iconTick
	}
	return b
}
