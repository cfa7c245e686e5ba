package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// An ask is a screen with a pad: 5, 6, 7 and 9.
type ask struct {
	title string
	short string // the title in a few words, where a page before has said it in full
	help  string // under the title, where there is room
	left  string // tries or entries left
	rules bool   // the checklist is shown
	back  bool
}

func code(p *page) {
	p.asking(ask{
		title: p.say(text.CodeTitle), short: p.say(text.CodeShort), help: p.say(text.CodeWhere),
		left: text.Say(p.v, text.CodeLeft, p.v.Codes),
	})
}

func newSecret(p *page) {
	a := ask{title: p.say(text.NewTitle), short: p.say(text.NewShort), rules: true}
	if p.v.Pad == kiosk.PadPIN {
		a.help = p.say(text.RuleOther)
	}
	p.asking(a)
}

func again(p *page) {
	p.asking(ask{title: p.say(text.AgainTitle), short: p.say(text.AgainShort), help: p.say(text.AgainHelp), back: true})
}

func proof(p *page) {
	left := p.say(text.TriesLeft)
	if p.v.Tries < 0 {
		left = p.say(text.TriesUnknown)
	}
	p.asking(ask{title: p.say(text.ProofTitle), short: p.say(text.ProofShort), help: p.say(text.ProofWhy), left: left})
}

// A desk is how a screen with a pad is arranged.
type desk struct {
	ask
	compact  bool // the title stands in the header's line, and not how far we are
	second   bool // a page before says the title in full, what was wrong, and the help
	helpful  bool // the help stands here
	controls []aButton

	title style
	head  Rect // the title
	rest  Rect // what is typed, and what is said of it
	ok    Rect // the button at the end; in the row of the cells where it is empty
	keys  Rect
}

// asking arranges a screen with a pad: roomy, or with a smaller title, or with
// the title in the header's line; and where all of that lacks room, what was wrong
// and the help go to a page before. The pad is never smaller for it.
func (p *page) asking(a ask) {
	least := p.heading()
	least.px = ceil(max(p.body, min(p.title, p.body*1.08)))
	floor := least.of(p.body)
	var tries []desk
	for _, d := range []desk{{title: p.heading()}, {title: least}, {title: p.heading(), compact: true}, {title: least, compact: true}, {title: floor, compact: true}} {
		if d.compact && p.tall {
			continue
		}
		d.ask, d.helpful = a, true
		tries = append(tries, d)
		if d.helpful = false; p.v.Size <= kiosk.SizeNormal && d.title.px <= least.px {
			tries = append(tries, d)
		}
	}
	if a.back && !p.tall { // the help says the rest of the title
		tries = append(tries, desk{ask: a, title: p.heading(), compact: true, helpful: true}, desk{ask: a, title: least, compact: true, helpful: true})
		for i := range tries[len(tries)-2:] {
			d := &tries[len(tries)-1-i]
			d.ask.title, d.title = a.short, d.title.as(p.labelled())
		}
	}
	for _, d := range tries {
		if p.arrange(&d); d.fits(p) {
			p.pages = 1
			p.type1(d)
			return
		}
	}
	if p.pageBefore(a) {
		return
	}
	d := desk{ask: a, second: true, compact: !p.tall, title: least}
	if d.ask.title = a.short; p.tall {
		d.title = p.heading()
	}
	for _, st := range []style{p.heading(), least, floor} {
		d.title = st.as(p.labelled())
		if p.arrange(&d); d.fits(p) {
			break
		}
	}
	p.type1(d)
}

// pageBefore draws a page before the one with the pad, if one is wanted.
func (p *page) pageBefore(a ask) bool {
	if p.tall {
		p.bar = p.leaving()
	}
	area := p.inner()
	p.bar = nil
	f := &foot{x: area.X, w: area.W, bottom: area.Y + area.H}
	if a.back {
		back := p.back()
		f.away = &back
	}
	area.H -= max(height(p.turning(f, 0, 3), p.gap), height(p.turning(f, 1, 3), p.gap)) + p.gap
	all := p.before(a, area)
	p.pages = len(all) + 1
	if p.no = max(min(p.no, p.pages-1), 0); p.no == len(all) {
		return false
	}
	p.foot1 = f
	f.rows = p.turning(f, p.no, p.pages)
	p.head(p.leaving()...)
	all[p.no].place(area, 0)
	return true
}

// before are the pages before the one with the pad.
func (p *page) before(a ask, area Rect) []*column {
	p.level, p.paged = asWished, true
	c := p.filled(area.W, func(c *column) {
		c.text(0, a.title, p.heading())
		c.notice(p.px(5))
		c.text(p.px(5), a.help, p.plain())
		switch {
		case p.lastOne() && p.v.Pad == kiosk.PadCode:
			c.banner(p.px(5), AmberSoft, Amber, iconBang, a.left, p.body)
		case p.lastOne():
			c.banner(p.px(5), RedSoft, Red, iconStop, a.left, p.body)
		default:
			c.text(p.px(5), a.left, p.strong())
		}
	})
	return c.cut(area.H)
}

// arrange says where everything goes, and draws nothing.
func (p *page) arrange(d *desk) {
	d.controls = p.leaving()
	if d.second { // the globe stands on the page before
		d.controls = []aButton{p.stop()}
	}
	switch {
	case d.second && p.tall:
		d.controls = append([]aButton{{look: aside, icon: iconBack, label: text.PageHelp, turn: -1}}, d.controls...)
	case d.back && !d.second:
		d.controls = append([]aButton{p.back()}, d.controls...)
	}
	p.bar = nil
	if p.tall {
		p.bar = d.controls
	}
	area := p.inner()
	p.bar = nil
	row := p.compactRow()
	if d.compact {
		area = Rect{area.X, row.Y, area.W, p.sc.H - row.Y - floor(1.6*p.mm)}
	}
	if p.v.Pad == kiosk.PadLetters {
		d.keys = p.letterArea(&area)
	} else {
		d.keys = p.digitArea(&area)
	}
	d.ok = Rect{}
	if p.v.Pad != kiosk.PadLetters || p.tall {
		h := max(ceil(p.target*1.12), p.quiet().as(p.labelled()).line())
		d.ok = area.cutBottom(h)
		if area.cutBottom(p.gap); p.tall { // below the keys
			d.keys.Y -= h + p.gap
			d.ok.Y = d.keys.Y + d.keys.H + p.gap
		}
	}
	d.head = area
	if d.compact {
		var used float32
		for _, m := range p.settled(d.controls, compactRoom) {
			used += m.w + p.gap
		}
		d.head.W = min(d.head.W, row.W-used)
	}
	d.head.H = d.title.height(d.ask.title, d.head.W)
	if d.compact && p.v.Pad == kiosk.PadLetters {
		d.head.H = max(d.head.H, p.target)
	}
	d.rest = area
	d.rest.cut(d.head.H)
}

// compactRoom lets the controls of a compact row be as narrow as they can.
const compactRoom = 0

// compactRow is the line of the title and the controls, where no other stands
// above the pad.
func (p *page) compactRow() Rect {
	r := p.headRow()
	r.Y = floor(2.4 * p.mm)
	return r
}

// fits reports whether the title and all below it have room.
func (d desk) fits(p *page) bool {
	if d.helpful && d.help == "" || !d.helpful && !d.second && d.help == "" {
		d.helpful = true
	}
	return d.below(p).tightest() <= d.rest.H && (d.ok.W == 0 || p.hintFits(d.ok))
}
