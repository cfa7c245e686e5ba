package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// An ask is a screen with a pad: 5, 6, 7 and 9.
type ask struct {
	title string
	help  string // under the title, where there is room
	left  string // tries or entries left
	rules bool   // the checklist is shown
	back  bool
}

func code(p *page) {
	p.asking(ask{
		title: p.say(text.CodeTitle), help: p.say(text.CodeWhere),
		left: text.Say(p.v, text.CodeLeft, p.v.Codes),
	})
}

func newSecret(p *page) {
	a := ask{title: p.say(text.NewTitle), rules: true}
	if p.v.Pad == kiosk.PadPIN {
		a.help = p.say(text.RuleOther)
	}
	p.asking(a)
}

func again(p *page) {
	p.asking(ask{title: p.say(text.AgainTitle), help: p.say(text.AgainHelp), back: true})
}

func proof(p *page) {
	left := p.say(text.TriesLeft)
	if p.v.Tries < 0 {
		left = p.say(text.TriesUnknown)
	}
	p.asking(ask{title: p.say(text.ProofTitle), help: p.say(text.ProofWhy), left: left})
}

func (p *page) asking(a ask) {
	bs := []aButton{p.stop()}
	if a.back {
		bs = []aButton{p.back(), p.stop()}
	}
	area := p.head(bs...)
	if p.v.Pad == kiosk.PadLetters {
		p.askLetters(area, a)
	} else {
		p.askDigits(area, a)
	}
}

// askDigits: question and entry at the left, the telephone pad at the right.
func (p *page) askDigits(area Rect, a ask) {
	left := p.digits(area)
	ok := left.cutBottom(p.target * 1.12)
	left.cutBottom(p.gap)
	p.flow(left, 0, func(c *column) {
		c.text(0, a.title, p.heading())
		if text.Notice(p.v) == "" {
			c.helpful(func() { c.text(p.px(3), a.help, p.quiet()) })
		}
		c.notice(p.px(3))
		c.block(p.px(5), p.px(17), func(r Rect) {
			r.W = min(r.W, p.px(120))
			p.cells(r)
		})
		show := p.wish(aside, iconEye, p.say(p.showKey()))
		c.block(p.px(4), p.target*0.97, func(r Rect) {
			if p.v.Shows != kiosk.ShowsClear {
				p.act(r.cutLeft(min(show, r.W*0.55)), CapShow)
				r.cutLeft(p.px(4))
			}
			if a.rules {
				p.checklist(r)
			} else {
				p.left(r, a.left)
			}
		})
		if a.rules {
			c.block(p.px(2), p.quiet().line()*2, p.weak)
		}
	})
	p.ok(ok)
}

// askLetters: the pad of 36 keys takes the width, so everything else stands in
// three rows above it.
func (p *page) askLetters(area Rect, a ask) {
	// Room that the keys leave goes into the title and between the rows.
	st := p.strong()
	st.tight = true
	row1, row3 := p.target*0.97, ceil(p.body*1.3)+p.px(2)
	pad := 4*p.px(letterKey) + 3*p.gap
	spare := func() float32 {
		return area.H - st.height(a.title, area.W) - row1 - row3 - p.px(2.3) - pad
	}
	if big := p.heading(); spare() > big.height(a.title, area.W) {
		st = big
	}
	air := max(spare()/4, 0)
	top := area
	top.cut(air * 0.5)
	p.write(a.title, top.cut(st.height(a.title, top.W)), st)
	top.cut(p.px(1.5) + air)
	row := top.cut(row1)
	ok := row.cutRight(p.px(56))
	row.cutRight(p.px(5))
	p.cells(row)
	p.ok(ok)
	top.cut(air)
	line := top.cut(row3)
	p.state(line, a)
	top.cut(p.px(0.8) + air*0.5)
	p.letters(top)
}

// state is the one line between the cells and the keys: what was wrong, the
// checklist, or how many tries are left.
func (p *page) state(r Rect, a ask) {
	r = r.inset(0, p.px(0.6))
	if s := text.Notice(p.v); s != "" && (!a.rules || p.v.Message != kiosk.MsgForm) {
		px := p.small
		w := min(Width(s, px, true)+px*2.4, r.W)
		if a.left != "" {
			w = min(w, r.W*0.62)
		}
		p.noticed(r.cutLeft(ceil(w)), s, px)
		r.cutLeft(p.px(4))
		if a.left != "" {
			p.left(r, a.left)
		}
		return
	}
	switch {
	case a.rules:
		p.checklist(r)
	case a.left != "":
		p.left(r, a.left)
	default:
		p.within(a.help, r, style{px: p.body, ink: Second, tight: true})
	}
}

// left is how many tries remain; the last try is said in red, with a sign.
func (p *page) left(r Rect, s string) {
	if s == "" {
		return
	}
	switch {
	case p.v.Place == kiosk.Proof && p.v.Tries == 1:
		p.banner(r, RedSoft, Red, iconStop, s, p.small)
		return
	case p.v.Pad == kiosk.PadCode && p.v.Codes == 1: // a wrong one locks no card
		p.banner(r, AmberSoft, Amber, iconBang, s, p.small)
		return
	}
	p.within(s, r, style{px: p.body, bold: true, ink: Ink, tight: true})
}

// weak warns of a PIN that is easily guessed, and of nothing worse.
func (p *page) weak(r Rect) {
	p.live = true
	defer func() { p.live = false }()
	if p.v.Pad == kiosk.PadPIN && p.f.Form == kiosk.FormWeak {
		side := ceil(p.small)
		at := Rect{r.X, r.Y + (r.H-side)/2, side, side}
		p.picture(at, iconBang.draw(at, p.paper))
		r.cutLeft(side + p.px(2))
		p.within(p.say(text.WarnWeak), r, style{px: p.small, bold: true, ink: Amber, tight: true})
	}
}
