package layout

import (
	"image"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// 11: what happened, in Japanese under the resident's language, for a clerk of the
// municipal office who has never seen this kiosk. The code beside it says the same to
// a reader of codes, and nothing of the person.
func counterPage(p *page) {
	area := Rect{p.margin, p.margin, p.sc.W - 2*p.margin, p.sc.H - p.margin*1.8}
	back := p.back()
	back.look = main
	area = p.foot(area, back)
	side := min(area.W*0.34, area.H*0.7)
	right := area.cutRight(side)
	area.cutRight(p.px(8))
	p.picture(right.square(side), squares(right.square(side), counterCode(p.v)))

	own := p.v
	own.Lang = kiosk.Japanese
	t := text.Tell(own, own.Message)
	p.flow(area, 0.2, func(c *column) {
		c.text(0, p.say(text.CounterTitle), p.heading())
		c.sheet(p.px(5), Sheet, Edge, p.px(4), func(c *column) {
			if p.v.Lang != kiosk.Japanese {
				c.text(0, text.Of(kiosk.Japanese, text.CounterTitle), p.quiet().as(kiosk.Japanese))
			}
			c.text(p.px(2), t.What, p.strong().as(kiosk.Japanese))
			c.text(p.px(2), t.Do, p.plain().as(kiosk.Japanese))
			c.text(p.px(3), text.Of(kiosk.Japanese, text.StaffCode)+"  "+t.Code, p.plain().as(kiosk.Japanese))
			c.text(p.px(1), text.Of(kiosk.Japanese, text.When_)+"  "+text.When(kiosk.Japanese, p.v.When), p.plain().as(kiosk.Japanese))
		})
	})
}

// counterCode is what the code on the counter page holds: which service, the code for
// staff, the minute. Neither the receipt number nor anything of the card or person.
func counterCode(v kiosk.View) string {
	when := time.Unix(v.When, 0).In(text.Japan).Format("2006-01-02T15:04")
	return strings.Join([]string{"JPKI-RESET", v.Message.Code(), when}, " ")
}

// quiet is the empty edge that a QR code needs, in modules (ISO/IEC 18004 §9.1).
const quietZone = 4

// squares draws a text as a QR code.
func squares(r Rect, s string) []Item {
	code, err := qr.Encode(s, qr.M, qr.Unicode)
	if err != nil { // too long, which no code and date are
		return nil
	}
	return modules(r, code)
}

// modules draws a QR code of one pixel a module: one bar for each run of dark modules
// of a line.
func modules(r Rect, code image.Image) []Item {
	n := code.Bounds().Dx()
	unit := floor(r.W / float32(n+2*quietZone))
	x0, y0 := r.X+(r.W-unit*float32(n))/2, r.Y+(r.H-unit*float32(n))/2
	out := []Item{{Kind: Bar, Rect: r, Paper: CodeLight}}
	dark := func(x, y int) bool {
		if x >= n {
			return false
		}
		v, _, _, _ := code.At(x, y).RGBA()
		return v == 0
	}
	for y := range n {
		from := -1
		for x := range n + 1 {
			switch {
			case dark(x, y) && from < 0:
				from = x
			case !dark(x, y) && from >= 0:
				out = append(out, Item{Kind: Bar, Rect: Rect{floor(x0) + float32(from)*unit, floor(y0) + float32(y)*unit, float32(x-from) * unit, unit}, Paper: CodeDark})
				from = -1
			}
		}
	}
	return out
}
